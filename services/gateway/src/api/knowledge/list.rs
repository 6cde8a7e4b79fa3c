//! Lists the documents.

use actix_web::{get, web};

use super::view::DocumentView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Lists the documents, newest first.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_documents", security(("staff" = [])),
    params(PageQuery), responses((status = 200, body = PageView<DocumentView>), Problems)
)]
#[get("/knowledge/documents")]
pub async fn list_documents(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<DocumentView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let documents = tx.documents().list(page).await?;
    Ok(web::Json(PageView::of(documents, DocumentView::from)))
}
