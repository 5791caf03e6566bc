//! Titles between heads, and the names that browsers' tools give to parts of a request.

use super::names::Side;

/// The part of a text below a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Method, URL and status: `General`, Safari's `Summary`.
    General,
    /// The headers of a side.
    Headers(Side),
    /// The body of a request.
    Payload,
    /// Everything that is of no use here.
    Other,
}

impl Section {
    /// Reads a title, as browsers copy it or as people write it above a head.
    pub(super) fn read(line: &str) -> Option<Self> {
        const MAX: usize = 60;
        if line.len() > MAX {
            return None;
        }
        let title = line.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
        let mut title = title.to_ascii_lowercase();
        for suffix in [
            "view source",
            "view parsed",
            "view decoded",
            "view url-encoded",
            "raw",
        ] {
            if let Some(rest) = title.strip_suffix(suffix) {
                title.truncate(rest.trim_end().len());
            }
        }
        if let Some((rest, _)) = title.split_once('(').filter(|_| title.ends_with(')')) {
            title.truncate(rest.trim_end().len());
        }
        let title = title.trim_end_matches(':');
        // The body by which Spring refuses a preflight is no title.
        if title.contains([':', '=', '.', ',', '/']) || title == "invalid cors request" {
            return None;
        }
        let words = title.split_whitespace().count();
        let ends = |end: &str| words <= 4 && title.ends_with(end);
        Some(match title {
            "general" | "summary" => Self::General,
            "form data" => Self::Payload,
            "query string parameters"
            | "query string"
            | "preview"
            | "timings"
            | "timing"
            | "initiator"
            | "cookies"
            | "provisional headers are shown" => Self::Other,
            _ if ends("payload") || ends("request body") => Self::Payload,
            _ if ends(" body") || ends(" cookies") => Self::Other,
            _ if ends("request headers") || ends("request header") || ends("request") => {
                Self::Headers(Side::Request)
            }
            _ if ends("response headers") || ends("response header") || ends("response") => {
                Self::Headers(Side::Response)
            }
            _ => return None,
        })
    }
}

/// A name in the part `General`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Url,
    Method,
    Status,
    /// A part of the URL, or a pseudo header, by its name.
    Part(&'static str),
    /// A name of no use.
    Other,
}

/// Reads a name of the part `General`. The rest of the line is its value, if the value stands there.
/// Names that headers have, too, count only below the title.
pub(super) fn label(line: &str, is_general: bool) -> Option<(Label, &str)> {
    let always = [
        ("Request URL", Label::Url),
        ("Request Method", Label::Method),
        ("Status Code", Label::Status),
        ("Remote Address", Label::Other),
        ("Referrer Policy", Label::Other),
    ];
    let below_title = [
        ("URL", Label::Url),
        ("Method", Label::Method),
        ("Status", Label::Status),
        ("Scheme", Label::Part("scheme")),
        ("Host", Label::Part("authority")),
        ("Filename", Label::Part("path")),
        ("Version", Label::Other),
        ("Transferred", Label::Other),
        ("Address", Label::Other),
        ("Source", Label::Other),
        ("Initiator", Label::Other),
        ("DNS Resolution", Label::Other),
        ("Request Priority", Label::Other),
    ];
    let below_title = below_title.iter().filter(|_| is_general);
    always.iter().chain(below_title).find_map(|&(name, label)| {
        let start = line.get(..name.len())?;
        let rest = &line[name.len()..];
        let is_name = start.eq_ignore_ascii_case(name);
        let ends = rest.is_empty() || rest.starts_with([':', '\t', ' ']);
        (is_name && ends).then(|| (label, rest.trim_start_matches([':', '\t', ' '])))
    })
}
