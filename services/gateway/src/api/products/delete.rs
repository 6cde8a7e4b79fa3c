//! Forgets a product.

use actix_web::{HttpResponse, delete, web};

use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Caller, Products};
use crate::error::{Answer, ApiError};
use crate::inputs::clean;
use crate::news::changed;
use crate::state::Shared;

/// Forgets the product of that SKU. From the moment of the answer on it is not answered from.
#[utoipa::path(
    tag = "products", operation_id = "delete_product", security(("staff" = []), ("api_key" = [])),
    params(("sku" = String, Path, description = "The shop's own key")),
    responses((status = 204), Problems)
)]
#[delete("/products/{sku}")]
pub async fn delete_product(
    caller: Caller<Products>,
    sku: web::Path<String>,
    state: Shared,
) -> Answer<HttpResponse> {
    let platform = &state.platform;
    let now = platform.clock.now();
    let tx = platform.database.tenant(caller.tenant_id).await?;
    let record = tx.products().find(&clean(&sku)).await?;
    let record = record.ok_or_else(|| ApiError::not_found("product"))?;
    tx.documents().remove(record.document_id, now).await?;
    let change = Change {
        platform,
        tx: &tx,
        now,
    };
    change.forget(record.document_id).await?;
    tx.commit().await?;
    platform.broker.signal(changed(caller.tenant_id, None));
    Ok(HttpResponse::NoContent().finish())
}
