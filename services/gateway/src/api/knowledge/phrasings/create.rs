//! Adds a phrasing.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::DocumentId;
use xin_storage::tenant::PhrasingOrigin;

use super::add::{LONGEST_QUESTION, add};
use super::view::PhrasingView;
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{Checks, PathId};
use crate::state::Shared;

/// A further way to ask.
#[derive(Deserialize, ToSchema)]
pub struct NewPhrasing {
    #[schema(min_length = 1, max_length = 500)]
    question: String,
}

/// Adds a further way to ask what a document answers. What is there already is answered as it is.
#[utoipa::path(
    tag = "knowledge", operation_id = "create_phrasing", security(("staff" = [])),
    params(("id" = String, Path, description = "The document, or the question pair")),
    request_body = NewPhrasing, responses((status = 201, body = PhrasingView), Problems)
)]
#[post("/knowledge/documents/{id}/phrasings")]
pub async fn create_phrasing(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
    body: web::Json<NewPhrasing>,
) -> Answer<HttpResponse> {
    let mut checks = Checks::default();
    let question = checks.text("question", &body.question, 1..=LONGEST_QUESTION);
    checks.done()?;
    let platform = &state.platform;
    let tx = platform.database.tenant(staff.tenant_id).await?;
    if tx.documents().get(id.0).await?.is_none() {
        return Err(ApiError::not_found("document"));
    }
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    let added = add(change, id.0, question, PhrasingOrigin::Staff).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(PhrasingView::from(added)))
}
