//! A document, as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentState};
use xin_storage::tenant::Document;

use crate::api::names::{DocumentKindName, DocumentStateName};

/// A piece of knowledge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentView {
    #[schema(value_type = String)]
    id: DocumentId,
    title: String,
    #[schema(value_type = DocumentKindName)]
    kind: String,
    #[schema(value_type = DocumentStateName)]
    state: DocumentState,
    /// Why it cannot be used, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<DocumentErrorView>,
    /// How many passages it was cut into.
    passages: i64,
    /// Its size.
    bytes: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
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
            state: document.state,
            error,
            passages: document.passages,
            bytes: document.bytes,
            created_at: document.created_at,
            updated_at: document.updated_at,
        }
    }
}
