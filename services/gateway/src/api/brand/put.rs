//! Sets the voice.

use actix_web::{put, web};

use super::view::BrandView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Sets the voice, whole: what is absent goes back to the default. Customers hear it at once; a
/// draft of the AI's settings keeps its own.
#[utoipa::path(
    tag = "brand", operation_id = "put_brand", security(("staff" = [])),
    request_body = BrandView, responses((status = 200, body = BrandView), Problems)
)]
#[put("/brand")]
pub async fn put_brand(
    staff: Staff<Administers>,
    state: Shared,
    body: web::Json<BrandView>,
) -> Answer<web::Json<BrandView>> {
    let brand = body.into_inner().read()?;
    let tx = state.platform.database.tenant(staff.tenant_id).await?;
    let settings = tx.configurations().settings().await?;
    let now = state.platform.clock.now();
    tx.configurations()
        .publish(&brand, &settings, staff.user_id, now)
        .await?;
    tx.commit().await?;
    Ok(web::Json(brand.into()))
}
