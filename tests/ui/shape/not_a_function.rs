#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET])]
struct Structure;

#[cors(origins = ["https://app.example"], methods = [GET])]
enum Enumeration {
    Variant,
}

#[cors(origins = ["https://app.example"], methods = [GET])]
const CONSTANT: u8 = 0;

#[cors(origins = ["https://app.example"], methods = [GET])]
mod module {}

#[cors(origins = ["https://app.example"], methods = [GET])]
impl Structure {}

#[cors(origins = ["https://app.example"], methods = [GET])]
static STATIC: u8 = 0;

#[cors(origins = ["https://app.example"], methods = [GET])]
type Alias = Structure;

trait Trait {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn declared();

    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn provided(&self) {}
}

impl Structure {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn method(&self) {}
}

fn statement() {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    let _handler = async || {};
}

fn main() {}
