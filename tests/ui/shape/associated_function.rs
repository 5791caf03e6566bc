#![allow(dead_code)]

use cors_runtime::cors;

struct Users;

impl Users {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn list() {}

    /// Beside another attribute.
    #[cors(origins = ["https://app.example"], methods = [POST])]
    #[must_use]
    pub async fn save() -> u32 {
        0
    }

    #[cors(origins = ["https://app.example"], methods = [PUT])]
    async fn method(&self) {}
}

trait Handlers {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn default_handler() {}
}

mod inner {
    use cors_runtime::cors;

    impl super::Users {
        #[cors(origins = ["https://app.example"], methods = [GET])]
        async fn in_a_module() {}
    }

    // A free function.
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn free() {}
}

fn main() {
    struct Local;

    impl Local {
        #[cors(origins = ["https://app.example"], methods = [GET])]
        async fn in_a_function() {}
    }

    // A free function.
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn free() {}
}
