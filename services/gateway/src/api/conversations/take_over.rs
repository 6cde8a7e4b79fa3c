//! A person takes a conversation.

use actix_web::{post, web};
use xin_domain::ConversationId;

use super::change;
use super::view::ConversationView;
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::Answer;
use crate::inputs::PathId;
use crate::state::Shared;

/// Takes the conversation: the AI is silent from here on.
#[utoipa::path(
    tag = "conversations", operation_id = "take_over_conversation", security(("staff" = [])),
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, body = ConversationView), Problems)
)]
#[post("/conversations/{id}/take-over")]
pub async fn take_over_conversation(
    staff: Staff<Replies>,
    id: PathId<ConversationId>,
    state: Shared,
) -> Answer<web::Json<ConversationView>> {
    let user = staff.user_id;
    change::apply(&state, staff.tenant_id, id.0, |conversation, now| {
        conversation.take_over(user, now)
    })
    .await
}
