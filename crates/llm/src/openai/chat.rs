//! A chat model behind `OpenAI`'s protocol.

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_trait::async_trait;
use futures::StreamExt;
use serde_json::{Map, Value, json};

use super::connection::{open, understand};
use super::dialect::Dialect;
use super::reply_reader;
use super::text_field::TextField;
use super::thoughts::ThoughtFilter;
use super::wire::Completion;
use crate::error::LlmError;
use crate::model::{ChatModel, DeltaSink, ReplyOutcome, ReplyRequest, Speaker};

/// A model that writes more than this writes no customer message.
const MOST_BYTES: usize = 256 * 1024;

/// Which model to ask, and where.
#[derive(Clone)]
pub struct OpenAiModelSettings {
    /// The server's address, with or without `/v1`.
    pub base_url: String,
    /// The key; empty for servers that ask for none.
    pub api_key: String,
    /// The model's name at that server.
    pub model: String,
    /// How freely it writes; the server's own choice when absent.
    pub temperature: Option<f32>,
    /// The most tokens it may write; the server's own choice when absent.
    pub max_tokens: Option<u32>,
}

/// A chat model behind `OpenAI`'s protocol.
pub struct OpenAiModel {
    client: Client<OpenAIConfig>,
    settings: OpenAiModelSettings,
    dialect: Dialect,
}

/// What came back, as far as it has.
#[derive(Default)]
struct Transcript {
    written: String,
    shown: String,
    thoughts: ThoughtFilter,
    field: TextField,
    pieces: usize,
    cut: bool,
    model: Option<String>,
    prompt_tokens: Option<u32>,
    completion_tokens: Option<u32>,
}

impl OpenAiModel {
    /// A model on that client, which brings the proxy and the connection's timeouts.
    pub fn new(http: reqwest::Client, settings: OpenAiModelSettings) -> Result<Self, LlmError> {
        if settings.model.trim().is_empty() {
            return Err(LlmError::settings("the model has no name"));
        }
        let client = open(http, &settings.base_url, &settings.api_key)?;
        Ok(Self {
            client,
            settings,
            dialect: Dialect::default(),
        })
    }

    fn body(&self, request: &ReplyRequest) -> Map<String, Value> {
        let mut messages = vec![json!({"role": "system", "content": request.system})];
        messages.extend(request.history.iter().map(|turn| {
            let role = match turn.speaker {
                Speaker::Customer => "user",
                Speaker::Assistant => "assistant",
            };
            json!({"role": role, "content": turn.text})
        }));
        messages.push(json!({"role": "user", "content": request.question}));
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(self.settings.model));
        body.insert("messages".to_owned(), Value::Array(messages));
        body.insert("stream".to_owned(), json!(true));
        body.insert("stream_options".to_owned(), json!({"include_usage": true}));
        body.insert("response_format".to_owned(), json!({"type": "json_object"}));
        if let Some(temperature) = self.settings.temperature {
            body.insert("temperature".to_owned(), json!(temperature));
        }
        if let Some(limit) = self.settings.max_tokens {
            body.insert("max_tokens".to_owned(), json!(limit));
        }
        body
    }

    /// Asks until the server understands the question.
    async fn ask(
        &self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<ReplyOutcome, LlmError> {
        let body = self.body(request);
        let transcript = loop {
            let spoken = self.dialect.spoken(&body);
            match self.exchange(&spoken, deltas).await {
                Ok(transcript) if transcript.pieces == 0 && spoken.contains_key("stream") => {
                    // The server answered, and not with a stream.
                    self.dialect.leave_out("stream");
                }
                Ok(transcript) => break transcript,
                Err(error) if self.dialect.learn(&error, &spoken) => {}
                Err(error) => return Err(error),
            }
        };
        transcript.conclude(request, deltas, &self.settings.model)
    }

    async fn exchange(
        &self,
        body: &Map<String, Value>,
        deltas: &dyn DeltaSink,
    ) -> Result<Transcript, LlmError> {
        let mut transcript = Transcript::default();
        if body.contains_key("stream") {
            let mut pieces = self
                .client
                .chat()
                .create_stream_byot(body)
                .await
                .map_err(understand)?;
            while let Some(piece) = pieces.next().await {
                transcript.read(&piece.map_err(understand)?, deltas)?;
            }
        } else {
            let whole = self
                .client
                .chat()
                .create_byot(body)
                .await
                .map_err(understand)?;
            transcript.read(&whole, deltas)?;
        }
        Ok(transcript)
    }
}

#[async_trait]
impl ChatModel for OpenAiModel {
    async fn reply(
        &self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<ReplyOutcome, LlmError> {
        tokio::time::timeout(request.deadline, self.ask(request, deltas))
            .await
            .unwrap_or(Err(LlmError::Timeout))
    }

    fn name(&self) -> &str {
        &self.settings.model
    }
}

impl Transcript {
    fn read(&mut self, piece: &Completion, deltas: &dyn DeltaSink) -> Result<(), LlmError> {
        if let Some(error) = piece.error() {
            return Err(LlmError::unavailable(error));
        }
        self.pieces += 1;
        if let Some(text) = piece.text() {
            let spoken = self.thoughts.pass(text);
            self.take(&spoken, deltas)?;
        }
        self.cut |= piece.finish_reason() == Some("length");
        if let Some(model) = piece.model() {
            self.model = Some(model.to_owned());
        }
        self.prompt_tokens = piece.prompt_tokens().or(self.prompt_tokens);
        self.completion_tokens = piece.completion_tokens().or(self.completion_tokens);
        Ok(())
    }

    fn take(&mut self, spoken: &str, deltas: &dyn DeltaSink) -> Result<(), LlmError> {
        self.written.push_str(spoken);
        if self.written.len() > MOST_BYTES {
            return Err(LlmError::malformed("it does not end"));
        }
        let shown = self.field.read(spoken);
        if !shown.is_empty() {
            deltas.text(&shown);
            self.shown.push_str(&shown);
        }
        Ok(())
    }

    fn conclude(
        mut self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
        asked: &str,
    ) -> Result<ReplyOutcome, LlmError> {
        let held = std::mem::take(&mut self.thoughts).finish();
        self.take(&held, deltas)?;
        let reply = reply_reader::read(&self.written, request).map_err(|error| {
            if self.cut {
                LlmError::malformed("it was cut at the token limit")
            } else {
                error
            }
        })?;
        // Plain words, and our own in place of none, have not been shown yet.
        if self.shown.trim().is_empty() {
            deltas.text(&reply.text);
        }
        Ok(ReplyOutcome {
            reply,
            model: self.model.unwrap_or_else(|| asked.to_owned()),
            prompt_tokens: self.prompt_tokens,
            completion_tokens: self.completion_tokens,
        })
    }
}
