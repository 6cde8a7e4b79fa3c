//! Lists the versions.

use actix_web::{get, web};

use super::view::ConfigurationView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Lists the versions of how the AI works, newest first.
#[utoipa::path(
    tag = "ai", operation_id = "list_ai_versions", security(("staff" = [])),
    params(PageQuery), responses((status = 200, body = PageView<ConfigurationView>), Problems)
)]
#[get("/ai/settings/versions")]
pub async fn list_ai_versions(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<ConfigurationView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let versions = tx.configurations().list(page).await?;
    Ok(web::Json(PageView::of(versions, ConfigurationView::from)))
}
