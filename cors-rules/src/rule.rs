//! Every rule by name, with its message. No other file has the text of a rule's message.

macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])+
        $rule:ident: $problem:literal $(or $without_part:literal)?,
            $help:literal $(or $without_fix:literal)?;
    )+) => {
        /// A rule that a policy must keep.
        ///
        /// The messages have placeholders: `{text}` is the text that breaks the rule, `{part}` the
        /// slice of it that does, and `{fix}` the text that the remedy proposes, if there is one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$rule),+];

            /// The name of the variant, such as `"OriginPath"`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => stringify!($rule)),+
                }
            }

            /// The problem: with a `{part}`, and without.
            pub(crate) const fn problem(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$rule => rules!(@either $problem $(or $without_part)?)),+
                }
            }

            /// The remedy: with a `{fix}`, and without.
            pub(crate) const fn help(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$rule => rules!(@either $help $(or $without_fix)?)),+
                }
            }
        }
    };
    (@either $text:literal) => { ($text, $text) };
    (@either $text:literal or $other:literal) => { ($text, $other) };
}

rules! {
    // Origins: the whole list.

    /// `origins` is missing or empty, so no page of another origin could call the handler.
    OriginsMissing: "`origins` names no origin, so no page of another origin could call this handler",
        "write the origins of the pages that may, such as `origins = [\"https://app.example.com\"]`";
    /// `"*"` beside other origins: it already allows them.
    OriginsAnyBesideOthers: "`*` allows every origin, so other origins have no effect",
        "write only `origins = [\"*\"]`, or delete `\"*\"` and keep the list";
    /// `"*"` in `dev_origins`: every site could use the server of a developer, and the release build
    /// would refuse the same pages.
    DevOriginsAny: "`*` in `dev_origins` would let every site use the server of a developer, and a release build would refuse the same pages",
        "list the development origins, such as `dev_origins = [\"http://localhost:*\"]`; for every origin in every build, write `origins = [\"*\"]`";
    /// An origin that is listed twice.
    OriginDuplicate: "the origin `{text}` is listed twice",
        "delete one of them";

    /// `"*"` in a set of origins, which is filled at run time.
    SetAnyOrigin: "`{text}` in a set of origins would allow every site, and the attribute would not show it",
        "list the origins; for every site, write `origins = [\"*\"]` in the attribute without `origins_from`, or make the policy when the program starts: `Policy::new(&[\"*\"])` with its `layer()`";
    /// `http://` to another machine in a set of origins. Anyone on the network can send pages of that
    /// origin.
    SetInsecureOrigin: "`{text}` in a set of origins is open to anyone on the network, who could then act as the signed-in user",
        "write `{fix}`, or make the set with `OriginSet::new().dangerously_allow_insecure_origins()`"
        or "list the hosts with `https://`, or make the set with `OriginSet::new().dangerously_allow_insecure_origins()`";
    /// A wildcard directly below a public suffix in a set of origins. Anyone can register a name there.
    SetPublicSuffix: "`{text}` in a set of origins lets everyone who registers a name below `{part}` act as the signed-in user",
        "write your own domain, such as `https://*.yours.{part}`, or decide it in a function: `origins_from = is_preview`, or make the set with `OriginSet::new().dangerously_allow_public_suffixes()`";
    /// A handler with `credentials` whose set of origins has an opt-out that the handler lacks.
    SetTooTolerant: "the set of origins permits `{text}`, and the policy or set that uses it does not",
        "permit `{text}` there as well, or build the set without it";
    /// `enforce` with `origins = ["*"]`.
    EnforceAnyOrigin: "`enforce` has no effect, because `*` allows every origin",
        "list the origins, or delete `enforce`";

    // Origins: one entry.

    /// `null`, which every sandboxed frame and `data:` page sends, so that it identifies nobody.
    OriginNull: "`{text}` is sent by every sandboxed frame, `data:` page and redirect, so allowing it would allow every site",
        "serve the page from an origin of its own and write that";
    /// Several origins in one string. Browsers always send one.
    OriginsInOneString: "`{text}` is not one origin: browsers send exactly one, without spaces or commas",
        "write each origin as a string of its own, such as `[\"https://a.example\", \"https://b.example\"]`";
    /// `;` or `|` between two origins or after one.
    OriginSeparator: "`{text}` is not one origin: `{part}` does not separate origins",
        "write `\"{fix}\"`; commas or white space separate origins"
        or "separate them by commas or white space; in a list, write each as a string of its own, such as `[\"https://a.example\", \"https://b.example\"]`";
    /// Quotes or brackets around origins, as in JSON.
    OriginQuotes: "`{text}` is not one origin: `{part}` is no part of an origin",
        "delete the quotes and brackets, and separate origins by commas or white space: `https://a.example, https://b.example`";
    /// A range of addresses, such as `192.168.0.0/16`.
    OriginAddressRange: "`{text}` is a range of addresses (`{part}`), and an origin has one host",
        "write each address, or decide it in a function: `origins_from = is_in_network`";
    /// White space around the origin.
    OriginWhiteSpace: "`{text}` has white space around the origin, so it would never match",
        "write `\"{fix}\"`" or "delete the white space";
    /// A host that is not ASCII. Browsers send its punycode.
    OriginNotAscii: "`{text}` is not ASCII, and browsers send a host in punycode, so it would never match",
        "write the host's `xn--` form, which `new URL(\"{text}\").origin` shows in a browser's console";
    /// An origin without `scheme://`.
    OriginWithoutScheme: "`{text}` has no scheme, so it would never match",
        "write `\"{fix}\"`" or "write scheme and host, such as `\"https://example.com\"`";
    /// Letters in upper case. Browsers send lower case.
    OriginUpperCase: "`{text}` has upper-case letters, and browsers send an origin in lower case, so it would never match",
        "write `\"{fix}\"`" or "write it in lower case";
    /// A scheme with invalid characters.
    OriginScheme: "`{part}` is not a scheme: a letter, then letters, digits, `+`, `-` and `.`",
        "write scheme and host, such as `\"https://example.com\"`";
    /// A scheme of more than 64 bytes.
    SchemeTooLong: "`{part}` is longer than the 64 bytes that a scheme may have",
        "check the origin; schemes are short, such as `https`";
    /// `file:`, whose pages have the origin `null`.
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
    /// The default port of the scheme. Browsers leave it out.
    PortDefault: "`{text}` writes the default port (`{part}`), which browsers leave out, so it would never match",
        "write `\"{fix}\"`" or "delete `{part}`";
    /// A port that is not a number from 1 to 65535 without leading zeros.
    PortInvalid: "`{part}` in `{text}` is not a port: a number from 1 to 65535 without leading zeros, or `:*`",
        "write `\"{fix}\"`" or "write a port such as `:8080`, or none";
    /// A wildcard other than `*.` before a domain or `:*`.
    WildcardPosition: "`{text}` has a `*` where no wildcard is allowed",
        "write `*.` as the whole leftmost label of a domain, such as `\"https://*.example.com\"`, or `:*` for any port; or decide it in a function: `origins_from = is_preview`";

    // Hosts.

    /// An origin without a host.
    HostEmpty: "`{text}` has no host, so it would never match",
        "write scheme and host, such as `\"https://example.com\"`";
    /// A character that is not allowed in a host.
    HostCharacter: "`{part}` is not allowed in the host of `{text}`",
        "write only letters, digits, `-`, `_` and `.`";
    /// A host of more than 253 bytes.
    HostTooLong: "the host of `{text}` is longer than the 253 bytes that a name may have",
        "check the name; no browser can reach it";
    /// Two dots in a row, or a dot at the start.
    LabelEmpty: "the host of `{text}` has an empty label (two dots in a row, or a dot at the start), so it would never match",
        "delete the extra `.`";
    /// A label of more than 63 bytes.
    LabelTooLong: "`{part}` in the host of `{text}` is longer than the 63 bytes that are allowed between two dots",
        "check the name; no browser can reach it";
    /// An IPv4 address that is not written as four plain decimals.
    Ipv4Invalid: "`{part}` in `{text}` is read as an IPv4 address, which browsers send as four plain decimals",
        "write `\"{fix}\"`" or "write four numbers from 0 to 255 without leading zeros";
    /// Brackets around something that is not an IPv6 address, or an IPv6 address without brackets.
    Ipv6Invalid: "`{part}` in `{text}` is not an IPv6 address in brackets",
        "write an address such as `\"http://[::1]:3000\"`";
    /// An IPv6 address that is not in the compressed lower-case form.
    Ipv6NotCanonical: "`{part}` in `{text}` is not how browsers write that address, so it would never match",
        "write `\"{fix}\"`" or "write the compressed lower-case form";
    /// An IPv4 address inside an IPv6 address.
    Ipv6Mapped: "`{part}` in `{text}` is an IPv4 address inside an IPv6 address, which is not the origin of a page on that IPv4 address",
        "write `\"{fix}\"`" or "write the IPv4 address";
    /// An IPv6 address with a zone, which is not allowed in a URL.
    Ipv6Zone: "`{part}` in `{text}` has a zone, which browsers do not accept in a URL, so it would never match",
        "delete the `%` and what follows it";

    // Credentials.

    /// `*` with `credentials`. Browsers reject the response, and reflecting every origin instead
    /// would let any site act as the signed-in user.
    CredentialsAnyOrigin: "`*` with `credentials` would let every site act as the signed-in user, and browsers refuse it",
        "list the origins, such as `origins = [\"https://app.example.com\"]`, or delete `credentials`";
    /// `http://` to another machine with `credentials`. Anyone on the network can send pages of that
    /// origin.
    CredentialsInsecureOrigin: "`{text}` with `credentials` is open to anyone on the network, who could then act as the signed-in user",
        "write `\"{fix}\"`, or add `dangerously_allow(insecure_origins)`"
        or "list the hosts with `https://`, or add `dangerously_allow(insecure_origins)`";
    /// A wildcard directly below a public suffix with `credentials`. Anyone can register a name there.
    CredentialsPublicSuffix: "`{text}` with `credentials` lets everyone who registers a name below `{part}` act as the signed-in user",
        "write your own domain, such as `\"https://*.yours.{part}\"`, or decide it in a function: `origins_from = is_preview`, or add `dangerously_allow(public_suffixes)`";
    /// `*` in `headers` with `credentials`. Browsers then read it as a header named `*`.
    CredentialsAnyHeader: "`*` in `headers` with `credentials` is read by browsers as a header named `*`",
        "list the headers, such as `headers = [\"content-type\"]`, or delete `credentials`";
    /// `*` in `expose_headers` with `credentials`. Browsers then read it as a header named `*`.
    CredentialsAnyExposed: "`*` in `expose_headers` with `credentials` is read by browsers as a header named `*`",
        "list the headers, such as `expose_headers = [\"x-total-count\"]`, or delete `credentials`";

    // The protection of an application.

    /// A wildcard in `own_origins`.
    OwnOriginWildcard: "`{text}` is more than one origin, and an own origin is exact: scheme, host and port",
        "write each origin under which browsers reach this server, or take them from a set: `own_origins_from(&ORIGINS)`";
    /// An own origin whose scheme is neither `http` nor `https`.
    OwnOriginScheme: "`{text}` is not an origin of a server: `{part}` is neither `http` nor `https`",
        "write it in `trust` if its pages may send requests, or delete it";
    /// `*` in `trust`.
    TrustAnyOrigin: "`*` in `trust` would let every site act as the signed-in user",
        "write the origins of your own pages, such as `trust(&[\"https://app.example.com\"])`";
    /// `http://` to another machine in `trust`. Anyone on the network can send pages of that origin.
    TrustInsecureOrigin: "`{text}` in `trust` is open to anyone on the network, who could then act as the signed-in user",
        "write `\"{fix}\"`" or "list the hosts with `https://`";
    /// A wildcard directly below a public suffix in `trust`. Anyone can register a name there.
    TrustPublicSuffix: "`{text}` in `trust` lets everyone who registers a name below `{part}` act as the signed-in user",
        "write your own domain, such as `\"https://*.yours.{part}\"`";

    // Methods.

    /// `methods` is missing or empty.
    MethodsMissing: "no method is named, so the policy would cover nothing",
        "write the methods that it covers, such as `methods = [GET]`";
    /// A registered method in another case, or with white space around it. Methods are case-sensitive.
    MethodCase: "`{text}` is not `{fix}`: methods are compared byte by byte",
        "write `{fix}`";
    /// Text that is not the name of a method, such as several of them in one entry.
    MethodNotToken: "`{text}` is not the name of a method",
        "write each method as an entry of its own, such as `GET`";
    /// CONNECT, TRACE or TRACK, which browsers refuse to send.
    MethodForbidden: "browsers refuse to send `{text}`, so allowing it has no effect",
        "delete it";
    /// `*` in `methods`. A handler serves the methods that it lists.
    MethodAny: "`*` is not a method, and a handler serves exactly the methods that it names",
        "write them, such as `methods = [GET, POST]`";
    /// A method that axum cannot route to a handler.
    MethodUnknown: "`{text}` is not a method that axum can route",
        "write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it";
    /// A method that is listed twice.
    MethodDuplicate: "`{text}` is listed twice in `methods`",
        "delete one of them";

    // Headers.

    /// An invalid header name.
    HeaderNotToken: "`{text}` is not the name of a header",
        "write `\"{fix}\"`" or "write only letters, digits and any of !#$%&'+-.^_`|~, one name in each string";
    /// `*` anywhere but at the end of a prefix in `headers`.
    HeaderWildcard: "`{text}` has a `*` where no wildcard is allowed",
        "write one `*` at the end of a prefix, such as `\"x-rate-*\"`, or each name in full";
    /// A prefix in `headers` that would cover `authorization`, which no wildcard covers.
    HeaderPrefixAuthorization: "`{text}` would cover `authorization`, which has to be listed by its name because it carries credentials",
        "write a longer prefix, such as `\"x-auth-*\"`, and `\"authorization\"` if pages may send it";
    /// A request header that pages cannot set, so that allowing it has no effect.
    HeaderForbidden: "pages cannot set the request header `{text}`: only the browser sets it, so allowing it has no effect",
        "delete it";
    /// `Cookie` in `headers`. Browsers send cookies by themselves, with `credentials`.
    HeaderCookie: "pages cannot set the request header `{text}`: browsers send cookies by themselves, and only with `credentials`",
        "delete it; cookies need only `credentials`";
    /// A response header in `headers`, which lists request headers.
    HeaderOfResponse: "`{text}` is a response header, and `headers` lists request headers",
        "delete it; this policy writes the `access-control-*` headers by itself";
    /// A header that is listed twice, in any case.
    HeaderDuplicate: "`{text}` is listed twice; the case of a header's name does not matter",
        "delete one of them";
    /// `"*"` and an entry that it covers, or a prefix and a longer prefix.
    HeadersAnyBesideOthers: "`{part}` already covers `{text}`" or "`*` already covers `{text}`",
        "delete `\"{fix}\"`" or "write only `\"*\"` (and, in `headers`, `\"authorization\"`), or delete `\"*\"`";
    /// `*` within a name in `expose_headers`, where browsers know no prefixes.
    ExposeWildcard: "`{text}` has a `*`, and browsers match only whole names in `expose_headers`",
        "write each name in full, such as `\"x-rate-limit\"`";
    /// `Set-Cookie` or `Set-Cookie2`, which pages can never read.
    ExposeSetCookie: "`{text}` can never be read by a page, so exposing it has no effect",
        "delete it";
    /// A request header in `expose_headers`, which lists response headers.
    ExposeOfRequest: "`{text}` is a request header, and `expose_headers` lists response headers",
        "delete it";
    /// A header that only responses to preflights have, in `expose_headers`.
    ExposeOfPreflight: "`{text}` is only in responses to preflights, which no page can read",
        "delete it; this policy writes the `access-control-*` headers by itself";

    // max_age.

    /// A `max_age` outside of 0 to 86400 seconds.
    MaxAgeRange: "`max_age = {text}` is not from 0 to 86400 seconds",
        "write a number from 0 to 86400; browsers cap it at 600 (Safari), 7200 (Chrome) and 86400 (Firefox)";
    /// A `max_age` that is neither an integer literal nor the path of a constant.
    MaxAgeNotInteger: "`max_age` is a number of seconds or the path of a constant, not `{text}`",
        "write `max_age = {fix}`" or "write seconds, such as `max_age = 600`, or a constant: `const AGE: u32 = 600;` and `max_age = AGE`";

    // The shape of the attribute.

    /// A key that the attribute does not have.
    KeyUnknown: "unknown key `{text}`; did you mean `{part}`?" or "unknown key `{text}`",
        "the keys are {fix}";
    /// A key of another library for something that every policy does.
    KeyNotNeeded: "unknown key `{text}`: every policy has its preflights answered, and the `Vary` that its responses need",
        "delete it";
    /// Two entries without a comma between them.
    CommaMissing: "a comma is missing before `{text}`",
        "write `, {text}`";
    /// A key that is given twice.
    KeyTwice: "`{text}` is given twice",
        "keep one, with all of its values";
    /// A value of the wrong kind.
    ValueKind: "`{part}` is not a value for `{text}`",
        "write `{fix}`";
    /// A constant, or another expression, as an entry or as a part of a list.
    ListNotLiteral: "`{part}` is not a literal, and a constant is a whole list, not a part of one",
        "name the whole list, and write its name: `{text} = {fix};`";
    /// `env!` or another way to the environment in a list.
    ListOfEnvironment: "`{part}` is not a literal, and `{text}` does not read the environment",
        "write `origins_from = ALLOWED` with `static ALLOWED: OriginSet = OriginSet::new();`, and call `ALLOWED.from_env(\"CORS_ORIGINS\")` when the program starts; for the environment of the build, name the whole list: `{text} = {fix};`";
    /// A closure or a call in `origins_from`, which takes a name.
    PredicateNotNamed: "`{text}` is not the path of a function or of a static `OriginSet`",
        "name it: `fn is_tenant(origin: &Origin<'_>, request: &Parts) -> bool { .. }` and `origins_from = is_tenant`, or `static TENANTS: OriginSet = OriginSet::new();` and `origins_from = TENANTS`";
    /// An expression in `policy`, which takes the name of a constant.
    PolicyNotNamed: "`{text}` is not the path of a constant",
        "name it: `policy = ACCOUNT` with `const ACCOUNT: Policy = {fix};`"
        or "name a constant: `policy = ACCOUNT` with `const ACCOUNT: Policy = Policy::new(&[\"https://app.example.com\"]);`";
    /// A key without its value.
    ValueMissing: "`{text}` has no value",
        "write `{fix}`";
    /// A value for `credentials` or `enforce`, which are flags.
    FlagValue: "`{text}` takes no value",
        "write only `{text}`, or delete it";
    /// A key for Private Network Access, which browsers do not implement any more.
    PrivateNetwork: "`{text}` has no effect: browsers replaced Private Network Access by a permission prompt (Local Network Access)",
        "delete it; the browser asks its user for permission";
    /// An unknown value of `dangerously_allow`.
    OptOutUnknown: "`dangerously_allow` has no `{text}`",
        "write `insecure_origins`, `public_suffixes` or both";
    /// `state` without a function that could extract from it.
    StateWithoutFunction: "`state` has no effect without `origins_from`",
        "name a function that extracts from it, such as `origins_from = is_tenant`, or delete `state`";
    /// The attribute on anything but a free function.
    NotAFunction: "`#[cors]` belongs on a free function, the handler of a route",
        "move the handler out as `async fn`, or put the attribute on the function that the route names";
    /// The attribute on a function of an `impl` or a `trait`. Its policy is found by the path of a free
    /// function.
    AssociatedFunction: "`{text}` is a function of an `impl` or a `trait`, and `#[cors]` belongs on a free function",
        "move it out, as `async fn {text}(..)`; state comes from an argument, such as `State(api): State<Api>`";
    /// The attribute twice on one function. A handler has one policy.
    AttributeTwice: "`#[cors]` is written twice on `{text}`, and a handler has one policy",
        "write one `#[cors]` with all of the keys";
    /// A handler named like a primitive type, which the type that carries its policy would shadow.
    PrimitiveName: "a handler named `{text}` would hide the primitive type of that name",
        "rename it, such as `{fix}`";

    // Warnings: the arguments of the handler.

    /// A `Json` argument without `content-type` in `headers`, which browsers need a preflight for.
    JsonWithoutContentType: "no page of another origin can send the JSON that this handler reads, because its `content-type` is not among `headers`",
        "add `\"content-type\"` to `headers`, such as `headers = [\"content-type\"]`";
    /// A cookie jar without `credentials`. Browsers then send no cookies.
    CookiesWithoutCredentials: "the `{text}` of this handler stays empty for every page of another origin, because browsers send cookies only with `credentials`",
        "add `credentials`";
    /// `TypedHeader<Authorization<..>>` without `authorization` in `headers`. `*` does not cover it.
    AuthorizationNotAllowed: "no page of another origin can send the `Authorization` that this handler reads, because it is not among `headers`",
        "add `\"authorization\"` to `headers`, such as `headers = [\"authorization\"]`; `\"*\"` does not cover it";

    /// A GraphQL request without `content-type` in `headers`. GraphQL clients post JSON.
    GraphQlWithoutContentType: "no GraphQL client in a page of another origin can post to this handler, because the `content-type` of its JSON is not among `headers`",
        "add `\"content-type\"` to `headers`, such as `headers = [\"content-type\"]`";

    // routes!

    /// Two handlers of one `routes!` that serve the same method.
    RoutesSameMethod: "`{text}` and `{part}` both serve {fix}",
        "take the method from one of them, or give them paths of their own";
    /// A method or associated function in `routes!`.
    RoutesMethodOfType: "`{text}` is a function of a type, and `#[cors]` belongs on free functions",
        "move it out of the `impl`, and name it here by its path";
    /// A function without `#[cors]` that shadows a function with it, so that the name refers to the
    /// one function and to the policy of the other. Reported when the handler is registered.
    RoutesPolicyOfAnother: "`{text}` has no `#[cors]` of its own, and its path refers to the policy of `{part}`",
        "write `#[cors(..)]` above it, or rename it";
    /// A handler whose predicate extracts from another state than that of the router. Reported when the
    /// handler is registered.
    RoutesOtherState: "the function of `origins_from` of `{text}` extracts from the state `{part}`, and the state of this router is `{fix}`",
        "write the type of this router's state in the attribute, `state = ..`, or register the handler in a router with the state `{part}`";
    /// A handler whose predicate extracts from a state that the router does not have. Reported when the
    /// router is finished.
    RoutesStateMissing: "the function of `origins_from` of `{text}` extracts from the state `{part}`, which the router does not have",
        "register the handler in a `CorsRouter`, and call its `with_state(..)` after that and before `into_router()`";
    /// Anything in `routes!` but a path.
    RoutesNotAPath: "`{text}` is not the path of a handler",
        "write the path of a handler, such as `handler`, `module::handler` or `other::<Type>`";
    /// An attribute other than `#[cfg(..)]` on a path in `routes!`.
    RoutesAttribute: "`{text}` has no effect in `routes!`, where a path can only have `#[cfg(..)]`",
        "delete it, or write it on the function itself";
}
