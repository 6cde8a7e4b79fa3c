//! Messages that no handler could take, kept until an operator replays or drops them.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};
use uuid::Uuid;
use xin_contracts::{Envelope, RoutingKey};
use xin_domain::TenantId;

use super::SystemTx;
use crate::entities::queue::dead_letter;
use crate::error::StorageError;

/// A message that could not be handled.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The message.
    pub envelope: Envelope,
    /// Why.
    pub error: String,
    /// Since when.
    pub failed_at: DateTime<Utc>,
}

impl SystemTx {
    /// Keeps a message that could not be handled.
    pub async fn add_dead_letter(
        &self,
        envelope: &Envelope,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        dead_letter::Entity::insert(dead_letter::ActiveModel {
            message_id: Set(envelope.message_id),
            tenant_id: Set(envelope.tenant_id.uuid()),
            routing_key: Set(envelope.routing_key.as_str().to_owned()),
            ordering_key: Set(envelope.ordering_key.clone()),
            attempt: Set(i32::try_from(envelope.attempt).unwrap_or(i32::MAX)),
            trace_parent: Set(envelope.trace_parent.clone()),
            payload: Set(envelope.payload.to_vec()),
            error: Set(error.to_owned()),
            occurred_at: Set(envelope.occurred_at),
            failed_at: Set(now),
        })
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&self.transaction)
        .await?;
        Ok(())
    }

    /// The dead letters, newest first.
    pub async fn dead_letters(&self, limit: u64) -> Result<Vec<DeadLetter>, StorageError> {
        let rows = dead_letter::Entity::find()
            .order_by_desc(dead_letter::Column::FailedAt)
            .limit(limit)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(letter_from).collect()
    }

    /// Takes a dead letter out, to replay or to drop it.
    pub async fn take_dead_letter(&self, id: Uuid) -> Result<Option<DeadLetter>, StorageError> {
        let row = dead_letter::Entity::find_by_id(id)
            .one(&self.transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        dead_letter::Entity::delete_by_id(id)
            .exec(&self.transaction)
            .await?;
        letter_from(row).map(Some)
    }
}

fn letter_from(row: dead_letter::Model) -> Result<DeadLetter, StorageError> {
    let routing_key =
        RoutingKey::from_name(&row.routing_key).ok_or_else(|| StorageError::Corrupt {
            table: "dead_letters",
            column: "routing_key",
            row: row.message_id.to_string(),
        })?;
    Ok(DeadLetter {
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
        error: row.error,
        failed_at: row.failed_at,
    })
}
