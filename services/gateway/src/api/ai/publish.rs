//! Puts the draft into use.

use actix_web::{post, web};
use xin_domain::ErrorKind;

use super::get::shown;
use super::view::ConfigurationsView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::state::Shared;

/// Puts the draft into use. From the next question on customers see it.
#[utoipa::path(
    tag = "ai", operation_id = "publish_ai_settings", security(("staff" = [])),
    responses((status = 200, body = ConfigurationsView), Problems)
)]
#[post("/ai/settings/publish")]
pub async fn publish_ai_settings(
    staff: Staff<Administers>,
    state: Shared,
) -> Answer<web::Json<ConfigurationsView>> {
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    let now = state.platform.clock.now();
    if !tx.configurations().publish_draft(now).await? {
        let detail = "there is no draft; write one with PUT /ai/settings first";
        return Err(ApiError::new(ErrorKind::Conflict, "no_draft", detail));
    }
    tx.commit().await?;
    Ok(web::Json(shown(&state, staff.tenant_id).await?))
}
