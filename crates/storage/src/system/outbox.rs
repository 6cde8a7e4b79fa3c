//! Reading the outbox: by the relay, which publishes, and by the embedded broker, which drains it.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use xin_contracts::{Envelope, RoutingKey};
use xin_domain::TenantId;

use super::SystemTx;
use crate::entities::queue::outbox;
use crate::error::StorageError;
use crate::tenant::outbox_row;

/// A message in the outbox.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// Its place: lower was written first.
    pub position: i64,
    /// The message.
    pub envelope: Envelope,
}

impl SystemTx {
    /// Adds messages that leave when this transaction is committed.
    pub async fn add_to_outbox(&self, envelopes: &[Envelope]) -> Result<(), StorageError> {
        if envelopes.is_empty() {
            return Ok(());
        }
        outbox::Entity::insert_many(envelopes.iter().map(outbox_row))
            .exec_without_returning(&self.transaction)
            .await?;
        self.outbox_written.notify_one();
        Ok(())
    }

    /// The oldest messages, held until this transaction ends; another relay takes others.
    pub async fn lock_outbox(&self, limit: u64) -> Result<Vec<OutboxRow>, StorageError> {
        let mut query = outbox::Entity::find()
            .order_by_asc(outbox::Column::Position)
            .limit(limit);
        if self.backend == DbBackend::Postgres {
            query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let rows = query.all(&self.transaction).await?;
        rows.into_iter().map(row_from).collect()
    }

    /// The oldest due messages with one of these keys, apart from those at work already.
    pub async fn due_in_outbox(
        &self,
        keys: &[RoutingKey],
        at_work: &[i64],
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<OutboxRow>, StorageError> {
        let rows = outbox::Entity::find()
            .filter(outbox::Column::AvailableAt.lte(now))
            .filter(outbox::Column::RoutingKey.is_in(keys.iter().map(|key| key.as_str())))
            .filter(outbox::Column::Position.is_not_in(at_work.iter().copied()))
            .order_by_asc(outbox::Column::Position)
            .limit(limit)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(row_from).collect()
    }

    /// Removes messages that were published or handled.
    pub async fn remove_from_outbox(&self, positions: &[i64]) -> Result<(), StorageError> {
        outbox::Entity::delete_many()
            .filter(outbox::Column::Position.is_in(positions.iter().copied()))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Puts a message off until later, after another failed attempt.
    pub async fn defer_in_outbox(
        &self,
        position: i64,
        attempt: u32,
        until: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        outbox::Entity::update_many()
            .set(outbox::ActiveModel {
                attempt: Set(i32::try_from(attempt).unwrap_or(i32::MAX)),
                available_at: Set(until),
                ..Default::default()
            })
            .filter(outbox::Column::Position.eq(position))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}

fn row_from(row: outbox::Model) -> Result<OutboxRow, StorageError> {
    let routing_key =
        RoutingKey::from_name(&row.routing_key).ok_or_else(|| StorageError::Corrupt {
            table: "outbox",
            column: "routing_key",
            row: row.position.to_string(),
        })?;
    Ok(OutboxRow {
        position: row.position,
        envelope: Envelope {
            message_id: row.message_id,
            tenant_id: TenantId::from_uuid(row.tenant_id),
            routing_key,
            ordering_key: row.ordering_key,
            occurred_at: row.occurred_at,
            attempt: u32::try_from(row.attempt).unwrap_or_default(),
            // Here the row itself says when.
            not_before: None,
            trace_parent: row.trace_parent,
            payload: row.payload.into(),
        },
    })
}
