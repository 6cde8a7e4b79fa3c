//! The database, one tenant at a time, and the file store.
//!
//! There is no way to a tenant's rows but a [`TenantTx`]: the entities are private, every query
//! starts filtered by the tenant, and on `PostgreSQL` row-level security refuses what the code
//! might forget. What must look across tenants (the relay, sign-in, routing, retention) goes
//! through [`SystemTx`], another role with few methods; ARCHITECTURE.md lists them.
//!
//! ```no_run
//! # async fn example(database: xin_storage::Database, tenant: xin_domain::TenantId,
//! #     id: xin_domain::ConversationId) -> Result<(), xin_storage::StorageError> {
//! let tx = database.tenant(tenant).await?;
//! let conversation = tx.conversations().lock(id).await?;
//! // … decide, save, write to the outbox …
//! tx.commit().await
//! # }
//! ```

mod database;
mod entities;
mod error;
pub mod files;
mod migrations;
mod pages;
mod printable;
pub mod system;
pub mod tenant;
pub mod testing;

pub use database::{Database, DatabaseSettings};
pub use error::StorageError;
pub use files::Files;
pub use migrations::{SERVICE_ROLE, SYSTEM_ROLE};
pub use pages::{Page, PageRequest};
pub use system::SystemTx;
pub use tenant::TenantTx;
