//! Revokes a key.

use actix_web::{HttpResponse, delete};
use xin_domain::ApiKeyId;

use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Revokes a key. It is worth nothing from the answer on.
#[utoipa::path(
    tag = "api-keys", operation_id = "revoke_api_key", security(("staff" = [])),
    params(("id" = String, Path, description = "The key")),
    responses((status = 204), Problems)
)]
#[delete("/api-keys/{id}")]
pub async fn revoke_api_key(
    staff: Staff<Administers>,
    id: PathId<ApiKeyId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    if !tx.api_keys().revoke(id.0, platform.clock.now()).await? {
        return Err(ApiError::not_found("key"));
    }
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
