//! Shows a website.

use actix_web::{get, web};
use xin_domain::WebsiteId;

use super::view::WebsiteView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Shows a website, with what its last run has come to and what was wrong.
#[utoipa::path(
    tag = "knowledge", operation_id = "get_website", security(("staff" = [])),
    params(("id" = String, Path, description = "The website")),
    responses((status = 200, body = WebsiteView), Problems)
)]
#[get("/knowledge/websites/{id}")]
pub async fn get_website(
    staff: Staff<Reads>,
    id: PathId<WebsiteId>,
    state: Shared,
) -> Answer<web::Json<WebsiteView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let website = tx.websites().get(id.0).await?;
    let website = website.ok_or_else(|| ApiError::not_found("website"))?;
    Ok(web::Json(website.into()))
}
