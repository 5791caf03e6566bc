//! A set of origins that may change while the program runs.

use std::collections::HashSet;
use std::env::{self, VarError};
use std::fmt;

use arc_swap::ArcSwapOption;
use cors_rules::{Key, OptOut, Place, Rule, Tolerance, Violation, check};
use http::HeaderValue;

use super::list::OriginList;
use crate::errors::{PolicyError, PolicyErrors};
use crate::header_value::shared_value;

/// Origins from configuration or a database, which may change while the program runs.
///
/// The entries are written as in [`#[cors]`](macro@crate::cors#origins) and checked by the same rules,
/// those for `credentials` included, unless the set is constructed with an opt-out. `"*"` is never
/// an entry. An empty set allows no origin.
///
/// ```
/// use cors_runtime::{OriginSet, cors};
///
/// static TENANTS: OriginSet = OriginSet::new();
///
/// #[cors(origins_from = TENANTS, methods = [GET], credentials)]
/// async fn list() {}
///
/// # fn main() -> Result<(), cors_runtime::PolicyErrors> {
/// TENANTS.replace(["https://a.example", "https://*.b.example"])?;
/// assert!(TENANTS.contains("https://shop.b.example"));
///
/// let errors = TENANTS.replace(["https://c.example", "https://d.example/"]).unwrap_err();
/// assert!(errors.to_string().starts_with("origins[1]: `https://d.example/` has a path"));
/// assert!(TENANTS.contains("https://a.example"), "all or nothing");
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct OriginSet {
    list: ArcSwapOption<OriginList>,
    tolerance: Tolerance,
}

impl OriginSet {
    /// An empty set.
    pub const fn new() -> Self {
        Self {
            list: ArcSwapOption::const_empty(),
            tolerance: Tolerance::NONE,
        }
    }

    /// Accepts `http://` origins on other machines. A policy with `credentials` that uses the set
    /// needs the same opt-out.
    pub const fn dangerously_allow_insecure_origins(mut self) -> Self {
        self.tolerance.insecure_origins = true;
        self
    }

    /// Accepts wildcards right below a public suffix. A policy with `credentials` that uses the set
    /// needs the same opt-out.
    pub const fn dangerously_allow_public_suffixes(mut self) -> Self {
        self.tolerance.public_suffixes = true;
        self
    }

    /// Replaces all origins at once. A request sees either all of the old ones or all of the new
    /// ones, and never waits.
    ///
    /// # Errors
    ///
    /// Every entry that breaks a rule, with its position. The set is then unchanged.
    pub fn replace<I>(&self, origins: I) -> Result<(), PolicyErrors>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let origins: Vec<I::Item> = origins.into_iter().collect();
        let texts = || origins.iter().map(AsRef::as_ref);
        let mut seen = HashSet::with_capacity(origins.len());
        let mut errors = Vec::new();
        for (position, text) in texts().enumerate() {
            let violation = check::listed_origin(text, true, self.tolerance).or_else(|| {
                let is_new = seen.insert(text);
                (!is_new).then(|| Violation::new(Rule::OriginDuplicate, text))
            });
            if let Some(violation) = violation {
                let place = Place::Entry(position);
                errors.push(PolicyError::new(Key::Origins, place, &violation));
            }
        }
        PolicyErrors::unless_empty(errors)?;
        let list = OriginList::new(texts(), shared_value);
        self.list.store(Some(list.into()));
        Ok(())
    }

    /// Replaces all origins by those of an environment variable, separated by commas or white
    /// space. Without such a variable the set becomes empty.
    ///
    /// # Errors
    ///
    /// Those of [`replace`](Self::replace), and if the variable is not Unicode.
    #[allow(
        clippy::wrong_self_convention,
        reason = "named for the source of the origins"
    )]
    pub fn from_env(&self, variable: &str) -> Result<(), PolicyErrors> {
        match env::var(variable) {
            Ok(list) => self.replace(words(&list)),
            Err(VarError::NotPresent) => self.replace::<[&str; 0]>([]),
            Err(VarError::NotUnicode(_)) => {
                PolicyErrors::unless_empty(vec![PolicyError::NotUnicode {
                    variable: variable.to_owned(),
                }])
            }
        }
    }

    /// Replaces all origins by those of another set, such as one that was deserialised.
    ///
    /// # Errors
    ///
    /// If the other set has an opt-out that this one lacks.
    pub fn replace_with(&self, other: Self) -> Result<(), PolicyErrors> {
        PolicyErrors::unless_empty(other.excess(self.tolerance, Key::Origins))?;
        self.list.store(other.list.into_inner());
        Ok(())
    }

    /// Whether pages of `origin` are allowed.
    #[must_use]
    pub fn contains(&self, origin: &str) -> bool {
        HeaderValue::from_str(origin).is_ok_and(|origin| self.allows(&origin))
    }

    /// The number of origins and patterns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.load().as_ref().map_or(0, |list| list.len())
    }

    /// Whether no origin is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn allows(&self, origin: &HeaderValue) -> bool {
        let list = self.list.load();
        list.as_ref().is_some_and(|list| list.contains(origin))
    }

    /// The opt-outs of this set that a policy with credentials lacks.
    pub(crate) fn tolerance_errors(&self, policy: &cors_rules::Policy<'_>) -> Vec<PolicyError> {
        if policy.credentials {
            self.excess(policy.tolerance, Key::OriginsFrom)
        } else {
            Vec::new()
        }
    }

    fn excess(&self, tolerance: Tolerance, key: Key) -> Vec<PolicyError> {
        let lacks = |opt_out: &OptOut| !tolerance.has(*opt_out);
        let missing = self.tolerance.iter().filter(lacks);
        missing
            .map(|opt_out| {
                let violation = Violation::new(Rule::SetTooTolerant, opt_out.as_str());
                PolicyError::new(key, Place::Whole, &violation)
            })
            .collect()
    }
}

/// The words between commas and white space.
fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(|separator: char| separator == ',' || separator.is_whitespace())
        .filter(|word| !word.is_empty())
}

impl Default for OriginSet {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for OriginSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OriginSet")
            .field("len", &self.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

/// Reads a list of strings, or one string of origins separated by commas or white space. The set has
/// no opt-outs; for one that has, deserialise strings and [`replace`](OriginSet::replace).
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for OriginSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged, expecting = "a list of origins, or a string of them")]
        enum Origins {
            List(Vec<String>),
            Words(String),
        }
        let set = Self::new();
        match Origins::deserialize(deserializer)? {
            Origins::List(list) => set.replace(list),
            Origins::Words(list) => set.replace(words(&list)),
        }
        .map_err(serde::de::Error::custom)?;
        Ok(set)
    }
}
