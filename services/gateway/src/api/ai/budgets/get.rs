//! Shows the budgets.

use actix_web::{get, web};

use super::view::BudgetsView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Shows the budgets.
#[utoipa::path(
    tag = "ai", operation_id = "get_budgets", security(("staff" = [])),
    responses((status = 200, body = BudgetsView), Problems)
)]
#[get("/ai/budgets")]
pub async fn get_budgets(staff: Staff<Reads>, state: Shared) -> Answer<web::Json<BudgetsView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    Ok(web::Json(tx.usage().budgets().await?.into()))
}
