//! Goes back to an earlier version.

use actix_web::{post, web};

use super::get::shown;
use super::view::ConfigurationsView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Goes back to an earlier version: its content is published as a new one. The draft stays.
#[utoipa::path(
    tag = "ai", operation_id = "restore_ai_version", security(("staff" = [])),
    params(("id" = i64, Path, description = "The version's number")),
    responses((status = 200, body = ConfigurationsView), Problems)
)]
#[post("/ai/settings/versions/{id}/restore")]
pub async fn restore_ai_version(
    staff: Staff<Administers>,
    version: PathId<i64>,
    state: Shared,
) -> Answer<web::Json<ConfigurationsView>> {
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    let earlier = tx.configurations().get(version.0).await?;
    let earlier = earlier.ok_or_else(|| ApiError::not_found("version"))?;
    let now = state.platform.clock.now();
    tx.configurations()
        .publish(&earlier.brand, &earlier.settings, staff.user_id, now)
        .await?;
    tx.commit().await?;
    Ok(web::Json(shown(&state, staff.tenant_id).await?))
}
