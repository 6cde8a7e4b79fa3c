//! Tries a chat model with one question whose answer stands in a passage.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::{Endpoint, ProbeReport};
use crate::error::LlmError;
use crate::model::{
    ChatModel, DeltaSink, FallbackTexts, GroundingPassage, ReplyOutcome, ReplyRequest,
    milliseconds_since,
};
use crate::openai::{Form, OpenAiModel, OpenAiModelSettings};

const SYSTEM: &str = r#"You answer customers of a shop, only from these numbered passages:
<passage number="1" title="ارسال">
هزینه ارسال به همه شهرها ۴۵ هزار تومان است.
</passage>
Answer with one JSON object and nothing else:
{"action": "answer" | "clarify" | "hand_off" | "decline", "text": "what the customer reads", "citations": [numbers of the passages you relied on], "language": "ISO 639-1 code", "confidence": 0.0 to 1.0}"#;

/// Counts what is shown.
#[derive(Default)]
struct Pieces(AtomicUsize);

impl DeltaSink for Pieces {
    fn text(&self, _appended: &str) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Asks the model a question: whether it answers, streams, and by which means it gives a structure.
pub async fn probe_chat(http: reqwest::Client, endpoint: &Endpoint) -> ProbeReport {
    let began = Instant::now();
    let (heard, mut form) = match ask(&http, endpoint, None).await {
        Ok(heard) => heard,
        Err(error) => return ProbeReport::failed(&error, endpoint),
    };
    let latency = milliseconds_since(began);
    let mut best = heard;
    // A server may take the wish for a structure and not heed it: another means may do.
    while !is_structured(&best.outcome) {
        let Some(next) = form.next() else { break };
        form = next;
        if let Ok((heard, spoken)) = ask(&http, endpoint, Some(form)).await {
            best = heard;
            form = spoken;
        }
    }
    let mut problems = Vec::new();
    if !is_structured(&best.outcome) {
        form = Form::Plain;
        problems.push(
            "The model answers in plain words and not in the form it is asked for, so its answers \
             carry no sources: choose a larger model or one made for tools or JSON."
                .to_owned(),
        );
    } else if !best
        .outcome
        .reply
        .citations
        .iter()
        .any(|cited| cited.passage == 1)
    {
        problems.push(
            "The model did not name the passage that held the answer: its answers may be refused \
             for want of a source; a larger model does better."
                .to_owned(),
        );
    }
    if !best.streams {
        problems.push(
            "The server does not stream: customers see an answer only when it is complete."
                .to_owned(),
        );
    }
    ProbeReport {
        works: true,
        latency_milliseconds: Some(latency),
        streams: Some(best.streams),
        structured: Some(form),
        problems,
        ..ProbeReport::default()
    }
}

struct Heard {
    outcome: ReplyOutcome,
    streams: bool,
}

async fn ask(
    http: &reqwest::Client,
    endpoint: &Endpoint,
    form: Option<Form>,
) -> Result<(Heard, Form), LlmError> {
    let settings = OpenAiModelSettings {
        base_url: endpoint.base_url.clone(),
        api_key: endpoint.api_key.clone(),
        model: endpoint.model.clone(),
        label: None,
        temperature: None,
        max_tokens: None,
        prices: None,
        form,
    };
    let model = OpenAiModel::new(http.clone(), settings)?;
    let pieces = Pieces::default();
    let outcome = model.reply(&request(endpoint), &pieces).await?;
    // Plain words are shown at the end only, however they came.
    let is_shown_in_pieces = pieces.0.load(Ordering::Relaxed) > 1 || !is_structured(&outcome);
    let streams = model.streams() && is_shown_in_pieces;
    Ok((Heard { outcome, streams }, model.form()))
}

/// Whether the reply came as a structure: plain words have neither source nor confidence.
fn is_structured(outcome: &ReplyOutcome) -> bool {
    outcome.reply.confidence.is_some() || !outcome.reply.citations.is_empty()
}

fn request(endpoint: &Endpoint) -> ReplyRequest {
    ReplyRequest {
        system: SYSTEM.to_owned(),
        history: Vec::new(),
        question: "هزینه ارسال چقدر است؟".to_owned(),
        passages: vec![GroundingPassage {
            title: "ارسال".to_owned(),
            text: "هزینه ارسال به همه شهرها ۴۵ هزار تومان است.".to_owned(),
            score: 1.0,
            is_faq: false,
        }],
        confidence: 1.0,
        answer_threshold: 0.0,
        language: "fa".to_owned(),
        texts: FallbackTexts {
            unknown: "نمی‌دانم.".to_owned(),
        },
        deadline: endpoint.timeout,
    }
}
