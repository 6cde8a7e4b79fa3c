//! Shows a question pair.

use actix_web::{get, web};
use xin_domain::DocumentId;

use super::view::FaqView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Shows a question with its answer.
#[utoipa::path(
    tag = "knowledge", operation_id = "get_faq", security(("staff" = [])),
    params(("id" = String, Path, description = "The question pair")),
    responses((status = 200, body = FaqView), Problems)
)]
#[get("/knowledge/faqs/{id}")]
pub async fn get_faq(
    staff: Staff<Reads>,
    id: PathId<DocumentId>,
    state: Shared,
) -> Answer<web::Json<FaqView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let faq = tx.faqs().get(id.0).await?;
    let faq = faq.ok_or_else(|| ApiError::not_found("question"))?;
    let document = tx.documents().get(id.0).await?;
    Ok(web::Json(FaqView::of(faq, document.as_ref())))
}
