//! The tenant's knowledge, as documents with a life of their own.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;
use xin_domain::{DocumentFailure, DocumentId, DocumentState};

use super::TenantTx;
use crate::entities::knowledge::document;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// What its people call it.
    pub title: String,
    /// `text`, `markdown` or `pdf`.
    pub kind: String,
    /// Where it stands.
    pub state: DocumentState,
    /// Why it cannot be used, when it failed.
    pub failure: Option<DocumentFailure>,
    /// The name of the file it came in.
    pub file_name: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub content_hash: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Grows with every change of its content.
    pub version: i64,
    /// How many passages it was cut into.
    pub passages: i64,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is known of a document when it is given.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its id.
    pub id: DocumentId,
    /// What its people call it.
    pub title: String,
    /// `text`, `markdown` or `pdf`.
    pub kind: String,
    /// The name of the file it came in.
    pub file_name: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub content_hash: String,
    /// Its size in bytes.
    pub bytes: i64,
}

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
        };
        let row = document::Entity::insert(row)
            .exec_with_returning(&self.0.transaction)
            .await?;
        document_from(row)
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

    /// A document with exactly this content.
    pub async fn find_by_content(
        &self,
        content_hash: &str,
    ) -> Result<Option<Document>, StorageError> {
        let row = self
            .living()
            .filter(document::Column::ContentHash.eq(content_hash))
            .filter(document::Column::State.ne(DocumentState::Failed.as_str()))
            .order_by_asc(document::Column::Id)
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

    /// Which of these documents may be answered from: those that are whole and not being forgotten.
    pub async fn ready_among(&self, ids: &[DocumentId]) -> Result<Vec<DocumentId>, StorageError> {
        let found: Vec<Uuid> = self
            .living()
            .select_only()
            .column(document::Column::Id)
            .filter(document::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
            .filter(document::Column::State.eq(DocumentState::Ready.as_str()))
            .into_tuple()
            .all(&self.0.transaction)
            .await?;
        Ok(found.into_iter().map(DocumentId::from_uuid).collect())
    }

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

    /// Notes the stage that the work has come to. False when the document is gone or changed.
    pub async fn advance(
        &self,
        id: DocumentId,
        version: i64,
        state: DocumentState,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            state: Set(state.as_str().to_owned()),
            failure_code: Set(None),
            failure_message: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change_version(id, version, change).await
    }

    /// The work is done: answers can use the document. False when it is gone or changed.
    pub async fn complete(
        &self,
        id: DocumentId,
        version: i64,
        passages: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            state: Set(DocumentState::Ready.as_str().to_owned()),
            passages: Set(passages),
            lease_owner: Set(None),
            lease_until: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change_version(id, version, change).await
    }

    /// The work cannot be done. False when the document is gone or changed.
    pub async fn fail(
        &self,
        id: DocumentId,
        version: i64,
        failure: &DocumentFailure,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let change = document::ActiveModel {
            state: Set(DocumentState::Failed.as_str().to_owned()),
            failure_code: Set(Some(failure.code.clone())),
            failure_message: Set(Some(failure.message.clone())),
            lease_owner: Set(None),
            lease_until: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        self.change_version(id, version, change).await
    }

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
        Ok(outcome.rows_affected == 1)
    }

    /// Ends the forgetting, after the passages and the file are gone.
    pub async fn erase(&self, id: DocumentId) -> Result<(), StorageError> {
        self.0
            .removal::<document::Entity>()
            .filter(document::Column::Id.eq(id.uuid()))
            .filter(document::Column::DeletedAt.is_not_null())
            .exec(&self.0.transaction)
            .await?;
        Ok(())
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

fn document_from(row: document::Model) -> Result<Document, StorageError> {
    let state = DocumentState::from_name(&row.state).ok_or_else(|| StorageError::Corrupt {
        table: "documents",
        column: "state",
        row: row.id.to_string(),
    })?;
    let failure = row
        .failure_code
        .zip(row.failure_message)
        .map(|(code, message)| DocumentFailure { code, message });
    Ok(Document {
        id: DocumentId::from_uuid(row.id),
        title: row.title,
        kind: row.kind,
        state,
        failure: failure.filter(|_| state == DocumentState::Failed),
        file_name: row.file_name,
        content_hash: row.content_hash,
        bytes: row.bytes,
        version: row.version,
        passages: row.passages,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
