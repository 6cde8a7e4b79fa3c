//! Shows the voice.

use actix_web::{get, web};

use super::view::BrandView;
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Shows the voice.
#[utoipa::path(
    tag = "brand", operation_id = "get_brand", security(("staff" = [])),
    responses((status = 200, body = BrandView), Problems)
)]
#[get("/brand")]
pub async fn get_brand(staff: Staff<Reads>, state: Shared) -> Answer<web::Json<BrandView>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    Ok(web::Json(tx.brand().get().await?.into()))
}
