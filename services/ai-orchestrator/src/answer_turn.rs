//! Answers one turn: waits out the burst, drops work that is no longer wanted, and proposes a
//! reply in time, whatever fails.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::FutureExt;
use serde_json::json;
use xin_broker::{Handler, JobError, trace};
use xin_contracts::Envelope;
use xin_contracts::messages::{ReplyProposed, reply_proposed};
use xin_domain::{Brand, ChannelKind, ErrorKind, ReplyAction};
use xin_knowledge::ScoredPassage;
use xin_llm::{
    Attempt, ChatTurn, FallbackTexts, GroundingPassage, LlmError, ReplyOutcome, ReplyRequest,
    StructuredReply,
};
use xin_storage::tenant::Tenant;
use xin_text::language;
use xin_text::sparse::Question;

use crate::budget::{self, BudgetState};
use crate::fairness::{Fairness, TooMany};
use crate::prompt::{self, PromptContext, PromptError, PromptPassage, Prompts};
use crate::stream::LiveReply;
use crate::turn::{Turn, split_question};
use crate::{Platform, check, passages, texts};

/// Messages of the conversation that the model is given.
const HISTORY: u64 = 30;
/// How often the model is asked before the turn ends without it.
const MODEL_ATTEMPTS: u32 = 3;
/// What a turn is given even when its deadline passed while nobody could work on it.
const LEAST_TIME: Duration = Duration::from_secs(8);
const PAUSE_BETWEEN_ATTEMPTS: Duration = Duration::from_millis(300);

/// Consumes [`GenerateReply`](xin_contracts::messages::GenerateReply).
pub struct AnswerTurn {
    platform: Platform,
    prompts: Prompts,
    fairness: Fairness,
}

/// What the turn is about.
struct Context {
    tenant: Tenant,
    brand: Brand,
    history: Vec<ChatTurn>,
    question: String,
    language: &'static str,
}

/// A reply and how it came about.
struct Proposal {
    reply: StructuredReply,
    passages: Vec<ScoredPassage>,
    trace: serde_json::Value,
}

#[async_trait]
impl Handler for AnswerTurn {
    async fn handle(&self, envelope: &Envelope) -> Result<(), JobError> {
        let turn = Turn::read(envelope)?;
        if let Ok(wait) = (turn.not_before - self.platform.clock.now()).to_std() {
            tokio::time::sleep(wait).await;
        }
        let began = Instant::now();
        let waiting = self.fairness.place(turn.tenant);
        let place = tokio::time::timeout(self.time_left(&turn), waiting).await;
        // Read when it is about to be worked on: while it waited it may have been superseded.
        let Some(context) = self.context(&turn).await? else {
            metrics::counter!("turns_total", "outcome" => "superseded").increment(1);
            return Ok(());
        };
        let proposal = match &place {
            Ok(Ok(_held)) => self.propose(&turn, &context).await,
            Ok(Err(TooMany)) | Err(_) => {
                let reason = "too many turns of this tenant are at work";
                failed(
                    &turn,
                    &context,
                    &JobError::new(ErrorKind::RateLimited, reason),
                )
            }
        };
        drop(place);
        metrics::counter!("turns_total", "outcome" => proposal.reply.action.as_str()).increment(1);
        metrics::histogram!("turn_seconds").record(began.elapsed().as_secs_f64());
        self.publish(&turn, proposal).await
    }
}

impl AnswerTurn {
    /// A worker on these parts.
    pub fn new(platform: Platform) -> Result<Self, PromptError> {
        Ok(Self {
            prompts: Prompts::load()?,
            fairness: Fairness::new(platform.concurrency, platform.tenant_concurrency),
            platform,
        })
    }

    /// What the turn is about; nothing when it is no longer wanted.
    async fn context(&self, turn: &Turn) -> Result<Option<Context>, JobError> {
        let tx = self.platform.database.read(turn.tenant).await?;
        let Some(conversation) = tx.conversations().get(turn.conversation).await? else {
            return Ok(None);
        };
        if conversation.check_reply(turn.fence).is_err() {
            return Ok(None);
        }
        let Some(tenant) = tx.profile().get().await? else {
            return Ok(None);
        };
        let messages = tx
            .messages()
            .newest(turn.conversation, conversation.context_after, HISTORY)
            .await?;
        let brand = tx.brand().get().await?;
        tx.commit().await?;
        let (history, question) = split_question(&messages);
        let language = match language::detect(&question).code() {
            code @ ("fa" | "ar" | "en") => code,
            _ => tenant.locale.as_str(),
        };
        Ok(Some(Context {
            tenant,
            brand,
            history,
            question,
            language,
        }))
    }

    /// What is left of the turn's time. After an outage its deadline is behind us, and a real
    /// answer still beats an apology.
    fn time_left(&self, turn: &Turn) -> Duration {
        let left = (turn.deadline - self.platform.clock.now()).to_std();
        left.unwrap_or_default().max(LEAST_TIME)
    }

    /// A reply, in time and whatever fails, our own mistakes included.
    async fn propose(&self, turn: &Turn, context: &Context) -> Proposal {
        let answer = AssertUnwindSafe(self.answer(turn, context)).catch_unwind();
        let failure = match tokio::time::timeout(self.time_left(turn), answer).await {
            Ok(Ok(Ok(proposal))) => return proposal,
            Ok(Ok(Err(error))) => error,
            Ok(Err(_panic)) => JobError::new(ErrorKind::Internal, "answering panicked"),
            Err(_elapsed) => JobError::new(ErrorKind::Timeout, "the turn's deadline passed"),
        };
        failed(turn, context, &failure)
    }

    async fn answer(&self, turn: &Turn, context: &Context) -> Result<Proposal, JobError> {
        let now = self.platform.clock.now();
        if let BudgetState::Exhausted { which } =
            budget::check(&self.platform.database, turn.tenant, now).await?
        {
            return Ok(exhausted(context, which));
        }
        let began = Instant::now();
        let question = Question::alone(&context.question);
        let found = passages::find(&self.platform, turn.tenant, &question).await?;
        let (passages, confidence) = (found.passages, found.confidence.value);
        let retrieved = began.elapsed();
        let request = self.request(turn, context, &passages, confidence)?;
        let live = LiveReply::new(
            self.platform.broker.clone(),
            turn.tenant,
            turn.conversation,
            turn.fence.turn,
        );
        if turn.channel_kind == ChannelKind::Web {
            live.typing();
        }
        let outcome = self.ask_model(turn, &request, &live).await?;
        let checked = check::check(&outcome.reply, passages.len(), &context.brand);
        let mut reply = outcome.reply;
        if checked.is_err() || reply.action == ReplyAction::HandOff {
            let text = texts::handoff(context.language, &context.brand.handoff_message);
            reply = hand_off(text, context.language);
        } else if reply.action == ReplyAction::Answer {
            sign(&mut reply.text, &context.brand.sign_off);
        }
        let trace = json!({
            "prompt": prompt::VERSION,
            "model": outcome.model,
            "tokens": {"prompt": outcome.prompt_tokens, "completion": outcome.completion_tokens},
            "cost_micros": outcome.cost_micros,
            "attempts": outcome.attempts.iter().map(attempt_trace).collect::<Vec<_>>(),
            "confidence": confidence,
            "decision": reply.action.as_str(),
            "check": checked.as_ref().err().map(check::Fault::code),
            "passages": passages.iter().map(passage_trace).collect::<Vec<_>>(),
            "milliseconds": {
                "retrieval": milliseconds(retrieved),
                "model": milliseconds(began.elapsed().saturating_sub(retrieved)),
            },
        });
        Ok(Proposal {
            reply,
            passages,
            trace,
        })
    }

    fn request(
        &self,
        turn: &Turn,
        context: &Context,
        passages: &[ScoredPassage],
        confidence: f32,
    ) -> Result<ReplyRequest, JobError> {
        let brand = &context.brand;
        let register = match brand.register {
            xin_domain::Register::Formal => "formal",
            xin_domain::Register::Informal => "informal",
        };
        let system = self
            .prompts
            .answer(&PromptContext {
                assistant_name: prompt::assistant_name(brand, &context.tenant.name),
                tenant_name: &context.tenant.name,
                channel: turn.channel_kind.as_str(),
                language_name: texts::language_name(context.language),
                register,
                tone: &brand.tone,
                banned_phrases: &brand.banned_phrases,
                passages: passages
                    .iter()
                    .map(|found| PromptPassage {
                        title: &found.passage.title,
                        text: &found.passage.text,
                    })
                    .collect(),
            })
            .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
        Ok(ReplyRequest {
            system,
            history: context.history.clone(),
            question: context.question.clone(),
            passages: passages
                .iter()
                .map(|found| GroundingPassage {
                    title: found.passage.title.clone(),
                    text: found.passage.text.clone(),
                    score: found.score,
                })
                .collect(),
            confidence,
            answer_threshold: xin_knowledge::ANSWER_CONFIDENCE,
            language: context.language.to_owned(),
            texts: FallbackTexts {
                unknown: texts::handoff(context.language, &brand.handoff_message),
            },
            deadline: self.platform.model_timeout,
        })
    }

    /// Asks the tenant's model, again while the failure may pass, and counts what it used.
    async fn ask_model(
        &self,
        turn: &Turn,
        request: &ReplyRequest,
        live: &LiveReply,
    ) -> Result<ReplyOutcome, JobError> {
        use backon::{ConstantBuilder, Retryable};

        let attempts = usize::try_from(MODEL_ATTEMPTS - 1).unwrap_or_default();
        let model = self.platform.models.chat(turn.tenant).await?;
        let outcome = (|| async {
            live.restart();
            model.reply(request, live).await
        })
        .retry(
            ConstantBuilder::default()
                .with_delay(PAUSE_BETWEEN_ATTEMPTS)
                .with_max_times(attempts),
        )
        .when(|error: &LlmError| error.kind().is_transient())
        .await
        .map_err(|error| JobError::new(error.kind(), error.to_string()))?;
        let (database, now) = (&self.platform.database, self.platform.clock.now());
        if let Err(error) = budget::record(database, turn.tenant, &outcome, now).await {
            // The reply is worth more than its entry in the books.
            tracing::error!(error = %error, "what a model used is not counted");
        }
        Ok(outcome)
    }

    async fn publish(&self, turn: &Turn, proposal: Proposal) -> Result<(), JobError> {
        let reply = proposal.reply;
        let citations = reply
            .citations
            .iter()
            .filter_map(|citation| {
                let found = proposal.passages.get(citation.passage.checked_sub(1)?)?;
                Some(reply_proposed::Citation {
                    document_id: found.passage.document_id.to_string(),
                    title: found.passage.title.clone(),
                    quote: citation.quote.clone(),
                })
            })
            .collect();
        let event = ReplyProposed {
            conversation_id: turn.conversation.to_string(),
            owner_epoch: turn.fence.owner_epoch,
            turn: turn.fence.turn,
            action: reply.action.as_str().to_owned(),
            text: reply.text,
            citations,
            language: reply.language,
            trace: proposal.trace.to_string(),
            channel_kind: turn.channel_kind.as_str().to_owned(),
        };
        let now = self.platform.clock.now();
        let id = self.platform.ids.next(now);
        let key = turn.conversation.to_string();
        let envelope = Envelope::wrap(id, turn.tenant, key, now, &event).traced(trace::current());
        Ok(self.platform.broker.publish(&[envelope]).await?)
    }
}

/// The promise that a person will answer, when nothing else can be said.
fn failed(turn: &Turn, context: &Context, failure: &JobError) -> Proposal {
    tracing::warn!(
        conversation_id = %turn.conversation,
        error.kind = failure.kind.code(),
        error.message = %failure.message,
        "turn ends without the model"
    );
    let text = texts::failure(context.language, &context.brand.handoff_message);
    Proposal {
        reply: hand_off(text, context.language),
        passages: Vec::new(),
        trace: json!({"decision": "failure", "error": failure.kind.code()}),
    }
}

/// The promise that a person will answer, when the models may not be asked.
fn exhausted(context: &Context, which: &str) -> Proposal {
    tracing::info!(
        tenant_id = %context.tenant.id,
        budget = which,
        "turn ends without the model: a budget is used up"
    );
    let text = budget::exhausted_text(context.language, &context.brand.handoff_message);
    Proposal {
        reply: hand_off(text, context.language),
        passages: Vec::new(),
        trace: json!({"decision": "budget", "budget": which}),
    }
}

fn hand_off(text: String, language: &str) -> StructuredReply {
    StructuredReply {
        action: ReplyAction::HandOff,
        text,
        citations: Vec::new(),
        language: language.to_owned(),
        confidence: None,
    }
}

fn sign(text: &mut String, sign_off: &str) {
    let sign_off = sign_off.trim();
    if !sign_off.is_empty() && !text.trim_end().ends_with(sign_off) {
        text.push_str("\n\n");
        text.push_str(sign_off);
    }
}

fn attempt_trace(attempt: &Attempt) -> serde_json::Value {
    json!({
        "model": attempt.model,
        "outcome": attempt.outcome,
        "milliseconds": attempt.milliseconds,
    })
}

fn passage_trace(found: &ScoredPassage) -> serde_json::Value {
    json!({
        "document_id": found.passage.document_id,
        "title": found.passage.title,
        "ordinal": found.passage.ordinal,
        "score": found.score,
        "sparse": found.sparse_score,
        "dense": found.dense_score,
    })
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
