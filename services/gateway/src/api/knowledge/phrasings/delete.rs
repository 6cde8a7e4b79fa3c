//! Takes a phrasing out.

use actix_web::{HttpRequest, HttpResponse, delete};
use xin_domain::{DocumentId, PhrasingId};

use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{PathId, path_part};
use crate::state::Shared;

/// Takes a phrasing out.
#[utoipa::path(
    tag = "knowledge", operation_id = "delete_phrasing", security(("staff" = [])),
    params(
        ("id" = String, Path, description = "The document, or the question pair"),
        ("phrasing_id" = String, Path, description = "The phrasing")
    ),
    responses((status = 204), Problems)
)]
#[delete("/knowledge/documents/{id}/phrasings/{phrasing_id}")]
pub async fn delete_phrasing(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let phrasing: PhrasingId = path_part(&request, "phrasing_id")?;
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let gone = tx.phrasings().remove(id.0, phrasing).await?;
    let gone = gone.ok_or_else(|| ApiError::not_found("phrasing"))?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    change.reindex(id.0, 0, vec![gone.number]).await?;
    tx.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
