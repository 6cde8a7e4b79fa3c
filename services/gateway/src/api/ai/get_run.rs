//! Shows what came of a question that was tried out.

use actix_web::{get, web};
use xin_domain::PlaygroundRunId;

use super::playground::TrialView;
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Shows what came of a question that was tried out. Kept for a day.
#[utoipa::path(
    tag = "ai", operation_id = "get_trial", security(("staff" = [])),
    params(("id" = String, Path, description = "The question that was tried out")),
    responses((status = 200, body = TrialView), Problems)
)]
#[get("/ai/playground/{id}")]
pub async fn get_trial(
    staff: Staff<Replies>,
    id: PathId<PlaygroundRunId>,
    state: Shared,
) -> Answer<web::Json<TrialView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let run = tx.playground().get(id.0).await?;
    let run = run.ok_or_else(|| ApiError::not_found("question"))?;
    Ok(web::Json(TrialView {
        id: run.id,
        done: run.outcome.is_some(),
        outcome: run.outcome,
    }))
}
