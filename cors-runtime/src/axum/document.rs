//! The OpenAPI document that a router carries.

use std::mem;

use utoipa::openapi::OpenApi;

/// An OpenAPI document. `None` where nothing is documented; boxed, because each method of a router
/// passes it along.
#[derive(Clone, Default)]
pub(super) struct Document(Option<Box<OpenApi>>);

impl Document {
    pub(super) fn new(api: OpenApi) -> Self {
        Self(Some(Box::new(api)))
    }

    /// Adds the document of a router that is merged. Where both have a value, that of `self` stays.
    pub(super) fn merge(&mut self, other: Self) {
        match (&mut self.0, other.0) {
            (Some(own), Some(other)) => own.merge(*other),
            (own, other) => *own = own.take().or(other),
        }
    }

    /// Adds the document of a nested router. `path_below` adds the prefix to a path.
    ///
    /// Not by [`OpenApi::nest`], which drops the operations that `self` has on the same path.
    pub(super) fn nest(&mut self, mut inner: Self, path_below: impl Fn(&str) -> String) {
        if let Some(api) = &mut inner.0 {
            let paths = mem::take(&mut api.paths.paths).into_iter();
            let below = paths.map(|(path, item)| (path_below(&path), item));
            api.paths.paths = below.collect();
        }
        self.merge(inner);
    }

    /// The document, which is empty where nothing is documented.
    pub(super) fn into_openapi(self) -> OpenApi {
        self.0.map_or_else(OpenApi::default, |api| *api)
    }
}
