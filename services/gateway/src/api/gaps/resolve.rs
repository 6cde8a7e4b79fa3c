//! Settles a gap.

use actix_web::{HttpResponse, post};
use xin_domain::GapGroupId;

use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Settles a gap: its questions are answered now, or need no answer.
#[utoipa::path(
    tag = "knowledge", operation_id = "resolve_knowledge_gap", security(("staff" = [])),
    params(("id" = String, Path, description = "The group of questions")),
    responses((status = 204), Problems)
)]
#[post("/knowledge/gaps/{id}/resolve")]
pub async fn resolve_gap(
    staff: Staff<Administers>,
    id: PathId<GapGroupId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    if tx.gaps().resolve(id.0, state.platform.clock.now()).await? == 0 {
        return Err(ApiError::not_found("gap"));
    }
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
