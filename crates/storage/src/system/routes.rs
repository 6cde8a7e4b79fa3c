//! Finding whose channel a public address is, and which channels must be asked for news.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use xin_domain::{ChannelId, ChannelKind};

use super::SystemTx;
use crate::entities::channels::channel;
use crate::error::StorageError;
use crate::tenant::{ACTIVE, Channel, DISCONNECTED, channel_from};

impl SystemTx {
    /// The channel of a public id.
    pub async fn channel_by_public_id(
        &self,
        public_id: &str,
    ) -> Result<Option<Channel>, StorageError> {
        let row = channel::Entity::find()
            .filter(channel::Column::PublicId.eq(public_id))
            .filter(channel::Column::DeletedAt.is_null())
            .one(&self.transaction)
            .await?;
        row.map(channel_from).transpose()
    }

    /// Takes an account of a platform from the channel that has it, whosever it is, unless that is
    /// `by` itself. That channel is disconnected and says `detail`.
    pub async fn release_account(
        &self,
        by: &Channel,
        account: &str,
        detail: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        channel::Entity::update_many()
            .set(channel::ActiveModel {
                state: Set(DISCONNECTED.to_owned()),
                detail: Set(Some(detail.to_owned())),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(channel::Column::Kind.eq(by.kind.as_str()))
            .filter(channel::Column::PlatformAccount.eq(account))
            .filter(channel::Column::Id.ne(by.id.uuid()))
            .filter(channel::Column::State.eq(ACTIVE))
            .filter(channel::Column::DeletedAt.is_null())
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// The channels of a kind that are delivered outside, for finding those to poll.
    pub async fn channels_of_kind(&self, kind: ChannelKind) -> Result<Vec<Channel>, StorageError> {
        let rows = channel::Entity::find()
            .filter(channel::Column::Kind.eq(kind.as_str()))
            .filter(channel::Column::DeletedAt.is_null())
            .filter(channel::Column::State.eq(ACTIVE))
            .order_by_asc(channel::Column::Id)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(channel_from).collect()
    }

    /// Takes or renews the right to poll a channel; nothing when another process has it. Answers
    /// the channel as it is now, with the offset to continue at.
    pub async fn lease_polling(
        &self,
        id: ChannelId,
        held_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Channel>, StorageError> {
        let mut free = Condition::any()
            .add(channel::Column::PollLeaseUntil.is_null())
            .add(channel::Column::PollLeaseUntil.lt(now));
        if let Some(held) = held_until {
            // The time itself is the proof of holding it: only its holder knows it.
            free = free.add(channel::Column::PollLeaseUntil.eq(held));
        }
        let outcome = channel::Entity::update_many()
            .set(channel::ActiveModel {
                poll_lease_until: Set(Some(until)),
                ..Default::default()
            })
            .filter(channel::Column::Id.eq(id.uuid()))
            .filter(channel::Column::DeletedAt.is_null())
            .filter(free)
            .exec(&self.transaction)
            .await?;
        if outcome.rows_affected == 0 {
            return Ok(None);
        }
        let row = channel::Entity::find_by_id(id.uuid())
            .limit(1)
            .one(&self.transaction)
            .await?;
        row.map(channel_from).transpose()
    }
}
