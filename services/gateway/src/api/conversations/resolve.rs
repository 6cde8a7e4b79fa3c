//! The matter is settled.

use actix_web::{post, web};
use xin_domain::ConversationId;

use super::change;
use super::view::ConversationView;
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::Answer;
use crate::inputs::PathId;
use crate::state::Shared;

/// Settles the conversation. The next customer message opens it again.
#[utoipa::path(
    tag = "conversations", operation_id = "resolve_conversation", security(("staff" = [])),
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, body = ConversationView), Problems)
)]
#[post("/conversations/{id}/resolve")]
pub async fn resolve_conversation(
    staff: Staff<Replies>,
    id: PathId<ConversationId>,
    state: Shared,
) -> Answer<web::Json<ConversationView>> {
    change::apply(&state, staff.tenant_id, id.0, |conversation, now| {
        conversation.resolve(now)
    })
    .await
}
