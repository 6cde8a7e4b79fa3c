//! Connected channels.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use xin_domain::{ChannelId, ChannelKind, TenantId};

use super::TenantTx;
use crate::entities::channels::channel;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};

/// What a channel is set to, apart from its secrets. Fields are only added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelSettings {
    /// Websites the widget may be shown on; empty: any.
    pub allowed_origins: Vec<String>,
    /// `webhook` or `polling` (Telegram).
    pub mode: Option<String>,
    /// Another address of the platform's API.
    pub api_url: Option<String>,
    /// The bot's name on the platform.
    pub bot_username: Option<String>,
    /// Where the platform sends its updates.
    pub webhook_url: Option<String>,
}

/// A connected channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Its id in public places: the widget's snippet, the webhook's address.
    pub public_id: String,
    /// What kind it is.
    pub kind: ChannelKind,
    /// What its people call it.
    pub name: String,
    /// Whether it works.
    pub is_active: bool,
    /// Why it does not work, and what to do.
    pub detail: Option<String>,
    /// The account it speaks as on its platform; an account belongs to one channel of ours.
    pub platform_account: Option<String>,
    /// What it is set to.
    pub settings: ChannelSettings,
    /// Its tokens, encrypted by the application.
    pub sealed_secrets: Option<Vec<u8>>,
    /// Where polling continues.
    pub poll_offset: i64,
    /// When it was connected.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Channel {
    /// Whether we ask the platform for updates, instead of being told.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.settings.mode.as_deref() == Some("polling")
    }
}

/// Reads and writes channels.
pub struct Channels<'a>(pub(super) &'a TenantTx);

impl Channels<'_> {
    /// Connects a channel. `Duplicate` when its account is connected to another one.
    pub async fn add(&self, channel: &Channel) -> Result<(), StorageError> {
        let mut row = active(channel);
        row.tenant_id = Set(self.0.id());
        channel::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// The channel, unless there is none.
    pub async fn get(&self, id: ChannelId) -> Result<Option<Channel>, StorageError> {
        let row = self
            .0
            .rows::<channel::Entity>()
            .filter(channel::Column::Id.eq(id.uuid()))
            .filter(channel::Column::DeletedAt.is_null())
            .one(&self.0.transaction)
            .await?;
        row.map(channel_from).transpose()
    }

    /// All channels, oldest first.
    pub async fn list(&self, page: PageRequest<ChannelId>) -> Result<Page<Channel>, StorageError> {
        let mut query = self
            .0
            .rows::<channel::Entity>()
            .filter(channel::Column::DeletedAt.is_null());
        if let Some(after) = page.after {
            query = query.filter(channel::Column::Id.gt(after.uuid()));
        }
        let rows = query
            .order_by_asc(channel::Column::Id)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let channels = rows
            .into_iter()
            .map(channel_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(channels, page.limit, |channel| {
            channel.id.to_string()
        }))
    }

    /// Saves what may change: name, state, account, settings, secrets. `Duplicate` when its account
    /// is connected to another one.
    pub async fn save(&self, channel: &Channel) -> Result<(), StorageError> {
        let row = channel::ActiveModel {
            name: Set(channel.name.clone()),
            state: Set(state_name(channel).to_owned()),
            detail: Set(channel.detail.clone()),
            platform_account: Set(channel.platform_account.clone()),
            settings: Set(serde_json::json!(channel.settings)),
            sealed_secrets: Set(channel.sealed_secrets.clone()),
            updated_at: Set(channel.updated_at),
            ..Default::default()
        };
        self.change_one(channel.id, row).await
    }

    /// Disconnects a channel. Its conversations stay readable.
    pub async fn remove(&self, id: ChannelId, now: DateTime<Utc>) -> Result<(), StorageError> {
        let row = channel::ActiveModel {
            deleted_at: Set(Some(now)),
            sealed_secrets: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change_one(id, row).await
    }

    /// Notes where polling continues, after everything before it was published.
    pub async fn save_poll_offset(&self, id: ChannelId, offset: i64) -> Result<(), StorageError> {
        let row = channel::ActiveModel {
            poll_offset: Set(offset),
            ..Default::default()
        };
        self.change_one(id, row).await
    }

    async fn change_one(
        &self,
        id: ChannelId,
        row: channel::ActiveModel,
    ) -> Result<(), StorageError> {
        self.0
            .change::<channel::Entity>()
            .set(row)
            .filter(channel::Column::Id.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }
}

/// The state of a channel that works.
pub(crate) const ACTIVE: &str = "active";
/// The state of a channel that does not work; its detail says why.
pub(crate) const DISCONNECTED: &str = "disconnected";

const fn state_name(channel: &Channel) -> &'static str {
    if channel.is_active {
        ACTIVE
    } else {
        DISCONNECTED
    }
}

fn active(channel: &Channel) -> channel::ActiveModel {
    channel::ActiveModel {
        id: Set(channel.id.uuid()),
        tenant_id: Set(channel.tenant_id.uuid()),
        public_id: Set(channel.public_id.clone()),
        kind: Set(channel.kind.as_str().to_owned()),
        name: Set(channel.name.clone()),
        state: Set(state_name(channel).to_owned()),
        detail: Set(channel.detail.clone()),
        platform_account: Set(channel.platform_account.clone()),
        settings: Set(serde_json::json!(channel.settings)),
        sealed_secrets: Set(channel.sealed_secrets.clone()),
        poll_offset: Set(channel.poll_offset),
        poll_lease_until: Set(None),
        created_at: Set(channel.created_at),
        updated_at: Set(channel.updated_at),
        deleted_at: Set(None),
    }
}

pub(crate) fn channel_from(row: channel::Model) -> Result<Channel, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "channels",
        column,
        row: row.id.to_string(),
    };
    Ok(Channel {
        id: ChannelId::from_uuid(row.id),
        tenant_id: TenantId::from_uuid(row.tenant_id),
        kind: ChannelKind::from_name(&row.kind).ok_or_else(|| corrupt("kind"))?,
        settings: serde_json::from_value(row.settings.clone())
            .map_err(|_unreadable| corrupt("settings"))?,
        is_active: row.state == ACTIVE,
        public_id: row.public_id,
        name: row.name,
        detail: row.detail,
        platform_account: row.platform_account,
        sealed_secrets: row.sealed_secrets,
        poll_offset: row.poll_offset,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
