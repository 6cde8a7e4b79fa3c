//! Reads websites: their pages become documents, are kept fresh, and are forgotten when they are
//! gone.
//!
//! What a run has found and not looked at yet stands in the database, so a run whose worker died
//! goes on where it was. A page and the document that it becomes are saved in one transaction,
//! which holds the run's lease; a page that cannot be read keeps its last good copy.

mod apply;
mod content;
mod ended;
mod fetch;
mod gzip;
mod lease;
mod look;
mod robots;
mod run;
mod schedule;
mod seeds;
mod sitemap;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use url::Url;
use xin_broker::{Handler, JobError};
use xin_contracts::{Envelope, RoutingKey, topology};
use xin_domain::ErrorKind;
use xin_runtime::Shutdown;

use crate::Platform;

pub use schedule::queue_due;

/// Longer addresses in pages and headers are not even looked at.
const LONGEST_LINK: usize = 4_000;
/// Websites read at once in one process; those of one tenant are read one after the other.
const WEBSITES_AT_ONCE: u16 = 4;

/// How websites are read.
#[derive(Clone, Debug)]
pub struct Crawling {
    /// Asks for pages; it follows no redirects.
    pub http: reqwest::Client,
    /// Which addresses may be asked for.
    pub may_fetch: fn(&Url) -> bool,
    /// The time between two requests to a site, unless the site wants more.
    pub delay: Duration,
    /// A run that takes longer goes on in a new job, so that the others get their turn.
    pub slice: Duration,
}

/// Consumes the websites queue and looks which of them are due, until shutdown.
pub fn run(platform: &Platform, shutdown: &Shutdown) {
    let handler = Arc::new(Websites {
        platform: platform.clone(),
        stop: shutdown.soft(),
    });
    let (broker, stop) = (platform.broker.clone(), shutdown.soft());
    shutdown.spawn(topology::WEBSITES.name, async move {
        broker
            .consume(&topology::WEBSITES, WEBSITES_AT_ONCE, handler, stop)
            .await;
    });
    let (platform, stop) = (platform.clone(), shutdown.soft());
    shutdown.spawn("website schedule", async move {
        schedule::run(&platform, &stop).await;
    });
}

/// Consumes the websites queue.
pub struct Websites {
    /// What the service is made of.
    pub platform: Platform,
    /// Ends a run between two pages; the next process goes on.
    pub stop: CancellationToken,
}

#[async_trait]
impl Handler for Websites {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        match envelope.routing_key {
            RoutingKey::CrawlWebsite => run::handle(&self.platform, &self.stop, envelope).await,
            RoutingKey::InboundReceived
            | RoutingKey::GenerateReply
            | RoutingKey::ReplyProposed
            | RoutingKey::DeliverMessage
            | RoutingKey::IngestDocument
            | RoutingKey::ForgetDocument
            | RoutingKey::ReindexPassage
            | RoutingKey::ForgetKnowledge
            | RoutingKey::ReindexKnowledge
            | RoutingKey::TryQuestion => Err(JobError::new(
                ErrorKind::Invalid,
                "not a message of this queue",
            )),
        }
    }
}
