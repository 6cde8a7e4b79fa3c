//! How a reply came about, kept with it for the tenant's people.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};
use xin_domain::{HandoffReason, ReplyAction};
use xin_knowledge::ScoredPassage;
use xin_llm::{Attempt, ReplyOutcome};

use super::Retrieved;
use crate::check::Report;
use crate::prompt;

/// What happened on the way to a reply.
#[derive(Clone)]
pub(crate) struct Trace {
    began: Instant,
    pub(super) times: Times,
    calls: Vec<Call>,
    checks: Vec<Report>,
    retrieved: Value,
    pub(super) error: Option<&'static str>,
    pub(super) low_confidence: bool,
}

/// How long each stage took.
#[derive(Clone, Copy, Default)]
pub(super) struct Times {
    pub(super) rewrite: Duration,
    pub(super) retrieval: Duration,
    pub(super) model: Duration,
    pub(super) checks: Duration,
}

/// One call of a model.
#[derive(Clone, Serialize)]
pub(super) struct Call {
    task: &'static str,
    model: String,
    prompt_tokens: Option<u32>,
    completion_tokens: Option<u32>,
    /// In millionths of the currency of the model's prices.
    cost_micros: Option<i64>,
    attempts: Vec<Value>,
    milliseconds: f64,
}

impl Call {
    /// A call that was answered.
    pub(super) fn of(task: &'static str, outcome: &ReplyOutcome, took: Duration) -> Self {
        Self {
            task,
            model: outcome.model.clone(),
            prompt_tokens: outcome.prompt_tokens,
            completion_tokens: outcome.completion_tokens,
            cost_micros: outcome.cost_micros,
            attempts: outcome.attempts.iter().map(attempt).collect(),
            milliseconds: milliseconds(took),
        }
    }
}

impl Trace {
    /// The trace of a reply that is begun now.
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            times: Times::default(),
            calls: Vec::new(),
            checks: Vec::new(),
            retrieved: json!({}),
            error: None,
            low_confidence: false,
        }
    }

    /// Notes what was found.
    pub(super) fn found(&mut self, retrieved: &Retrieved) {
        self.retrieved = json!({
            "confidence": retrieved.confidence.value,
            "confidence_parts": retrieved.confidence,
            "thresholds": {
                "answer": retrieved.thresholds.answer,
                "clarify": retrieved.thresholds.clarify,
            },
            "rewritten": retrieved.rewritten,
            "warning": retrieved.warning,
            "passages": retrieved.passages.iter().map(passage).collect::<Vec<_>>(),
        });
    }

    /// Whether no reply has been worded yet.
    pub(super) fn is_first_answer(&self) -> bool {
        !self.calls.iter().any(|call| call.task == "answer")
    }

    /// Notes a call of a model.
    pub(super) fn called(&mut self, call: Call) {
        self.calls.push(call);
    }

    /// Notes what the checks said.
    pub(super) fn checked(&mut self, report: Report) {
        self.checks.push(report);
    }

    /// The whole of it.
    pub(super) fn finish(self, action: ReplyAction, reason: Option<HandoffReason>) -> Value {
        let sum = |count: fn(&Call) -> Option<u32>| -> Option<u32> {
            let counted: Vec<u32> = self.calls.iter().filter_map(count).collect();
            (!counted.is_empty()).then(|| counted.into_iter().fold(0, u32::saturating_add))
        };
        let costs: Vec<i64> = self
            .calls
            .iter()
            .filter_map(|call| call.cost_micros)
            .collect();
        let cost = costs
            .iter()
            .fold(0_i64, |sum, cost| sum.saturating_add(*cost));
        let answered = self.calls.iter().rev().find(|call| call.task == "answer");
        let fault = self.checks.last().and_then(|report| report.fault);
        let mut trace = json!({
            "prompt": prompt::VERSION,
            "model": answered.map(|call| call.model.as_str()),
            "tokens": {
                "prompt": sum(|call| call.prompt_tokens),
                "completion": sum(|call| call.completion_tokens),
            },
            "cost_micros": (!costs.is_empty()).then_some(cost),
            "attempts": answered.map(|call| &call.attempts),
            "calls": self.calls,
            "check": fault,
            "checks": self.checks,
            "decision": action.as_str(),
            "reason": reason.map(HandoffReason::as_str),
            "low_confidence": self.low_confidence,
            "milliseconds": {
                "rewrite": milliseconds(self.times.rewrite),
                "retrieval": milliseconds(self.times.retrieval),
                "model": milliseconds(self.times.model),
                "checks": milliseconds(self.times.checks),
                "total": milliseconds(self.began.elapsed()),
            },
        });
        if let (Value::Object(trace), Value::Object(retrieved)) = (&mut trace, self.retrieved) {
            trace.extend(retrieved);
            if let Some(error) = self.error {
                trace.insert("error".to_owned(), json!(error));
            }
        }
        trace
    }
}

fn passage(found: &ScoredPassage) -> Value {
    json!({
        "document_id": found.passage.document_id,
        "title": found.passage.title,
        "ordinal": found.passage.ordinal,
        "version": found.passage.version,
        "score": found.score,
        "sparse": found.sparse_score,
        "dense": found.dense_score,
    })
}

fn attempt(attempt: &Attempt) -> Value {
    json!({
        "model": attempt.model,
        "outcome": attempt.outcome,
        "milliseconds": attempt.milliseconds,
    })
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
