//! Every rule by name, with what it says. Nothing else in the project holds a message.

macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])+
        $rule:ident: $problem:literal, $help:literal $(or $without_fix:literal)?;
    )+) => {
        /// A rule that a policy must keep.
        ///
        /// The messages have places for `{text}` (what the user wrote), `{part}` (the slice of it
        /// that is meant) and `{fix}` (what to write instead, where that can be told).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// The rule's name, as it stands in the source.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => stringify!($rule)),+
                }
            }

            pub(crate) const fn problem(self) -> &'static str {
                match self {
                    $(Self::$rule => $problem),+
                }
            }

            /// What to do about it: with a spelling to paste, and without.
            pub(crate) const fn help(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$rule => rules!(@help $help $(or $without_fix)?)),+
                }
            }
        }
    };
    (@help $help:literal) => { ($help, $help) };
    (@help $help:literal or $without_fix:literal) => { ($help, $without_fix) };
}

rules! {
    // Origins: one list.

    /// `origins` is missing or empty, so no page could ever call the handler.
    OriginsMissing: "`origins` names no origin, so no page could call this handler",
        "write the origins of the pages that may, such as `origins = [\"https://app.example.com\"]`";
    /// `"*"` beside other origins: it already allows them.
    OriginsAnyBesideOthers: "`*` allows every origin, so the others in the list have no effect",
        "write `origins = [\"*\"]` alone, or delete `\"*\"` and keep the list";
    /// The same origin twice.
    OriginDuplicate: "`{text}` stands twice in the origins of this policy",
        "delete one of them";

    /// `"*"` in a set of origins that is filled while the program runs.
    SetAnyOrigin: "`{text}` in a set of origins would allow every site, and who fills the set may not know",
        "list the origins; a handler for every site says so in its attribute, `origins = [\"*\"]`";
    /// A handler with `credentials` that takes origins from a set which tolerates what the handler
    /// doesn't.
    SetTooTolerant: "the set of origins tolerates `{text}`, which is unsafe here",
        "add `dangerously_allow({text})`, or make the set without it";
    /// `enforce` where every origin is allowed.
    EnforceAnyOrigin: "`enforce` has nothing to refuse where `*` allows every origin",
        "list the origins, or delete `enforce`";

    // Origins: one entry.

    /// `null` is what every sandboxed frame and `data:` page sends, so it identifies nobody.
    OriginNull: "`{text}` is sent by every sandboxed frame, `data:` page and redirect, so allowing it lets anyone in",
        "serve the page from an origin of its own and write that";
    /// Several origins in one string, which no browser ever sends.
    OriginsInOneString: "`{text}` is not one origin: browsers send exactly one, without spaces or commas",
        "write each origin as a string of its own, such as `[\"https://a.example\", \"https://b.example\"]`";
    /// White space around the origin.
    OriginWhiteSpace: "`{text}` has white space around the origin, so it would never match",
        "write `\"{fix}\"`" or "delete the white space";
    /// A host that isn't ASCII; browsers send its punycode.
    OriginNotAscii: "`{text}` is not ASCII, and browsers send a host in punycode, so it would never match",
        "write the host's `xn--` form, which `new URL(\"{text}\").origin` shows in a browser's console";
    /// No `scheme://` in front.
    OriginWithoutScheme: "`{text}` has no scheme, so it would never match",
        "write `\"{fix}\"`" or "write scheme and host, such as `\"https://example.com\"`";
    /// Letters in upper case; browsers send lower case.
    OriginUpperCase: "`{text}` has upper-case letters, and browsers send an origin in lower case, so it would never match",
        "write `\"{fix}\"`" or "write it in lower case";
    /// A scheme with characters that no scheme has.
    OriginScheme: "`{part}` is not a scheme: a letter, then letters, digits, `+`, `-` and `.`",
        "write scheme and host, such as `\"https://example.com\"`";
    /// A scheme over 64 bytes.
    SchemeTooLong: "`{part}` is longer than the 64 bytes that a scheme may have",
        "check the origin; schemes are short, such as `https`";
    /// `file:` pages have the origin `null`.
    SchemeFile: "`{text}` would never match: pages from `file:` have the origin `null`",
        "serve the page over http, such as from `\"http://localhost:8080\"`, and write that";
    /// A path or a trailing slash.
    OriginPath: "`{text}` has a path (`{part}`), and an origin ends with its host or port, so it would never match",
        "write `\"{fix}\"`" or "delete `{part}`";
    /// A query.
    OriginQuery: "`{text}` has a query (`{part}`), and an origin ends with its host or port, so it would never match",
        "write `\"{fix}\"`" or "delete `{part}`";
    /// A fragment.
    OriginFragment: "`{text}` has a fragment (`{part}`), and an origin ends with its host or port, so it would never match",
        "write `\"{fix}\"`" or "delete `{part}`";
    /// A user name or password.
    OriginUserInfo: "`{text}` has user info (`{part}`), which browsers never send in an origin, so it would never match",
        "write `\"{fix}\"`" or "delete `{part}`";
    /// The scheme's default port written out; browsers leave it out.
    PortDefault: "`{text}` writes the default port (`{part}`), which browsers leave out, so it would never match",
        "write `\"{fix}\"`" or "delete `{part}`";
    /// A port that isn't a number from 1 to 65535 without leading zeros.
    PortInvalid: "`{part}` in `{text}` is not a port: a number from 1 to 65535 without leading zeros, or `:*`",
        "write `\"{fix}\"`" or "write a port such as `:8080`, or none";
    /// A wildcard anywhere but as `*.` in front of a domain or as `:*`.
    WildcardPosition: "`{text}` has a `*` where no wildcard can stand",
        "write `*.` as the whole leftmost label of a domain, such as `\"https://*.example.com\"`, or `:*` for any port";

    // Hosts.

    /// No host.
    HostEmpty: "`{text}` has no host, so it would never match",
        "write scheme and host, such as `\"https://example.com\"`";
    /// A character that no host has.
    HostCharacter: "`{part}` cannot stand in the host of `{text}`",
        "write letters, digits, `-`, `_` and `.` alone";
    /// A host over 253 bytes.
    HostTooLong: "the host of `{text}` is longer than the 253 bytes that a name may have",
        "check the name; no browser can reach it";
    /// Two dots in a row, or a dot in front.
    LabelEmpty: "the host of `{text}` has nothing between two dots, so it would never match",
        "delete the extra `.`";
    /// A label over 63 bytes.
    LabelTooLong: "`{part}` in the host of `{text}` is longer than the 63 bytes that may stand between two dots",
        "check the name; no browser can reach it";
    /// A label that begins or ends with a hyphen.
    LabelHyphen: "`{part}` in the host of `{text}` begins or ends with a hyphen, which no domain does",
        "check the name; a hyphen stands between letters or digits";
    /// An IPv4 address in another form than four plain decimals.
    Ipv4Invalid: "`{part}` in `{text}` is read as an IPv4 address, which browsers send as four plain decimals",
        "write `\"{fix}\"`" or "write four numbers from 0 to 255 without leading zeros";
    /// Brackets around something that is no IPv6 address, or an IPv6 address without them.
    Ipv6Invalid: "`{part}` in `{text}` is not an IPv6 address in brackets",
        "write an address such as `\"http://[::1]:3000\"`";
    /// An IPv6 address in another form than the compressed lower-case one.
    Ipv6NotCanonical: "`{part}` in `{text}` is not how browsers write that address, so it would never match",
        "write `\"{fix}\"`" or "write the compressed lower-case form";
    /// An IPv4 address inside an IPv6 address.
    Ipv6Mapped: "`{part}` in `{text}` is an IPv4 address inside an IPv6 address, which is not the origin of a page on that IPv4 address",
        "write `\"{fix}\"`" or "write the IPv4 address";
    /// An IPv6 address with a zone, which URLs cannot have.
    Ipv6Zone: "`{part}` in `{text}` has a zone, which browsers do not accept in a URL, so it would never match",
        "delete the `%` and what follows it";

    // What credentials ask for.

    /// `*` with `credentials`: browsers refuse the answer, and reflecting every origin instead
    /// would let any site act as the signed-in user.
    CredentialsAnyOrigin: "`*` with `credentials` would let every site act as the signed-in user, and browsers refuse it",
        "list the origins, such as `origins = [\"https://app.example.com\"]`, or delete `credentials`";
    /// `http://` to another machine with `credentials`: anyone on the network can be that origin.
    CredentialsInsecureOrigin: "`{text}` with `credentials` is open to anyone on the network, who could then act as the signed-in user",
        "write `\"{fix}\"`, or add `dangerously_allow(insecure_origins)`"
        or "write `https://`, or add `dangerously_allow(insecure_origins)`";
    /// A wildcard right below a public suffix with `credentials`: anyone can register a name there.
    CredentialsPublicSuffix: "`{text}` with `credentials` lets everyone who registers a name below `{part}` act as the signed-in user",
        "write your own domain, such as `\"https://*.yours.{part}\"`, or add `dangerously_allow(public_suffixes)`";
    /// `*` in `headers` with `credentials`: browsers read it as a header named `*`.
    CredentialsAnyHeader: "`*` in `headers` with `credentials` is read by browsers as a header named `*`",
        "list the headers, such as `headers = [\"content-type\"]`, or delete `credentials`";
    /// `*` in `expose_headers` with `credentials`: browsers read it as a header named `*`.
    CredentialsAnyExposed: "`*` in `expose_headers` with `credentials` is read by browsers as a header named `*`",
        "list the headers, such as `expose_headers = [\"x-total-count\"]`, or delete `credentials`";

    // Methods.

    /// `methods` is missing or empty.
    MethodsMissing: "`methods` names no method, so this handler would serve nothing",
        "write the methods that it serves, such as `methods = [GET]`";
    /// A known method in another case; methods are case-sensitive, so `patch` isn't `PATCH`.
    MethodCase: "`{text}` is not `{fix}`: methods are compared byte by byte",
        "write `{fix}`";
    /// CONNECT, TRACE and TRACK, which browsers refuse to send.
    MethodForbidden: "browsers refuse to send `{text}`, so allowing it has no effect",
        "delete it";
    /// `*`: a handler serves the methods that it names.
    MethodAny: "`*` is not a method, and a handler serves exactly the methods that it names",
        "write them, such as `methods = [GET, POST]`";
    /// A method that axum cannot route.
    MethodUnknown: "`{text}` is not a method that axum can route",
        "write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS";
    /// The same method twice.
    MethodDuplicate: "`{text}` stands twice in `methods`",
        "delete one of them";

    // Headers.

    /// Something that can't be the name of a header.
    HeaderNotToken: "`{text}` is not the name of a header",
        "write `\"{fix}\"`" or "write letters, digits and any of !#$%&'*+-.^_`|~ alone, one name in each string";
    /// A request header that pages can't set, so that allowing it has no effect.
    HeaderForbidden: "pages cannot set the request header `{text}`: it is the browser's own, so allowing it has no effect",
        "delete it";
    /// A response header in `headers`, which is about requests.
    HeaderOfResponse: "`{text}` is a response header, and `headers` names what a request may carry",
        "delete it; this policy writes the `access-control-*` headers by itself";
    /// The same header twice, in any case.
    HeaderDuplicate: "`{text}` stands twice in the list; the case of a header's name does not matter",
        "delete one of them";
    /// `"*"` beside names that it covers.
    HeadersAnyBesideOthers: "`*` already covers `{text}`",
        "write `\"*\"` alone (in `headers`, `\"authorization\"` may stand beside it), or delete `\"*\"`";
    /// `Set-Cookie` and `Set-Cookie2` can never be read by a page.
    ExposeSetCookie: "`{text}` can never be read by a page, so exposing it has no effect",
        "delete it";
    /// A request header in `expose_headers`, which is about responses.
    ExposeOfRequest: "`{text}` is a request header, and `expose_headers` names what a page may read of a response",
        "delete it";

    // max_age.

    /// `max_age` outside 0 to 86400 seconds.
    MaxAgeRange: "`max_age = {text}` is not from 0 to 86400 seconds",
        "write at most 86400; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)";
    /// `max_age` that isn't an integer.
    MaxAgeNotInteger: "`max_age = {text}` is not a number of seconds, written out",
        "write `max_age = {fix}`" or "write seconds, such as `max_age = 600`; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)";

    // The shape of the attribute.

    /// A key that the attribute doesn't have.
    KeyUnknown: "there is no key `{text}`",
        "the keys are {fix}";
    /// A key twice.
    KeyTwice: "`{text}` is given twice",
        "keep one, with all that it should say";
    /// A value of the wrong kind.
    ValueKind: "`{part}` is not a value for `{text}`",
        "write `{fix}`";
    /// A key without its value.
    ValueMissing: "`{text}` has no value",
        "write `{fix}`";
    /// `credentials` and `enforce` are flags.
    FlagValue: "`{text}` takes no value",
        "write `{text}` alone, or delete it";
    /// Private Network Access, which browsers have given up.
    PrivateNetwork: "`{text}` does nothing: browsers gave up Private Network Access for a permission prompt (Local Network Access)",
        "delete it; the person at the browser is asked instead";
    /// Something `dangerously_allow` doesn't know.
    DangerUnknown: "`dangerously_allow` has no `{text}`",
        "write `insecure_origins`, `public_suffixes` or both";
    /// The attribute on something that isn't a free function.
    NotAFunction: "`#[cors]` belongs on a free function, the handler of a route",
        "move the handler out as `async fn`, or put the attribute on the function that the route names";
    /// The attribute twice on one function: a handler has one policy.
    AttributeTwice: "`#[cors]` stands twice on `{text}`, and a handler has one policy",
        "write one `#[cors]` with all that it should say";
    /// A handler named like a primitive type: the type that carries its policy would hide it.
    PrimitiveName: "a handler named `{text}` would hide the primitive type of that name",
        "rename it, such as `{fix}`";

    // The handler's arguments: warnings.

    /// A `Json` argument, for which browsers ask whether they may send `content-type`.
    JsonWithoutContentType: "no page of another origin can send the JSON that this handler reads, since its `content-type` is not among `headers`",
        "add `headers = [\"content-type\"]`";
    /// A cookie jar without `credentials`: browsers send no cookies then.
    CookiesWithoutCredentials: "the `{text}` of this handler stays empty for every page of another origin, since browsers send cookies only with `credentials`",
        "add `credentials`";
    /// `TypedHeader<Authorization<..>>` without `authorization` in `headers`; `*` doesn't cover it.
    AuthorizationNotAllowed: "no page of another origin can send the `Authorization` that this handler reads, since it is not among `headers`",
        "add `headers = [\"authorization\"]`; `\"*\"` does not cover it";

    // routes!

    /// Two handlers of one `routes!` that serve the same method.
    RoutesSameMethod: "`{text}` and `{part}` both serve {fix}",
        "take the method from one of them, or give them paths of their own";
    /// A method or associated function in `routes!`.
    RoutesMethodOfType: "`{text}` is a function of a type, and `#[cors]` belongs on free functions",
        "move it out of the `impl`, and name it here by its path";
    /// A function without `#[cors]` that hides another one which has it: the name then reaches this
    /// function and that one's policy. Told when the handler is registered.
    RoutesPolicyOfAnother: "`{text}` has no `#[cors]` of its own, and its name brings the policy of `{part}`",
        "write `#[cors(..)]` above it, or rename it";
    /// Something in `routes!` that isn't a path.
    RoutesNotAPath: "`{text}` is not the path of a handler",
        "write `routes![handler]` or `routes![module::handler, other::<Type>]`";
}
