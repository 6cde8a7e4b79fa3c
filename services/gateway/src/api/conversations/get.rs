//! Shows a conversation.

use actix_web::{get, web};
use xin_domain::ConversationId;

use super::view::ConversationView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::state::Shared;

/// Shows a conversation.
#[utoipa::path(
    tag = "conversations", operation_id = "get_conversation", security(("staff" = [])),
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, body = ConversationView), Problems)
)]
#[get("/conversations/{id}")]
pub async fn get_conversation(
    staff: Staff<Reads>,
    id: PathId<ConversationId>,
    state: Shared,
) -> Answer<web::Json<ConversationView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let summary = tx.conversations().summary(id.0).await?;
    let summary = summary.ok_or_else(|| ApiError::not_found("conversation"))?;
    Ok(web::Json(summary.into()))
}
