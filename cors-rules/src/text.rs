//! Strings that are built during const evaluation: canonical spellings and messages.

use core::fmt;

/// A string of at most `N` bytes that a `const fn` can build. Longer text is cut and ends with `…`.
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    pub(crate) const EMPTY: Self = Self {
        bytes: [0; N],
        len: 0,
    };

    /// The text as a string slice.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        // Never an error, because only whole characters are pushed.
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) const fn of(text: &str) -> Self {
        let mut this = Self::EMPTY;
        this.push(text);
        this
    }

    pub(crate) const fn push(&mut self, text: &str) {
        self.push_at_most(text, N);
    }

    /// Appends `text` with control characters escaped as in a string literal, cut after about
    /// `most` bytes.
    pub(crate) const fn push_visible(&mut self, text: &str, most: usize) {
        let end = self.len + most;
        let mut rest = text;
        while let Some(at) = find_control(rest.as_bytes()) {
            self.push_at_most(rest.split_at(at).0, end.saturating_sub(self.len));
            let (control, tail) = rest.split_at(at).1.split_at(1);
            match control.as_bytes() {
                b"\n" => self.push("\\n"),
                b"\r" => self.push("\\r"),
                b"\t" => self.push("\\t"),
                bytes => {
                    self.push("\\x");
                    self.push_number(bytes[0] as u32 / 16, 16);
                    self.push_number(bytes[0] as u32 % 16, 16);
                }
            }
            rest = tail;
            if self.len >= end {
                return;
            }
        }
        self.push_at_most(rest, end.saturating_sub(self.len));
    }

    /// Appends `text`, or its first `most` bytes and `…` if it is longer.
    const fn push_at_most(&mut self, text: &str, most: usize) {
        const MARK: &str = "…";
        let room = N - self.len;
        if text.len() <= most && text.len() <= room {
            self.copy(text);
        } else if room >= MARK.len() {
            let room = room - MARK.len();
            let mut end = if most < room { most } else { room };
            if end > text.len() {
                end = text.len();
            }
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            self.copy(text.split_at(end).0);
            self.copy(MARK);
        }
    }

    pub(crate) const fn push_number(&mut self, number: u32, radix: u32) {
        if number >= radix {
            self.push_number(number / radix, radix);
        }
        let digits = "0123456789abcdef";
        let (_, tail) = digits.split_at((number % radix) as usize);
        self.push(tail.split_at(1).0);
    }

    pub(crate) const fn lowercased(text: &str) -> Self {
        let mut this = Self::of(text);
        this.bytes.make_ascii_lowercase();
        this
    }

    const fn copy(&mut self, text: &str) {
        let (_, free) = self.bytes.split_at_mut(self.len);
        let (target, _) = free.split_at_mut(text.len());
        target.copy_from_slice(text.as_bytes());
        self.len += text.len();
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl<const N: usize> PartialEq for Text<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<const N: usize> Eq for Text<N> {}

const fn find_control(text: &[u8]) -> Option<usize> {
    let mut i = 0;
    while i < text.len() {
        if text[i].is_ascii_control() {
            return Some(i);
        }
        i += 1;
    }
    None
}
