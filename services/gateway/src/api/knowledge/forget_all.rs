//! Forgets all knowledge of a tenant.

use actix_web::{HttpResponse, delete, web};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::ForgetKnowledge;

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

/// Forgets every document, question pair and product. From the moment of the answer on nothing is
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
    tx.documents().remove_all(now).await?;
    let id = platform.ids.next(now);
    let envelope = Envelope::wrap(id, tenant, tenant.to_string(), now, &ForgetKnowledge {});
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    tx.commit().await?;
    platform.broker.signal(changed(tenant, None));
    Ok(HttpResponse::NoContent().finish())
}
