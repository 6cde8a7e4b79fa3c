//! Lists the keys.

use actix_web::{get, web};

use super::view::ApiKeyView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::state::Shared;

/// Lists the keys that are not revoked, oldest first; there are few, so there is one page.
#[utoipa::path(
    tag = "api-keys", operation_id = "list_api_keys", security(("staff" = [])),
    responses((status = 200, body = PageView<ApiKeyView>), Problems)
)]
#[get("/api-keys")]
pub async fn list_api_keys(
    staff: Staff<Administers>,
    state: Shared,
) -> Answer<web::Json<PageView<ApiKeyView>>> {
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let keys = tx.api_keys().list().await?;
    Ok(web::Json(PageView {
        items: keys.into_iter().map(ApiKeyView::from).collect(),
        next: None,
    }))
}
