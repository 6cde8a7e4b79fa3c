//! Forgets a website.

use actix_web::{HttpResponse, delete};
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::ForgetDocument;
use xin_domain::WebsiteId;
use xin_storage::tenant::LiveEventKind;

use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::PathId;
use crate::news::changed;
use crate::state::Shared;

/// Forgets a website and the documents that its pages are. From the moment of the answer on nothing
/// is answered from them.
#[utoipa::path(
    tag = "knowledge", operation_id = "delete_website", security(("staff" = [])),
    params(("id" = String, Path, description = "The website")),
    responses((status = 204), Problems)
)]
#[delete("/knowledge/websites/{id}")]
pub async fn delete_website(
    staff: Staff<Administers>,
    id: PathId<WebsiteId>,
    state: Shared,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let (tenant, now) = (staff.tenant_id, platform.clock.now());
    let tx = platform.database.tenant(tenant).await?;
    let documents = tx.websites().remove(id.0, now).await?;
    let documents = documents.ok_or_else(|| ApiError::not_found("website"))?;
    for document in documents {
        let command = ForgetDocument {
            document_id: document.to_string(),
        };
        let message = platform.ids.next(now);
        let envelope = Envelope::wrap(message, tenant, document.to_string(), now, &command);
        tx.outbox().add(&envelope.traced(trace::current())).await?;
    }
    tx.live_events()
        .add(LiveEventKind::WebsiteUpdated(id.0), None, now)
        .await?;
    tx.commit().await?;
    platform.broker.signal(changed(tenant, None));
    Ok(HttpResponse::NoContent().finish())
}
