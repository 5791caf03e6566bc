//! The server. `CORS_ORIGINS` has the origins of the pages, and `ADDR` the address.

use std::env;
use std::error::Error;

use cors_application::policies::ORIGINS;
use cors_application::routing;
use cors_application::settings::Settings;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    ORIGINS.from_env("CORS_ORIGINS")?;
    let app = routing::finished::app(&Settings::from_env());
    let addr = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(addr).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
