//! Whose channel a public address is, and how its updates prove themselves: cached, since webhooks
//! come by the hundred and channels change by the month.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use xin_channels::telegram::TelegramClient;
use xin_channels::{ChannelSecrets, SendError};
use xin_domain::{ChannelId, ChannelKind, ErrorKind, TenantId};
use xin_runtime::problem::Problem;
use xin_storage::tenant::Channel;

use crate::Platform;

/// How long a changed secret or a new channel may go unnoticed.
const FRESH: Duration = Duration::from_secs(5);
/// Bounded, since anybody can ask for any address.
const MOST: u64 = 20_000;

/// One channel's route.
#[derive(Debug)]
pub struct Route {
    /// The channel.
    pub channel_id: ChannelId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What its platform and we prove ourselves with.
    pub secrets: ChannelSecrets,
    /// Another address of the platform's API, where the channel has one.
    pub api_url: Option<String>,
}

/// The cache of routes. `None` in it: there is no such channel.
pub struct Routes {
    /// What the service is made of.
    pub platform: Platform,
    cache: Cache<String, Option<Arc<Route>>>,
}

impl Routes {
    /// An empty cache.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let cache = Cache::builder()
            .max_capacity(MOST)
            .time_to_live(FRESH)
            .build();
        Self { platform, cache }
    }

    /// The route of a public id, if there is a channel of that kind.
    pub async fn find(
        &self,
        kind: ChannelKind,
        public_id: &str,
    ) -> Result<Option<Arc<Route>>, Problem> {
        if let Some(known) = self.cache.get(public_id) {
            return Ok(known);
        }
        let tx = self.platform.database.system_read().await.map_err(away)?;
        let channel = tx.channel_by_public_id(public_id).await.map_err(away)?;
        let route = channel
            .filter(|channel| channel.kind == kind)
            .and_then(|channel| open(&self.platform, &channel))
            .map(Arc::new);
        self.cache.insert(public_id.to_owned(), route.clone());
        Ok(route)
    }
}

impl Route {
    /// The client of the channel's bot.
    pub fn telegram(&self, platform: &Platform) -> Result<TelegramClient, SendError> {
        platform
            .senders
            .at(self.api_url.as_deref())?
            .telegram(&self.secrets.credentials)
    }
}

/// The route of a channel; none when its secrets cannot be opened, and then nothing can be
/// verified, so nothing is taken in.
pub fn open(platform: &Platform, channel: &Channel) -> Option<Route> {
    let sealed = channel.sealed_secrets.as_deref()?;
    let opened = platform
        .keyring
        .open(sealed, channel.id.to_string().as_bytes());
    let secrets = opened
        .ok()
        .and_then(|bytes| ChannelSecrets::from_json(&bytes).ok());
    if secrets.is_none() {
        tracing::error!(channel_id = %channel.id, "the channel's secrets cannot be opened");
    }
    Some(Route {
        channel_id: channel.id,
        tenant_id: channel.tenant_id,
        secrets: secrets?,
        api_url: channel.settings.api_url.clone(),
    })
}

fn away(error: xin_storage::StorageError) -> Problem {
    tracing::warn!(error = %error, "routes not read");
    Problem::new(
        ErrorKind::Unavailable,
        "unavailable",
        "try again in a moment",
    )
}
