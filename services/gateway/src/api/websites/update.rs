//! Changes what of a website is read.

use actix_web::{patch, web};
use chrono::TimeDelta;
use xin_domain::WebsiteId;

use super::input::WebsiteChange;
use super::view::WebsiteView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{Checks, PathId};
use crate::state::Shared;

/// Changes what of a website is read and how often. It counts from the next run on, which forgets
/// what is left out now; refresh the website to have it begin at once.
#[utoipa::path(
    tag = "knowledge", operation_id = "update_website", security(("staff" = [])),
    params(("id" = String, Path, description = "The website")), request_body = WebsiteChange,
    responses((status = 200, body = WebsiteView), Problems)
)]
#[patch("/knowledge/websites/{id}")]
pub async fn update_website(
    staff: Staff<Administers>,
    id: PathId<WebsiteId>,
    state: Shared,
    body: web::Json<WebsiteChange>,
) -> Answer<web::Json<WebsiteView>> {
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let websites = tx.websites();
    let found = websites.get(id.0).await?;
    let website = found.ok_or_else(|| ApiError::not_found("website"))?;
    let change = body.into_inner();
    let is_rescheduled = change.is_rescheduled();
    let mut settings = website.settings;
    let mut checks = Checks::default();
    change.apply(&mut settings, &mut checks);
    checks.done()?;
    let next = if is_rescheduled && website.state.is_resting() {
        let since = website.last_run_ended_at.unwrap_or(now);
        let hours = settings.every_hours;
        hours.map(|hours| since + TimeDelta::hours(hours.into()))
    } else {
        website.next_run_at
    };
    websites.configure(id.0, &settings, next, now).await?;
    let changed = websites.get(id.0).await?;
    tx.commit().await?;
    let changed = changed.ok_or_else(|| ApiError::not_found("website"))?;
    Ok(web::Json(changed.into()))
}
