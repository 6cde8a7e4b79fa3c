//! A chat model behind `OpenAI`'s protocol.

use std::time::Instant;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_trait::async_trait;
use futures::StreamExt;
use serde_json::{Map, Value, json};

use super::connection::{open, understand};
use super::dialect::Dialect;
use super::form::Form;
use super::transcript::{Faulty, Transcript, Usage};
use crate::error::LlmError;
use crate::model::{
    Attempt, ChatModel, DeltaSink, Prices, ReplyOutcome, ReplyRequest, Speaker, StructuredReply,
    milliseconds_since,
};

/// Characters of a faulty output that are sent back.
const MOST_SENT_BACK: usize = 4000;

/// Which model to ask, and where.
#[derive(Clone)]
pub struct OpenAiModelSettings {
    /// The server's address, with or without `/v1`.
    pub base_url: String,
    /// The key; empty for servers that ask for none.
    pub api_key: String,
    /// The model's name at that server.
    pub model: String,
    /// What it is called in traces, when not by its name.
    pub label: Option<String>,
    /// How freely it writes; the server's own choice when absent.
    pub temperature: Option<f32>,
    /// The most tokens it may write; the server's own choice when absent.
    pub max_tokens: Option<u32>,
    /// What its tokens cost, where that is known.
    pub prices: Option<Prices>,
    /// The means of giving a structure to begin with; the best one when absent.
    pub form: Option<Form>,
}

/// A chat model behind `OpenAI`'s protocol.
pub struct OpenAiModel {
    client: Client<OpenAIConfig>,
    settings: OpenAiModelSettings,
    dialect: Dialect,
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
            dialect: settings
                .form
                .map_or_else(Dialect::default, Dialect::beginning_with),
            settings,
        })
    }

    /// By which means the server gives a structure, as far as is known.
    #[must_use]
    pub fn form(&self) -> Form {
        self.dialect.form()
    }

    /// Whether the server streams, as far as is known.
    #[must_use]
    pub fn streams(&self) -> bool {
        self.dialect.streams()
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
        if let Some(temperature) = self.settings.temperature {
            body.insert("temperature".to_owned(), json!(temperature));
        }
        if let Some(limit) = self.settings.max_tokens {
            body.insert("max_tokens".to_owned(), json!(limit));
        }
        body
    }

    /// Asks for a reply, and once more for a corrected one when the first makes no sense.
    async fn ask(
        &self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<ReplyOutcome, LlmError> {
        let began = Instant::now();
        let mut body = self.body(request);
        let mut first = self.hear(&body, deltas).await?;
        let usage = std::mem::take(&mut first.usage).estimated(letters(&body));
        let faulty = match first.conclude(request, deltas) {
            Ok(reply) => return Ok(self.outcome(reply, usage, "ok", began)),
            Err(faulty) => faulty,
        };
        tracing::info!(
            llm.model = self.settings.model,
            llm.fault = faulty.fault,
            "the model is asked to correct its answer"
        );
        deltas.restart();
        if let Some(Value::Array(messages)) = body.get_mut("messages") {
            messages.extend(correction(&faulty));
        }
        let mut second = self.hear(&body, deltas).await?;
        let usage = usage.and(std::mem::take(&mut second.usage).estimated(letters(&body)));
        let reply = second
            .conclude(request, deltas)
            .map_err(|faulty| LlmError::malformed(faulty.fault))?;
        Ok(self.outcome(reply, usage, "repaired", began))
    }

    fn outcome(
        &self,
        reply: StructuredReply,
        usage: Usage,
        outcome: &str,
        began: Instant,
    ) -> ReplyOutcome {
        let counted = usage.prompt_tokens.zip(usage.completion_tokens);
        let prices = self.settings.prices;
        let cost_micros = prices
            .zip(counted)
            .map(|(prices, (prompt, completion))| prices.cost(prompt, completion));
        ReplyOutcome {
            reply,
            model: usage.model.unwrap_or_else(|| self.settings.model.clone()),
            prompt_tokens: usage.prompt_tokens,
            completion_tokens: usage.completion_tokens,
            cost_micros,
            attempts: vec![Attempt {
                model: self.name().to_owned(),
                outcome: outcome.to_owned(),
                milliseconds: milliseconds_since(began),
            }],
        }
    }

    /// Asks until the server understands the question.
    async fn hear(
        &self,
        body: &Map<String, Value>,
        deltas: &dyn DeltaSink,
    ) -> Result<Transcript, LlmError> {
        loop {
            let spoken = self.dialect.spoken(body);
            match self.exchange(&spoken, deltas).await {
                Ok(transcript) if transcript.pieces == 0 && spoken.contains_key("stream") => {
                    // The server answered, and not with a stream.
                    self.dialect.leave_out("stream");
                }
                Ok(transcript) => return Ok(transcript),
                Err(error) if self.dialect.learn(&error, &spoken) => {}
                Err(error) => return Err(error),
            }
        }
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
        let settings = &self.settings;
        settings.label.as_ref().unwrap_or(&settings.model)
    }
}

/// The letters of a request's messages.
fn letters(body: &Map<String, Value>) -> usize {
    let messages = body.get("messages").and_then(Value::as_array);
    let contents = messages
        .into_iter()
        .flatten()
        .filter_map(|message| message.get("content")?.as_str());
    contents.map(|content| content.chars().count()).sum()
}

/// What sends a faulty output back.
fn correction(faulty: &Faulty) -> [Value; 2] {
    let written: String = faulty.written.chars().take(MOST_SENT_BACK).collect();
    // Servers refuse messages without content.
    let written = if written.trim().is_empty() {
        "{}"
    } else {
        written.as_str()
    };
    let wrong = format!(
        "Your output cannot be used: {}. Send the corrected JSON only.",
        faulty.fault
    );
    [
        json!({"role": "assistant", "content": written}),
        json!({"role": "user", "content": wrong}),
    ]
}
