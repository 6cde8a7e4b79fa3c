//! Shows how the AI works.

use actix_web::{get, web};
use xin_domain::TenantId;

use super::view::{ConfigurationView, ConfigurationsView};
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::state::{Shared, State};

/// Shows how the AI works: what is in use, and the draft.
#[utoipa::path(
    tag = "ai", operation_id = "get_ai_settings", security(("staff" = [])),
    responses((status = 200, body = ConfigurationsView), Problems)
)]
#[get("/ai/settings")]
pub async fn get_ai_settings(
    staff: Staff<Reads>,
    state: Shared,
) -> Answer<web::Json<ConfigurationsView>> {
    Ok(web::Json(shown(&state, staff.tenant_id).await?))
}

/// What is in use, and the draft.
pub async fn shown(state: &State, tenant: TenantId) -> Answer<ConfigurationsView> {
    let tx = state.platform.database.read(tenant).await?;
    let published = match tx.configurations().published().await? {
        Some(published) => published.into(),
        None => ConfigurationView::unset(tx.brand().get().await?),
    };
    let draft = tx.configurations().draft().await?;
    Ok(ConfigurationsView {
        published,
        draft: draft.map(ConfigurationView::from),
    })
}
