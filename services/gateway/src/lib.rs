//! The front door: the REST API, live events, sign-in, the widget's side, and the web pages.
//!
//! Every handler of the console's API begins with `auth::Staff`, every handler of the widget's
//! with `auth::Visitor`: the tenant of a request comes from its token and from nowhere else.
//! What a request changes, what other services must hear of it, and the news for screens are
//! committed in one transaction.

mod address;
mod api;
mod auth;
mod error;
mod inputs;
mod limits;
mod live;
mod news;
mod platform;
mod state;
mod web;
mod widget_channels;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, ServiceConfig};
use tokio_util::sync::CancellationToken;
use url::Url;
use utoipa::openapi::OpenApi;
use xin_broker::Broker;
use xin_channels::Senders;
use xin_documents::sandbox::Parser;
use xin_domain::{Clock, IdSource};
use xin_platform::ModelAccess;
use xin_runtime::Shutdown;
use xin_runtime::secrets::Keyring;
use xin_storage::{Database, Files};

use state::State;

/// What this service is made of.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub database: Database,
    /// The broker.
    pub broker: Broker,
    /// Where documents' bytes are kept.
    pub files: Files,
    /// Reads tables of strangers, each in a process of its own.
    pub parser: Parser,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Signs tokens and seals channels' secrets.
    pub keyring: Arc<Keyring>,
    /// Talks to the channels' platforms.
    pub senders: Senders,
    /// Which addresses tenants may have us read.
    pub may_fetch: fn(&Url) -> bool,
    /// Reaches the models that tenants choose.
    pub models: ModelAccess,
    /// Where the world reaches us; without it channels are polled.
    pub public_url: Option<Url>,
    /// Proxies (CIDR) whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<String>,
    /// The largest file taken, in bytes.
    pub max_upload_bytes: usize,
    /// How many failures to sign in are let through in 15 minutes.
    pub sign_in_attempts: i64,
    /// How many messages a visitor may write in a minute.
    pub widget_messages_per_minute: u32,
    /// How many visitors may come from one address in a minute.
    pub visitors_per_minute: u32,
    /// Businesses that may sign up from one network address in an hour; 0: any number.
    pub sign_ups_per_hour: u32,
}

/// How often what is at rest is dropped from memory.
const TIDY_EVERY: Duration = Duration::from_mins(1);

/// The service: what its routes and its background work share.
#[derive(Clone)]
pub struct Gateway(Data<State>);

impl Gateway {
    /// The service of a process that keeps streams open until `stop`.
    #[must_use]
    pub fn new(platform: Platform, stop: CancellationToken) -> Self {
        Self(Data::new(State::new(platform, stop)))
    }
}

/// The API and the web pages.
pub fn routes(gateway: &Gateway) -> impl Fn(&mut ServiceConfig) + Clone + Send + 'static {
    let state = gateway.0.clone();
    move |config| {
        config.app_data(state.clone());
        api::configure(config);
        web::configure(config);
    }
}

/// The description of the API.
#[must_use]
pub fn openapi() -> OpenApi {
    api::openapi()
}

/// Brings signals to streams and keeps memory tidy, until shutdown.
pub fn run(gateway: &Gateway, shutdown: &Shutdown) {
    let state = gateway.0.clone();
    let (broker, stop) = (state.platform.broker.clone(), shutdown.soft());
    shutdown.spawn("live hub", state.hub.clone().run(&broker, stop.clone()));
    let listening = stop.clone();
    shutdown.spawn("live listener", async move {
        broker.run_listener(listening).await;
    });
    shutdown.spawn("gateway tidying", async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(TIDY_EVERY) => {
                    state.limits.tidy();
                    state.hub.tidy();
                }
                () = stop.cancelled() => return,
            }
        }
    });
}
