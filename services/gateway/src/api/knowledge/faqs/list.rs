//! Lists the question pairs.

use std::collections::HashMap;

use actix_web::{get, web};

use super::view::FaqView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::{PageQuery, SearchQuery};
use crate::state::Shared;

/// Lists the questions with their answers, newest first.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_faqs", security(("staff" = [])),
    params(PageQuery, SearchQuery),
    responses((status = 200, body = PageView<FaqView>), Problems)
)]
#[get("/knowledge/faqs")]
pub async fn list_faqs(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
    search: web::Query<SearchQuery>,
) -> Answer<web::Json<PageView<FaqView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let search = search.folded();
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let faqs = tx.faqs().list(search.as_deref(), page).await?;
    let ids: Vec<_> = faqs.items.iter().map(|faq| faq.id).collect();
    let documents = tx.documents().among(&ids).await?;
    let documents: HashMap<_, _> = documents
        .into_iter()
        .map(|document| (document.id, document))
        .collect();
    Ok(web::Json(PageView::of(faqs, |faq| {
        let document = documents.get(&faq.id);
        FaqView::of(faq, document)
    })))
}
