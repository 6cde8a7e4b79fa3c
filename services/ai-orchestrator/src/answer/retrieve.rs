//! The passages for a question, in its conversation.

use std::time::{Duration, Instant};

use xin_broker::JobError;
use xin_domain::{AiSettings, ReplyAction};
use xin_knowledge::{ANSWER_CONFIDENCE, Confidence, ScoredPassage};
use xin_llm::{ChatModel, ChatTurn, NoDeltas, ReplyRequest, Speaker};
use xin_text::sparse::Question;

use super::trace::Call;
use super::{AnswerInput, Answerer, Trace, words_itself};
use crate::prompt::{self, leans_on_earlier};
use crate::{passages, texts};

/// The share of the answer's threshold from which the AI asks back, where the tenant says nothing.
const CLARIFY_SHARE: f32 = 0.8;
/// What rewriting or summing up may take: without it the turn goes on as well.
const AIDE_TIME: Duration = Duration::from_secs(6);
/// Longer than any question that was rewritten honestly.
const LONGEST_REWRITTEN: usize = 600;
const SUMMARY_SENTENCES: u32 = 4;
const LONGEST_SUMMARY: usize = 2000;

/// What was found, and what is needed to decide.
pub(crate) struct Retrieved {
    /// Best first.
    pub(crate) passages: Vec<ScoredPassage>,
    pub(crate) confidence: Confidence,
    pub(crate) thresholds: Thresholds,
    /// The question as one that stands alone, where it was rewritten.
    pub(crate) rewritten: Option<String>,
    /// The turns a model is given whole.
    pub(crate) history: Vec<ChatTurn>,
    /// What was said before those.
    pub(crate) summary: Option<String>,
    /// Why meaning was not searched although there is an embedder.
    pub(crate) warning: Option<String>,
}

/// From which confidence on what is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Thresholds {
    pub(crate) answer: f32,
    pub(crate) clarify: f32,
}

impl Thresholds {
    fn of(settings: &AiSettings) -> Self {
        let answer = settings.answer_threshold.unwrap_or(ANSWER_CONFIDENCE);
        let clarify = settings
            .clarify_threshold
            .unwrap_or(answer * CLARIFY_SHARE)
            .min(answer);
        Self { answer, clarify }
    }
}

impl Retrieved {
    /// What the confidence alone decides.
    pub(crate) fn decision(&self) -> ReplyAction {
        if self.passages.is_empty() {
            ReplyAction::HandOff
        } else if self.confidence.value >= self.thresholds.answer {
            ReplyAction::Answer
        } else if self.confidence.value >= self.thresholds.clarify {
            ReplyAction::Clarify
        } else {
            ReplyAction::HandOff
        }
    }

    /// The titles of what was found, best first.
    pub(crate) fn titles(&self) -> Vec<&str> {
        self.passages
            .iter()
            .map(|found| found.passage.title.as_str())
            .collect()
    }
}

impl Answerer {
    /// Finds the passages. A model that words replies also makes the question stand alone where it
    /// leans on earlier turns; otherwise those turns weigh into the search.
    pub(super) async fn retrieve(
        &self,
        input: &AnswerInput,
        model: &dyn ChatModel,
        trace: &mut Trace,
    ) -> Result<Retrieved, JobError> {
        let split = prompt::split(&input.history, input.settings.history_tokens);
        let (mut rewritten, mut summary) = (None, None);
        if words_itself(model) {
            let began = Instant::now();
            if !split.older.is_empty() {
                summary = self.summarise(input, &split.older, model, trace).await;
            }
            if !split.kept.is_empty() && leans_on_earlier(&input.question) {
                rewritten = self.rewrite(input, &split.kept, model, trace).await;
            }
            trace.times.rewrite = began.elapsed();
        }
        let began = Instant::now();
        // A question that stands alone needs nothing of what was said before.
        let question = match &rewritten {
            Some(rewritten) => Question::alone(rewritten),
            None => Question {
                text: &input.question,
                previous: input.previous(),
                last_reply: input.last_reply(),
            },
        };
        let found = passages::find(&self.platform, input.tenant, &question).await?;
        trace.times.retrieval = began.elapsed();
        let retrieved = Retrieved {
            passages: found.passages,
            confidence: found.confidence,
            thresholds: Thresholds::of(&input.settings),
            rewritten,
            history: split.kept,
            summary,
            warning: found.warning,
        };
        trace.found(&retrieved);
        Ok(retrieved)
    }

    /// The question as one that stands alone; nothing when the model does not help.
    async fn rewrite(
        &self,
        input: &AnswerInput,
        history: &[ChatTurn],
        model: &dyn ChatModel,
        trace: &mut Trace,
    ) -> Option<String> {
        let system = self.prompts.rewrite().ok()?;
        let question = input.question.clone();
        let text = self
            .aide(input, ("rewrite", system, history, question), model, trace)
            .await?;
        let is_sound = !text.trim().is_empty() && text.chars().count() <= LONGEST_REWRITTEN;
        is_sound.then_some(text)
    }

    /// What was said before the turns that are kept; nothing when the model does not help.
    async fn summarise(
        &self,
        input: &AnswerInput,
        older: &[ChatTurn],
        model: &dyn ChatModel,
        trace: &mut Trace,
    ) -> Option<String> {
        let language = texts::language_name(&input.language);
        let system = self
            .prompts
            .summary(&input.business, language, SUMMARY_SENTENCES)
            .ok()?;
        let script: Vec<String> = older
            .iter()
            .map(|turn| {
                let who = match turn.speaker {
                    Speaker::Customer => "Customer",
                    Speaker::Assistant => "Assistant",
                };
                format!("{who}: {}", turn.text)
            })
            .collect();
        let task = ("summary", system, &[][..], script.join("\n"));
        let text = self.aide(input, task, model, trace).await?;
        let is_sound = !text.trim().is_empty() && text.chars().count() <= LONGEST_SUMMARY;
        is_sound.then(|| prompt::fenced("", &text).text)
    }

    /// A small task that helps the answer along; its failure is no failure of the turn.
    async fn aide(
        &self,
        input: &AnswerInput,
        (task, system, history, question): (&'static str, String, &[ChatTurn], String),
        model: &dyn ChatModel,
        trace: &mut Trace,
    ) -> Option<String> {
        let request = ReplyRequest {
            system,
            history: history.to_vec(),
            question,
            passages: Vec::new(),
            confidence: 1.0,
            answer_threshold: 0.0,
            language: input.language.clone(),
            texts: xin_llm::FallbackTexts {
                unknown: String::new(),
            },
            deadline: AIDE_TIME.min(input.time / 3),
        };
        let began = Instant::now();
        match model.reply(&request, &NoDeltas).await {
            Ok(outcome) => {
                self.count(input, &outcome, 0).await;
                trace.called(Call::of(task, &outcome, began.elapsed()));
                (outcome.reply.action == ReplyAction::Answer).then_some(outcome.reply.text)
            }
            Err(error) => {
                tracing::info!(task, error = %error, "the turn goes on without it");
                None
            }
        }
    }
}
