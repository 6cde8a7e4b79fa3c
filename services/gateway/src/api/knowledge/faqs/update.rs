//! Changes a question pair.

use actix_web::{put, web};
use xin_domain::DocumentId;

use super::keep;
use super::pair::{Pair, PairInput};
use super::view::FaqView;
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::news::changed;
use crate::state::Shared;

/// Changes a question and its answer. The old answer is given until the new one is indexed.
#[utoipa::path(
    tag = "knowledge", operation_id = "update_faq", security(("staff" = [])),
    params(("id" = String, Path, description = "The question pair")),
    request_body = PairInput, responses((status = 200, body = FaqView), Problems)
)]
#[put("/knowledge/faqs/{id}")]
pub async fn update_faq(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
    body: web::Json<PairInput>,
) -> Answer<web::Json<FaqView>> {
    let pair = Pair::checked(&body.question, &body.answer).map_err(ApiError::fields)?;
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let known = tx.faqs().get(id.0).await?;
    let known = known.ok_or_else(|| ApiError::not_found("question"))?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    keep::refuse_known(change, &pair, Some(id.0)).await?;
    let faq = keep::save(change, known, pair).await?;
    let document = tx.documents().get(id.0).await?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(web::Json(FaqView::of(faq, document.as_ref())))
}
