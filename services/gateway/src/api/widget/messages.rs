//! Lists what was said in a visitor's thread.

use actix_web::{get, web};
use xin_storage::PageRequest;

use crate::api::conversations::{MessageView, position_of};
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::Visitor;
use crate::error::Answer;
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Lists what was said in the visitor's thread, oldest first; nothing before they say something.
/// `after` is a message's id.
#[utoipa::path(
    tag = "widget", operation_id = "list_widget_messages", security(("visitor" = [])),
    params(PageQuery), responses((status = 200, body = PageView<MessageView>), Problems)
)]
#[get("/messages")]
pub async fn list_widget_messages(
    visitor: Visitor,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<MessageView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(visitor.tenant_id).await?;
    let thread = visitor.conversation_id;
    let after = position_of(&tx, thread, page.after).await?;
    let messages = tx
        .messages()
        .list(
            thread,
            PageRequest {
                after,
                limit: page.limit,
            },
        )
        .await?;
    Ok(web::Json(PageView {
        items: messages
            .items
            .into_iter()
            .filter_map(MessageView::for_visitor)
            .collect(),
        next: messages.next,
    }))
}
