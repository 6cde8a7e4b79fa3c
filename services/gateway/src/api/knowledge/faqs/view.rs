//! A question pair, as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentState};
use xin_storage::tenant::{Document, Faq};

use crate::api::names::DocumentStateName;

/// A question with its answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Faq)]
pub struct FaqView {
    /// The document it is, under which its phrasings are too.
    #[schema(value_type = String)]
    id: DocumentId,
    question: String,
    answer: String,
    /// How far its newest words have come.
    #[schema(value_type = DocumentStateName)]
    state: DocumentState,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl FaqView {
    /// The pair with how far its document has come.
    pub fn of(faq: Faq, document: Option<&Document>) -> Self {
        Self {
            id: faq.id,
            question: faq.question,
            answer: faq.answer,
            state: document.map_or(DocumentState::Queued, |document| document.state),
            created_at: faq.created_at,
            updated_at: faq.updated_at,
        }
    }
}
