//! What documents were cut into, with what staff changed in it.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;
use xin_domain::DocumentId;

use super::TenantTx;
use crate::entities::knowledge::chunk;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};
use crate::printable;

/// Rows written in one statement, well below the parameters a statement may have.
const ROWS: usize = 500;
/// Keys asked for in one statement.
const KEYS: usize = 200;

/// A passage as it is kept beside the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChunk {
    /// The document it was cut from.
    pub document_id: DocumentId,
    /// The version of that document.
    pub version: i64,
    /// Its place, from 0.
    pub ordinal: u32,
    /// The headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// The page it stands on.
    pub page: Option<u32>,
    /// The code of its language.
    pub language: String,
    /// Its text, as it is indexed and quoted.
    pub text: String,
    /// Tells whether the text of the source is still the same.
    pub original_hash: String,
    /// Whether staff changed the text.
    pub is_edited: bool,
    /// Whether answers must not use it.
    pub is_disabled: bool,
}

/// What staff change in a passage; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkChange {
    /// Other words.
    pub text: Option<String>,
    /// Whether answers must not use it.
    pub is_disabled: Option<bool>,
}

/// Reads and writes chunks.
pub struct Chunks<'a>(pub(super) &'a TenantTx);

impl Chunks<'_> {
    /// Adds chunks of a version that is being built.
    pub async fn add(&self, chunks: &[StoredChunk]) -> Result<(), StorageError> {
        for some in chunks.chunks(ROWS) {
            let rows = some.iter().map(|chunk| self.row(chunk));
            chunk::Entity::insert_many(rows)
                .exec_without_returning(&self.0.transaction)
                .await?;
        }
        Ok(())
    }

    /// Removes the chunks of one version, before it is built again.
    pub async fn remove_version(
        &self,
        document: DocumentId,
        version: i64,
    ) -> Result<(), StorageError> {
        self.0
            .removal::<chunk::Entity>()
            .filter(chunk::Column::DocumentId.eq(document.uuid()))
            .filter(chunk::Column::Version.eq(version))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Removes the chunks of every version but one, or of all.
    pub async fn keep_only(
        &self,
        document: DocumentId,
        version: Option<i64>,
    ) -> Result<(), StorageError> {
        let mut removal = self
            .0
            .removal::<chunk::Entity>()
            .filter(chunk::Column::DocumentId.eq(document.uuid()));
        if let Some(version) = version {
            removal = removal.filter(chunk::Column::Version.ne(version));
        }
        removal.exec(&self.0.transaction).await?;
        Ok(())
    }

    /// The chunks of a version, in order.
    pub async fn list(
        &self,
        document: DocumentId,
        version: i64,
        page: PageRequest<i64>,
    ) -> Result<Page<StoredChunk>, StorageError> {
        let rows = self
            .of_version(document, version)
            .filter(chunk::Column::Ordinal.gt(page.after.unwrap_or(-1)))
            .order_by_asc(chunk::Column::Ordinal)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let chunks = rows
            .into_iter()
            .map(chunk_from)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(chunks, page.limit, |chunk| {
            chunk.ordinal.to_string()
        }))
    }

    /// One chunk of a version.
    pub async fn get(
        &self,
        document: DocumentId,
        version: i64,
        ordinal: u32,
    ) -> Result<Option<StoredChunk>, StorageError> {
        let row = self
            .of_version(document, version)
            .filter(chunk::Column::Ordinal.eq(i64::from(ordinal)))
            .one(&self.0.transaction)
            .await?;
        row.map(chunk_from).transpose()
    }

    /// Changes a chunk. False when there is none.
    pub async fn change(
        &self,
        document: DocumentId,
        version: i64,
        ordinal: u32,
        change: ChunkChange,
    ) -> Result<bool, StorageError> {
        let mut row = chunk::ActiveModel::default();
        if let Some(text) = change.text {
            row.text = Set(printable::text(&text));
            row.is_edited = Set(true);
        }
        if let Some(is_disabled) = change.is_disabled {
            row.is_disabled = Set(is_disabled);
        }
        let next = Expr::col(chunk::Column::Revision).add(1);
        let outcome = self
            .0
            .change::<chunk::Entity>()
            .set(row)
            .col_expr(chunk::Column::Revision, next)
            .filter(chunk::Column::DocumentId.eq(document.uuid()))
            .filter(chunk::Column::Version.eq(version))
            .filter(chunk::Column::Ordinal.eq(i64::from(ordinal)))
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }

    /// The chunks of a version that staff changed, and a number that grows with every change: who
    /// builds the next version carries the changes over, and looks again before the swap.
    pub async fn changed(
        &self,
        document: DocumentId,
        version: i64,
    ) -> Result<(Vec<StoredChunk>, i64), StorageError> {
        let rows = self
            .of_version(document, version)
            .filter(chunk::Column::Revision.gt(0))
            .all(&self.0.transaction)
            .await?;
        let revisions = rows.iter().map(|row| row.revision).sum();
        let chunks = rows
            .into_iter()
            .map(chunk_from)
            .collect::<Result<Vec<_>, _>>()?;
        let chunks = chunks
            .into_iter()
            .filter(|chunk| chunk.is_edited || chunk.is_disabled)
            .collect();
        Ok((chunks, revisions))
    }

    /// Of these passages those that staff changed, by document, version and place.
    pub async fn changed_among(
        &self,
        places: &[(DocumentId, i64, u32)],
    ) -> Result<HashMap<(DocumentId, i64, u32), StoredChunk>, StorageError> {
        let mut found = HashMap::new();
        for some in places.chunks(KEYS) {
            let mut any = Condition::any();
            for (document, version, ordinal) in some {
                any = any.add(
                    Condition::all()
                        .add(chunk::Column::DocumentId.eq(document.uuid()))
                        .add(chunk::Column::Version.eq(*version))
                        .add(chunk::Column::Ordinal.eq(i64::from(*ordinal))),
                );
            }
            let rows = self
                .0
                .rows::<chunk::Entity>()
                .filter(chunk::Column::Revision.gt(0))
                .filter(any)
                .all(&self.0.transaction)
                .await?;
            for row in rows {
                let chunk = chunk_from(row)?;
                found.insert((chunk.document_id, chunk.version, chunk.ordinal), chunk);
            }
        }
        Ok(found)
    }

    fn of_version(&self, document: DocumentId, version: i64) -> sea_orm::Select<chunk::Entity> {
        self.0
            .rows::<chunk::Entity>()
            .filter(chunk::Column::DocumentId.eq(document.uuid()))
            .filter(chunk::Column::Version.eq(version))
    }

    fn row(&self, chunk: &StoredChunk) -> chunk::ActiveModel {
        let carried = i64::from(chunk.is_edited || chunk.is_disabled);
        chunk::ActiveModel {
            document_id: Set(chunk.document_id.uuid()),
            version: Set(chunk.version),
            ordinal: Set(i64::from(chunk.ordinal)),
            tenant_id: Set(self.0.id()),
            heading_path: Set(printable::json(serde_json::json!(chunk.heading_path))),
            page: Set(chunk.page.map(i64::from)),
            language: Set(chunk.language.clone()),
            text: Set(printable::text(&chunk.text)),
            original_hash: Set(chunk.original_hash.clone()),
            is_edited: Set(chunk.is_edited),
            is_disabled: Set(chunk.is_disabled),
            revision: Set(carried),
        }
    }
}

fn chunk_from(row: chunk::Model) -> Result<StoredChunk, StorageError> {
    let id: Uuid = row.document_id;
    let corrupt = |column| StorageError::Corrupt {
        table: "chunks",
        column,
        row: format!("{id}/{}/{}", row.version, row.ordinal),
    };
    let ordinal = u32::try_from(row.ordinal).map_err(|_range| corrupt("ordinal"))?;
    let page = row.page.map(u32::try_from).transpose();
    let page = page.map_err(|_range| corrupt("page"))?;
    let heading_path = serde_json::from_value(row.heading_path.clone())
        .map_err(|_unreadable| corrupt("heading_path"))?;
    Ok(StoredChunk {
        document_id: DocumentId::from_uuid(id),
        version: row.version,
        ordinal,
        heading_path,
        page,
        language: row.language,
        text: row.text,
        original_hash: row.original_hash,
        is_edited: row.is_edited,
        is_disabled: row.is_disabled,
    })
}
