//! Settings: the one place that reads the environment.
//!
//! Every variable stands once in [`table`], with its default and what it is for; from there come
//! the checks, `docs/configuration.md` and the test that the three `.env` files are complete. A
//! wrong configuration lists all its problems at once.

mod documentation;
mod environment;
mod keys;
mod load;
mod problems;
mod reader;
mod secret;
pub mod table;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::telemetry::TelemetrySettings;

pub use documentation::documentation;
pub use environment::Environment;
pub use problems::SettingsProblems;
pub use secret::Secret;

/// The version of the product.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A program of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Every service in one process, on embedded parts.
    Xin,
    /// The API, the console, the widget.
    Gateway,
    /// Webhooks and polling.
    WebhookIngest,
    /// The life of conversations.
    Conversation,
    /// Documents.
    KnowledgeIngest,
    /// Answers.
    AiOrchestrator,
}

impl Service {
    /// Every program.
    pub const ALL: [Self; 6] = [
        Self::Xin,
        Self::Gateway,
        Self::WebhookIngest,
        Self::Conversation,
        Self::KnowledgeIngest,
        Self::AiOrchestrator,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xin => "xin",
            Self::Gateway => "gateway",
            Self::WebhookIngest => "webhook-ingest",
            Self::Conversation => "conversation",
            Self::KnowledgeIngest => "knowledge-ingest",
            Self::AiOrchestrator => "ai-orchestrator",
        }
    }

    /// Where it listens unless told otherwise.
    #[must_use]
    pub const fn default_address(self) -> &'static str {
        match self {
            Self::Xin | Self::Gateway => "127.0.0.1:8080",
            Self::WebhookIngest => "127.0.0.1:8081",
            Self::Conversation => "127.0.0.1:8082",
            Self::KnowledgeIngest => "127.0.0.1:8083",
            Self::AiOrchestrator => "127.0.0.1:8084",
        }
    }
}

/// Where the product runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On a developer's machine, or in a small business.
    Local,
    /// In the production-like local stack.
    Docker,
    /// For customers: empty and sample secrets are refused.
    Production,
}

impl Stage {
    /// The name in `XIN_ENVIRONMENT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Docker => "docker",
            Self::Production => "production",
        }
    }
}

/// Where the database is, and for whom.
#[derive(Clone, Debug)]
pub struct DatabaseUrls {
    /// For one tenant at a time.
    pub service: Secret,
    /// For what looks across tenants.
    pub system: Secret,
    /// For making the tables.
    pub migration: Secret,
    /// Whether this program makes the tables.
    pub migrate: bool,
    /// Connections per pool.
    pub connections: u32,
}

/// A model to ask.
#[derive(Clone, Debug)]
pub struct ModelSettings {
    /// Any server with `OpenAI`'s protocol.
    pub base_url: Url,
    /// Its key.
    pub api_key: Secret,
    /// The model that words replies.
    pub chat_model: Option<String>,
    /// The model that makes vectors, and how long they are.
    pub embedding: Option<(String, usize)>,
}

/// The keys that everything else is derived from.
#[derive(Clone)]
pub struct MasterKeys {
    /// The present one.
    pub present: Vec<u8>,
    /// Earlier ones, which still open what they sealed.
    pub previous: Vec<Vec<u8>>,
}

impl std::fmt::Debug for MasterKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MasterKeys(…)")
    }
}

/// What a program is told, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it runs.
    pub environment: Stage,
    /// Where it listens.
    pub http_address: String,
    /// Threads that serve HTTP.
    pub http_workers: usize,
    /// Where embedded parts and generated keys are kept.
    pub data_dir: PathBuf,
    /// Where the public reaches us; absent: nobody can call our webhooks.
    pub public_url: Option<Url>,
    /// Proxies whose word on the client's address is believed, as CIDR ranges.
    pub trusted_proxies: Vec<String>,
    /// The database.
    pub database: DatabaseUrls,
    /// The broker.
    pub broker_url: Secret,
    /// Messages of a queue at work at once.
    pub broker_prefetch: u16,
    /// The vectors.
    pub vector_url: String,
    /// The key of the vector store.
    pub vector_api_key: Option<Secret>,
    /// The files.
    pub files_url: String,
    /// The keys.
    pub keys: MasterKeys,
    /// The model; absent: answers are quoted from the knowledge.
    pub model: Option<ModelSettings>,
    /// The longest one call of the model may take.
    pub model_timeout: Duration,
    /// A turn has its reply after this time, whatever happens.
    pub turn_deadline: Duration,
    /// Short messages within this time become one turn.
    pub burst_window: Duration,
    /// Turns answered at once in one process.
    pub turn_concurrency: usize,
    /// Of those, of one tenant.
    pub tenant_concurrency: usize,
    /// The Bot API.
    pub telegram_api_url: Url,
    /// How long Telegram may hold an empty poll.
    pub telegram_poll: Duration,
    /// What every outbound connection goes through.
    pub outbound_proxy: Option<Url>,
    /// The least time between two requests to a tenant's website.
    pub crawl_delay: Duration,
    /// Whether tenants may have us call addresses of our own network.
    pub private_addresses: bool,
    /// Logs and traces.
    pub telemetry: TelemetrySettings,
    /// The largest file that may be uploaded, in bytes.
    pub max_upload_bytes: usize,
    /// What is at work when the process stops is given this long.
    pub shutdown_timeout: Duration,
    /// Failures to sign in within 15 minutes, per address and per client.
    pub sign_in_attempts: i64,
    /// Messages a visitor may send in a minute.
    pub widget_messages_per_minute: u32,
    /// Businesses that may sign up from one network address in an hour; 0: any number.
    pub sign_ups_per_hour: u32,
    /// Visitors from one network address in a minute.
    pub visitors_per_minute: u32,
}
