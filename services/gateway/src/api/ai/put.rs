//! Writes the draft.

use actix_web::{put, web};

use super::get::shown;
use super::view::{ConfigurationsView, NewAiConfiguration};
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Writes the draft, whole: what is absent goes back to the default. Customers see it when it is
/// published.
#[utoipa::path(
    tag = "ai", operation_id = "put_ai_settings", security(("staff" = [])),
    request_body = NewAiConfiguration,
    responses((status = 200, body = ConfigurationsView), Problems)
)]
#[put("/ai/settings")]
pub async fn put_ai_settings(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<NewAiConfiguration>,
) -> Answer<web::Json<ConfigurationsView>> {
    let (brand, settings) = body.into_inner().read()?;
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    tx.configurations()
        .save_draft(&brand, &settings, staff.user_id, state.platform.clock.now())
        .await?;
    tx.commit().await?;
    Ok(web::Json(shown(&state, staff.tenant_id).await?))
}
