//! Where another macro may move a function, the errors are those of rustc.
#![allow(dead_code)]

use cors_runtime::cors;

macro_rules! controller {
    ($(#[$attribute:meta])* $name:ident) => {
        struct Controller;

        impl Controller {
            $(#[$attribute])*
            async fn $name() {}
        }
    };
}

controller! {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    list
}

fn main() {}
