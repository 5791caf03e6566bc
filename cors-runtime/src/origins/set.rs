//! A set of origins that may change while the program runs.

use std::env::{self, VarError};
use std::fmt;

use arc_swap::ArcSwapOption;
use cors_rules::{Key, OptOut, Origin, Place, Rule, Tolerance, Violation, check};

use super::list::OriginList;
use crate::errors::{PolicyError, PolicyErrors};
use crate::header_value::shared_value;

/// Origins from configuration or a database, which may change while the program runs.
///
/// The entries are written as in [`#[cors]`](macro@crate::cors#origins) and checked by the same rules,
/// those for `credentials` included, unless the set is constructed with an opt-out. `"*"` is never
/// an entry: a policy for every site has it among its origins, `Policy::new(&["*"])`. An empty set
/// allows no origin.
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
#[doc(alias("AllowOrigin"))]
#[must_use]
pub struct OriginSet {
    list: ArcSwapOption<OriginList>,
    tolerance: Tolerance,
    name: Option<&'static str>,
}

impl OriginSet {
    /// An empty set.
    pub const fn new() -> Self {
        Self {
            list: ArcSwapOption::const_empty(),
            tolerance: Tolerance::NONE,
            name: None,
        }
    }

    /// Names the set in [`Policies`](crate::Policies), such as for a
    /// [gateway](crate::guide::edge#policies-at-the-edge) that has a copy of it.
    ///
    /// ```
    /// use cors_runtime::OriginSet;
    ///
    /// static TENANTS: OriginSet = OriginSet::new().named("tenants");
    /// ```
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    pub(crate) fn name(&self) -> Option<&'static str> {
        self.name
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
    /// ones, and never waits. An origin that is there several times is taken once.
    ///
    /// The entries are checked on the calling thread, up to some microseconds for each. Call it in
    /// `spawn_blocking` of tokio where there may be 100,000 of them.
    ///
    /// # Errors
    ///
    /// The entries that break a rule, with their positions, up to [`PolicyErrors::KEPT`] and the number
    /// of the others. The set is then unchanged. [`replace_valid`](Self::replace_valid) takes the
    /// other entries.
    pub fn replace<I>(&self, origins: I) -> Result<(), PolicyErrors>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let origins: Vec<I::Item> = origins.into_iter().collect();
        let mut errors = PolicyErrors::none();
        let valid = self.check(&origins, |position, violation| {
            errors.push(|| entry_error(position, violation));
        });
        errors.into_result()?;
        self.store(valid);
        Ok(())
    }

    /// Replaces all origins at once by those that break no rule, and returns an error for each of the
    /// others. So a tenant with a typo loses its own origin, and not the new origins of everybody.
    ///
    /// ```
    /// # use cors_runtime::OriginSet;
    /// static TENANTS: OriginSet = OriginSet::new();
    ///
    /// let errors = TENANTS.replace_valid(["https://a.example", "https://b.example/"]);
    /// assert!(errors[0].to_string().starts_with("origins[1]: `https://b.example/` has a path"));
    /// assert!(TENANTS.contains("https://a.example"));
    /// ```
    ///
    /// Of a list without a valid entry the set becomes empty. Each error takes some 400 bytes, and
    /// their number has no bound. Call it in `spawn_blocking` where [`replace`](Self::replace) is.
    #[must_use = "the errors name the entries that were left out"]
    pub fn replace_valid<I>(&self, origins: I) -> Vec<PolicyError>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let origins: Vec<I::Item> = origins.into_iter().collect();
        let mut errors = Vec::new();
        let valid = self.check(&origins, |position, violation| {
            errors.push(entry_error(position, violation));
        });
        self.store(valid);
        errors
    }

    /// Returns the entries that break no rule, and calls `reject` for each of the others.
    fn check<'a, T: AsRef<str>>(
        &self,
        origins: &'a [T],
        mut reject: impl FnMut(usize, &Violation<'a>),
    ) -> Vec<&'a str> {
        let mut valid = Vec::with_capacity(origins.len());
        for (position, text) in origins.iter().map(AsRef::as_ref).enumerate() {
            match check::set_origin(text, self.tolerance) {
                None => valid.push(text),
                Some(violation) => reject(position, &violation),
            }
        }
        valid
    }

    /// `origins` have passed the rules.
    fn store(&self, origins: Vec<&str>) {
        let list = OriginList::new(origins, shared_value);
        self.list.store(Some(list.into()));
    }

    /// Replaces all origins by those of an environment variable, separated by commas or white
    /// space. Without such a variable the set becomes empty.
    ///
    /// With the feature `tracing`, both are events with the target `cors` and the level INFO:
    /// `origins replaced` with the fields `variable` and `count`, and `environment variable not set`
    /// with `variable`. The latter often is a typo in the name.
    ///
    /// # Errors
    ///
    /// Those of [`replace`](Self::replace), and if the variable is not Unicode. The errors name the
    /// variable: `CORS_ORIGINS[1]: ..`. The set is then unchanged.
    #[allow(
        clippy::wrong_self_convention,
        reason = "named for the source of the origins"
    )]
    pub fn from_env(&self, variable: &str) -> Result<(), PolicyErrors> {
        match env::var(variable) {
            Ok(list) => {
                let replaced = self.replace(words(&list));
                replaced.map_err(|errors| errors.of_variable(variable))?;
                log::replaced(variable, self.len());
                Ok(())
            }
            Err(VarError::NotPresent) => {
                self.store(Vec::new());
                log::not_set(variable);
                Ok(())
            }
            Err(VarError::NotUnicode(_)) => {
                let variable = variable.to_owned();
                PolicyErrors::unless_empty(vec![PolicyError::NotUnicode { variable }])
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

    /// Whether pages of `origin` are allowed, for functions of `origins_from`. It allocates nothing.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axum::extract::State;
    /// use cors_runtime::{Origin, OriginSet, cors};
    ///
    /// fn is_tenant(origin: &Origin<'_>, State(tenants): State<Arc<OriginSet>>) -> bool {
    ///     tenants.allows(origin)
    /// }
    ///
    /// #[cors(origins_from = is_tenant, state = Arc<OriginSet>, methods = [GET])]
    /// async fn list() {}
    /// ```
    #[must_use]
    pub fn allows(&self, origin: &Origin<'_>) -> bool {
        self.allows_bytes(origin.as_str().as_bytes())
    }

    /// Whether pages of `origin` are allowed. Text that is no origin is not.
    #[must_use]
    pub fn contains(&self, origin: &str) -> bool {
        self.allows_bytes(origin.as_bytes())
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

    pub(crate) fn allows_bytes(&self, origin: &[u8]) -> bool {
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

fn entry_error(position: usize, violation: &Violation<'_>) -> PolicyError {
    PolicyError::new(Key::Origins, Place::Entry(position), violation)
}

/// Log events of sets.
mod log {
    #[cfg(feature = "tracing")]
    pub(super) fn replaced(variable: &str, count: usize) {
        tracing::info!(target: "cors", variable, count, "origins replaced");
    }

    #[cfg(feature = "tracing")]
    pub(super) fn not_set(variable: &str) {
        tracing::info!(target: "cors", variable, "environment variable not set");
    }

    #[cfg(not(feature = "tracing"))]
    pub(super) fn replaced(_: &str, _: usize) {}

    #[cfg(not(feature = "tracing"))]
    pub(super) fn not_set(_: &str) {}
}

/// The words between commas and white space.
pub(crate) fn words(list: &str) -> impl Iterator<Item = &str> {
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
            .field("name", &self.name)
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
