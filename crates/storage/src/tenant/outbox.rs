//! Messages to other services, committed together with the change they tell of.

use sea_orm::{ActiveValue::Set, EntityTrait};
use std::sync::atomic::Ordering;
use xin_contracts::Envelope;

use super::TenantTx;
use crate::entities::queue::outbox;
use crate::error::StorageError;

/// Writes to the outbox. Reading it is the relay's work, through [`crate::SystemTx`].
pub struct Outbox<'a>(pub(super) &'a TenantTx);

impl Outbox<'_> {
    /// Adds a message that leaves when this transaction is committed.
    pub async fn add(&self, envelope: &Envelope) -> Result<(), StorageError> {
        if envelope.tenant_id != self.0.tenant_id() {
            return Err(StorageError::Refused(
                "a message of another tenant".to_owned(),
            ));
        }
        outbox::Entity::insert(row(envelope))
            .exec_without_returning(&self.0.transaction)
            .await?;
        self.0.wrote_outbox.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// The row of a message that may leave at once.
pub fn row(envelope: &Envelope) -> outbox::ActiveModel {
    outbox::ActiveModel {
        position: sea_orm::ActiveValue::NotSet,
        tenant_id: Set(envelope.tenant_id.uuid()),
        message_id: Set(envelope.message_id),
        routing_key: Set(envelope.routing_key.as_str().to_owned()),
        ordering_key: Set(envelope.ordering_key.clone()),
        attempt: Set(i32::try_from(envelope.attempt).unwrap_or(i32::MAX)),
        trace_parent: Set(envelope.trace_parent.clone()),
        payload: Set(envelope.payload.to_vec()),
        occurred_at: Set(envelope.occurred_at),
        available_at: Set(envelope.occurred_at),
    }
}
