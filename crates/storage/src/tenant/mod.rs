//! One tenant's rows.

mod api_keys;
mod brands;
mod calibrations;
mod channels;
mod chunks;
mod configurations;
mod contacts;
mod conversations;
mod documents;
mod faqs;
mod gaps;
mod live_events;
mod messages;
mod models;
mod outbox;
mod phrasings;
mod playground;
mod products;
mod profile;
mod usage;
mod vector_spaces;
mod websites;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{DatabaseTransaction, DbBackend, DeleteMany, Select, UpdateMany};
use tokio::sync::Notify;
use uuid::Uuid;
use xin_domain::TenantId;

use crate::entities::TenantOwned;
use crate::error::StorageError;

pub use api_keys::{ApiKey, ApiKeys};
pub use brands::Brands;
pub use calibrations::{Calibrations, StoredCalibration};
pub use channels::{Channel, ChannelSettings, Channels};
pub use chunks::{ChunkChange, Chunks, StoredChunk};
pub use configurations::{Configuration, ConfigurationState, Configurations};
pub use contacts::{Contact, Contacts};
pub use conversations::{ConversationFilter, ConversationSummary, Conversations, parse_cursor};
pub use documents::{Document, Documents, NewContent, NewDocument};
pub use faqs::{Faq, Faqs};
pub use gaps::{Gap, GapGroup, Gaps};
pub use live_events::{LiveEvent, LiveEventKind, LiveEvents, LivePosition};
pub use messages::{Message, Messages};
pub use models::{Model, ModelSettings, ModelTask, Models, Probed};
pub use outbox::Outbox;
pub use phrasings::{Phrasing, PhrasingOrigin, Phrasings};
pub use playground::{Playground, PlaygroundRun};
pub use products::{ProductRecord, Products};
pub use profile::{Member, Profile, Tenant};
pub use usage::{Budgets, Limits, Usage, UsageDay, Used};
pub use vector_spaces::{SpaceState, VectorSpace, VectorSpaces};
pub use websites::{FoundPage, Website, WebsitePage, WebsitePages, WebsiteSettings, Websites};

pub(crate) use api_keys::api_key_from;
pub(crate) use channels::{ACTIVE, DISCONNECTED, channel_from};
pub(crate) use outbox::row as outbox_row;
pub(crate) use profile::{member_from, tenant_from};

/// A transaction on one tenant's rows. Dropping it undoes it; [`TenantTx::commit`] is the one way
/// to keep what was done.
#[derive(Debug)]
pub struct TenantTx {
    transaction: DatabaseTransaction,
    backend: DbBackend,
    tenant: TenantId,
    wrote_outbox: AtomicBool,
    outbox_written: Arc<Notify>,
}

impl TenantTx {
    pub(crate) fn new(
        transaction: DatabaseTransaction,
        backend: DbBackend,
        tenant: TenantId,
        outbox_written: Arc<Notify>,
    ) -> Self {
        Self {
            transaction,
            backend,
            tenant,
            wrote_outbox: AtomicBool::new(false),
            outbox_written,
        }
    }

    /// Whose rows these are.
    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant
    }

    /// Keeps what was done, and wakes whoever publishes the outbox.
    pub async fn commit(self) -> Result<(), StorageError> {
        self.transaction.commit().await?;
        if self.wrote_outbox.load(Ordering::Relaxed) {
            self.outbox_written.notify_one();
        }
        Ok(())
    }

    /// The tenant itself and its people.
    #[must_use]
    pub const fn profile(&self) -> Profile<'_> {
        Profile(self)
    }

    /// Its channels.
    #[must_use]
    pub const fn channels(&self) -> Channels<'_> {
        Channels(self)
    }

    /// Its voice.
    #[must_use]
    pub const fn brand(&self) -> Brands<'_> {
        Brands(self)
    }

    /// How its AI works, in versions.
    #[must_use]
    pub const fn configurations(&self) -> Configurations<'_> {
        Configurations(self)
    }

    /// What its knowledge does not answer.
    #[must_use]
    pub const fn gaps(&self) -> Gaps<'_> {
        Gaps(self)
    }

    /// What its people try out.
    #[must_use]
    pub const fn playground(&self) -> Playground<'_> {
        Playground(self)
    }

    /// Its knowledge.
    #[must_use]
    pub const fn documents(&self) -> Documents<'_> {
        Documents(self)
    }

    /// The websites that knowledge comes from.
    #[must_use]
    pub const fn websites(&self) -> Websites<'_> {
        Websites(self)
    }

    /// What retrieval learned of its knowledge.
    #[must_use]
    pub const fn calibrations(&self) -> Calibrations<'_> {
        Calibrations(self)
    }

    /// What its documents were cut into.
    #[must_use]
    pub const fn chunks(&self) -> Chunks<'_> {
        Chunks(self)
    }

    /// Its questions with their answers.
    #[must_use]
    pub const fn faqs(&self) -> Faqs<'_> {
        Faqs(self)
    }

    /// Further ways to ask what its documents answer.
    #[must_use]
    pub const fn phrasings(&self) -> Phrasings<'_> {
        Phrasings(self)
    }

    /// Its catalogue.
    #[must_use]
    pub const fn products(&self) -> Products<'_> {
        Products(self)
    }

    /// The keys of its programs.
    #[must_use]
    pub const fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys(self)
    }

    /// Its customers.
    #[must_use]
    pub const fn contacts(&self) -> Contacts<'_> {
        Contacts(self)
    }

    /// Its conversations.
    #[must_use]
    pub const fn conversations(&self) -> Conversations<'_> {
        Conversations(self)
    }

    /// What is said in them.
    #[must_use]
    pub const fn messages(&self) -> Messages<'_> {
        Messages(self)
    }

    /// The models it chose.
    #[must_use]
    pub const fn models(&self) -> Models<'_> {
        Models(self)
    }

    /// What its models were used for, and its budgets.
    #[must_use]
    pub const fn usage(&self) -> Usage<'_> {
        Usage(self)
    }

    /// The spaces of vectors that its passages are in.
    #[must_use]
    pub const fn vector_spaces(&self) -> VectorSpaces<'_> {
        VectorSpaces(self)
    }

    /// Messages to other services, kept together with the change they tell of.
    #[must_use]
    pub const fn outbox(&self) -> Outbox<'_> {
        Outbox(self)
    }

    /// News for screens.
    #[must_use]
    pub const fn live_events(&self) -> LiveEvents<'_> {
        LiveEvents(self)
    }

    fn id(&self) -> Uuid {
        self.tenant.uuid()
    }

    fn rows<E: TenantOwned>(&self) -> Select<E> {
        E::of(self.id())
    }

    fn change<E: TenantOwned>(&self) -> UpdateMany<E> {
        E::change_of(self.id())
    }

    fn removal<E: TenantOwned>(&self) -> DeleteMany<E> {
        E::removal_of(self.id())
    }
}
