//! Calls of `fetch`, as browsers copy them and as pages have them.

use cors_testing::{Credentials, Mode};

use super::request::{head, imply_method};
use crate::exchange::{Field, Located, Span};
use crate::read::head::Head;
use crate::read::pairs::{Member, members};

/// Reads a call that begins at an offset, as [`read`](super::read) does. Its URL must be a string.
pub(super) fn read(text: &str, start: usize) -> (Option<Head>, usize) {
    let bracket = start + "fetch".len();
    let is_string = text[bracket + 1..]
        .trim_start()
        .starts_with(['"', '\'', '`']);
    if !is_string {
        return (None, start);
    }
    let (members, end) = members(text, bracket);
    let is_call = end.is_ok();
    let (Ok(end) | Err(end)) = end;
    (request(members, start..end).filter(|_| is_call), end)
}

fn request(members: Vec<Member<'_>>, at: Span) -> Option<Head> {
    let mut members = members.into_iter();
    let url = members.next().filter(|url| url.name.is_empty())?;
    let mut request = head(url.located(0), at);
    for member in members {
        let value = || member.located(0);
        match member.name {
            _ if member.is_header() => request.fields.push(member.field(0)),
            "method" => request.method = Some(value()),
            "mode" => request.mode = mode(&member.value),
            "credentials" => {
                request.credentials = credentials(&member.value).map(|credentials| Located {
                    value: credentials,
                    at: member.value_at.clone(),
                });
            }
            "body" => request.has_body = member.value != "null",
            "referrer" if member.value.contains("://") => {
                request.fields.push(Field {
                    name: "referer".to_owned(),
                    ..member.field(0)
                });
            }
            _ => {}
        }
    }
    request.mode.get_or_insert(Mode::Cors);
    imply_method(&mut request, "GET");
    Some(request)
}

pub(in crate::read) fn mode(value: &str) -> Option<Mode> {
    match value {
        "cors" => Some(Mode::Cors),
        "no-cors" => Some(Mode::NoCors),
        "same-origin" => Some(Mode::SameOrigin),
        _ => None,
    }
}

fn credentials(value: &str) -> Option<Credentials> {
    match value {
        "include" => Some(Credentials::Include),
        "same-origin" => Some(Credentials::SameOrigin),
        "omit" => Some(Credentials::Omit),
        _ => None,
    }
}
