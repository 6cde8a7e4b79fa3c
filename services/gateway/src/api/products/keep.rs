//! Keeps products: the record, the document it is found as, and the command to index it where
//! that says something new.

use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{DocumentId, DocumentOrigin, ErrorKind};
use xin_storage::StorageError;
use xin_storage::tenant::{NewContent, NewDocument, ProductRecord};
use xin_text::fold;

use super::input::Checked;
use crate::api::knowledge::indexing::Change;
use crate::auth::tokens::fingerprint;
use crate::error::{Answer, ApiError};

/// What became of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProductOutcome)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// Adds a product, or changes the one of that SKU. A price or a stock is said from then on and
/// needs no indexing.
pub async fn put(change: Change<'_>, checked: Checked) -> Answer<(ProductRecord, Outcome)> {
    match change.tx.products().find(&checked.product.sku).await? {
        Some(known) => save(change, known, checked).await,
        None => add(change, checked).await,
    }
}

async fn add(change: Change<'_>, checked: Checked) -> Answer<(ProductRecord, Outcome)> {
    let content = content(&checked)?;
    let new = NewDocument {
        id: DocumentId::new(&*change.platform.ids, change.now),
        title: content.title,
        kind: content.kind,
        origin: DocumentOrigin::Product,
        source_id: None,
        reference: Some(checked.product.sku.clone()),
        url: content.url,
        file_name: None,
        content_hash: content.content_hash,
        bytes: content.bytes,
        valid_from: None,
        valid_until: checked.valid_until,
    };
    let record = ProductRecord {
        document_id: new.id,
        search_text: fold(&checked.product.search_text()),
        product: checked.product,
        valid_until: checked.valid_until,
        created_at: change.now,
        updated_at: change.now,
    };
    let document = unique(change.tx.documents().add(new, change.now).await)?;
    unique(change.tx.products().add(&record).await)?;
    change.ingest(&document).await?;
    Ok((record, Outcome::Created))
}

async fn save(
    change: Change<'_>,
    known: ProductRecord,
    checked: Checked,
) -> Answer<(ProductRecord, Outcome)> {
    if known.product == checked.product && known.valid_until == checked.valid_until {
        return Ok((known, Outcome::Unchanged));
    }
    let content = content(&checked)?;
    let is_found_otherwise = known.product.search_text() != checked.product.search_text();
    let is_valid_otherwise = known.valid_until != checked.valid_until;
    let record = ProductRecord {
        search_text: fold(&checked.product.search_text()),
        product: checked.product,
        valid_until: checked.valid_until,
        updated_at: change.now,
        ..known
    };
    change.tx.products().save(&record).await?;
    let (documents, id) = (change.tx.documents(), record.document_id);
    if is_valid_otherwise {
        documents
            .set_validity(id, None, record.valid_until, change.now)
            .await?;
    }
    if is_found_otherwise {
        let document = documents.replace(id, content, change.now).await?;
        let document = document.ok_or_else(|| ApiError::not_found("product"))?;
        change.ingest(&document).await?;
    }
    Ok((record, Outcome::Updated))
}

fn content(checked: &Checked) -> Answer<NewContent> {
    let words = checked.product.search_text();
    Ok(NewContent {
        title: checked.product.name.clone(),
        kind: "text".to_owned(),
        file_name: None,
        content_hash: fingerprint(words.as_bytes()),
        bytes: i64::try_from(words.len()).map_err(ApiError::internal)?,
        url: checked.product.url.clone(),
    })
}

/// Two requests at the same instant: the other one won.
fn unique<T>(outcome: Result<T, StorageError>) -> Answer<T> {
    match outcome {
        Err(StorageError::Duplicate(_)) => {
            let detail = "the same SKU was given just now; send it again";
            Err(ApiError::new(ErrorKind::Conflict, "duplicate_sku", detail))
        }
        outcome => Ok(outcome?),
    }
}
