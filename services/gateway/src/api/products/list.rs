//! Lists the products.

use actix_web::{get, web};

use super::view::ProductView;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::{PageQuery, SearchQuery};
use crate::state::Shared;

/// Lists the products, newest first.
#[utoipa::path(
    tag = "products", operation_id = "list_products", security(("staff" = [])),
    params(PageQuery, SearchQuery),
    responses((status = 200, body = PageView<ProductView>), Problems)
)]
#[get("/products")]
pub async fn list_products(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
    search: web::Query<SearchQuery>,
) -> Answer<web::Json<PageView<ProductView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let search = search.folded();
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let products = tx.products().list(search.as_deref(), page).await?;
    Ok(web::Json(PageView::of(products, ProductView::from)))
}
