//! A person says that the AI answered well.

use actix_web::{HttpRequest, HttpResponse, post};
use xin_domain::{ConversationId, ErrorKind};
use xin_storage::tenant::PhrasingOrigin;

use super::asked::asked;
use crate::api::knowledge::indexing::Change;
use crate::api::knowledge::{LONGEST_QUESTION, PhrasingView, add_phrasing, question_key};
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{PathId, path_part};
use crate::state::Shared;

/// Confirms what the AI said: the customer's question becomes a phrasing of the first document that
/// the answer cites, and the next who asks like this finds it.
#[utoipa::path(
    tag = "conversations", operation_id = "confirm_message", security(("staff" = [])),
    params(
        ("id" = String, Path, description = "The conversation"),
        ("message_id" = String, Path, description = "What the AI said")
    ),
    responses((status = 201, body = PhrasingView), Problems)
)]
#[post("/conversations/{id}/messages/{message_id}/confirmation")]
pub async fn confirm_message(
    staff: Staff<Replies>,
    id: PathId<ConversationId>,
    state: Shared,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let (reply, words) = asked(&tx, id.0, path_part(&request, "message_id")?).await?;
    if question_key(&words).is_empty() || words.chars().count() > LONGEST_QUESTION {
        let detail = format!("the question must have words, at most {LONGEST_QUESTION} letters");
        return Err(ApiError::new(ErrorKind::Conflict, "no_question", detail));
    }
    let cited = reply.citations.first().map(|citation| citation.document_id);
    let document = match cited {
        Some(cited) => tx.documents().get(cited).await?,
        None => None,
    };
    let document = document.ok_or_else(|| {
        let detail = "the answer cites no document that is there; correct it instead";
        ApiError::new(ErrorKind::Conflict, "cites_nothing", detail)
    })?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    let added = add_phrasing(change, document.id, words, PhrasingOrigin::Confirmed).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(PhrasingView::from(added)))
}
