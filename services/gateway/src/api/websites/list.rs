//! Lists the websites.

use actix_web::{get, web};

use super::view::WebsiteView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Lists the websites, newest first.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_websites", security(("staff" = [])),
    params(PageQuery), responses((status = 200, body = PageView<WebsiteView>), Problems)
)]
#[get("/knowledge/websites")]
pub async fn list_websites(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<WebsiteView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let websites = tx.websites().list(page).await?;
    Ok(web::Json(PageView::of(websites, WebsiteView::from)))
}
