//! Forgets all knowledge of a tenant.

use actix_web::{HttpResponse, delete, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::ForgetKnowledge;
use xin_storage::{PageRequest, StorageError, TenantTx};

use crate::api::openapi::Problems;
use crate::auth::{Owns, Staff};
use crate::error::{Answer, ApiError};
use crate::news::changed;
use crate::state::Shared;

/// Says that it is meant.
#[derive(Deserialize, ToSchema)]
pub struct Confirmation {
    /// The name of the business, as it signed up.
    business_name: String,
}

/// Forgets every document, question pair, product and website. From the moment of the answer on nothing is
/// answered from them; what is stored of them goes in the background.
#[utoipa::path(
    tag = "knowledge", operation_id = "delete_knowledge", security(("staff" = [])),
    request_body = Confirmation, responses((status = 204), Problems)
)]
#[delete("/knowledge")]
pub async fn delete_knowledge(
    staff: Staff<Owns>,
    state: Shared,
    body: web::Json<Confirmation>,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let (tenant, now) = (staff.tenant_id, platform.clock.now());
    let tx = platform.database.tenant(tenant).await?;
    let name = tx.profile().get().await?.map(|tenant| tenant.name);
    if name.as_deref() != Some(body.business_name.trim()) {
        let message = "write the name of your business to confirm";
        return Err(ApiError::field("business_name", "wrong_name", message));
    }
    forget_websites(&tx, now).await?;
    tx.documents().remove_all(now).await?;
    let id = platform.ids.next(now);
    let envelope = Envelope::wrap(id, tenant, tenant.to_string(), now, &ForgetKnowledge {});
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    tx.commit().await?;
    platform.broker.signal(changed(tenant, None));
    Ok(HttpResponse::NoContent().finish())
}

/// A website that stayed would bring its pages back.
async fn forget_websites(tx: &TenantTx, now: DateTime<Utc>) -> Result<(), StorageError> {
    let first = || PageRequest {
        after: None,
        limit: 100,
    };
    loop {
        let page = tx.websites().list(first()).await?;
        for website in &page.items {
            tx.websites().remove(website.id, now).await?;
        }
        if page.next.is_none() {
            return Ok(());
        }
    }
}
