//! Forgets a question pair.

use actix_web::{HttpResponse, delete};
use xin_domain::DocumentId;

use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::news::changed;
use crate::state::Shared;

/// Forgets a question with its answer. From the moment of the answer on it is not answered from.
#[utoipa::path(
    tag = "knowledge", operation_id = "delete_faq", security(("staff" = [])),
    params(("id" = String, Path, description = "The question pair")),
    responses((status = 204), Problems)
)]
#[delete("/knowledge/faqs/{id}")]
pub async fn delete_faq(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let is_pair = tx.faqs().get(id.0).await?.is_some();
    if !is_pair || !tx.documents().remove(id.0, now).await? {
        return Err(ApiError::not_found("question"));
    }
    let change = Change {
        platform,
        tx: &tx,
        now,
    };
    change.forget(id.0).await?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(HttpResponse::NoContent().finish())
}
