//! Forgets a document.

use actix_web::{HttpResponse, delete};
use xin_domain::DocumentId;

use super::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::news::changed;
use crate::state::Shared;

/// Forgets a document. From the moment of the answer on nothing is answered from it; its passages
/// and its file go in the background.
#[utoipa::path(
    tag = "knowledge", operation_id = "delete_document", security(("staff" = [])),
    params(("id" = String, Path, description = "The document")),
    responses((status = 204), Problems)
)]
#[delete("/knowledge/documents/{id}")]
pub async fn delete_document(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let (tenant, id, now) = (staff.tenant_id, id.0, platform.clock.now());
    let tx = platform.database.tenant(tenant).await?;
    if !tx.documents().remove(id, now).await? {
        return Err(ApiError::not_found("document"));
    }
    let change = Change {
        platform,
        tx: &tx,
        now,
    };
    change.forget(id).await?;
    tx.commit().await?;
    platform.broker.signal(changed(tenant, None));
    Ok(HttpResponse::NoContent().finish())
}
