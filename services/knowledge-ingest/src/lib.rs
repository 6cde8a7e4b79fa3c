//! Makes documents retrievable, and unretrievable: fetch, parse, chunk, embed, index; forget. Reads
//! websites, whose pages become documents.

mod calibrate;
mod forget_document;
mod forget_knowledge;
mod ingest_document;
mod reindex_passage;
mod spaces;
pub mod website;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;
use xin_broker::{Broker, Handler, JobError};
use xin_contracts::{Envelope, RoutingKey, topology};
use xin_documents::sandbox::{Limits, Parser};
use xin_domain::{Clock, IdSource};
use xin_knowledge::KnowledgeIndex;
use xin_platform::{Parts, TenantModels};
use xin_runtime::Shutdown;
use xin_storage::{Database, Files};

use website::Crawling;

/// Documents at work at once in one process: parsing is bounded by memory, not by waiting.
const DOCUMENTS_AT_ONCE: u16 = 2;

/// What this service is made of.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub database: Database,
    /// The broker.
    pub broker: Broker,
    /// Where the bytes of documents are.
    pub files: Files,
    /// Parses files, each in a process of its own.
    pub parser: Parser,
    /// Where passages go.
    pub index: KnowledgeIndex,
    /// Turn passages into vectors, each tenant's its own.
    pub models: TenantModels,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// How long a worker may be silent before another takes its document over.
    pub lease: Duration,
    /// How websites are read.
    pub crawling: Crawling,
}

/// Long enough for the slowest stage between two renewals, short enough that the document of a
/// dead worker is taken over soon.
const LEASE: Duration = Duration::from_secs(20);
/// Well below the half hour after which RabbitMQ takes a message back.
const SLICE: Duration = Duration::from_secs(60);

impl Platform {
    /// The service of these parts, on that index.
    pub fn of(parts: &Parts, index: KnowledgeIndex) -> anyhow::Result<Self> {
        Ok(Self {
            database: parts.database.clone(),
            broker: parts.broker.clone(),
            files: parts.files()?,
            parser: Parser::new(std::env::current_exe()?, Limits::default()),
            index,
            models: parts.models()?,
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            lease: LEASE,
            crawling: Crawling {
                http: parts.outbound_for_tenants.clone(),
                may_fetch: parts.addresses_of_tenants(),
                delay: parts.settings.crawl_delay,
                slice: SLICE,
            },
        })
    }
}

/// Runs until shutdown, and then until what is at work is done.
pub fn run(platform: &Platform, shutdown: &Shutdown) {
    let worker = platform.ids.next(platform.clock.now());
    let handler = Arc::new(Documents {
        platform: platform.clone(),
        worker,
    });
    let (broker, stop) = (platform.broker.clone(), shutdown.soft());
    shutdown.spawn(topology::DOCUMENTS.name, async move {
        broker
            .consume(&topology::DOCUMENTS, DOCUMENTS_AT_ONCE, handler, stop)
            .await;
    });
    spaces::run(platform, shutdown);
    let (calibrating, stop) = (platform.clone(), shutdown.soft());
    shutdown.spawn("calibration", async move {
        calibrate::run(&calibrating, &stop).await;
    });
    website::run(platform, shutdown);
}

/// Consumes the documents queue.
struct Documents {
    platform: Platform,
    worker: Uuid,
}

#[async_trait]
impl Handler for Documents {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        match envelope.routing_key {
            RoutingKey::IngestDocument => {
                ingest_document::handle(&self.platform, self.worker, envelope).await
            }
            RoutingKey::ForgetDocument => forget_document::handle(&self.platform, envelope).await,
            RoutingKey::ReindexPassage => reindex_passage::handle(&self.platform, envelope).await,
            RoutingKey::ForgetKnowledge => {
                forget_knowledge::handle(&self.platform, envelope.tenant_id).await
            }
            RoutingKey::InboundReceived
            | RoutingKey::GenerateReply
            | RoutingKey::ReplyProposed
            | RoutingKey::DeliverMessage
            | RoutingKey::CrawlWebsite
            | RoutingKey::ReindexKnowledge
            | RoutingKey::TryQuestion => Err(JobError::new(
                xin_domain::ErrorKind::Invalid,
                "not a message of this queue",
            )),
        }
    }
}
