//! Sends on any channel, without knowing which.

use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use crate::error::SendError;
use crate::secrets::ChannelCredentials;
use crate::telegram::TelegramClient;

/// Sends to the customers of one connected channel.
#[async_trait]
pub trait ChannelSender: Send + Sync {
    /// Sends a text that keeps to the channel's limit; answers the platform's id for it.
    async fn send_text(&self, recipient: &str, text: &str) -> Result<String, SendError>;

    /// Shows that an answer is being written. It lasts a few seconds and must be repeated.
    async fn typing(&self, recipient: &str) -> Result<(), SendError>;
}

/// Opens senders, which share one HTTP client: its connections, its proxy.
#[derive(Clone, Debug)]
pub struct Senders {
    http: reqwest::Client,
    telegram_api: Url,
    own: OwnAddresses,
}

/// How senders reach addresses that tenants chose.
#[derive(Clone, Debug)]
pub struct OwnAddresses {
    /// The client for them.
    pub http: reqwest::Client,
    /// Whether such an address may be called at all.
    pub allowed: fn(&Url) -> bool,
}

impl Senders {
    /// Senders on that client. `telegram_api` is `https://api.telegram.org` or a relay of it. No
    /// channel may have an address of its own.
    #[must_use]
    pub fn new(http: reqwest::Client, telegram_api: Url) -> Self {
        let own = OwnAddresses {
            http: http.clone(),
            allowed: |_any| false,
        };
        Self {
            http,
            telegram_api,
            own,
        }
    }

    /// These senders, and how they reach the addresses of channels that have their own.
    #[must_use]
    pub fn with_own_addresses(mut self, own: OwnAddresses) -> Self {
        self.own = own;
        self
    }

    /// These senders with another address of the platform, where a channel has its own. `Invalid`
    /// where it is none, or leads where a tenant may not send us.
    pub fn at(&self, api_url: Option<&str>) -> Result<Self, SendError> {
        let Some(api_url) = api_url else {
            return Ok(self.clone());
        };
        let telegram_api = Url::parse(api_url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| SendError::invalid("the channel's API address is no web address"))?;
        if !(self.own.allowed)(&telegram_api) {
            return Err(SendError::invalid(
                "the channel's API address is not on the public internet",
            ));
        }
        Ok(Self {
            http: self.own.http.clone(),
            telegram_api,
            own: self.own.clone(),
        })
    }

    /// The sender of the channel with these credentials.
    pub fn open(
        &self,
        credentials: &ChannelCredentials,
    ) -> Result<Arc<dyn ChannelSender>, SendError> {
        match credentials {
            ChannelCredentials::Telegram { .. } => Ok(Arc::new(self.telegram(credentials)?)),
        }
    }

    /// The client of a Telegram bot, for what is not sending.
    pub fn telegram(&self, credentials: &ChannelCredentials) -> Result<TelegramClient, SendError> {
        match credentials {
            ChannelCredentials::Telegram { token } => {
                TelegramClient::new(self.http.clone(), &self.telegram_api, token)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_may_have_its_own_address() {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let own = OwnAddresses {
            http: http.clone(),
            allowed: |url| url.host_str() != Some("127.0.0.1"),
        };
        let senders =
            Senders::new(http, "https://api.telegram.org".parse().unwrap()).with_own_addresses(own);
        assert_eq!(senders.at(None).unwrap().telegram_api, senders.telegram_api);
        let own = senders.at(Some("https://tapi.bale.ai/")).unwrap();
        assert_eq!(own.telegram_api.as_str(), "https://tapi.bale.ai/");
        for wrong in [
            "",
            "tapi.bale.ai",
            "file:///etc",
            "mailto:a@b",
            "http://127.0.0.1:6333",
        ] {
            assert!(senders.at(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
