//! The tenant's customers, as each channel knows them.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use xin_domain::{ChannelId, ContactId};

use super::TenantTx;
use crate::entities::conversations::contact;
use crate::error::StorageError;
use crate::printable;

/// A customer on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Our id.
    pub id: ContactId,
    /// The channel that knows them.
    pub channel_id: ChannelId,
    /// The channel's id for them.
    pub external_id: String,
    /// The name they gave there.
    pub display_name: Option<String>,
    /// The language their program is set to.
    pub language: Option<String>,
    /// Since when messages cannot reach them, for instance because they blocked the bot.
    pub unreachable_at: Option<DateTime<Utc>>,
    /// When they first wrote.
    pub created_at: DateTime<Utc>,
}

/// Reads and writes contacts.
pub struct Contacts<'a>(pub(super) &'a TenantTx);

impl Contacts<'_> {
    /// The contact that a channel knows by this id.
    pub async fn find(
        &self,
        channel: ChannelId,
        external_id: &str,
    ) -> Result<Option<Contact>, StorageError> {
        let row = self
            .0
            .rows::<contact::Entity>()
            .filter(contact::Column::ChannelId.eq(channel.uuid()))
            .filter(contact::Column::ExternalId.eq(external_id))
            .one(&self.0.transaction)
            .await?;
        Ok(row.map(contact_from))
    }

    /// The contact of that id.
    pub async fn get(&self, id: ContactId) -> Result<Option<Contact>, StorageError> {
        let row = self
            .0
            .rows::<contact::Entity>()
            .filter(contact::Column::Id.eq(id.uuid()))
            .one(&self.0.transaction)
            .await?;
        Ok(row.map(contact_from))
    }

    /// Adds a contact, unless the channel's id for them is known already; whether it was added.
    pub async fn add_if_new(&self, contact: &Contact) -> Result<bool, StorageError> {
        let row = contact::ActiveModel {
            id: Set(contact.id.uuid()),
            tenant_id: Set(self.0.id()),
            channel_id: Set(contact.channel_id.uuid()),
            external_id: Set(contact.external_id.clone()),
            display_name: Set(contact.display_name.as_deref().map(printable::text)),
            language: Set(contact.language.clone()),
            unreachable_at: Set(contact.unreachable_at),
            created_at: Set(contact.created_at),
        };
        let added = contact::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.0.transaction)
            .await?;
        Ok(added == 1)
    }

    /// Notes whether messages can reach the contact.
    pub async fn set_unreachable(
        &self,
        id: ContactId,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), StorageError> {
        self.0
            .change::<contact::Entity>()
            .set(contact::ActiveModel {
                unreachable_at: Set(since),
                ..Default::default()
            })
            .filter(contact::Column::Id.eq(id.uuid()))
            .exec(&self.0.transaction)
            .await?;
        Ok(())
    }

    pub(super) async fn all(&self, ids: Vec<uuid::Uuid>) -> Result<Vec<Contact>, StorageError> {
        let rows = self
            .0
            .rows::<contact::Entity>()
            .filter(contact::Column::Id.is_in(ids))
            .all(&self.0.transaction)
            .await?;
        Ok(rows.into_iter().map(contact_from).collect())
    }
}

fn contact_from(row: contact::Model) -> Contact {
    Contact {
        id: ContactId::from_uuid(row.id),
        channel_id: ChannelId::from_uuid(row.channel_id),
        external_id: row.external_id,
        display_name: row.display_name,
        language: row.language,
        unreachable_at: row.unreachable_at,
        created_at: row.created_at,
    }
}
