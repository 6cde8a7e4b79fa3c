//! Changes a passage.

use actix_web::{HttpRequest, patch, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentOrigin, ErrorKind};
use xin_storage::tenant::{ChunkChange, Document};

use super::view::ChunkView;
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::{Checks, PathId, path_part};
use crate::news::changed;
use crate::state::Shared;

const LONGEST_TEXT: usize = 8_000;

/// What changes in a passage; what is absent stays.
#[derive(Deserialize, ToSchema)]
pub struct ChunkInput {
    /// Other words.
    #[schema(min_length = 1, max_length = 8000)]
    text: Option<String>,
    /// Whether answers must not use it.
    disabled: Option<bool>,
}

/// Changes a passage of the version that answers use. It is said in the new words, or not at all,
/// from the answer on; the change holds for later versions whose source says the same there.
#[utoipa::path(
    tag = "knowledge", operation_id = "update_chunk", security(("staff" = [])),
    params(
        ("id" = String, Path, description = "The document"),
        ("ordinal" = u32, Path, description = "The place of the passage, from 0")
    ),
    request_body = ChunkInput, responses((status = 200, body = ChunkView), Problems)
)]
#[patch("/knowledge/documents/{id}/chunks/{ordinal}")]
pub async fn update_chunk(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
    request: HttpRequest,
    body: web::Json<ChunkInput>,
) -> Answer<web::Json<ChunkView>> {
    let ordinal: u32 = path_part(&request, "ordinal")?;
    let mut checks = Checks::default();
    let text = body.text.as_deref();
    let text = text.map(|text| checks.text("text", text, 1..=LONGEST_TEXT));
    checks.done()?;
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let document = tx.documents().get(id.0).await?;
    let document = document.ok_or_else(|| ApiError::not_found("document"))?;
    if text.is_some() {
        refuse_records(&document)?;
    }
    let version = document.ready_version;
    let version = version.ok_or_else(|| ApiError::not_found("passage"))?;
    if !tx.documents().hold_served(id.0, version, now).await? {
        let detail = "the document was replaced just now; look at its passages again";
        return Err(ApiError::new(ErrorKind::Conflict, "replaced", detail));
    }
    let change = ChunkChange {
        text,
        is_disabled: body.disabled,
    };
    let chunks = tx.chunks();
    if !chunks.change(id.0, version, ordinal, change).await? {
        return Err(ApiError::not_found("passage"));
    }
    let chunk = chunks.get(id.0, version, ordinal).await?;
    let chunk = chunk.ok_or_else(|| ApiError::not_found("passage"))?;
    let tell = Change {
        platform,
        tx: &tx,
        now,
    };
    tell.reindex(id.0, ordinal, Vec::new()).await?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(web::Json(chunk.into()))
}

/// Records have a place of their own where their words are changed.
fn refuse_records(document: &Document) -> Answer<()> {
    let place = match document.origin {
        DocumentOrigin::Faq => "change the answer itself, under /knowledge/faqs",
        DocumentOrigin::Product => "change the product itself, under /products",
        DocumentOrigin::Upload
        | DocumentOrigin::Text
        | DocumentOrigin::Page
        | DocumentOrigin::Api => return Ok(()),
    };
    Err(ApiError::new(ErrorKind::Conflict, "is_a_record", place))
}
