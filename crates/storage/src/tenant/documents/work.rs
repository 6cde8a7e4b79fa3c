//! The work on a document: who does it, how far it has come, how it ended, and the forgetting.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryFilter};
use uuid::Uuid;
use xin_domain::{DocumentFailure, DocumentId, DocumentState, StageTime};

use super::Documents;
use crate::entities::knowledge::document;
use crate::error::StorageError;

impl Documents<'_> {
    /// Takes or renews the lease on a document's work: nothing when it is gone, changed since, or
    /// another worker holds it.
    pub async fn lease(
        &self,
        id: DocumentId,
        version: i64,
        worker: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let free = Condition::any()
            .add(document::Column::LeaseOwner.is_null())
            .add(document::Column::LeaseOwner.eq(worker))
            .add(document::Column::LeaseUntil.lt(now));
        let change = document::ActiveModel {
            lease_owner: Set(Some(worker)),
            lease_until: Set(Some(until)),
            ..Default::default()
        };
        let outcome = self
            .change_one(id, change)
            .filter(document::Column::Version.eq(version))
            .filter(free)
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }

    /// Gives the lease back, if this worker holds it.
    pub async fn release(&self, id: DocumentId, worker: Uuid) -> Result<(), StorageError> {
        let change = document::ActiveModel {
            lease_owner: Set(None),
            lease_until: Set(None),
            ..Default::default()
        };
        self.change_one(id, change)
            .filter(document::Column::LeaseOwner.eq(worker))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Notes the stage that the work has come to. False when the document is gone or changed.
    pub async fn advance(
        &self,
        id: DocumentId,
        version: i64,
        state: DocumentState,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            stages: Set(Some(self.stages_with(id, Some(state), now).await?)),
            state: Set(state.as_str().to_owned()),
            failure_code: Set(None),
            failure_message: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change_version(id, version, change).await
    }

    /// Notes how many passages of the newest version are indexed, of how many. False when the
    /// document is gone or changed.
    pub async fn note_progress(
        &self,
        id: DocumentId,
        version: i64,
        done: i64,
        total: i64,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            passages_done: Set(done),
            passages_total: Set(total),
            ..Default::default()
        };
        self.change_version(id, version, change).await
    }

    /// The swap: this version is whole, and answers use it from now on. The lease stays until what
    /// it replaces is cleared away. False when the document is gone or changed.
    pub async fn complete(
        &self,
        id: DocumentId,
        version: i64,
        passages: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            stages: Set(Some(self.stages_with(id, None, now).await?)),
            state: Set(DocumentState::Ready.as_str().to_owned()),
            passages: Set(passages),
            passages_done: Set(passages),
            passages_total: Set(passages),
            ready_version: Set(Some(version)),
            updated_at: Set(now),
            ..Default::default()
        };
        self.0.calibrations().outdate(now).await?;
        self.change_version(id, version, change).await
    }

    /// The work on this version cannot be done; a version that is served stays. The lease stays
    /// until what was written is cleared away. False when the document is gone or changed.
    pub async fn fail(
        &self,
        id: DocumentId,
        version: i64,
        failure: &DocumentFailure,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            stages: Set(Some(self.stages_with(id, None, now).await?)),
            state: Set(DocumentState::Failed.as_str().to_owned()),
            failure_code: Set(Some(failure.code.clone())),
            failure_message: Set(Some(failure.message.clone())),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change_version(id, version, change).await
    }

    /// The stages with the last one ended, and a new one begun where there is one. Fetching begins
    /// the work anew.
    async fn stages_with(
        &self,
        id: DocumentId,
        begins: Option<DocumentState>,
        now: DateTime<Utc>,
    ) -> Result<serde_json::Value, StorageError> {
        let document = self.get(id).await?;
        let mut stages = match begins {
            Some(DocumentState::Fetching) => Vec::new(),
            Some(_) | None => document.map(|found| found.stages).unwrap_or_default(),
        };
        if let Some(last) = stages.last_mut() {
            last.ended_at.get_or_insert(now);
        }
        stages.extend(begins.map(|stage| StageTime {
            stage,
            began_at: now,
            ended_at: None,
        }));
        Ok(serde_json::json!(stages))
    }
}
