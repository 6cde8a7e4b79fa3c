//! Changes from when and until when answers use a document.

use actix_web::{patch, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use xin_domain::DocumentId;
use xin_storage::tenant::LiveEventKind;

use super::view::DocumentView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::news::changed;
use crate::state::Shared;

/// What is absent stays; null takes it away.
#[derive(Deserialize, ToSchema)]
pub struct DocumentChange {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    valid_from: Moment,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    valid_until: Moment,
}

/// A time that may stay, be set or be taken away.
#[derive(Clone, Copy, Default)]
enum Moment {
    #[default]
    Stays,
    Becomes(Option<DateTime<Utc>>),
}

impl Moment {
    fn over(self, known: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        match self {
            Self::Stays => known,
            Self::Becomes(time) => time,
        }
    }
}

fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Moment, D::Error> {
    Option::deserialize(value).map(Moment::Becomes)
}

/// Changes from when and until when answers use a document. It holds from the answer on.
#[utoipa::path(
    tag = "knowledge", operation_id = "update_document", security(("staff" = [])),
    params(("id" = String, Path, description = "The document")),
    request_body = DocumentChange, responses((status = 200, body = DocumentView), Problems)
)]
#[patch("/knowledge/documents/{id}")]
pub async fn update_document(
    staff: Staff<Administers>,
    id: PathId<DocumentId>,
    state: Shared,
    body: web::Json<DocumentChange>,
) -> Answer<web::Json<DocumentView>> {
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(staff.tenant_id).await?;
    let document = tx.documents().get(id.0).await?;
    let document = document.ok_or_else(|| ApiError::not_found("document"))?;
    let from = body.valid_from.over(document.valid_from);
    let until = body.valid_until.over(document.valid_until);
    check_validity(from, until)?;
    tx.documents().set_validity(id.0, from, until, now).await?;
    tx.live_events()
        .add(LiveEventKind::DocumentUpdated(id.0), None, now)
        .await?;
    let document = tx.documents().get(id.0).await?;
    let document = document.ok_or_else(|| ApiError::not_found("document"))?;
    tx.commit().await?;
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(web::Json(document.into()))
}

/// Refuses an end before the beginning.
pub fn check_validity(from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Answer<()> {
    match from.zip(until) {
        Some((from, until)) if until <= from => {
            let message = "must be after valid_from";
            Err(ApiError::field("valid_until", "out_of_order", message))
        }
        Some(_) | None => Ok(()),
    }
}
