//! Questions with their answers. Each is a document too, under the same id.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;
use xin_domain::DocumentId;

use super::TenantTx;
use crate::entities::knowledge::faq;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};

/// Keys asked for in one statement.
const KEYS: usize = 500;

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faq {
    /// The document it is.
    pub id: DocumentId,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The question as it is compared: two that are written alike have the same.
    pub question_key: String,
    /// What a search in the list looks through, folded.
    pub search_text: String,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Reads and writes question pairs.
pub struct Faqs<'a>(pub(super) &'a TenantTx);

impl Faqs<'_> {
    /// Adds a pair; one with the same key is a [`StorageError::Duplicate`].
    pub async fn add(&self, faq: &Faq) -> Result<(), StorageError> {
        faq::Entity::insert(self.row(faq))
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Changes a pair. False when there is none.
    pub async fn save(&self, faq: &Faq) -> Result<bool, StorageError> {
        let mut row = self.row(faq);
        row.document_id = sea_orm::ActiveValue::NotSet;
        row.tenant_id = sea_orm::ActiveValue::NotSet;
        let outcome = self
            .0
            .change::<faq::Entity>()
            .set(row)
            .filter(faq::Column::DocumentId.eq(faq.id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected == 1)
    }

    /// The pair of that document.
    pub async fn get(&self, id: DocumentId) -> Result<Option<Faq>, StorageError> {
        let row = self
            .0
            .rows::<faq::Entity>()
            .filter(faq::Column::DocumentId.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        Ok(row.map(faq_from))
    }

    /// The pairs that ask these questions, by their keys.
    pub async fn by_keys(
        &self,
        keys: &[String],
    ) -> Result<HashMap<String, DocumentId>, StorageError> {
        let mut found = HashMap::new();
        for some in keys.chunks(KEYS) {
            let rows: Vec<(String, Uuid)> = self
                .0
                .rows::<faq::Entity>()
                .select_only()
                .column(faq::Column::QuestionKey)
                .column(faq::Column::DocumentId)
                .filter(faq::Column::QuestionKey.is_in(some.iter().map(String::as_str)))
                .into_tuple()
                .all(&self.0.transaction)
                .await?;
            found.extend(
                rows.into_iter()
                    .map(|(key, id)| (key, DocumentId::from_uuid(id))),
            );
        }
        Ok(found)
    }

    /// Pairs, newest first; of those whose folded words hold `search`, when it is given.
    pub async fn list(
        &self,
        search: Option<&str>,
        page: PageRequest<DocumentId>,
    ) -> Result<Page<Faq>, StorageError> {
        let mut query = self.0.rows::<faq::Entity>();
        if let Some(search) = search {
            query = query.filter(faq::Column::SearchText.contains(search));
        }
        if let Some(after) = page.after {
            query = query.filter(faq::Column::DocumentId.lt(after.uuid()));
        }
        let rows = query
            .order_by_desc(faq::Column::DocumentId)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let faqs = rows.into_iter().map(faq_from).collect();
        Ok(Page::of(faqs, page.limit, |faq: &Faq| faq.id.to_string()))
    }

    fn row(&self, faq: &Faq) -> faq::ActiveModel {
        faq::ActiveModel {
            document_id: Set(faq.id.uuid()),
            tenant_id: Set(self.0.id()),
            question: Set(faq.question.clone()),
            answer: Set(faq.answer.clone()),
            question_key: Set(faq.question_key.clone()),
            search_text: Set(faq.search_text.clone()),
            created_at: Set(faq.created_at),
            updated_at: Set(faq.updated_at),
        }
    }
}

fn faq_from(row: faq::Model) -> Faq {
    Faq {
        id: DocumentId::from_uuid(row.document_id),
        question: row.question,
        answer: row.answer,
        question_key: row.question_key,
        search_text: row.search_text,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
