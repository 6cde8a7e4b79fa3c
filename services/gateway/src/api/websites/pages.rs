//! Lists the pages of a website.

use actix_web::{get, web};
use uuid::Uuid;
use xin_domain::WebsiteId;

use super::view::WebsitePageView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{PageQuery, PathId};
use crate::state::Shared;

/// Lists the pages of a website that runs have found, and what became of each.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_website_pages", security(("staff" = [])),
    params(("id" = String, Path, description = "The website"), PageQuery),
    responses((status = 200, body = PageView<WebsitePageView>), Problems)
)]
#[get("/knowledge/websites/{id}/pages")]
pub async fn list_website_pages(
    staff: Staff<Reads>,
    id: PathId<WebsiteId>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<WebsitePageView>>> {
    let page = page.request(|after| Uuid::try_parse(after).ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let websites = tx.websites();
    if websites.get(id.0).await?.is_none() {
        return Err(ApiError::not_found("website"));
    }
    let pages = websites.pages(id.0).list(page).await?;
    Ok(web::Json(PageView::of(pages, WebsitePageView::from)))
}
