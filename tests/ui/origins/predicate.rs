#![allow(dead_code)]

use std::rc::Rc;

use axum::extract::{FromRef, Json, Path, State};
use axum::http::request::Parts;
use cors_runtime::{Origin, cors};

#[derive(Clone)]
struct Db;

#[derive(Clone)]
struct AppState {
    db: Db,
}

impl FromRef<AppState> for Db {
    fn from_ref(state: &AppState) -> Self {
        state.db.clone()
    }
}

async fn by_state(_: &Origin<'_>, _: State<Db>) -> bool {
    true
}

#[cors(origins_from = by_state, methods = [GET])]
async fn without_the_key_state() {}

#[cors(origins_from = by_state, state = String, methods = [GET])]
async fn of_another_state() {}

#[cors(origins_from = by_state, state = AppState, methods = [GET])]
async fn right() {}

async fn by_body(_: &Origin<'_>, _: Json<String>) -> bool {
    true
}

#[cors(origins_from = by_body, methods = [GET])]
async fn of_the_body() {}

fn by_value(_: Origin<'_>, _: Path<String>) -> bool {
    true
}

#[cors(origins_from = by_value, methods = [GET])]
async fn of_an_owned_origin() {}

fn by_option(_: &Origin<'_>, _: Path<String>) -> Option<bool> {
    None
}

#[cors(origins_from = by_option, methods = [GET])]
async fn of_an_option() {}

async fn not_send(_: &Origin<'_>, _: &Parts) -> bool {
    let held = Rc::new(());
    std::future::ready(()).await;
    drop(held);
    true
}

#[cors(origins_from = not_send, methods = [GET])]
async fn of_a_future_that_is_not_send() {}

#[cors(origins_from = by_state, state = "AppState", methods = [GET])]
async fn of_a_string() {}

#[cors(origins_from = by_state, state, methods = [GET])]
async fn without_a_value() {}

fn main() {}
