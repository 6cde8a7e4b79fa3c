//! The forgetting of documents: from the first moment nothing finds them, and in the end nothing
//! is left.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QuerySelect};
use uuid::Uuid;
use xin_domain::DocumentId;

use super::Documents;
use crate::entities::knowledge::{chunk, document, faq, phrasing, product};
use crate::error::StorageError;

impl Documents<'_> {
    /// Begins to forget a document: from here on nothing finds it. False when there is none.
    pub async fn remove(&self, id: DocumentId, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            deleted_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        };
        let outcome = self
            .change_one(id, change)
            .exec(&self.0.transaction)
            .await?;
        if outcome.rows_affected == 0 {
            return Ok(false);
        }
        self.0.calibrations().outdate(now).await?;
        // What has a key of its own makes room for the next of that key.
        self.0
            .removal::<faq::Entity>()
            .filter(faq::Column::DocumentId.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        self.0
            .removal::<product::Entity>()
            .filter(product::Column::DocumentId.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        self.0
            .removal::<phrasing::Entity>()
            .filter(phrasing::Column::DocumentId.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(true)
    }

    /// Begins to forget every document of the tenant.
    pub async fn remove_all(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let change = document::ActiveModel {
            deleted_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        };
        let outcome = self
            .0
            .change::<document::Entity>()
            .set(change)
            .filter(document::Column::DeletedAt.is_null())
            .exec(&self.0.transaction)
            .await?;
        self.0.calibrations().outdate(now).await?;
        let transaction = &self.0.transaction;
        self.0.removal::<faq::Entity>().exec(transaction).await?;
        self.0
            .removal::<product::Entity>()
            .exec(transaction)
            .await?;
        self.0
            .removal::<phrasing::Entity>()
            .exec(transaction)
            .await?;
        Ok(outcome.rows_affected)
    }

    /// Some of the documents whose forgetting has begun and not ended.
    pub async fn being_forgotten(&self, limit: u64) -> Result<Vec<DocumentId>, StorageError> {
        let found: Vec<Uuid> = self
            .0
            .rows::<document::Entity>()
            .select_only()
            .column(document::Column::Id)
            .filter(document::Column::DeletedAt.is_not_null())
            .limit(limit)
            .into_tuple()
            .all(&self.0.transaction)
            .await?;
        Ok(found.into_iter().map(DocumentId::from_uuid).collect())
    }

    /// Ends the forgetting, after the passages and the files are gone.
    pub async fn erase(&self, id: DocumentId) -> Result<(), StorageError> {
        let outcome = self
            .0
            .removal::<document::Entity>()
            .filter(document::Column::Id.eq(id.uuid()))
            .filter(document::Column::DeletedAt.is_not_null())
            .exec(&self.0.transaction)
            .await?;
        if outcome.rows_affected == 1 {
            self.0
                .removal::<chunk::Entity>()
                .filter(chunk::Column::DocumentId.eq(id.uuid()))
                .exec(&self.0.transaction)
                .await?;
        }
        Ok(())
    }
}
