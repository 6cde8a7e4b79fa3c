//! A channel, as the API shows and takes it. Its token is taken and never shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_domain::{ChannelId, ChannelKind};
use xin_storage::tenant::Channel;

use crate::api::names::{ChannelKindName, ChannelModeName, ChannelStateName};
use crate::inputs::Checks;
use crate::widget_channels::normal_origin;

const MOST_ORIGINS: usize = 50;

/// A connected channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelView {
    #[schema(value_type = String)]
    id: ChannelId,
    /// Its id in public places: the widget's snippet, the webhook's address.
    public_id: String,
    #[schema(value_type = ChannelKindName)]
    kind: ChannelKind,
    name: String,
    #[schema(value_type = ChannelStateName)]
    state: &'static str,
    /// Why it does not work, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    settings: SettingsView,
    created_at: DateTime<Utc>,
}

/// What a channel is set to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelSettings)]
pub struct SettingsView {
    /// Websites the widget may be shown on; empty: any.
    allowed_origins: Vec<String>,
    /// How updates come in (Telegram).
    #[schema(value_type = Option<ChannelModeName>)]
    mode: Option<String>,
    /// Another address of the platform's API (Telegram).
    api_url: Option<String>,
    /// The bot's name on the platform (Telegram).
    bot_username: Option<String>,
    /// Where the platform sends its updates (Telegram).
    webhook_url: Option<String>,
}

impl From<Channel> for ChannelView {
    fn from(channel: Channel) -> Self {
        let settings = channel.settings;
        Self {
            id: channel.id,
            public_id: channel.public_id,
            kind: channel.kind,
            name: channel.name,
            state: if channel.is_active {
                "active"
            } else {
                "disconnected"
            },
            detail: channel.detail,
            settings: SettingsView {
                allowed_origins: settings.allowed_origins,
                mode: settings.mode,
                api_url: settings.api_url,
                bot_username: settings.bot_username,
                webhook_url: settings.webhook_url,
            },
            created_at: channel.created_at,
        }
    }
}

/// What a person may say about a channel; absent means unchanged.
#[derive(Default, Deserialize, ToSchema)]
pub struct ChannelChange {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Websites the widget may be shown on; empty: any (web).
    pub allowed_origins: Option<Vec<String>>,
    /// The bot's token (Telegram). Never shown again.
    pub token: Option<String>,
    /// Another address of the platform's API; empty: the usual one (Telegram).
    pub api_url: Option<String>,
    /// How updates come in (Telegram).
    #[schema(value_type = Option<ChannelModeName>)]
    pub mode: Option<String>,
}

impl ChannelChange {
    /// Applies what needs nobody else: the name, the websites. What is wrong goes to `checks`.
    pub fn apply(&self, channel: &mut Channel, checks: &mut Checks) {
        if let Some(name) = &self.name {
            channel.name = checks.text("name", name, 1..=200);
        }
        if let Some(origins) = &self.allowed_origins {
            channel.settings.allowed_origins = read_origins(origins, checks);
        }
        let is_web = channel.kind == ChannelKind::Web;
        let telegram_only = [
            ("token", self.token.is_some()),
            ("api_url", self.api_url.is_some()),
            ("mode", self.mode.is_some()),
        ];
        for (field, _) in telegram_only
            .into_iter()
            .filter(|(_, is_given)| is_web && *is_given)
        {
            checks.refuse(field, "not_for_this_kind", "a web channel has none");
        }
        if !is_web && self.allowed_origins.is_some() {
            checks.refuse(
                "allowed_origins",
                "not_for_this_kind",
                "only a web channel has some",
            );
        }
    }
}

fn read_origins(origins: &[String], checks: &mut Checks) -> Vec<String> {
    if origins.len() > MOST_ORIGINS {
        checks.refuse(
            "allowed_origins",
            "too_many",
            format!("at most {MOST_ORIGINS}"),
        );
        return Vec::new();
    }
    let mut read = Vec::new();
    for origin in origins {
        match normal_origin(origin) {
            Some(origin) if read.contains(&origin) => {}
            Some(origin) => read.push(origin),
            None => checks.refuse(
                "allowed_origins",
                "invalid_origin",
                "an origin is written https://shop.example, without a path",
            ),
        }
    }
    read
}
