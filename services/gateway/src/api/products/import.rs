//! Takes in a table of products.

use actix_multipart::Multipart;
use actix_web::{post, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::keep;
use super::rows::products;
use crate::api::imports::{self, ImportFile, ImportQuery, ImportReport};
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Administers, Staff};
use crate::error::Answer;
use crate::news::changed;
use crate::state::Shared;

/// Products kept in one transaction: others want to write too.
const TOGETHER: usize = 200;

/// What a table does not say itself.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PriceQuery {
    /// The currency of prices that have none of their own.
    currency: Option<String>,
}

/// Takes in products from a CSV or XLSX file by their SKU. Its columns are found by their names in
/// English or Persian (`sku`, `name`, `price`, `currency`, `stock`, `url`, `valid_until`); every other column is
/// an attribute. Good rows are taken, the others are explained; with `preview` nothing is taken.
#[utoipa::path(
    tag = "products", operation_id = "import_products", security(("staff" = [])),
    params(ImportQuery, PriceQuery),
    request_body(content = ImportFile, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportReport), Problems)
)]
#[post("/products/import")]
pub async fn import_products(
    staff: Staff<Administers>,
    state: Shared,
    query: web::Query<ImportQuery>,
    price: web::Query<PriceQuery>,
    form: Multipart,
) -> Answer<web::Json<ImportReport>> {
    let platform = &state.platform;
    let table = imports::table(platform, form).await?;
    let (good, problems) = products(&table, price.currency.as_deref())?;
    let report = ImportReport::new(good.len(), problems, query.preview);
    if query.preview {
        return Ok(web::Json(report));
    }
    for some in good.chunks(TOGETHER) {
        let tx = platform.database.tenant(staff.tenant_id).await?;
        let change = Change {
            platform,
            tx: &tx,
            now: platform.clock.now(),
        };
        for checked in some {
            keep::put(change, checked.clone()).await?;
        }
        tx.commit().await?;
    }
    platform.broker.signal(changed(staff.tenant_id, None));
    Ok(web::Json(report))
}
