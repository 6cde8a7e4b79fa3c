//! Shows who is signed in.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::auth::{TenantView, UserView};
use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::state::Shared;

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    user: UserView,
    tenant: TenantView,
}

/// Shows who is signed in.
#[utoipa::path(
    tag = "auth", operation_id = "get_me", security(("staff" = [])),
    responses((status = 200, body = Me), Problems)
)]
#[get("/me")]
pub async fn get_me(staff: Staff<Reads>, state: Shared) -> Answer<web::Json<Me>> {
    let tx = state.platform.database.system_read().await?;
    let account = tx
        .account(staff.user_id, staff.tenant_id)
        .await?
        .ok_or_else(|| ApiError::unauthenticated("this account is gone"))?;
    Ok(web::Json(Me {
        user: UserView::of(&account),
        tenant: TenantView::of(&account),
    }))
}
