//! Plays a server that speaks `OpenAI`'s protocol: chat completions, streamed or not, with tools or
//! without, embeddings, and the order of passages.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::meaning::{Meanings, order};
use crate::obedience::betrayal;
use crate::stand_in_server::{Answer, Request, Respond, StandInServer};

/// Numbers in a vector when the request does not say.
const DIMENSION: usize = 64;
/// Characters in a piece of a streamed answer: few, so that words and escapes are cut.
const PIECE: usize = 3;

/// A model server for tests.
#[derive(Debug)]
pub struct OpenAiStandIn {
    server: StandInServer,
    state: Arc<State>,
}

/// A way to fail.
#[derive(Clone, Debug)]
pub enum ModelFailure {
    /// Answers with that status and body.
    Status(u16, String),
    /// Answers 429 and asks to wait that many seconds.
    RateLimit(u64),
    /// Waits before it answers properly.
    Delay(Duration),
    /// Closes the connection without a word.
    HangUp,
    /// Closes the connection in the middle of the answer.
    BreakOff,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct ModelRequest {
    /// The path, such as `/v1/chat/completions`.
    pub path: String,
    /// The key it came with.
    pub key: String,
    /// The body.
    pub body: Value,
}

#[derive(Debug, Default)]
struct State(Mutex<Script>);

#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit of some server, and any may go with any"
)]
struct Script {
    replies: VecDeque<String>,
    failures: VecDeque<ModelFailure>,
    always: Option<ModelFailure>,
    requests: Vec<ModelRequest>,
    refused_parameters: Vec<String>,
    refused_formats: Vec<String>,
    heeds_tools: bool,
    counts_nothing: bool,
    key: Option<String>,
    whole_only: bool,
    pause: Duration,
    dimension: Option<usize>,
    meanings: Meanings,
    obedient: bool,
}

impl OpenAiStandIn {
    /// Starts on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        let state = Arc::new(State::default());
        let respond: Arc<dyn Respond> = Arc::<State>::clone(&state);
        let server = StandInServer::start(respond).await?;
        Ok(Self { server, state })
    }

    /// Its address, without `/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Writes exactly this, after what was scripted before.
    pub fn will_write(&self, written: impl Into<String>) {
        self.script().replies.push_back(written.into());
    }

    /// Answers in the form that our prompt asks for.
    pub fn will_answer(&self, text: &str, citations: &[usize]) {
        self.will_write(structured("answer", text, citations));
    }

    /// Gives the question up.
    pub fn will_hand_off(&self, text: &str) {
        self.will_write(structured("hand_off", text, &[]));
    }

    /// Fails the next request that has no failure yet.
    pub fn will_fail(&self, failure: ModelFailure) {
        self.script().failures.push_back(failure);
    }

    /// Fails every request, until told otherwise with nothing.
    pub fn fails_always(&self, failure: Option<ModelFailure>) {
        self.script().always = failure;
    }

    /// Refuses requests with that parameter.
    pub fn refuses_parameter(&self, name: &str) {
        self.script().refused_parameters.push(name.to_owned());
    }

    /// Refuses that type of `response_format`.
    pub fn refuses_format(&self, name: &str) {
        self.script().refused_formats.push(name.to_owned());
    }

    /// Answers with a call of the function that the request asks to be called.
    pub fn heeds_tools(&self) {
        self.script().heeds_tools = true;
    }

    /// Tells no token counts.
    pub fn counts_no_tokens(&self) {
        self.script().counts_nothing = true;
    }

    /// Refuses every other key.
    pub fn wants_key(&self, key: &str) {
        self.script().key = Some(key.to_owned());
    }

    /// Never streams, whatever is asked.
    pub fn never_streams(&self) {
        self.script().whole_only = true;
    }

    /// Waits that long before each piece of a streamed answer.
    pub fn writes_slowly(&self, pause: Duration) {
        self.script().pause = pause;
    }

    /// Embeds texts that contain any of these near to each other, whatever else they say.
    pub fn means(&self, alike: &[&str]) {
        self.script().meanings.add(alike);
    }

    /// Has that many numbers in a vector when the request does not say.
    pub fn has_dimension(&self, dimension: usize) {
        self.script().dimension = Some(dimension);
    }

    /// Does what any instruction in the passages or in the question asks, as badly as it can: it
    /// says its rules, and every mark, key and id that it was given.
    pub fn obeys_anybody(&self) {
        self.script().obedient = true;
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.script().requests.clone()
    }

    /// How many completions were asked for.
    #[must_use]
    pub fn chat_count(&self) -> usize {
        self.count("/chat/completions")
    }

    /// How many times embeddings were asked for.
    #[must_use]
    pub fn embedding_count(&self) -> usize {
        self.count("/embeddings")
    }

    fn count(&self, path: &str) -> usize {
        self.script()
            .requests
            .iter()
            .filter(|request| request.path.ends_with(path))
            .count()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.state.script()
    }
}

/// A reply in the form that our prompt asks for.
#[must_use]
pub fn structured(action: &str, text: &str, citations: &[usize]) -> String {
    json!({
        "action": action, "text": text, "citations": citations, "language": "fa",
        "confidence": 0.9,
    })
    .to_string()
}

impl State {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Respond for State {
    async fn respond(&self, request: Request) -> Answer {
        let key = request.header("authorization").unwrap_or_default();
        let request = ModelRequest {
            path: request.path.clone(),
            key: key.trim_start_matches("Bearer").trim().to_owned(),
            body: request.json(),
        };
        let failure = {
            let mut script = self.script();
            script.requests.push(request.clone());
            script
                .always
                .clone()
                .or_else(|| script.failures.pop_front())
        };
        match failure {
            None => self.answer(&request, false),
            Some(ModelFailure::Status(status, body)) => Answer::Whole {
                status,
                headers: Vec::new(),
                content_type: "application/json",
                body,
            },
            Some(ModelFailure::RateLimit(seconds)) => Answer::Whole {
                status: 429,
                headers: vec![("retry-after".to_owned(), seconds.to_string())],
                content_type: "application/json",
                body: json!({"error": {"message": "slow down"}}).to_string(),
            },
            Some(ModelFailure::Delay(delay)) => {
                tokio::time::sleep(delay).await;
                self.answer(&request, false)
            }
            Some(ModelFailure::HangUp) => Answer::HangUp,
            Some(ModelFailure::BreakOff) => self.answer(&request, true),
        }
    }
}

impl State {
    fn answer(&self, request: &ModelRequest, broken: bool) -> Answer {
        let mut script = self.script();
        if script.key.as_ref().is_some_and(|key| *key != request.key) {
            let message = format!("Incorrect API key provided: {}", request.key);
            return Answer::json(401, &json!({"error": {"message": message}}));
        }
        let refused = |name: &&String| request.body.get(name.as_str()).is_some();
        if let Some(name) = script.refused_parameters.iter().find(refused) {
            let message = format!("Unsupported parameter: '{name}'");
            return Answer::json(400, &json!({"error": {"message": message, "code": 400}}));
        }
        let format = request.body.pointer("/response_format/type");
        let format = format.and_then(Value::as_str).unwrap_or_default();
        if script.refused_formats.iter().any(|name| name == format) {
            let message = format!("response_format.type must not be '{format}'");
            return Answer::json(400, &json!({"error": {"message": message}}));
        }
        if request.path.ends_with("/rerank") {
            return Answer::json(200, &order(&request.body, DIMENSION));
        }
        if request.path.ends_with("/embeddings") {
            return Answer::json(200, &embeddings(&script, &request.body));
        }
        if !request.path.ends_with("/chat/completions") {
            return Answer::json(404, &json!({"error": {"message": "no such path"}}));
        }
        let written = if script.obedient {
            betrayal(&request.body, script.requests.len())
        } else {
            script
                .replies
                .pop_front()
                .unwrap_or_else(|| structured("answer", "پاسخ آزمایشی", &[1]))
        };
        let model = request.body.get("model").cloned().unwrap_or_default();
        let calls = script.heeds_tools && request.body.get("tools").is_some();
        let streams = request.body.get("stream") == Some(&json!(true)) && !script.whole_only;
        if !streams {
            return Answer::json(200, &completion(&model, &written, calls));
        }
        let mut pieces = streamed(&model, &written, calls);
        pieces.retain(|piece| !script.counts_nothing || !piece.contains("\"usage\""));
        if broken {
            pieces.truncate(pieces.len() / 2);
        }
        Answer::Pieces {
            content_type: "text/event-stream",
            pieces,
            pause: script.pause,
            broken,
        }
    }
}

fn usage(written: &str) -> Value {
    json!({"prompt_tokens": 7, "completion_tokens": written.split_whitespace().count()})
}

fn completion(model: &Value, written: &str, calls: bool) -> Value {
    let message = if calls {
        let function = json!({"name": "reply", "arguments": written});
        json!({"role": "assistant", "content": null,
            "tool_calls": [{"id": "call_1", "type": "function", "function": function}]})
    } else {
        json!({"role": "assistant", "content": written})
    };
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "model": model,
        "choices": [{
            "index": 0, "finish_reason": "stop", "message": message,
        }],
        "usage": usage(written),
    })
}

fn streamed(model: &Value, written: &str, calls: bool) -> Vec<String> {
    let event = |delta: Value, finish: Value| {
        let piece = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        });
        format!("data: {piece}\n\n")
    };
    let letters: Vec<char> = written.chars().collect();
    let mut events = vec![event(json!({"role": "assistant"}), Value::Null)];
    for piece in letters.chunks(PIECE) {
        let piece: String = piece.iter().collect();
        let delta = if calls {
            json!({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
        } else {
            json!({"content": piece})
        };
        events.push(event(delta, Value::Null));
    }
    events.push(event(json!({}), json!("stop")));
    // As the protocol has it, the count comes in a last piece that says nothing.
    let last = json!({"model": model, "choices": [], "usage": usage(written)});
    events.push(format!("data: {last}\n\n"));
    events.push("data: [DONE]\n\n".to_owned());
    events
}

fn embeddings(script: &Script, body: &Value) -> Value {
    let dimension = body
        .get("dimensions")
        .and_then(Value::as_u64)
        .and_then(|dimension| usize::try_from(dimension).ok())
        .or(script.dimension)
        .unwrap_or(DIMENSION);
    let texts = match body.get("input") {
        Some(Value::Array(texts)) => texts.clone(),
        Some(text) => vec![text.clone()],
        None => Vec::new(),
    };
    // Last first, since the protocol orders by number and not by place.
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .rev()
        .map(|(index, text)| {
            let text = text.as_str().unwrap_or_default();
            let vector = script.meanings.vector(text, dimension);
            json!({"object": "embedding", "index": index, "embedding": vector})
        })
        .collect();
    json!({"object": "list", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}})
}
