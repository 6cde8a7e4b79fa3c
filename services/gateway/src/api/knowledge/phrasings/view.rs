//! A phrasing, as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::PhrasingId;
use xin_storage::tenant::Phrasing;

/// A further way to ask what a document answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Phrasing)]
pub struct PhrasingView {
    #[schema(value_type = String)]
    id: PhrasingId,
    question: String,
    /// staff: somebody wrote it; confirmed: a customer asked it, and the answer was confirmed.
    origin: &'static str,
    created_at: DateTime<Utc>,
}

impl From<Phrasing> for PhrasingView {
    fn from(phrasing: Phrasing) -> Self {
        Self {
            id: phrasing.id,
            question: phrasing.question,
            origin: phrasing.origin.as_str(),
            created_at: phrasing.created_at,
        }
    }
}
