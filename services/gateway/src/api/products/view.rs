//! A product, as the API shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, Price, Variant};
use xin_storage::tenant::ProductRecord;

/// A record of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub struct ProductView {
    sku: String,
    name: String,
    /// As a decimal: `1250.50`.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'static str>,
    /// How many there are; absent where nobody counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    stock: Option<i64>,
    variants: Vec<VariantView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    attributes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<DateTime<Utc>>,
    /// The document it is found as.
    #[schema(value_type = String)]
    document_id: DocumentId,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// One form that a product comes in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Variant)]
pub struct VariantView {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stock: Option<i64>,
}

impl From<Variant> for VariantView {
    fn from(variant: Variant) -> Self {
        Self {
            name: variant.name,
            sku: variant.sku,
            price: variant.price.map(Price::amount),
            stock: variant.stock,
        }
    }
}

impl From<ProductRecord> for ProductView {
    fn from(record: ProductRecord) -> Self {
        let product = record.product;
        let variants = product.variants;
        Self {
            sku: product.sku,
            name: product.name,
            currency: currency(product.price, &variants),
            price: product.price.map(Price::amount),
            stock: product.stock,
            variants: variants.into_iter().map(VariantView::from).collect(),
            url: product.url,
            attributes: product.attributes,
            valid_until: record.valid_until,
            document_id: record.document_id,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

/// The one currency of a product: its own, or that of its variants.
fn currency(price: Option<Price>, variants: &[Variant]) -> Option<&'static str> {
    let priced = variants.iter().find_map(|variant| variant.price);
    price.or(priced).map(|price| price.currency.as_str())
}
