//! Contract tests of the repositories, run on every backend by `tests/it`.

mod answers;
mod calibrations;
mod catalogue;
mod knowledge;
mod models;
mod system;
mod vector_spaces;
mod websites;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use xin_contracts::Envelope;
use xin_contracts::messages::DeliverMessage;
use xin_domain::{
    Author, Brand, ChannelId, ChannelKind, Clock, ContactId, Conversation, ConversationId,
    DocumentId, DocumentOrigin, DocumentState, FixedClock, IdSource, Locale, MessageId, RandomIds,
    Role, TenantId, UserId,
};

use crate::system::NewAccount;
use crate::tenant::{Channel, ChannelSettings, Contact, LiveEventKind, Message, NewDocument};
use crate::{Database, PageRequest, StorageError};

/// One tenant with one of everything.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The tenant.
    pub tenant: TenantId,
    /// Its owner.
    pub user: UserId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its customer.
    pub contact: ContactId,
    /// Their conversation.
    pub conversation: ConversationId,
    /// What was said in it.
    pub message: MessageId,
    /// What the tenant knows.
    pub document: DocumentId,
}

/// A fixed time for tests.
#[must_use]
pub fn noon() -> FixedClock {
    FixedClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default())
}

/// Makes a tenant with one of everything.
pub async fn seed(database: &Database, now: DateTime<Utc>) -> Result<Seed, StorageError> {
    let ids = RandomIds;
    let seed = Seed {
        tenant: TenantId::new(&ids, now),
        user: UserId::new(&ids, now),
        channel: ChannelId::new(&ids, now),
        contact: ContactId::new(&ids, now),
        conversation: ConversationId::new(&ids, now),
        message: MessageId::new(&ids, now),
        document: DocumentId::new(&ids, now),
    };
    let system = database.system().await?;
    let account = NewAccount {
        tenant_id: seed.tenant,
        user_id: seed.user,
        email: format!("{}@example.com", seed.user),
        password_hash: "hash".to_owned(),
        business_name: "فروشگاه".to_owned(),
        locale: Locale::Fa,
    };
    system.add_account(account, now).await?;
    system.commit().await?;
    let tx = database.tenant(seed.tenant).await?;
    tx.channels().add(&channel(&seed, now)).await?;
    tx.contacts()
        .add_if_new(&Contact {
            id: seed.contact,
            channel_id: seed.channel,
            external_id: "42".to_owned(),
            display_name: Some("نگار".to_owned()),
            language: None,
            unreachable_at: None,
            created_at: now,
        })
        .await?;
    let mut conversation = Conversation::begin(
        seed.conversation,
        seed.tenant,
        seed.channel,
        seed.contact,
        now,
    );
    let position = conversation.next_position(now);
    conversation.receive(now);
    tx.conversations().add_if_new(&conversation).await?;
    let place = (seed.conversation, seed.channel, position);
    let message = Message {
        external_id: Some("42:1".to_owned()),
        ..Message::plain(seed.message, place, Author::Customer, "سلام".to_owned(), now)
    };
    tx.messages().add_once(&message).await?;
    tx.documents().add(document(seed.document), now).await?;
    tx.brand().save(&Brand::default(), now).await?;
    tx.live_events()
        .add(
            LiveEventKind::MessageCreated(seed.message),
            Some(seed.conversation),
            now,
        )
        .await?;
    tx.outbox().add(&envelope(&seed, now)).await?;
    tx.commit().await?;
    Ok(seed)
}

fn channel(seed: &Seed, now: DateTime<Utc>) -> Channel {
    Channel {
        id: seed.channel,
        tenant_id: seed.tenant,
        public_id: seed.channel.to_string(),
        kind: ChannelKind::Web,
        name: "سایت".to_owned(),
        is_active: true,
        detail: None,
        platform_account: None,
        settings: ChannelSettings::default(),
        sealed_secrets: Some(vec![1, 2, 3]),
        poll_offset: 0,
        created_at: now,
        updated_at: now,
    }
}

fn document(id: DocumentId) -> NewDocument {
    NewDocument {
        id,
        title: "ارسال".to_owned(),
        kind: "text".to_owned(),
        origin: DocumentOrigin::Text,
        source_id: None,
        reference: None,
        url: None,
        valid_from: None,
        valid_until: None,
        file_name: None,
        content_hash: id.to_string(),
        bytes: 10,
    }
}

fn envelope(seed: &Seed, now: DateTime<Utc>) -> Envelope {
    let command = DeliverMessage {
        conversation_id: seed.conversation.to_string(),
        message_id: seed.message.to_string(),
    };
    Envelope::wrap(RandomIds.next(now), seed.tenant, "key", now, &command)
}

/// Runs the whole suite.
///
/// # Panics
/// Where the backend does not keep the contract.
pub async fn suite(database: &Database) -> Result<(), StorageError> {
    a_tenant_sees_its_own(database).await?;
    a_tenant_sees_nothing_of_another(database).await?;
    a_repeat_is_not_recorded(database).await?;
    dropping_undoes(database).await?;
    pages_are_complete(database).await?;
    models::suite(database).await?;
    vector_spaces::suite(database).await?;
    calibrations::suite(database).await?;
    knowledge::suite(database).await?;
    catalogue::suite(database).await?;
    websites::suite(database).await?;
    answers::versions_follow_each_other(database).await?;
    answers::gaps_are_kept_once_and_in_groups(database).await?;
    answers::answers_of_another_are_not_seen(database).await?;
    system::suite(database).await
}

async fn a_tenant_sees_its_own(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.read(seed.tenant).await?;
    assert_eq!(
        tx.profile().get().await?.map(|tenant| tenant.id),
        Some(seed.tenant)
    );
    assert_eq!(
        tx.profile()
            .member(seed.user)
            .await?
            .map(|member| member.role),
        Some(Role::Owner)
    );
    assert_eq!(
        tx.channels().get(seed.channel).await?,
        Some(channel(&seed, now))
    );
    let summary = tx.conversations().summary(seed.conversation).await?;
    let last = summary.and_then(|summary| summary.last_message);
    assert_eq!(last.map(|message| message.id), Some(seed.message));
    let found = tx.messages().get(seed.message).await?;
    assert_eq!(found.map(|message| message.text), Some("سلام".to_owned()));
    let document = tx.documents().get(seed.document).await?;
    assert_eq!(
        document.map(|document| document.state),
        Some(DocumentState::Queued)
    );
    Ok(())
}

/// Every repository method that takes an id, with another tenant's ids.
async fn a_tenant_sees_nothing_of_another(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let (theirs, ours) = (seed(database, now).await?, seed(database, now).await?);
    let tx = database.tenant(ours.tenant).await?;
    assert_eq!(tx.profile().member(theirs.user).await?, None);
    assert_eq!(tx.channels().get(theirs.channel).await?, None);
    assert_eq!(tx.contacts().get(theirs.contact).await?, None);
    assert_eq!(tx.contacts().find(theirs.channel, "42").await?, None);
    assert_eq!(tx.conversations().get(theirs.conversation).await?, None);
    assert_eq!(tx.conversations().lock(theirs.conversation).await?, None);
    assert_eq!(
        tx.conversations()
            .lock_thread(theirs.channel, theirs.contact)
            .await?,
        None
    );
    assert!(
        tx.conversations()
            .summary(theirs.conversation)
            .await?
            .is_none()
    );
    assert_eq!(tx.messages().get(theirs.message).await?, None);
    assert_eq!(tx.messages().find(theirs.channel, "42:1").await?, None);
    assert!(
        tx.messages()
            .newest(theirs.conversation, 0, 10)
            .await?
            .is_empty()
    );
    let page = PageRequest {
        after: None,
        limit: 10,
    };
    assert!(
        tx.messages()
            .list(theirs.conversation, page)
            .await?
            .items
            .is_empty()
    );
    assert_eq!(tx.documents().get(theirs.document).await?, None);
    assert_eq!(
        tx.documents()
            .find_by_content(&theirs.document.to_string())
            .await?,
        None
    );
    assert!(
        tx.documents()
            .servable(&[theirs.document], now)
            .await?
            .is_empty()
    );
    let worker = Uuid::from_u128(1);
    assert!(
        !tx.documents()
            .lease(theirs.document, 1, worker, now, now)
            .await?
    );
    assert!(
        !tx.documents()
            .advance(theirs.document, 1, DocumentState::Ready, now)
            .await?
    );
    assert!(!tx.documents().complete(theirs.document, 1, 1, now).await?);
    assert!(!tx.documents().remove(theirs.document, now).await?);
    nothing_of_another_changes(database, tx, &theirs).await
}

async fn nothing_of_another_changes(
    database: &Database,
    tx: crate::TenantTx,
    theirs: &Seed,
) -> Result<(), StorageError> {
    let now = noon().now();
    tx.messages().save_text(theirs.message, "changed").await?;
    tx.channels().remove(theirs.channel, now).await?;
    tx.contacts()
        .set_unreachable(theirs.contact, Some(now))
        .await?;
    tx.documents().erase(theirs.document).await?;
    assert!(tx.outbox().add(&envelope(theirs, now)).await.is_err());
    tx.commit().await?;
    let tx = database.read(theirs.tenant).await?;
    let message = tx.messages().get(theirs.message).await?;
    assert_eq!(message.map(|message| message.text), Some("سلام".to_owned()));
    assert!(tx.channels().get(theirs.channel).await?.is_some());
    let contact = tx.contacts().get(theirs.contact).await?;
    assert_eq!(contact.and_then(|contact| contact.unreachable_at), None);
    assert!(tx.documents().get(theirs.document).await?.is_some());
    Ok(())
}

async fn a_repeat_is_not_recorded(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    let place = (seed.conversation, seed.channel, 2);
    let id = MessageId::new(&RandomIds, now);
    let repeat = Message {
        external_id: Some("42:1".to_owned()),
        ..Message::plain(id, place, Author::Customer, "سلام".to_owned(), now)
    };
    assert!(!tx.messages().add_once(&repeat).await?);
    let reply = |id, position| Message {
        reply_turn: Some(1),
        ..Message::plain(
            id,
            (seed.conversation, seed.channel, position),
            Author::Ai,
            "پاسخ".to_owned(),
            now,
        )
    };
    assert!(tx.messages().add_once(&reply(id, 2)).await?);
    let second = MessageId::new(&RandomIds, now);
    assert!(!tx.messages().add_once(&reply(second, 3)).await?);
    tx.commit().await
}

async fn dropping_undoes(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    tx.messages().save_text(seed.message, "changed").await?;
    drop(tx);
    let tx = database.read(seed.tenant).await?;
    let message = tx.messages().get(seed.message).await?;
    assert_eq!(message.map(|message| message.text), Some("سلام".to_owned()));
    Ok(())
}

async fn pages_are_complete(database: &Database) -> Result<(), StorageError> {
    let now = noon().now();
    let seed = seed(database, now).await?;
    let tx = database.tenant(seed.tenant).await?;
    for _ in 0..5 {
        tx.documents()
            .add(document(DocumentId::new(&RandomIds, now)), now)
            .await?;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = tx.documents().list(PageRequest { after, limit: 4 }).await?;
        seen.extend(page.items.iter().map(|document| document.id));
        after = page.next.and_then(|next| next.parse().ok());
        if after.is_none() {
            break;
        }
    }
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (6, 6));
    Ok(())
}
