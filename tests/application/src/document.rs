//! The OpenAPI document: what no handler has.

use utoipa::OpenApi;

/// The path at which every site reads the document.
pub const PATH: &str = "/openapi.json";

/// The title of the API.
#[derive(Debug, OpenApi)]
#[openapi(info(title = "Job board", version = "1.0.0"))]
pub struct ApiDoc;
