//! The questions that the tenant's knowledge does not answer, in groups of the same meaning.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;
use xin_domain::{ConversationId, GapGroupId, GapReason, MessageId};

use super::TenantTx;
use crate::entities::ai::gap;
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};
use crate::printable;

/// Questions of a group that a list shows.
const EXAMPLES: usize = 5;
/// Questions that are read for the examples of a page.
const MOST_READ: u64 = 2_000;

/// One question that was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its row.
    pub id: Uuid,
    /// The questions it belongs to.
    pub group: GapGroupId,
    /// Where it was asked.
    pub conversation: ConversationId,
    /// In which turn.
    pub turn: i64,
    /// What was replied.
    pub message: MessageId,
    /// The words of the customer.
    pub question: String,
    /// The same, as texts are compared.
    pub folded: String,
    /// The ISO 639-1 code of its language.
    pub language: String,
    /// Why it counts.
    pub reason: GapReason,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
}

/// Questions of the same meaning, with the newest of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapGroup {
    /// The group.
    pub id: GapGroupId,
    /// How often it was asked.
    pub count: i64,
    /// When it was asked last.
    pub last_seen: DateTime<Utc>,
    /// The newest questions.
    pub examples: Vec<Gap>,
}

/// Reads and writes gaps.
pub struct Gaps<'a>(pub(super) &'a TenantTx);

impl Gaps<'_> {
    /// Keeps a question, unless that turn's is there already; whether it was new.
    pub async fn add_once(&self, new: &Gap) -> Result<bool, StorageError> {
        let row = gap::ActiveModel {
            id: Set(new.id),
            tenant_id: Set(self.0.id()),
            group_id: Set(new.group.uuid()),
            conversation_id: Set(new.conversation.uuid()),
            turn: Set(new.turn),
            message_id: Set(new.message.uuid()),
            question: Set(printable::text(&new.question)),
            folded: Set(printable::text(&new.folded)),
            language: Set(new.language.clone()),
            reason: Set(new.reason.as_str().to_owned()),
            created_at: Set(new.created_at),
            resolved_at: Set(None),
        };
        let added = gap::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(added == 1)
    }

    /// Open questions since a time with their groups, the oldest first, at most `limit` of the
    /// newest: what a new question is compared with.
    pub async fn open_since(
        &self,
        since: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(GapGroupId, String)>, StorageError> {
        let mut rows: Vec<(Uuid, String)> = self
            .open()
            .select_only()
            .columns([gap::Column::GroupId, gap::Column::Folded])
            .filter(gap::Column::CreatedAt.gte(since))
            .order_by_desc(gap::Column::Id)
            .limit(limit)
            .into_tuple()
            .all(&self.0.transaction)
            .await?;
        rows.reverse();
        Ok(rows
            .into_iter()
            .map(|(group, folded)| (GapGroupId::from_uuid(group), folded))
            .collect())
    }

    /// The open groups, the newest first.
    pub async fn groups(
        &self,
        page: PageRequest<GapGroupId>,
    ) -> Result<Page<GapGroup>, StorageError> {
        let mut query = self.open();
        if let Some(after) = page.after {
            query = query.filter(gap::Column::GroupId.lt(after.uuid()));
        }
        let rows: Vec<(Uuid, i64, DateTime<Utc>)> = query
            .select_only()
            .column(gap::Column::GroupId)
            .column_as(gap::Column::Id.count(), "questions")
            .column_as(gap::Column::CreatedAt.max(), "last_seen")
            .group_by(gap::Column::GroupId)
            .order_by_desc(gap::Column::GroupId)
            .limit(page.limit + 1)
            .into_tuple()
            .all(&self.0.transaction)
            .await?;
        let page = Page::of(rows, page.limit, |(group, _, _)| {
            GapGroupId::from_uuid(*group).to_string()
        });
        let ids = page.items.iter().map(|(group, _, _)| *group).collect();
        let mut examples = self.examples(ids).await?;
        Ok(page.map(|(group, count, last_seen)| GapGroup {
            id: GapGroupId::from_uuid(group),
            count,
            last_seen,
            examples: examples.remove(&group).unwrap_or_default(),
        }))
    }

    /// The newest open question of a group.
    pub async fn newest(&self, id: GapGroupId) -> Result<Option<Gap>, StorageError> {
        let row = self
            .open()
            .filter(gap::Column::GroupId.eq(id.uuid()))
            .order_by_desc(gap::Column::Id)
            .one(&self.0.transaction)
            .await?;
        row.map(gap_from).transpose()
    }

    /// Settles every question of a group; how many there were.
    pub async fn resolve(&self, id: GapGroupId, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let change = gap::ActiveModel {
            resolved_at: Set(Some(now)),
            ..Default::default()
        };
        let outcome = self
            .0
            .change::<gap::Entity>()
            .set(change)
            .filter(gap::Column::GroupId.eq(id.uuid()))
            .filter(gap::Column::ResolvedAt.is_null())
            .exec(&self.0.transaction)
            .await?;
        Ok(outcome.rows_affected)
    }

    async fn examples(&self, groups: Vec<Uuid>) -> Result<HashMap<Uuid, Vec<Gap>>, StorageError> {
        let mut examples: HashMap<Uuid, Vec<Gap>> = HashMap::new();
        if groups.is_empty() {
            return Ok(examples);
        }
        let rows = self
            .open()
            .filter(gap::Column::GroupId.is_in(groups))
            .order_by_desc(gap::Column::Id)
            .limit(MOST_READ)
            .all(&self.0.transaction)
            .await?;
        for row in rows {
            let shown = examples.entry(row.group_id).or_default();
            if shown.len() < EXAMPLES {
                shown.push(gap_from(row)?);
            }
        }
        Ok(examples)
    }

    fn open(&self) -> sea_orm::Select<gap::Entity> {
        self.0
            .rows::<gap::Entity>()
            .filter(gap::Column::ResolvedAt.is_null())
    }
}

fn gap_from(row: gap::Model) -> Result<Gap, StorageError> {
    let reason = GapReason::from_name(&row.reason).ok_or_else(|| StorageError::Corrupt {
        table: "knowledge_gaps",
        column: "reason",
        row: row.id.to_string(),
    })?;
    Ok(Gap {
        id: row.id,
        group: GapGroupId::from_uuid(row.group_id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        turn: row.turn,
        message: MessageId::from_uuid(row.message_id),
        question: row.question,
        folded: row.folded,
        language: row.language,
        reason,
        created_at: row.created_at,
    })
}
