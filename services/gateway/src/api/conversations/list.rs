//! Lists the conversations.

use actix_web::{get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use xin_domain::ConversationStatus;
use xin_storage::tenant::{ConversationFilter, parse_cursor};

use super::view::ConversationView;
use crate::api::names::ConversationStatusName;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// Only open or only resolved ones.
    #[param(value_type = Option<ConversationStatusName>)]
    status: Option<String>,
    /// How many items at the most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Continue after this: the `next` of the page before.
    after: Option<String>,
}

/// Lists the conversations, the most recently active first.
#[utoipa::path(
    tag = "conversations", operation_id = "list_conversations", security(("staff" = [])),
    params(ConversationQuery),
    responses((status = 200, body = PageView<ConversationView>), Problems)
)]
#[get("/conversations")]
pub async fn list_conversations(
    staff: Staff<Reads>,
    state: Shared,
    query: web::Query<ConversationQuery>,
) -> Answer<web::Json<PageView<ConversationView>>> {
    let query = query.into_inner();
    let status = match query.status.as_deref() {
        None | Some("") => None,
        Some("open") => Some(ConversationStatus::Open),
        Some("resolved") => Some(ConversationStatus::Resolved),
        Some(_) => {
            return Err(ApiError::field(
                "status",
                "unknown_status",
                "open or resolved",
            ));
        }
    };
    let page = PageQuery {
        limit: query.limit,
        after: query.after,
    }
    .request(parse_cursor)?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let page = tx
        .conversations()
        .list(ConversationFilter { status }, page)
        .await?;
    Ok(web::Json(PageView::of(page, ConversationView::from)))
}
