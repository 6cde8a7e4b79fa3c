//! Reads a website anew.

use actix_web::{HttpResponse, post};
use xin_domain::WebsiteId;

use super::run;
use super::view::WebsiteView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::news::changed;
use crate::state::Shared;

/// Reads a website anew, now. While it is being read this changes nothing.
#[utoipa::path(
    tag = "knowledge", operation_id = "refresh_website", security(("staff" = [])),
    params(("id" = String, Path, description = "The website")),
    responses((status = 202, body = WebsiteView), Problems)
)]
#[post("/knowledge/websites/{id}/refresh")]
pub async fn refresh_website(
    staff: Staff<Administers>,
    id: PathId<WebsiteId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let queued = tx.websites().queue_run(id.0, platform.clock.now()).await?;
    if let Some(number) = queued {
        run::queue(platform, &tx, id.0, number).await?;
    }
    let website = tx.websites().get(id.0).await?;
    let website = website.ok_or_else(|| ApiError::not_found("website"))?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(HttpResponse::Accepted().json(WebsiteView::from(website)))
}
