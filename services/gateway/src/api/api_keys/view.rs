//! A key, as the API shows it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::ApiKeyId;
use xin_storage::tenant::ApiKey;

/// A key of a program. The key itself is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    #[schema(value_type = String)]
    id: ApiKeyId,
    name: String,
    /// The beginning of the key, to know it by.
    prefix: String,
    /// What it may change: knowledge, products.
    scopes: Vec<String>,
    /// To the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
        }
    }
}
