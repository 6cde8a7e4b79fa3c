//! Takes in what channels' platforms send: verify, decode, publish durably, only then answer.
//!
//! No database on the hot path: whose channel an address is, and its secret, come from a small
//! cache. When nothing can take an update durably the answer is 503, so that the platform sends it
//! again. Where a platform cannot reach us, the polling module asks it instead.

mod polling;
mod publish;
mod routes;
mod telegram;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use xin_broker::Broker;
use xin_channels::Senders;
use xin_domain::{Clock, IdSource};
use xin_platform::Parts;
use xin_runtime::Shutdown;
use xin_runtime::secrets::Keyring;
use xin_storage::Database;

pub use routes::Routes;

/// What this service is made of.
#[derive(Clone)]
pub struct Platform {
    /// The database, for the cache of channels and for polling.
    pub database: Database,
    /// The broker.
    pub broker: Broker,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Opens the channels' secrets.
    pub keyring: Arc<Keyring>,
    /// Talks to the channels' platforms.
    pub senders: Senders,
    /// How long a platform may hold an empty poll.
    pub poll_timeout: Duration,
}

impl Platform {
    /// The service of these parts.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        Self {
            database: parts.database.clone(),
            broker: parts.broker.clone(),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            keyring: Arc::clone(&parts.keyring),
            senders: parts.senders(),
            poll_timeout: parts.settings.telegram_poll,
        }
    }
}

/// The largest batch a platform sends is 3 MB (WhatsApp), so this is room enough.
const LARGEST_UPDATE: usize = 4 * 1024 * 1024;

/// The webhooks.
pub fn routes(platform: &Platform) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let state = web::Data::new(Routes::new(platform.clone()));
    move |config| {
        config.service(
            web::resource("/hooks/telegram/{public_id}")
                .app_data(state.clone())
                .app_data(web::PayloadConfig::new(LARGEST_UPDATE))
                .route(web::post().to(telegram::receive)),
        );
    }
}

/// Polls what must be polled, until shutdown.
pub fn run(platform: &Platform, shutdown: &Shutdown) {
    shutdown.spawn(
        "telegram polling",
        polling::run(platform.clone(), shutdown.soft()),
    );
}
