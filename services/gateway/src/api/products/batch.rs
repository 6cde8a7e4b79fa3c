//! Adds or changes many products.

use std::collections::HashSet;

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::ProductInput;
use super::keep::{self, Outcome};
use crate::api::knowledge::indexing::Change;
use crate::api::openapi::Problems;
use crate::auth::{Caller, Products};
use crate::error::{Answer, ApiError, FieldMistake};
use crate::news::changed;
use crate::state::Shared;

const MOST: usize = 500;

/// Products, at most 500.
#[derive(Deserialize, ToSchema)]
pub struct ProductBatch {
    items: Vec<BatchItem>,
}

/// A product with its SKU.
#[derive(Deserialize, ToSchema)]
pub struct BatchItem {
    sku: String,
    #[serde(flatten)]
    product: ProductInput,
}

/// What became of the products, in their order.
#[derive(Serialize, ToSchema)]
pub struct BatchReport {
    items: Vec<BatchResult>,
}

/// What became of a product.
#[derive(Serialize, ToSchema)]
pub struct BatchResult {
    sku: String,
    /// Absent when it was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// Why it was not taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<BatchMistake>,
}

/// What is wrong with a product.
#[derive(Serialize, ToSchema)]
pub struct BatchMistake {
    field: &'static str,
    code: &'static str,
    message: String,
}

/// Adds or changes products by their SKU. Good ones are taken; what is wrong with the others is
/// told.
#[utoipa::path(
    tag = "products", operation_id = "put_products", security(("staff" = []), ("api_key" = [])),
    request_body = ProductBatch, responses((status = 200, body = BatchReport), Problems)
)]
#[post("/products/batch")]
pub async fn put_products(
    caller: Caller<Products>,
    state: Shared,
    body: web::Json<ProductBatch>,
) -> Answer<web::Json<BatchReport>> {
    let given = body.into_inner().items;
    if given.is_empty() || given.len() > MOST {
        let message = format!("from 1 to {MOST} products");
        return Err(ApiError::field("items", "out_of_range", message));
    }
    let platform = &state.platform;
    let tx = platform.database.tenant(caller.tenant_id).await?;
    let change = Change {
        platform,
        tx: &tx,
        now: platform.clock.now(),
    };
    let mut items = Vec::with_capacity(given.len());
    let mut seen = HashSet::new();
    for BatchItem { sku, product } in given {
        let checked = match product.checked(&sku) {
            Ok(_) if !seen.insert(sku.clone()) => {
                let message = "the same SKU is further up".to_owned();
                Err(vec![("sku", "duplicate_row", message)])
            }
            checked => checked,
        };
        items.push(match checked {
            Ok(checked) => {
                let (_, outcome) = keep::put(change, checked).await?;
                BatchResult {
                    sku,
                    outcome: Some(outcome),
                    errors: Vec::new(),
                }
            }
            Err(mistakes) => refused(sku, mistakes),
        });
    }
    tx.commit().await?;
    platform.broker.signal(changed(caller.tenant_id, None));
    Ok(web::Json(BatchReport { items }))
}

fn refused(sku: String, mistakes: Vec<FieldMistake>) -> BatchResult {
    let errors = mistakes
        .into_iter()
        .map(|(field, code, message)| BatchMistake {
            field,
            code,
            message,
        });
    BatchResult {
        sku,
        outcome: None,
        errors: errors.collect(),
    }
}
