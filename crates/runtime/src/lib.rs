//! How a process starts, is watched and stops: settings, telemetry, health, shutdown, HTTP.
//!
//! A service's `main` is a call of [`start()`]:
//!
//! ```no_run
//! use xin_runtime::{Service, Settings, Shutdown};
//!
//! async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
//!     println!("listening on {}", settings.http_address);
//!     shutdown.requested().await;
//!     Ok(())
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     xin_runtime::start(Service::Gateway, serve)
//! }
//! ```

pub mod health;
pub mod http;
pub mod metrics;
pub mod outbound;
pub mod problem;
pub mod public_address;
pub mod secrets;
pub mod settings;
mod shutdown;
mod start;
pub mod telemetry;

pub use settings::{Service, Settings};
pub use shutdown::Shutdown;
pub use start::start;
