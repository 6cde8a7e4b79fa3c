//! Questions that staff try out, and what came of them.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use xin_domain::PlaygroundRunId;

use super::TenantTx;
use crate::entities::ai::playground_run;
use crate::error::StorageError;
use crate::printable;

/// A question that is tried out.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaygroundRun {
    /// Its id.
    pub id: PlaygroundRunId,
    /// What is asked, and with which drafts.
    pub request: Value,
    /// What came of it; nothing while it is at work.
    pub outcome: Option<Value>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
}

/// Reads and writes what is tried out.
pub struct Playground<'a>(pub(super) &'a TenantTx);

impl Playground<'_> {
    /// Keeps a question that waits.
    pub async fn add(
        &self,
        id: PlaygroundRunId,
        request: Value,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let row = playground_run::ActiveModel {
            id: Set(id.uuid()),
            tenant_id: Set(self.0.id()),
            request: Set(printable::json(request)),
            outcome: Set(None),
            created_at: Set(now),
            finished_at: Set(None),
        };
        playground_run::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// A question and what came of it.
    pub async fn get(&self, id: PlaygroundRunId) -> Result<Option<PlaygroundRun>, StorageError> {
        let row = self
            .0
            .rows::<playground_run::Entity>()
            .filter(playground_run::Column::Id.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        Ok(row.map(|row| PlaygroundRun {
            id: PlaygroundRunId::from_uuid(row.id),
            request: row.request,
            outcome: row.outcome,
            created_at: row.created_at,
        }))
    }

    /// Notes what came of it, once: a second answer to the same question changes nothing.
    pub async fn finish(
        &self,
        id: PlaygroundRunId,
        outcome: Value,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let change = playground_run::ActiveModel {
            outcome: Set(Some(printable::json(outcome))),
            finished_at: Set(Some(now)),
            ..Default::default()
        };
        self.0
            .change::<playground_run::Entity>()
            .set(change)
            .filter(playground_run::Column::Id.eq(id.uuid()))
            .filter(playground_run::Column::FinishedAt.is_null())
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }
}
