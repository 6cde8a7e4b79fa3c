//! A person gives a conversation back to the AI.

use actix_web::{post, web};
use xin_domain::ConversationId;

use super::change;
use super::view::ConversationView;
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::Answer;
use crate::inputs::PathId;
use crate::state::Shared;

/// Gives the conversation back to the AI, which begins with a clean context.
#[utoipa::path(
    tag = "conversations", operation_id = "hand_back_conversation", security(("staff" = [])),
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, body = ConversationView), Problems)
)]
#[post("/conversations/{id}/hand-back")]
pub async fn hand_back_conversation(
    staff: Staff<Replies>,
    id: PathId<ConversationId>,
    state: Shared,
) -> Answer<web::Json<ConversationView>> {
    change::apply(&state, staff.tenant_id, id.0, |conversation, now| {
        conversation.hand_back(now)
    })
    .await
}
