//! Adds or changes a product.

use actix_web::{HttpResponse, put, web};

use super::input::ProductInput;
use super::keep::{self, Outcome};
use super::view::ProductView;
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Caller, Products};
use crate::error::{Answer, ApiError};
use crate::news::changed;
use crate::state::Shared;

/// Adds a product (201), or changes the one of that SKU (200), whole: what is absent is taken away.
/// Price and stock are said from the answer on.
#[utoipa::path(
    tag = "products", operation_id = "put_product", security(("staff" = []), ("api_key" = [])),
    params(("sku" = String, Path, description = "The shop's own key")),
    request_body = ProductInput,
    responses(
        (status = 200, body = ProductView, description = "Changed, or the same as before"),
        (status = 201, body = ProductView, description = "Added"),
        Problems
    )
)]
#[put("/products/{sku}")]
pub async fn put_product(
    caller: Caller<Products>,
    sku: web::Path<String>,
    state: Shared,
    body: web::Json<ProductInput>,
) -> Answer<HttpResponse> {
    let checked = body.into_inner().checked(&sku).map_err(ApiError::fields)?;
    let platform = &state.platform;
    let tx = platform.database.tenant(caller.tenant_id).await?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    let (record, outcome) = keep::put(change, checked).await?;
    tx.commit().await?;
    platform.broker.signal(changed(caller.tenant_id, None));
    let mut answer = match outcome {
        Outcome::Created => HttpResponse::Created(),
        Outcome::Updated | Outcome::Unchanged => HttpResponse::Ok(),
    };
    Ok(answer.json(ProductView::from(record)))
}
