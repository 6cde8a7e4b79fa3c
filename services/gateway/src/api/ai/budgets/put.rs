//! Sets the budgets.

use actix_web::{put, web};

use super::view::BudgetsView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Sets the budgets, whole: what is absent has no limit.
#[utoipa::path(
    tag = "ai", operation_id = "put_budgets", security(("staff" = [])),
    request_body = BudgetsView, responses((status = 200, body = BudgetsView), Problems)
)]
#[put("/ai/budgets")]
pub async fn put_budgets(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<BudgetsView>,
) -> Answer<web::Json<BudgetsView>> {
    let budgets = body.read()?;
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    let now = state.platform.clock.now();
    tx.usage().save_budgets(&budgets, now).await?;
    tx.commit().await?;
    Ok(web::Json(budgets.into()))
}
