//! A person says what the AI should have answered.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::ConversationId;
use xin_storage::tenant::PhrasingOrigin;

use super::asked::asked;
use crate::api::knowledge::indexing::Change;
use crate::api::knowledge::{FaqView, LONGEST_QUESTION, Pair, add_phrasing, put_faq, question_key};
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{PathId, path_part};
use crate::news::changed;
use crate::state::Shared;

/// What the AI should have answered.
#[derive(Deserialize, ToSchema)]
pub struct Correction {
    #[schema(min_length = 1, max_length = 5000)]
    answer: String,
    /// The question in better words; absent: as the customer asked it.
    #[schema(min_length = 1, max_length = 500)]
    question: Option<String>,
}

/// Makes the right answer a question pair, or gives the pair that asks the same the right answer.
/// Where the question is given in other words, the customer's become a phrasing of it.
#[utoipa::path(
    tag = "conversations", operation_id = "correct_message", security(("staff" = [])),
    params(
        ("id" = String, Path, description = "The conversation"),
        ("message_id" = String, Path, description = "What the AI said")
    ),
    request_body = Correction, responses((status = 201, body = FaqView), Problems)
)]
#[post("/conversations/{id}/messages/{message_id}/correction")]
pub async fn correct_message(
    staff: Staff<Administers>,
    id: PathId<ConversationId>,
    state: Shared,
    request: HttpRequest,
    body: web::Json<Correction>,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let (_, words) = asked(&tx, id.0, path_part(&request, "message_id")?).await?;
    let question = body.question.as_deref().unwrap_or(&words);
    let pair = Pair::checked(question, &body.answer).map_err(ApiError::fields)?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    let (key, asked_key) = (pair.key.clone(), question_key(&words));
    let faq = put_faq(change, pair).await?;
    let is_short = words.chars().count() <= LONGEST_QUESTION;
    if asked_key != key && !asked_key.is_empty() && is_short {
        add_phrasing(change, faq.id, words, PhrasingOrigin::Confirmed).await?;
    }
    let document = tx.documents().get(faq.id).await?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(HttpResponse::Created().json(FaqView::of(faq, document.as_ref())))
}
