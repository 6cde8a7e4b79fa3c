//! The tenant's knowledge, as documents with a life of their own.

mod forget;
mod record;
mod work;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;
use xin_domain::{DocumentId, DocumentOrigin, DocumentState};

use super::TenantTx;
use crate::entities::knowledge::document;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};

pub use record::{Document, NewContent, NewDocument};

use record::document_from;

/// Origins of which the same content twice is somebody's mistake.
const ONCE: [DocumentOrigin; 3] = [
    DocumentOrigin::Upload,
    DocumentOrigin::Text,
    DocumentOrigin::Api,
];

/// Reads and writes documents.
pub struct Documents<'a>(pub(super) &'a TenantTx);

impl Documents<'_> {
    /// Adds a document, queued.
    pub async fn add(
        &self,
        new: NewDocument,
        now: DateTime<Utc>,
    ) -> Result<Document, StorageError> {
        let row = document::ActiveModel {
            id: Set(new.id.uuid()),
            tenant_id: Set(self.0.id()),
            title: Set(new.title),
            kind: Set(new.kind),
            state: Set(DocumentState::Queued.as_str().to_owned()),
            failure_code: Set(None),
            failure_message: Set(None),
            file_name: Set(new.file_name),
            content_hash: Set(new.content_hash),
            bytes: Set(new.bytes),
            version: Set(1),
            passages: Set(0),
            lease_owner: Set(None),
            lease_until: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            deleted_at: Set(None),
            origin: Set(new.origin.as_str().to_owned()),
            source_id: Set(new.source_id),
            reference: Set(new.reference),
            url: Set(new.url),
            valid_from: Set(new.valid_from),
            valid_until: Set(new.valid_until),
            ready_version: Set(None),
            stages: Set(None),
            passages_done: Set(0),
            passages_total: Set(0),
        };
        let row = document::Entity::insert(row)
            .exec_with_returning(&self.0.transaction)
            .await?;
        document_from(row)
    }

    /// Gives a document new content, as its next version, which is queued; the version that is
    /// served stays until the next one is whole. Nothing when there is no such document.
    pub async fn replace(
        &self,
        id: DocumentId,
        content: NewContent,
        now: DateTime<Utc>,
    ) -> Result<Option<Document>, StorageError> {
        let change = document::ActiveModel {
            title: Set(content.title),
            kind: Set(content.kind),
            state: Set(DocumentState::Queued.as_str().to_owned()),
            failure_code: Set(None),
            failure_message: Set(None),
            file_name: Set(content.file_name),
            content_hash: Set(content.content_hash),
            bytes: Set(content.bytes),
            url: Set(content.url),
            stages: Set(None),
            passages_done: Set(0),
            passages_total: Set(0),
            updated_at: Set(now),
            ..Default::default()
        };
        let next = Expr::col(document::Column::Version).add(1);
        let outcome = self
            .change_one(id, change)
            .col_expr(document::Column::Version, next)
            .exec(&self.0.transaction)
            .await?;
        if outcome.rows_affected == 1 {
            self.get(id).await
        } else {
            Ok(None)
        }
    }

    /// Sets from when and until when answers may use a document. False when there is none.
    pub async fn set_validity(
        &self,
        id: DocumentId,
        valid_from: Option<DateTime<Utc>>,
        valid_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            valid_from: Set(valid_from),
            valid_until: Set(valid_until),
            updated_at: Set(now),
            ..Default::default()
        };
        let outcome = self
            .change_one(id, change)
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }

    /// The document, unless there is none or it is being forgotten.
    pub async fn get(&self, id: DocumentId) -> Result<Option<Document>, StorageError> {
        let row = self
            .living()
            .filter(document::Column::Id.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        row.map(document_from).transpose()
    }

    /// These documents, of those that are there.
    pub async fn among(&self, ids: &[DocumentId]) -> Result<Vec<Document>, StorageError> {
        let rows = self
            .living()
            .filter(document::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
            .all(&self.0.transaction)
            .await?;
        rows.into_iter().map(document_from).collect()
    }

    /// Holds the version that answers use: until this transaction ends there is no swap. False
    /// when it is another one by now.
    pub async fn hold_served(
        &self,
        id: DocumentId,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            updated_at: Set(now),
            ..Default::default()
        };
        let outcome = self
            .change_one(id, change)
            .filter(document::Column::ReadyVersion.eq(version))
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }

    /// A document with exactly this content, of those that are given by hand or by a program:
    /// pages, products and question pairs may say the same.
    pub async fn find_by_content(
        &self,
        content_hash: &str,
    ) -> Result<Option<Document>, StorageError> {
        let row = self
            .living()
            .filter(document::Column::ContentHash.eq(content_hash))
            .filter(document::Column::State.ne(DocumentState::Failed.as_str()))
            .filter(document::Column::Origin.is_in(ONCE.map(DocumentOrigin::as_str)))
            .order_by_asc(document::Column::Id)
            .one(&self.0.transaction)
            .await?;
        row.map(document_from).transpose()
    }

    /// The document that the outside knows by that key, within its source.
    pub async fn find_by_reference(
        &self,
        origin: DocumentOrigin,
        source_id: Option<Uuid>,
        reference: &str,
    ) -> Result<Option<Document>, StorageError> {
        let source = match source_id {
            Some(source) => document::Column::SourceId.eq(source),
            None => document::Column::SourceId.is_null(),
        };
        let row = self
            .living()
            .filter(document::Column::Origin.eq(origin.as_str()))
            .filter(source)
            .filter(document::Column::Reference.eq(reference))
            .one(&self.0.transaction)
            .await?;
        row.map(document_from).transpose()
    }

    /// All documents, newest first.
    pub async fn list(
        &self,
        page: PageRequest<DocumentId>,
    ) -> Result<Page<Document>, StorageError> {
        let mut query = self.living();
        if let Some(after) = page.after {
            query = query.filter(document::Column::Id.lt(after.uuid()));
        }
        let rows = query
            .order_by_desc(document::Column::Id)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let documents = rows
            .into_iter()
            .map(document_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(documents, page.limit, |document| {
            document.id.to_string()
        }))
    }

    /// Documents of which a version is served, by their id and after that one, at most `limit`.
    pub async fn served_after(
        &self,
        after: Option<DocumentId>,
        limit: u64,
    ) -> Result<Vec<Document>, StorageError> {
        let mut query = self
            .living()
            .filter(document::Column::ReadyVersion.is_not_null());
        if let Some(after) = after {
            query = query.filter(document::Column::Id.gt(after.uuid()));
        }
        let rows = query
            .order_by_asc(document::Column::Id)
            .limit(limit)
            .all(&self.0.transaction)
            .await?;
        rows.into_iter().map(document_from).collect()
    }

    /// Which of these documents may be answered from now, each with the version that is served:
    /// the newest one that is whole, of what is valid and not being forgotten.
    pub async fn servable(
        &self,
        ids: &[DocumentId],
        now: DateTime<Utc>,
    ) -> Result<HashMap<DocumentId, i64>, StorageError> {
        let begun = Condition::any()
            .add(document::Column::ValidFrom.is_null())
            .add(document::Column::ValidFrom.lte(now));
        let not_over = Condition::any()
            .add(document::Column::ValidUntil.is_null())
            .add(document::Column::ValidUntil.gt(now));
        let found: Vec<(Uuid, i64)> = self
            .living()
            .select_only()
            .column(document::Column::Id)
            .column(document::Column::ReadyVersion)
            .filter(document::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
            .filter(document::Column::ReadyVersion.is_not_null())
            .filter(begun)
            .filter(not_over)
            .into_tuple()
            .all(&self.0.transaction)
            .await?;
        Ok(found
            .into_iter()
            .map(|(id, version)| (DocumentId::from_uuid(id), version))
            .collect())
    }

    fn living(&self) -> sea_orm::Select<document::Entity> {
        self.0
            .rows::<document::Entity>()
            .filter(document::Column::DeletedAt.is_null())
    }

    fn change_one(
        &self,
        id: DocumentId,
        change: document::ActiveModel,
    ) -> sea_orm::UpdateMany<document::Entity> {
        self.0
            .change::<document::Entity>()
            .set(change)
            .filter(document::Column::Id.eq(id.uuid()))
            .filter(document::Column::DeletedAt.is_null())
    }

    async fn change_version(
        &self,
        id: DocumentId,
        version: i64,
        change: document::ActiveModel,
    ) -> Result<bool, StorageError> {
        let outcome = self
            .change_one(id, change)
            .filter(document::Column::Version.eq(version))
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }
}
