//! Lists the models.

use actix_web::{get, web};

use super::view::ModelsView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Lists the models of every task, in the order they are asked.
#[utoipa::path(
    tag = "ai", operation_id = "list_models", security(("staff" = [])),
    responses((status = 200, body = ModelsView), Problems)
)]
#[get("/ai/models")]
pub async fn list_models(
    staff: Staff<Administers>,
    state: Shared,
) -> Answer<web::Json<ModelsView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let models = tx.models().all().await?;
    let spaces = tx.vector_spaces().all().await?;
    tx.commit().await?;
    Ok(web::Json(ModelsView::of(&models, &spaces)))
}
