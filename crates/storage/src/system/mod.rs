//! What must look across tenants, and nothing else.
//!
//! Each method is here because its caller does not know the tenant yet (sign-in, routing) or works
//! for all of them (the relay, retention). ARCHITECTURE.md lists them.

mod accounts;
mod api_keys;
mod calibrations;
mod dead_letters;
mod outbox;
mod retention;
mod routes;
mod sessions;
mod vector_spaces;
mod websites;

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, DbBackend};
use tokio::sync::Notify;

use crate::error::StorageError;

pub use accounts::{Account, NewAccount};
pub use dead_letters::DeadLetter;
pub use outbox::OutboxRow;
pub use sessions::{RefreshToken, Rotation, SignInLimit};

/// A transaction across tenants.
#[derive(Debug)]
pub struct SystemTx {
    transaction: DatabaseTransaction,
    backend: DbBackend,
    outbox_written: Arc<Notify>,
}

impl SystemTx {
    pub(crate) fn new(
        transaction: DatabaseTransaction,
        backend: DbBackend,
        outbox_written: Arc<Notify>,
    ) -> Self {
        Self {
            transaction,
            backend,
            outbox_written,
        }
    }

    /// Keeps what was done.
    pub async fn commit(self) -> Result<(), StorageError> {
        Ok(self.transaction.commit().await?)
    }
}
