//! The catalogue. Each record is a document too, under the same id.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use xin_domain::{Currency, DocumentId, Price, Product};

use super::TenantTx;
use crate::entities::knowledge::product;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};
use crate::printable;

/// A record of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRecord {
    /// The document it is found as.
    pub document_id: DocumentId,
    /// What it says.
    pub product: Product,
    /// Until when it is answered from.
    pub valid_until: Option<DateTime<Utc>>,
    /// What a search in the list looks through, folded.
    pub search_text: String,
    /// When it was first given.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Reads and writes products.
pub struct Products<'a>(pub(super) &'a TenantTx);

impl Products<'_> {
    /// Adds a record; one with the same SKU is a [`StorageError::Duplicate`].
    pub async fn add(&self, record: &ProductRecord) -> Result<(), StorageError> {
        product::Entity::insert(self.row(record))
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Changes a record. False when there is none.
    pub async fn save(&self, record: &ProductRecord) -> Result<bool, StorageError> {
        let mut row = self.row(record);
        row.document_id = sea_orm::ActiveValue::NotSet;
        row.tenant_id = sea_orm::ActiveValue::NotSet;
        let outcome = self
            .0
            .change::<product::Entity>()
            .set(row)
            .filter(product::Column::DocumentId.eq(record.document_id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }

    /// The record of that SKU.
    pub async fn find(&self, sku: &str) -> Result<Option<ProductRecord>, StorageError> {
        let row = self
            .0
            .rows::<product::Entity>()
            .filter(product::Column::Sku.eq(sku))
            .one(&self.0.transaction)
            .await?;
        row.map(record_from).transpose()
    }

    /// The records that these documents are, by document.
    pub async fn among(
        &self,
        ids: &[DocumentId],
    ) -> Result<HashMap<DocumentId, ProductRecord>, StorageError> {
        let rows = self
            .0
            .rows::<product::Entity>()
            .filter(product::Column::DocumentId.is_in(ids.iter().map(|id| id.uuid())))
            .all(&self.0.transaction)
            .await?;
        rows.into_iter()
            .map(|row| record_from(row).map(|record| (record.document_id, record)))
            .collect()
    }

    /// Records, newest first; of those whose folded words hold `search`, when it is given.
    pub async fn list(
        &self,
        search: Option<&str>,
        page: PageRequest<DocumentId>,
    ) -> Result<Page<ProductRecord>, StorageError> {
        let mut query = self.0.rows::<product::Entity>();
        if let Some(search) = search {
            query = query.filter(product::Column::SearchText.contains(search));
        }
        if let Some(after) = page.after {
            query = query.filter(product::Column::DocumentId.lt(after.uuid()));
        }
        let rows = query
            .order_by_desc(product::Column::DocumentId)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let records = rows
            .into_iter()
            .map(record_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(records, page.limit, |record| {
            record.document_id.to_string()
        }))
    }

    fn row(&self, record: &ProductRecord) -> product::ActiveModel {
        let said = &record.product;
        product::ActiveModel {
            document_id: Set(record.document_id.uuid()),
            tenant_id: Set(self.0.id()),
            sku: Set(said.sku.clone()),
            name: Set(said.name.clone()),
            price: Set(said.price.map(|price| price.minor)),
            currency: Set(said.price.map(|price| price.currency.as_str().to_owned())),
            stock: Set(said.stock),
            variants: Set(printable::json(serde_json::json!(said.variants))),
            attributes: Set(printable::json(serde_json::json!(said.attributes))),
            url: Set(said.url.clone()),
            valid_until: Set(record.valid_until),
            search_text: Set(record.search_text.clone()),
            created_at: Set(record.created_at),
            updated_at: Set(record.updated_at),
        }
    }
}

fn record_from(row: product::Model) -> Result<ProductRecord, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "products",
        column,
        row: row.document_id.to_string(),
    };
    let currency = match &row.currency {
        Some(name) => Some(Currency::from_name(name).ok_or_else(|| corrupt("currency"))?),
        None => None,
    };
    let price = row.price.zip(currency);
    let variants = serde_json::from_value(row.variants.clone());
    let attributes = serde_json::from_value(row.attributes.clone());
    let product = Product {
        price: price.map(|(minor, currency)| Price { minor, currency }),
        variants: variants.map_err(|_unreadable| corrupt("variants"))?,
        attributes: attributes.map_err(|_unreadable| corrupt("attributes"))?,
        sku: row.sku,
        name: row.name,
        stock: row.stock,
        url: row.url,
    };
    Ok(ProductRecord {
        document_id: DocumentId::from_uuid(row.document_id),
        product,
        valid_until: row.valid_until,
        search_text: row.search_text,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
