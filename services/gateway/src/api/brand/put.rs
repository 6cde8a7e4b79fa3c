//! Sets the voice.

use actix_web::{put, web};

use super::view::BrandView;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Sets the voice, whole: what is absent goes back to the default.
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
    tx.brand().save(&brand, state.platform.clock.now()).await?;
    tx.commit().await?;
    Ok(web::Json(brand.into()))
}
