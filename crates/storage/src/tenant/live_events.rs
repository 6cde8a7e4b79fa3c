//! News for screens: what changed, in the order it was committed, for a day.
//!
//! A screen that lost its connection continues after the last position it saw and misses nothing.
//! `SQLite` has one writer, so its positions are in commit order. `PostgreSQL` hands out positions
//! before the commit, so a reader orders by transaction first and stops before the oldest
//! transaction that is still running: what it has read can then never gain an earlier neighbour.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, Statement};
use uuid::Uuid;
use xin_domain::{ConversationId, DocumentId, MessageId, WebsiteId};

use super::TenantTx;
use crate::entities::queue::live_event;
use crate::error::StorageError;

/// A place in the news.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LivePosition {
    transaction: i64,
    position: i64,
}

impl fmt::Display for LivePosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.transaction, self.position)
    }
}

impl FromStr for LivePosition {
    type Err = StorageError;

    fn from_str(text: &str) -> Result<Self, StorageError> {
        let parts = text.split_once('-').and_then(|(transaction, position)| {
            Some((transaction.parse().ok()?, position.parse().ok()?))
        });
        let (transaction, position) =
            parts.ok_or_else(|| StorageError::Address("not an event id".to_owned()))?;
        Ok(Self {
            transaction,
            position,
        })
    }
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveEventKind {
    /// Something was said.
    MessageCreated(MessageId),
    /// A message came further, or its words changed.
    MessageUpdated(MessageId),
    /// The owner or the status changed.
    ConversationUpdated,
    /// A document came further.
    DocumentUpdated(DocumentId),
    /// A website's run came further.
    WebsiteUpdated(WebsiteId),
}

impl LiveEventKind {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageCreated(_) => "message.created",
            Self::MessageUpdated(_) => "message.updated",
            Self::ConversationUpdated => "conversation.updated",
            Self::DocumentUpdated(_) => "document.updated",
            Self::WebsiteUpdated(_) => "website.updated",
        }
    }

    const fn subject(self) -> Option<Uuid> {
        match self {
            Self::MessageCreated(id) | Self::MessageUpdated(id) => Some(id.uuid()),
            Self::ConversationUpdated => None,
            Self::DocumentUpdated(id) => Some(id.uuid()),
            Self::WebsiteUpdated(id) => Some(id.uuid()),
        }
    }

    fn read(kind: &str, subject: Option<Uuid>) -> Option<Self> {
        match (kind, subject) {
            ("message.created", Some(id)) => Some(Self::MessageCreated(MessageId::from_uuid(id))),
            ("message.updated", Some(id)) => Some(Self::MessageUpdated(MessageId::from_uuid(id))),
            ("conversation.updated", None) => Some(Self::ConversationUpdated),
            ("document.updated", Some(id)) => {
                Some(Self::DocumentUpdated(DocumentId::from_uuid(id)))
            }
            ("website.updated", Some(id)) => Some(Self::WebsiteUpdated(WebsiteId::from_uuid(id))),
            _ => None,
        }
    }
}

/// One piece of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveEvent {
    /// Where a reader continues after it.
    pub position: LivePosition,
    /// What changed.
    pub kind: LiveEventKind,
    /// In which conversation.
    pub conversation_id: Option<ConversationId>,
}

/// Reads and writes news.
pub struct LiveEvents<'a>(pub(super) &'a TenantTx);

impl LiveEvents<'_> {
    /// Adds news that becomes visible when this transaction is committed.
    pub async fn add(
        &self,
        kind: LiveEventKind,
        conversation: Option<ConversationId>,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let row = live_event::ActiveModel {
            position: sea_orm::ActiveValue::NotSet,
            tenant_id: Set(self.0.id()),
            kind: Set(kind.as_str().to_owned()),
            conversation_id: Set(conversation.map(ConversationId::uuid)),
            subject_id: Set(kind.subject()),
            created_at: Set(now),
        };
        live_event::Entity::insert(row)
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// News after a position, in the order of their commits, at most `limit`.
    pub async fn list_after(
        &self,
        after: LivePosition,
        limit: u32,
    ) -> Result<Vec<LiveEvent>, StorageError> {
        let sql = if self.0.backend == DbBackend::Postgres {
            "SELECT transaction, position, kind, conversation_id, subject_id FROM live_events \
                 WHERE tenant_id = $1 AND (transaction, position) > ($2, $3) \
                 AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
                 ORDER BY transaction, position LIMIT $4"
        } else {
            "SELECT 0 AS \"transaction\", position, kind, conversation_id, subject_id \
                 FROM live_events WHERE tenant_id = $1 AND $2 >= 0 AND position > $3 \
                 ORDER BY position LIMIT $4"
        };
        let values = [
            self.0.id().into(),
            after.transaction.into(),
            after.position.into(),
            i64::from(limit).into(),
        ];
        let rows = self
            .0
            .transaction
            .query_all_raw(Statement::from_sql_and_values(self.0.backend, sql, values))
            .await?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let position = LivePosition {
                transaction: row.try_get("", "transaction")?,
                position: row.try_get("", "position")?,
            };
            let kind: String = row.try_get("", "kind")?;
            let kind =
                LiveEventKind::read(&kind, row.try_get("", "subject_id")?).ok_or_else(|| {
                    StorageError::Corrupt {
                        table: "live_events",
                        column: "kind",
                        row: position.to_string(),
                    }
                })?;
            let conversation: Option<Uuid> = row.try_get("", "conversation_id")?;
            events.push(LiveEvent {
                position,
                kind,
                conversation_id: conversation.map(ConversationId::from_uuid),
            });
        }
        Ok(events)
    }

    /// The position after everything that is visible now: where a new screen begins.
    pub async fn latest(&self) -> Result<LivePosition, StorageError> {
        let sql = if self.0.backend == DbBackend::Postgres {
            "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1) AS transaction, \
                 9223372036854775807 AS position"
        } else {
            "SELECT 0 AS \"transaction\", COALESCE(MAX(position), 0) AS position \
                 FROM live_events"
        };
        let row = self
            .0
            .transaction
            .query_one_raw(Statement::from_string(self.0.backend, sql))
            .await?
            .ok_or_else(|| StorageError::Refused("no position".to_owned()))?;
        Ok(LivePosition {
            transaction: row.try_get("", "transaction")?,
            position: row.try_get("", "position")?,
        })
    }
}
