//! Documents as the repository hands them out and takes them in.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use xin_domain::{DocumentFailure, DocumentId, DocumentOrigin, DocumentState, StageTime};

use crate::entities::knowledge::document;
use crate::error::StorageError;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// What its people call it.
    pub title: String,
    /// `text`, `markdown`, `pdf` and so on.
    pub kind: String,
    /// Where it came from.
    pub origin: DocumentOrigin,
    /// The website it is a page of.
    pub source_id: Option<Uuid>,
    /// What the outside calls it: the URL of a page, an SKU, a program's own key.
    pub reference: Option<String>,
    /// Where people can read it.
    pub url: Option<String>,
    /// Where its newest version stands.
    pub state: DocumentState,
    /// Why that version cannot be used, when it failed.
    pub failure: Option<DocumentFailure>,
    /// The name of the file it came in.
    pub file_name: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub content_hash: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Grows with every change of its content.
    pub version: i64,
    /// The version that answers use.
    pub ready_version: Option<i64>,
    /// How many passages the served version was cut into.
    pub passages: i64,
    /// How many passages of the newest version are indexed.
    pub passages_done: i64,
    /// How many it has; 0 until that is known.
    pub passages_total: i64,
    /// When each stage of the newest version began and ended, in order.
    pub stages: Vec<StageTime>,
    /// Answers use it from then on.
    pub valid_from: Option<DateTime<Utc>>,
    /// And until then.
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether a worker holds it, or died holding it.
    pub is_leased: bool,
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
    /// `text`, `markdown`, `pdf` and so on.
    pub kind: String,
    /// Where it came from.
    pub origin: DocumentOrigin,
    /// The website it is a page of.
    pub source_id: Option<Uuid>,
    /// What the outside calls it, unique in its source.
    pub reference: Option<String>,
    /// Where people can read it.
    pub url: Option<String>,
    /// The name of the file it came in.
    pub file_name: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub content_hash: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Answers use it from then on.
    pub valid_from: Option<DateTime<Utc>>,
    /// And until then.
    pub valid_until: Option<DateTime<Utc>>,
}

/// What changes in a document with its next version.
#[derive(Clone, Debug)]
pub struct NewContent {
    /// What its people call it.
    pub title: String,
    /// `text`, `markdown`, `pdf` and so on.
    pub kind: String,
    /// The name of the file it came in.
    pub file_name: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub content_hash: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Where people can read it.
    pub url: Option<String>,
}

pub(super) fn document_from(row: document::Model) -> Result<Document, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "documents",
        column,
        row: row.id.to_string(),
    };
    let state = DocumentState::from_name(&row.state).ok_or_else(|| corrupt("state"))?;
    let origin = DocumentOrigin::from_name(&row.origin).ok_or_else(|| corrupt("origin"))?;
    let stages = stages_from(row.stages.clone()).ok_or_else(|| corrupt("stages"))?;
    let failure = row
        .failure_code
        .zip(row.failure_message)
        .map(|(code, message)| DocumentFailure { code, message });
    Ok(Document {
        id: DocumentId::from_uuid(row.id),
        title: row.title,
        kind: row.kind,
        origin,
        source_id: row.source_id,
        reference: row.reference,
        url: row.url,
        state,
        failure: failure.filter(|_| state == DocumentState::Failed),
        file_name: row.file_name,
        content_hash: row.content_hash,
        bytes: row.bytes,
        version: row.version,
        ready_version: row.ready_version,
        passages: row.passages,
        passages_done: row.passages_done,
        passages_total: row.passages_total,
        stages,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        is_leased: row.lease_owner.is_some(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The stages that are kept; nothing when they cannot be read.
pub(super) fn stages_from(json: Option<serde_json::Value>) -> Option<Vec<StageTime>> {
    json.map_or_else(
        || Some(Vec::new()),
        |json| serde_json::from_value(json).ok(),
    )
}
