//! Lists the phrasings of a document.

use actix_web::{get, web};
use xin_domain::DocumentId;

use super::view::PhrasingView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Lists the further ways to ask what a document answers, oldest first; there are few, so there is
/// one page.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_phrasings", security(("staff" = [])),
    params(("id" = String, Path, description = "The document, or the question pair")),
    responses((status = 200, body = PageView<PhrasingView>), Problems)
)]
#[get("/knowledge/documents/{id}/phrasings")]
pub async fn list_phrasings(
    staff: Staff<Reads>,
    id: PathId<DocumentId>,
    state: Shared,
) -> Answer<web::Json<PageView<PhrasingView>>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    if tx.documents().get(id.0).await?.is_none() {
        return Err(ApiError::not_found("document"));
    }
    let phrasings = tx.phrasings().list(id.0).await?;
    Ok(web::Json(PageView {
        items: phrasings.into_iter().map(PhrasingView::from).collect(),
        next: None,
    }))
}
