//! Shows a product.

use actix_web::{get, web};

use super::view::ProductView;
use crate::api::openapi::Problems;
use crate::auth::{Caller, Products};
use crate::error::{Answer, ApiError};
use crate::inputs::clean;
use crate::state::Shared;

/// Shows the product of that SKU.
#[utoipa::path(
    tag = "products", operation_id = "get_product", security(("staff" = []), ("api_key" = [])),
    params(("sku" = String, Path, description = "The shop's own key")),
    responses((status = 200, body = ProductView), Problems)
)]
#[get("/products/{sku}")]
pub async fn get_product(
    caller: Caller<Products>,
    sku: web::Path<String>,
    state: Shared,
) -> Answer<web::Json<ProductView>> {
    let tx = state.platform.database.read(caller.tenant_id).await?;
    let record = tx.products().find(&clean(&sku)).await?;
    let record = record.ok_or_else(|| ApiError::not_found("product"))?;
    Ok(web::Json(record.into()))
}
