//! The policies of services, for the router that is given one.
//!
//! A router takes services of any type, and Rust cannot compare that with a type that is generic
//! itself. So each layer registers the type of the services that it makes.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::decision::PathPolicies;

/// The policy of a service, without the service.
#[derive(Debug)]
pub(crate) struct OwnPolicy {
    pub(crate) policies: PathPolicies,
    /// Whether refused preflights get the reason.
    pub(crate) gives_reasons: bool,
}

/// A service inside a policy.
pub(super) trait HasPolicy: Any {
    /// Moves the policy out. The service then passes every request on.
    fn take_policy(&mut self) -> Option<OwnPolicy>;
}

type Take = fn(&mut dyn Any) -> Option<OwnPolicy>;

static TYPES: LazyLock<RwLock<HashMap<TypeId, Take>>> = LazyLock::new(RwLock::default);

/// Registers a type of services.
pub(super) fn register<T: HasPolicy>() {
    let id = TypeId::of::<T>();
    let types = TYPES.read().unwrap_or_else(PoisonError::into_inner);
    if types.contains_key(&id) {
        return;
    }
    drop(types);
    let take: Take = |service| service.downcast_mut::<T>()?.take_policy();
    let mut types = TYPES.write().unwrap_or_else(PoisonError::into_inner);
    types.insert(id, take);
}

/// Moves the policy out of a service, if a layer with a policy has made it, and it is not inside
/// another service.
pub(crate) fn take_policy<T: 'static>(service: &mut T) -> Option<OwnPolicy> {
    let types = TYPES.read().unwrap_or_else(PoisonError::into_inner);
    let take = types.get(&TypeId::of::<T>()).copied();
    drop(types);
    take?(service)
}
