//! The rules about credentials that a policy may opt out of, with `dangerously_allow`.

use crate::bytes::equal;

/// A value of `dangerously_allow`: a rule that the policy opts out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptOut {
    /// `insecure_origins`: `http://` origins on other machines, with credentials.
    InsecureOrigins,
    /// `public_suffixes`: wildcards directly below a public suffix, with credentials.
    PublicSuffixes,
}

impl OptOut {
    /// Every opt-out, in the order in which messages list them.
    pub const ALL: [Self; 2] = [Self::InsecureOrigins, Self::PublicSuffixes];

    /// The opt-out as users write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InsecureOrigins => "insecure_origins",
            Self::PublicSuffixes => "public_suffixes",
        }
    }

    /// Finds the opt-out of that name, or returns `None`. Names are case-sensitive.
    #[must_use]
    pub const fn parse(name: &str) -> Option<Self> {
        let mut i = 0;
        while i < Self::ALL.len() {
            if equal(Self::ALL[i].as_str().as_bytes(), name.as_bytes()) {
                return Some(Self::ALL[i]);
            }
            i += 1;
        }
        None
    }
}

/// The opt-outs of a policy or of a set of origins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// Whether [`OptOut::InsecureOrigins`] is given.
    pub insecure_origins: bool,
    /// Whether [`OptOut::PublicSuffixes`] is given.
    pub public_suffixes: bool,
}

impl Tolerance {
    /// No opt-outs: every rule applies.
    pub const NONE: Self = Self {
        insecure_origins: false,
        public_suffixes: false,
    };

    /// Every opt-out.
    pub const ALL: Self = Self {
        insecure_origins: true,
        public_suffixes: true,
    };

    /// The same opt-outs and `opt_out`.
    #[must_use]
    pub const fn and(mut self, opt_out: OptOut) -> Self {
        match opt_out {
            OptOut::InsecureOrigins => self.insecure_origins = true,
            OptOut::PublicSuffixes => self.public_suffixes = true,
        }
        self
    }

    /// Whether `opt_out` is given.
    #[must_use]
    pub const fn has(self, opt_out: OptOut) -> bool {
        match opt_out {
            OptOut::InsecureOrigins => self.insecure_origins,
            OptOut::PublicSuffixes => self.public_suffixes,
        }
    }

    /// Iterates over the opt-outs that are given.
    pub fn iter(self) -> impl Iterator<Item = OptOut> {
        OptOut::ALL
            .into_iter()
            .filter(move |&opt_out| self.has(opt_out))
    }
}

#[cfg(test)]
mod tests {
    use super::{OptOut, Tolerance};

    #[test]
    fn every_opt_out_is_parsed_from_its_name() {
        for opt_out in OptOut::ALL {
            assert_eq!(OptOut::parse(opt_out.as_str()), Some(opt_out));
            let tolerance = Tolerance::NONE.and(opt_out);
            assert!(tolerance.has(opt_out));
            assert!(tolerance.iter().eq([opt_out]));
        }
        assert_eq!(OptOut::parse("everything"), None);
    }

    #[test]
    fn tolerance_of_all_and_none() {
        assert!(Tolerance::ALL.iter().eq(OptOut::ALL));
        assert_eq!(Tolerance::NONE.iter().count(), 0);
    }
}
