//! Answers a question that staff try out, on the path of a customer's turn.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use xin_broker::{Handler, JobError};
use xin_contracts::Envelope;
use xin_contracts::envelope::parse;
use xin_contracts::messages::TryQuestion;
use xin_domain::{Author, ErrorKind, PlaygroundRequest, PlaygroundRunId, TenantId};
use xin_llm::{ChatTurn, Speaker};

use crate::Platform;
use crate::answer::{AnswerInput, Answerer, Retrieved};
use crate::fairness::Fairness;
use crate::load::answer_language;
use crate::prompt::PromptError;

/// As long as a customer's turn may take.
const TIME: Duration = Duration::from_secs(60);
/// Tried out at once in this process: customers come first.
const AT_ONCE: usize = 4;
/// Of those, by one tenant.
const AT_ONCE_OF_ONE: usize = 2;

/// Consumes [`TryQuestion`].
pub struct AnswerTrial {
    platform: Platform,
    answerer: Answerer,
    fairness: Fairness,
}

#[async_trait]
impl Handler for AnswerTrial {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let command = envelope.open::<TryQuestion>()?;
        let run: PlaygroundRunId = parse(&command.run_id)?;
        let tenant = envelope.tenant_id;
        let Some(outcome) = self.run(tenant, run).await? else {
            return Ok(());
        };
        let now = self.platform.clock.now();
        let tx = self.platform.database.tenant(tenant).await?;
        tx.playground().finish(run, outcome, now).await?;
        Ok(tx.commit().await?)
    }
}

impl AnswerTrial {
    /// A worker on these parts.
    pub fn new(platform: Platform) -> Result<Self, PromptError> {
        Ok(Self {
            answerer: Answerer::new(platform.clone())?,
            fairness: Fairness::new(AT_ONCE, AT_ONCE_OF_ONE),
            platform,
        })
    }

    /// What comes of a question; nothing when it is gone or was answered before.
    async fn run(&self, tenant: TenantId, run: PlaygroundRunId) -> Result<Option<Value>, JobError> {
        let tx = self.platform.database.read(tenant).await?;
        let waiting = tx.playground().get(run).await?;
        let waiting = waiting.filter(|run| run.outcome.is_none());
        let (Some(waiting), Some(profile)) = (waiting, tx.profile().get().await?) else {
            return Ok(None);
        };
        let request: PlaygroundRequest = serde_json::from_value(waiting.request)
            .map_err(|error| JobError::new(ErrorKind::Invalid, error.to_string()))?;
        let draft = if request.draft {
            tx.configurations().draft().await?
        } else {
            None
        };
        let (brand, settings) = match draft {
            Some(draft) => (draft.brand, draft.settings),
            None => (
                tx.brand().get().await?,
                tx.configurations().settings().await?,
            ),
        };
        tx.commit().await?;
        let settings = request.settings.unwrap_or(settings);
        let language = answer_language(&request.question, profile.locale.as_str());
        let input = AnswerInput {
            tenant,
            business: profile.name,
            locale: profile.locale,
            brand: request.brand.unwrap_or(brand),
            language: settings.answer_language(language).to_owned(),
            settings,
            history: request
                .history
                .into_iter()
                .filter(|turn| turn.author != Author::System)
                .map(|turn| ChatTurn {
                    speaker: match turn.author {
                        Author::Customer => Speaker::Customer,
                        Author::Ai | Author::Agent | Author::System => Speaker::Assistant,
                    },
                    text: turn.text,
                })
                .collect(),
            question: request.question,
            channel_kind: request.channel_kind,
            weak_turns: 0,
            now: self.platform.clock.now(),
            time: TIME,
        };
        let _place = self.fairness.place(tenant).await;
        Ok(Some(if request.retrieval_only {
            let (retrieved, decision) = self.answerer.look_up(&input).await?;
            found(&retrieved, decision)
        } else {
            self.answered(&input).await
        }))
    }

    async fn answered(&self, input: &AnswerInput) -> Value {
        let proposal = self.answerer.answer(input, None).await;
        json!({
            "action": proposal.action.as_str(),
            "text": proposal.text,
            "citations": proposal.citations,
            "language": proposal.language,
            "handoff_summary": proposal.handoff.map(|handoff| handoff.summary),
            "trace": proposal.trace,
        })
    }
}

/// The passages in full, and the decision that would follow.
fn found(retrieved: &Retrieved, decision: &str) -> Value {
    let passages: Vec<Value> = retrieved
        .passages
        .iter()
        .map(|found| {
            json!({
                "document_id": found.passage.document_id,
                "version": found.passage.version,
                "ordinal": found.passage.ordinal,
                "title": found.passage.title,
                "heading_path": found.passage.heading_path,
                "page": found.passage.page,
                "language": found.passage.language,
                "text": found.passage.text,
                "is_faq": found.passage.is_faq,
                "score": found.score,
                "sparse": found.sparse_score,
                "dense": found.dense_score,
            })
        })
        .collect();
    json!({
        "action": decision,
        "passages": passages,
        "confidence": retrieved.confidence.value,
        "confidence_parts": retrieved.confidence,
        "thresholds": {
            "answer": retrieved.thresholds.answer,
            "clarify": retrieved.thresholds.clarify,
        },
    })
}
