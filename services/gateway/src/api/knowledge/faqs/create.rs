//! Adds a question pair.

use actix_web::{HttpResponse, post, web};

use super::keep;
use super::pair::{Pair, PairInput};
use super::view::FaqView;
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::news::changed;
use crate::state::Shared;

/// Adds a question with its answer.
#[utoipa::path(
    tag = "knowledge", operation_id = "create_faq", security(("staff" = [])),
    request_body = PairInput, responses((status = 201, body = FaqView), Problems)
)]
#[post("/knowledge/faqs")]
pub async fn create_faq(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<PairInput>,
) -> Answer<HttpResponse> {
    let pair = Pair::checked(&body.question, &body.answer).map_err(ApiError::fields)?;
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    keep::refuse_known(change, &pair, None).await?;
    let faq = keep::add(change, pair).await?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(HttpResponse::Created().json(FaqView::of(faq, None)))
}
