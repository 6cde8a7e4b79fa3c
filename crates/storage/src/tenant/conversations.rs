//! The tenant's conversations.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use xin_domain::{
    ChannelId, ContactId, Conversation, ConversationId, ConversationStatus, Owner, TenantId, UserId,
};

use super::{Channel, Contact, Message, TenantTx};
use crate::entities::channels::channel;
use crate::entities::conversations::{conversation, message};
use crate::error::StorageError;
use crate::pages::{Page, PageRequest};

/// Which conversations a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only open or only resolved ones.
    pub status: Option<ConversationStatus>,
}

/// A conversation with what a list shows beside it.
#[derive(Clone, Debug)]
pub struct ConversationSummary {
    /// Its state.
    pub conversation: Conversation,
    /// Where it takes place.
    pub channel: Channel,
    /// With whom.
    pub contact: Contact,
    /// What was said last.
    pub last_message: Option<Message>,
}

/// Reads and writes conversations.
pub struct Conversations<'a>(pub(super) &'a TenantTx);

impl Conversations<'_> {
    /// The conversation, without holding it.
    pub async fn get(&self, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
        let row = self
            .0
            .rows::<conversation::Entity>()
            .filter(conversation::Column::Id.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        row.as_ref().map(conversation_from).transpose()
    }

    /// The conversation, held until this transaction ends: every change goes through here.
    pub async fn lock(&self, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
        let row = self
            .0
            .rows::<conversation::Entity>()
            .filter(conversation::Column::Id.eq(id.uuid()))
            .lock_exclusive()
            .one(&self.0.transaction)
            .await?;
        row.as_ref().map(conversation_from).transpose()
    }

    /// The thread of a contact on a channel, held until this transaction ends.
    pub async fn lock_thread(
        &self,
        channel: ChannelId,
        contact: ContactId,
    ) -> Result<Option<Conversation>, StorageError> {
        let row = self
            .0
            .rows::<conversation::Entity>()
            .filter(conversation::Column::ChannelId.eq(channel.uuid()))
            .filter(conversation::Column::ContactId.eq(contact.uuid()))
            .lock_exclusive()
            .one(&self.0.transaction)
            .await?;
        row.as_ref().map(conversation_from).transpose()
    }

    /// Adds a conversation, unless the contact has one on that channel already; whether it was
    /// added.
    pub async fn add_if_new(&self, conversation: &Conversation) -> Result<bool, StorageError> {
        let mut row = active(conversation);
        row.id = Set(conversation.id.uuid());
        row.tenant_id = Set(self.0.id());
        row.channel_id = Set(conversation.channel_id.uuid());
        row.contact_id = Set(conversation.contact_id.uuid());
        row.created_at = Set(conversation.created_at);
        let added = conversation::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(added == 1)
    }

    /// Saves the state of a conversation that this transaction holds.
    pub async fn save(&self, conversation: &Conversation) -> Result<(), StorageError> {
        self.0
            .change::<conversation::Entity>()
            .set(active(conversation))
            .filter(conversation::Column::Id.eq(conversation.id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }

    /// Conversations with what a list shows beside them, the last changed first.
    pub async fn list(
        &self,
        filter: ConversationFilter,
        page: PageRequest<(DateTime<Utc>, ConversationId)>,
    ) -> Result<Page<ConversationSummary>, StorageError> {
        let mut query = self.0.rows::<conversation::Entity>();
        if let Some(status) = filter.status {
            query = query.filter(conversation::Column::Status.eq(status_name(status)));
        }
        if let Some((time, id)) = page.after {
            query = query.filter(
                Condition::any()
                    .add(conversation::Column::UpdatedAt.lt(time))
                    .add(
                        Condition::all()
                            .add(conversation::Column::UpdatedAt.eq(time))
                            .add(conversation::Column::Id.lt(id.uuid())),
                    ),
            );
        }
        let rows = query
            .order_by_desc(conversation::Column::UpdatedAt)
            .order_by_desc(conversation::Column::Id)
            .limit(page.limit + 1)
            .all(&self.0.transaction)
            .await?;
        let conversations = rows
            .iter()
            .map(conversation_from)
            .collect::<Result<Vec<_>, _>>()?;
        let page = Page::of(conversations, page.limit, |conversation| {
            format!(
                "{}-{}",
                conversation.updated_at.timestamp_micros(),
                conversation.id
            )
        });
        Ok(Page {
            items: self.summaries(page.items).await?,
            next: page.next,
        })
    }

    /// One conversation with what a list shows beside it.
    pub async fn summary(
        &self,
        id: ConversationId,
    ) -> Result<Option<ConversationSummary>, StorageError> {
        let Some(conversation) = self.get(id).await? else {
            return Ok(None);
        };
        Ok(self.summaries(vec![conversation]).await?.pop())
    }

    async fn summaries(
        &self,
        conversations: Vec<Conversation>,
    ) -> Result<Vec<ConversationSummary>, StorageError> {
        let contacts = self
            .0
            .contacts()
            .all(
                conversations
                    .iter()
                    .map(|found| found.contact_id.uuid())
                    .collect(),
            )
            .await?;
        let mut contacts: HashMap<_, _> = contacts
            .into_iter()
            .map(|contact| (contact.id, contact))
            .collect();
        // Also those disconnected since: their conversations stay readable.
        let channels = self
            .0
            .rows::<channel::Entity>()
            .filter(
                channel::Column::Id
                    .is_in(conversations.iter().map(|found| found.channel_id.uuid())),
            )
            .all(&self.0.transaction)
            .await?
            .into_iter()
            .map(|row| super::channels::channel_from(row).map(|channel| (channel.id, channel)))
            .collect::<Result<HashMap<_, _>, _>>()?;
        let mut last = self.last_messages(&conversations).await?;
        Ok(conversations
            .into_iter()
            .filter_map(|conversation| {
                Some(ConversationSummary {
                    channel: channels.get(&conversation.channel_id)?.clone(),
                    contact: contacts.remove(&conversation.contact_id)?,
                    last_message: last.remove(&conversation.id),
                    conversation,
                })
            })
            .collect())
    }

    async fn last_messages(
        &self,
        conversations: &[Conversation],
    ) -> Result<HashMap<ConversationId, Message>, StorageError> {
        let mut newest = Condition::any();
        for conversation in conversations {
            newest = newest.add(
                Condition::all()
                    .add(message::Column::ConversationId.eq(conversation.id.uuid()))
                    .add(message::Column::Position.eq(conversation.last_position)),
            );
        }
        if conversations.is_empty() {
            return Ok(HashMap::new());
        }
        self.0
            .rows::<message::Entity>()
            .filter(newest)
            .all(&self.0.transaction)
            .await?
            .into_iter()
            .map(|row| {
                super::messages::message_from(row).map(|found| (found.conversation_id, found))
            })
            .collect()
    }
}

const fn status_name(status: ConversationStatus) -> &'static str {
    match status {
        ConversationStatus::Open => "open",
        ConversationStatus::Resolved => "resolved",
    }
}

/// What may change after the beginning.
fn active(conversation: &Conversation) -> conversation::ActiveModel {
    let (owner_kind, owner_user) = match conversation.owner {
        Owner::Ai => ("ai", None),
        Owner::Nobody => ("nobody", None),
        Owner::Agent(user) => ("agent", Some(user.uuid())),
    };
    conversation::ActiveModel {
        status: Set(status_name(conversation.status).to_owned()),
        owner_kind: Set(owner_kind.to_owned()),
        owner_user_id: Set(owner_user),
        owner_epoch: Set(conversation.owner_epoch),
        turn: Set(conversation.turn),
        answered_turn: Set(conversation.answered_turn),
        last_position: Set(conversation.last_position),
        context_after: Set(conversation.context_after),
        updated_at: Set(conversation.updated_at),
        ..Default::default()
    }
}

fn conversation_from(row: &conversation::Model) -> Result<Conversation, StorageError> {
    let corrupt = |column| StorageError::Corrupt {
        table: "conversations",
        column,
        row: row.id.to_string(),
    };
    let owner = match (row.owner_kind.as_str(), row.owner_user_id) {
        ("ai", None) => Owner::Ai,
        ("nobody", None) => Owner::Nobody,
        ("agent", Some(user)) => Owner::Agent(UserId::from_uuid(user)),
        _ => return Err(corrupt("owner_kind")),
    };
    let status = match row.status.as_str() {
        "open" => ConversationStatus::Open,
        "resolved" => ConversationStatus::Resolved,
        _ => return Err(corrupt("status")),
    };
    Ok(Conversation {
        id: ConversationId::from_uuid(row.id),
        tenant_id: TenantId::from_uuid(row.tenant_id),
        channel_id: ChannelId::from_uuid(row.channel_id),
        contact_id: ContactId::from_uuid(row.contact_id),
        status,
        owner,
        owner_epoch: row.owner_epoch,
        turn: row.turn,
        answered_turn: row.answered_turn,
        last_position: row.last_position,
        context_after: row.context_after,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Reads the cursor that [`Conversations::list`] writes.
#[must_use]
pub fn parse_cursor(text: &str) -> Option<(DateTime<Utc>, ConversationId)> {
    let (micros, id) = text.split_once('-')?;
    Some((
        DateTime::from_timestamp_micros(micros.parse().ok()?)?,
        id.parse().ok()?,
    ))
}
