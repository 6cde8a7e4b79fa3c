//! Lists the passages of a document.

use actix_web::{get, web};
use xin_domain::DocumentId;

use super::view::ChunkView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{PageQuery, PathId};
use crate::state::Shared;

/// Lists the passages of the version that answers use, in order; while there is none, those of the
/// version that is being built.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_chunks", security(("staff" = [])),
    params(("id" = String, Path, description = "The document"), PageQuery),
    responses((status = 200, body = PageView<ChunkView>), Problems)
)]
#[get("/knowledge/documents/{id}/chunks")]
pub async fn list_chunks(
    staff: Staff<Reads>,
    id: PathId<DocumentId>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<ChunkView>>> {
    let page = page.request(|after| after.parse::<u32>().ok().map(i64::from))?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let document = tx.documents().get(id.0).await?;
    let document = document.ok_or_else(|| ApiError::not_found("document"))?;
    let version = document.ready_version.unwrap_or(document.version);
    let chunks = tx.chunks().list(id.0, version, page).await?;
    Ok(web::Json(PageView::of(chunks, ChunkView::from)))
}
