//! Lists what was said.

use actix_web::{get, web};
use xin_domain::{ConversationId, MessageId};
use xin_storage::{PageRequest, TenantTx};

use super::message_view::MessageView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{PageQuery, PathId};
use crate::state::Shared;

/// Lists what was said, oldest first. `after` is a message's id.
#[utoipa::path(
    tag = "conversations", operation_id = "list_messages", security(("staff" = [])),
    params(("id" = String, Path, description = "The conversation"), PageQuery),
    responses((status = 200, body = PageView<MessageView>), Problems)
)]
#[get("/conversations/{id}/messages")]
pub async fn list_messages(
    staff: Staff<Reads>,
    id: PathId<ConversationId>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<MessageView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    if tx.conversations().get(id.0).await?.is_none() {
        return Err(ApiError::not_found("conversation"));
    }
    let after = position_of(&tx, id.0, page.after).await?;
    let messages = tx
        .messages()
        .list(
            id.0,
            PageRequest {
                after,
                limit: page.limit,
            },
        )
        .await?;
    Ok(web::Json(PageView::of(messages, MessageView::for_staff)))
}

/// The place of a message that a list continues after; it must be of this conversation.
pub async fn position_of(
    tx: &TenantTx,
    conversation: ConversationId,
    message: Option<MessageId>,
) -> Answer<Option<i64>> {
    let Some(message) = message else {
        return Ok(None);
    };
    let found = tx.messages().get(message).await?;
    let found = found.filter(|found| found.conversation_id == conversation);
    found
        .map(|found| Some(found.position))
        .ok_or_else(|| ApiError::not_found("message"))
}
