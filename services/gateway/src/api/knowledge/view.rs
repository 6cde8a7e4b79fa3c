//! A document, as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentOrigin, DocumentState, StageTime};
use xin_storage::tenant::Document;

use crate::api::names::{DocumentKindName, DocumentOriginName, DocumentStateName};

/// A piece of knowledge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentView {
    #[schema(value_type = String)]
    id: DocumentId,
    title: String,
    #[schema(value_type = DocumentKindName)]
    kind: String,
    #[schema(value_type = DocumentOriginName)]
    origin: DocumentOrigin,
    /// The key that a program or a website knows it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Where people can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Where its newest version stands.
    #[schema(value_type = DocumentStateName)]
    state: DocumentState,
    /// Its newest version.
    version: i64,
    /// The version that answers use; absent while there is none. It stays until a newer one is
    /// whole, also when that one failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    served_version: Option<i64>,
    /// How far the newest version has come.
    progress: ProgressView,
    /// Answers use it from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<DateTime<Utc>>,
    /// And until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<DateTime<Utc>>,
    /// Why its newest version cannot be used, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<DocumentErrorView>,
    /// How many passages the served version was cut into.
    passages: i64,
    /// Its size.
    bytes: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// How far the newest version of a document has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentProgress)]
pub struct ProgressView {
    /// Passages that are indexed.
    passages_done: i64,
    /// Passages that it has; 0 until that is known.
    passages_total: i64,
    /// Its stages so far, in order.
    stages: Vec<StageView>,
}

/// When a stage began and ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentStage)]
pub struct StageView {
    #[schema(value_type = DocumentStateName)]
    stage: DocumentState,
    began_at: DateTime<Utc>,
    /// Absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
}

impl From<StageTime> for StageView {
    fn from(time: StageTime) -> Self {
        Self {
            stage: time.stage,
            began_at: time.began_at,
            ended_at: time.ended_at,
        }
    }
}

/// Why a document cannot be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentError)]
pub struct DocumentErrorView {
    /// What programs match on.
    code: String,
    /// What to do, for people.
    message: String,
}

impl From<Document> for DocumentView {
    fn from(document: Document) -> Self {
        let error = document.failure.map(|failure| DocumentErrorView {
            code: failure.code,
            message: failure.message,
        });
        Self {
            id: document.id,
            title: document.title,
            kind: document.kind,
            origin: document.origin,
            reference: document.reference,
            url: document.url,
            state: document.state,
            version: document.version,
            served_version: document.ready_version,
            progress: ProgressView {
                passages_done: document.passages_done,
                passages_total: document.passages_total,
                stages: document.stages.into_iter().map(StageView::from).collect(),
            },
            valid_from: document.valid_from,
            valid_until: document.valid_until,
            error,
            passages: document.passages,
            bytes: document.bytes,
            created_at: document.created_at,
            updated_at: document.updated_at,
        }
    }
}
