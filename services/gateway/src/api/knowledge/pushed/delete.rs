//! Forgets a document by the key of whoever pushed it.

use actix_web::{HttpResponse, delete, web};
use xin_domain::DocumentOrigin;

use super::reference;
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Caller, Knowledge};
use crate::error::{Answer, ApiError};
use crate::news::changed;
use crate::state::Shared;

/// Forgets a document that was pushed. From the moment of the answer on nothing is answered from
/// it.
#[utoipa::path(
    tag = "knowledge", operation_id = "delete_pushed_document",
    security(("staff" = []), ("api_key" = [])),
    params(("reference" = String, Path, description = "The key of whoever pushed it")),
    responses((status = 204), Problems)
)]
#[delete("/knowledge/documents/by-reference/{reference}")]
pub async fn delete_pushed_document(
    caller: Caller<Knowledge>,
    path: web::Path<String>,
    state: Shared,
) -> Answer<HttpResponse> {
    let reference = reference(&path)?;
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(caller.tenant_id).await?;
    let documents = tx.documents();
    let known = documents
        .find_by_reference(DocumentOrigin::Api, None, &reference)
        .await?;
    let known = known.ok_or_else(|| ApiError::not_found("document"))?;
    documents.remove(known.id, now).await?;
    let change = Change {
        platform,
        tx: &tx,
        now,
    };
    change.forget(known.id).await?;
    tx.commit().await?;
    platform.broker.signal(changed(caller.tenant_id, None));
    Ok(HttpResponse::NoContent().finish())
}
