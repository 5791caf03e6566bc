//! The expansions for rust-analyzer: the words of `#[cors]` as items, which it completes and documents,
//! and lists of handlers in which each name is that of the function only.
#![allow(dead_code, unreachable_pub, reason = "tests read the names only")]

#[cfg(rust_analyzer)]
#[allow(missing_docs, reason = "for generated code")]
mod lists {
    use crate::axum::{HandlerPolicies, Routes};

    /// The expansion of the macros that list handlers: the handlers in parentheses.
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __routes_for_editor {
        ($crate_path:tt; $($handler:tt)*) => { $crate::__private::editor::routes(($($handler)*)) };
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __policies_for_editor {
        ($crate_path:tt; $($handler:tt)*) => { $crate::__private::editor::policies(($($handler)*)) };
    }

    #[cfg(feature = "utoipa")]
    #[doc(hidden)]
    #[macro_export]
    macro_rules! __documented_for_editor {
        ($crate_path:tt; $($handler:tt)*) => { $crate::__private::editor::documented(($($handler)*)) };
    }

    pub fn routes<H, S>(_: H) -> Routes<S> {
        unreachable!()
    }

    pub fn policies<H>(_: H) -> HandlerPolicies {
        unreachable!()
    }

    #[cfg(feature = "utoipa")]
    pub fn documented<H, S>(_: H) -> crate::axum::Documented<S> {
        unreachable!()
    }
}

#[cfg(rust_analyzer)]
pub use lists::*;

macro_rules! words {
    ($($(#[$documentation:meta])* $word:ident: $value:ty;)*) => {
        $(
            $(#[$documentation])*
            #[allow(non_upper_case_globals)]
            pub const $word: Option<$value> = None;
        )*

        #[cfg(test)]
        pub(super) const ALL: &[&str] = &[$(stringify!($word)),*];
    };
}

/// The keys.
pub mod keys {
    /// A list of strings, or the path of a constant that is one.
    type List = &'static [&'static str];
    /// A flag has no value.
    type Flag = ();

    words! {
        /// `origins = ["https://app.example.com", "https://*.example.com"]`
        ///
        /// The origins whose pages may call the handler, or `["*"]` for every one. Required, unless `policy` or
        /// `origins_from` provides them.
        origins: List;
        /// `dev_origins = ["http://localhost:*"]`
        ///
        /// More origins, in debug builds only. A release build does not contain them.
        dev_origins: List;
        /// `methods = [GET, POST]`
        ///
        /// The methods for which `routes!` registers the handler. Required, unless `policy` provides them.
        methods: List;
        /// `headers = ["content-type", "authorization"]`
        ///
        /// The request headers that a page may set, beyond the safelisted ones. `"x-prefix-*"` covers all
        /// that begin with it, and `["*"]` is every one but `authorization`. Default: none.
        headers: List;
        /// `expose_headers = ["etag"]`
        ///
        /// The response headers that a page may read, beyond the safelisted ones; `["*"]` for every one.
        /// Default: none.
        expose_headers: List;
        /// `max_age = 600`
        ///
        /// The seconds for which a browser may cache the response to a preflight. Default: the
        /// browser's, 5.
        max_age: u32;
        /// `credentials`
        ///
        /// Pages may send cookies, client certificates and the browser's passwords, and read the response.
        credentials: Flag;
        /// `enforce`
        ///
        /// Reads of pages that the policy does not allow are refused as well, with 403. Writes and web sockets
        /// always are.
        enforce: Flag;
        /// `dangerously_allow(insecure_origins)`
        ///
        /// Rules that the policy does not have to keep: `insecure_origins`, `public_suffixes`.
        dangerously_allow: Flag;
        /// `policy = ACCOUNT`
        ///
        /// A `const ACCOUNT: Policy`. The other keys override its values.
        policy: crate::Policy<'static>;
        /// `origins_from = TENANTS`
        ///
        /// More origins, which are known only when the program runs: a static `OriginSet`, or a function whose
        /// first argument is `&Origin<'_>`.
        origins_from: crate::OriginSet;
        /// `state = AppState`
        ///
        /// The type of the router's state, if the function of `origins_from` extracts from it.
        state: Flag;
    }
}

/// The opt-outs of `dangerously_allow(..)`.
pub mod opt_outs {
    words! {
        /// Origins with `http://` may be allowed together with `credentials`.
        insecure_origins: ();
        /// Wildcards directly below a public suffix, such as `https://*.github.io`, may be allowed together
        /// with `credentials`. Everyone can register a name there.
        public_suffixes: ();
    }
}

/// The methods.
pub mod methods {
    words! {
        /// Serves HEAD as well, unless another handler of the path does.
        GET: ();
        /// Without a body in the response. A GET handler serves it, too.
        HEAD: ();
        /// Browsers send it without a preflight, unless the request has other than safelisted headers.
        POST: ();
        /// Needs a preflight.
        PUT: ();
        /// Needs a preflight.
        PATCH: ();
        /// Needs a preflight.
        DELETE: ();
        /// OPTIONS requests that are not preflights.
        OPTIONS: ();
    }
}

#[cfg(test)]
mod tests {
    use cors_rules::{Key, Method, OptOut};

    use super::{keys, methods, opt_outs};

    #[test]
    fn every_word_of_the_attribute_is_there() {
        let mut all: Vec<&str> = Key::ALL.map(Key::as_str).to_vec();
        // A keyword, which cannot be the name of an item.
        all.retain(|key| *key != "crate");
        assert_eq!(keys::ALL, all);
        let methods: Vec<&str> = Method::ALL.iter().map(|method| method.as_str()).collect();
        assert_eq!(methods::ALL, methods);
        let words = opt_outs::ALL.iter();
        assert!(words.clone().all(|word| OptOut::parse(word).is_some()));
        assert_eq!(words.count(), 2);
    }
}
