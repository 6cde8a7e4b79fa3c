//! Answers turns: retrieve, prompt, ask the model, check, then propose an answer or a handoff.
//!
//! A turn always ends. Whatever fails, there is a reply before the deadline: at the worst the
//! promise that a person will answer.

mod answer;
mod answer_turn;
mod budget;
mod calibrations;
mod check;
mod fairness;
mod handoff;
mod load;
mod passages;
mod prompt;
mod rerank;
mod spaces;
mod stream;
mod texts;
mod try_question;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use xin_broker::{Broker, Handler};
use xin_contracts::topology;
use xin_domain::{Clock, IdSource};
use xin_knowledge::{KnowledgeIndex, Retriever};
use xin_platform::{Parts, TenantModels};
use xin_runtime::Shutdown;
use xin_storage::Database;

pub use answer_turn::AnswerTurn;
pub use calibrations::Calibrations;
pub use try_question::AnswerTrial;

/// Turns held at once: most of them only wait for the end of their burst window.
const TURNS_HELD: u16 = 1000;
/// Questions tried out that are held at once.
const TRIALS_HELD: u16 = 32;

/// What this service is made of.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub database: Database,
    /// The broker.
    pub broker: Broker,
    /// Finds passages.
    pub retriever: Arc<Retriever>,
    /// What retrieval learned of each tenant's knowledge.
    pub calibrations: Calibrations,
    /// Word the replies, each tenant's its own.
    pub models: TenantModels,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// The longest one call of the model may take.
    pub model_timeout: Duration,
    /// Turns answered at once in this process.
    pub concurrency: usize,
    /// Of those, of one tenant.
    pub tenant_concurrency: usize,
}

impl Platform {
    /// The service of these parts, on that index.
    pub fn of(parts: &Parts, index: KnowledgeIndex) -> anyhow::Result<Self> {
        Ok(Self {
            database: parts.database.clone(),
            broker: parts.broker.clone(),
            retriever: Arc::new(Retriever::new(index)),
            calibrations: Calibrations::new(parts.database.clone()),
            models: parts.models()?,
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            model_timeout: parts.settings.model_timeout,
            concurrency: parts.settings.turn_concurrency,
            tenant_concurrency: parts.settings.tenant_concurrency,
        })
    }
}

/// Runs until shutdown, and then until what is at work is done.
pub fn run(platform: &Platform, shutdown: &Shutdown) -> Result<(), prompt::PromptError> {
    let handler: Arc<dyn Handler> = Arc::new(AnswerTurn::new(platform.clone())?);
    let (broker, stop) = (platform.broker.clone(), shutdown.soft());
    shutdown.spawn(topology::GENERATION.name, async move {
        broker
            .consume(&topology::GENERATION, TURNS_HELD, handler, stop)
            .await;
    });
    let handler: Arc<dyn Handler> = Arc::new(AnswerTrial::new(platform.clone())?);
    let (broker, stop) = (platform.broker.clone(), shutdown.soft());
    shutdown.spawn(topology::PLAYGROUND.name, async move {
        broker
            .consume(&topology::PLAYGROUND, TRIALS_HELD, handler, stop)
            .await;
    });
    Ok(())
}
