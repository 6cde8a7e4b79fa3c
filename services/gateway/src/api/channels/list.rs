//! Lists the channels.

use actix_web::{get, web};

use super::view::ChannelView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Lists the channels, oldest first.
#[utoipa::path(
    tag = "channels", operation_id = "list_channels", security(("staff" = [])), params(PageQuery),
    responses((status = 200, body = PageView<ChannelView>), Problems)
)]
#[get("/channels")]
pub async fn list_channels(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<ChannelView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let channels = tx.channels().list(page).await?;
    Ok(web::Json(PageView::of(channels, ChannelView::from)))
}
