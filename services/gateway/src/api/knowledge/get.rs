//! Shows a document.

use actix_web::{get, web};
use xin_domain::DocumentId;

use super::view::DocumentView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Shows a document.
#[utoipa::path(
    tag = "knowledge", operation_id = "get_document", security(("staff" = [])),
    params(("id" = String, Path, description = "The document")),
    responses((status = 200, body = DocumentView), Problems)
)]
#[get("/knowledge/documents/{id}")]
pub async fn get_document(
    staff: Staff<Reads>,
    id: PathId<DocumentId>,
    state: Shared,
) -> Answer<web::Json<DocumentView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let document = tx.documents().get(id.0).await?;
    let document = document.ok_or_else(|| ApiError::not_found("document"))?;
    Ok(web::Json(document.into()))
}
