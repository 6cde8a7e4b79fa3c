//! Makes a key.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_domain::{ApiKeyId, ErrorKind};
use xin_storage::tenant::ApiKey;

use super::view::ApiKeyView;
use crate::api::openapi::Problems;
use crate::auth::caller::{KEY_MARK, SCOPES};
use crate::auth::tokens::{fingerprint, random_token};
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::state::Shared;

/// Letters of a key that are shown in the list.
const SHOWN: usize = 10;
/// More keys than this are forgotten somewhere.
const MOST: usize = 50;

/// A key to be made.
#[derive(Deserialize, ToSchema)]
pub struct NewApiKey {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may change: knowledge, products.
    scopes: Vec<String>,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
pub struct MadeApiKey {
    /// The key. It is not shown again.
    key: String,
    #[serde(flatten)]
    shown: ApiKeyView,
}

/// Makes a key for a program of one's own, which sends it as `Authorization: Bearer xin_…`.
#[utoipa::path(
    tag = "api-keys", operation_id = "create_api_key", security(("staff" = [])),
    request_body = NewApiKey, responses((status = 201, body = MadeApiKey), Problems)
)]
#[post("/api-keys")]
pub async fn create_api_key(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<NewApiKey>,
) -> Answer<HttpResponse> {
    let mut checks = Checks::default();
    let name = checks.text("name", &body.name, 1..=100);
    let mut scopes = body.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    let is_known = |scope: &String| SCOPES.contains(&scope.as_str());
    if scopes.is_empty() || !scopes.iter().all(is_known) {
        let message = format!("one or more of {}", SCOPES.join(", "));
        checks.refuse("scopes", "unknown", message);
    }
    checks.done()?;
    let now = state.platform.clock.now();
    let key = format!("{KEY_MARK}{}", random_token());
    let kept = ApiKey {
        id: ApiKeyId::new(&*state.platform.ids, now),
        tenant_id: staff.tenant_id,
        name,
        hash: fingerprint(key.as_bytes()),
        prefix: key.chars().take(SHOWN).collect(),
        scopes,
        created_by: staff.user_id,
        last_used_at: None,
        created_at: now,
    };
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    if tx.api_keys().list().await?.len() >= MOST {
        let detail = format!("at most {MOST} keys; revoke those that are not used");
        return Err(ApiError::new(ErrorKind::Conflict, "too_many", detail));
    }
    tx.api_keys().add(&kept).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(MadeApiKey {
        key,
        shown: kept.into(),
    }))
}
