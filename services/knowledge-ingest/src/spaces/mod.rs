//! The spaces of vectors that a tenant's passages are in.
//!
//! One space is served. When the tenant's embedder is another one, its space is built beside it
//! from the chunks in the database, and the swap is one row there. Meanwhile all that is put or
//! removed is put into, or removed from, both.

mod check;
mod rebuild;
mod vectors;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xin_broker::{Handler, JobError};
use xin_contracts::{Envelope, RoutingKey, topology};
use xin_domain::{DocumentId, ErrorKind, TenantId};
use xin_knowledge::{Passage, Space, TenantIndex};
use xin_runtime::Shutdown;
use xin_storage::TenantTx;
use xin_storage::tenant::VectorSpace;

use crate::Platform;
use crate::ingest_document::index_error;

pub use check::check;

/// Tenants whose knowledge is indexed anew at once in one process.
const TENANTS_AT_ONCE: u16 = 2;

/// Consumes the spaces queue and once looks which tenants need it, until shutdown.
pub fn run(platform: &Platform, shutdown: &Shutdown) {
    let handler = Arc::new(Reindexing {
        platform: platform.clone(),
        stop: shutdown.soft(),
    });
    let (broker, stop) = (platform.broker.clone(), shutdown.soft());
    shutdown.spawn(topology::SPACES.name, async move {
        broker
            .consume(&topology::SPACES, TENANTS_AT_ONCE, handler, stop)
            .await;
    });
    let (platform, stop) = (platform.clone(), shutdown.soft());
    shutdown.spawn("check of spaces", async move {
        check::check_all(&platform, &stop).await;
    });
}

/// Consumes the spaces queue.
struct Reindexing {
    platform: Platform,
    /// Ends the work between two documents; the next process goes on.
    stop: CancellationToken,
}

#[async_trait]
impl Handler for Reindexing {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        match envelope.routing_key {
            RoutingKey::ReindexKnowledge => {
                rebuild::handle(&self.platform, &self.stop, envelope).await
            }
            RoutingKey::InboundReceived
            | RoutingKey::GenerateReply
            | RoutingKey::ReplyProposed
            | RoutingKey::DeliverMessage
            | RoutingKey::IngestDocument
            | RoutingKey::ForgetDocument
            | RoutingKey::CrawlWebsite
            | RoutingKey::TryQuestion
            | RoutingKey::ReindexPassage
            | RoutingKey::ForgetKnowledge => Err(JobError::new(
                ErrorKind::Invalid,
                "not a message of this queue",
            )),
        }
    }
}

/// The spaces that took passages when they were looked up.
pub struct Spaces<'a> {
    platform: &'a Platform,
    tenant: TenantId,
    stores: Vec<Store>,
}

/// A space as it was begun: begun anew it is another one, without what was in it.
#[derive(Default, PartialEq)]
struct Begun {
    id: String,
    dimension: usize,
    at: Option<DateTime<Utc>>,
}

/// One space and what is in it.
struct Store {
    begun: Begun,
    space: Option<Space>,
    index: TenantIndex,
}

impl<'a> Spaces<'a> {
    /// The served space of the tenant, and the one that is being built.
    pub async fn of(platform: &'a Platform, tenant: TenantId) -> Result<Self, JobError> {
        let tx = platform.database.read(tenant).await?;
        let stores = taking(&tx).await?;
        tx.commit().await?;
        let stores = stores.into_iter().map(|begun| {
            let space = space_of(&begun.id, begun.dimension)?;
            let index = platform.index.tenant(tenant, space.as_ref());
            Ok(Store {
                begun,
                space,
                index,
            })
        });
        Ok(Self {
            platform,
            tenant,
            stores: stores.collect::<Result<_, JobError>>()?,
        })
    }

    /// Puts passages into all of them.
    pub async fn put(&self, passages: &[Passage]) -> Result<(), JobError> {
        for store in &self.stores {
            let space = store.space.as_ref();
            let found = vectors::of(self.platform, self.tenant, space, passages).await?;
            store.index.put(found).await.map_err(index_error)?;
        }
        Ok(())
    }

    /// Takes a document out of all of them.
    pub async fn remove_document(&self, document: DocumentId) -> Result<(), JobError> {
        for store in &self.stores {
            let removed = store.index.remove_document(document).await;
            removed.map_err(index_error)?;
        }
        Ok(())
    }

    /// After a swap of versions: takes the others out of all of them.
    pub async fn keep_only_version(
        &self,
        document: DocumentId,
        version: i64,
    ) -> Result<(), JobError> {
        for store in &self.stores {
            let removed = store.index.keep_only_version(document, version).await;
            removed.map_err(index_error)?;
        }
        Ok(())
    }

    /// Takes one passage out of all of them.
    pub async fn remove_passage(&self, passage: Uuid) -> Result<(), JobError> {
        for store in &self.stores {
            let removed = store.index.remove_passage(passage).await;
            removed.map_err(index_error)?;
        }
        Ok(())
    }

    /// Whether what was put into them is in every space that takes passages now. It stays so until
    /// the transaction ends.
    pub async fn are_all(&self, tx: &TenantTx) -> Result<bool, JobError> {
        tx.vector_spaces().hold().await?;
        let now = taking(tx).await?;
        Ok(now
            .iter()
            .all(|begun| self.stores.iter().any(|store| store.begun == *begun)))
    }

    /// Removes again those that were to be removed meanwhile: what was put into them last may have
    /// come after the removal.
    pub async fn clear_gone(&self) -> Result<(), JobError> {
        let tx = self.platform.database.read(self.tenant).await?;
        let now = taking(&tx).await?;
        tx.commit().await?;
        if self.stores.iter().all(|store| is_among(&now, store)) {
            return Ok(());
        }
        let tx = self.platform.database.tenant(self.tenant).await?;
        tx.vector_spaces().hold().await?;
        let now = taking(&tx).await?;
        for store in &self.stores {
            if !is_among(&now, store) {
                store.index.remove_space().await.map_err(index_error)?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The spaces that take passages: one of words alone, while there is none.
async fn taking(tx: &TenantTx) -> Result<Vec<Begun>, JobError> {
    let all = tx.vector_spaces().all().await?;
    if all.is_empty() {
        return Ok(vec![Begun::default()]);
    }
    let taking = all.into_iter().filter(|space| space.state.takes_passages());
    let begun = taking.map(|space| Begun {
        id: space.id,
        dimension: space.dimension,
        at: Some(space.started_at),
    });
    Ok(begun.collect())
}

fn is_among(spaces: &[Begun], wanted: &Store) -> bool {
    spaces.iter().any(|begun| begun.id == wanted.begun.id)
}

/// The space in the index; the one without a name holds words alone.
fn space_of(id: &str, dimension: usize) -> Result<Option<Space>, JobError> {
    if id.is_empty() {
        return Ok(None);
    }
    Space::new(id, dimension).map(Some).map_err(index_error)
}

/// The id of the space that is served.
fn served(spaces: &[VectorSpace]) -> &str {
    use xin_storage::tenant::SpaceState::Serving;

    let mut of_state = spaces.iter();
    let serving = of_state.find(|space| space.state == Serving);
    serving.map_or("", |space| space.id.as_str())
}
