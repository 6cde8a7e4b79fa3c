//! Further ways to ask what a document answers.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use xin_domain::{DocumentId, PhrasingId};

use super::TenantTx;
use crate::entities::knowledge::phrasing;
use crate::error::StorageError;

/// Who says that the document answers the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhrasingOrigin {
    /// Staff wrote it.
    Staff,
    /// A customer asked it, and staff confirmed the answer.
    Confirmed,
}

impl PhrasingOrigin {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Confirmed => "confirmed",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Staff, Self::Confirmed]
            .into_iter()
            .find(|origin| origin.as_str() == name)
    }
}

/// A further way to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrasing {
    /// Its id.
    pub id: PhrasingId,
    /// The document that answers it.
    pub document_id: DocumentId,
    /// Its number in that document, never used twice: its copy in the index is found by it.
    pub number: u32,
    /// The question.
    pub question: String,
    /// The question as it is compared.
    pub question_key: String,
    /// Who says so.
    pub origin: PhrasingOrigin,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Reads and writes phrasings.
pub struct Phrasings<'a>(pub(super) &'a TenantTx);

impl Phrasings<'_> {
    /// Adds a phrasing under the next number, which the one that is given does not have yet. One
    /// with the same key is a [`StorageError::Duplicate`].
    pub async fn add(&self, mut phrasing: Phrasing) -> Result<Phrasing, StorageError> {
        let last: Option<i64> = self
            .of(phrasing.document_id)
            .select_only()
            .column(phrasing::Column::Number)
            .order_by_desc(phrasing::Column::Number)
            .limit(1)
            .into_tuple()
            .one(&self.0.transaction)
            .await?;
        let number = last.unwrap_or_default().saturating_add(1);
        phrasing.number = u32::try_from(number).unwrap_or(u32::MAX);
        let row = phrasing::ActiveModel {
            id: Set(phrasing.id.uuid()),
            tenant_id: Set(self.0.id()),
            document_id: Set(phrasing.document_id.uuid()),
            number: Set(number),
            question: Set(phrasing.question.clone()),
            question_key: Set(phrasing.question_key.clone()),
            origin: Set(phrasing.origin.as_str().to_owned()),
            created_at: Set(phrasing.created_at),
        };
        phrasing::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(phrasing)
    }

    /// The phrasings of a document, oldest first.
    pub async fn list(&self, document: DocumentId) -> Result<Vec<Phrasing>, StorageError> {
        let rows = self
            .of(document)
            .order_by_asc(phrasing::Column::Number)
            .all(&self.0.transaction)
            .await?;
        rows.into_iter().map(phrasing_from).collect()
    }

    /// Takes a phrasing out, and tells what it was; nothing when there is none.
    pub async fn remove(
        &self,
        document: DocumentId,
        id: PhrasingId,
    ) -> Result<Option<Phrasing>, StorageError> {
        let row = self
            .of(document)
            .filter(phrasing::Column::Id.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        self.0
            .removal::<phrasing::Entity>()
            .filter(phrasing::Column::DocumentId.eq(document.uuid()))
            .filter(phrasing::Column::Id.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        row.map(phrasing_from).transpose()
    }

    fn of(&self, document: DocumentId) -> sea_orm::Select<phrasing::Entity> {
        self.0
            .rows::<phrasing::Entity>()
            .filter(phrasing::Column::DocumentId.eq(document.uuid()))
    }
}

fn phrasing_from(row: phrasing::Model) -> Result<Phrasing, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "phrasings",
        column,
        row: row.id.to_string(),
    };
    let origin = PhrasingOrigin::from_name(&row.origin).ok_or_else(|| corrupt("origin"))?;
    let number = u32::try_from(row.number).map_err(|_range| corrupt("number"))?;
    Ok(Phrasing {
        id: PhrasingId::from_uuid(row.id),
        document_id: DocumentId::from_uuid(row.document_id),
        number,
        question: row.question,
        question_key: row.question_key,
        origin,
        created_at: row.created_at,
    })
}
