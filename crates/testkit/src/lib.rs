//! What service tests need: real backends of their own, and real servers that play the outside
//! world. A dev-dependency only.

pub mod client;
pub mod meaning;
mod obedience;
pub mod openai_stand_in;
pub mod outage;
pub mod postgres;
pub mod qdrant_stand_in;
pub mod rabbit;
pub mod stack;
pub mod stand_in_server;
pub mod telegram_stand_in;

/// Reads a test setting from the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where their servers are this way"
)]
fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// A client for asking our own services.
pub fn http_client() -> anyhow::Result<reqwest::Client> {
    // A second installation is refused, and the first serves as well.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(20))
        .build()?)
}
