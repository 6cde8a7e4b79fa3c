//! Plays Telegram's Bot API: what bots send is kept, and what customers do is delivered to their
//! webhooks or polls.

mod api;
mod bot;
mod delivery;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;

use crate::stand_in_server::{Respond, StandInServer};

pub use bot::StandInBot;

/// The bot that is meant where none is named. Every other token is taken too.
pub const BOT_TOKEN: &str = "123456:test-token";

/// A Bot API server for tests.
#[derive(Debug)]
pub struct TelegramStandIn {
    server: StandInServer,
    state: Arc<State>,
}

/// A way to fail.
#[derive(Clone, Copy, Debug)]
pub enum TelegramFailure {
    /// Refuses with 429 and asks to wait that many seconds.
    TooMany(u64),
    /// Fails with that status, in the API's own words.
    Refuse(u16),
    /// Fails with that status, as a gateway does that lost the API.
    Gateway(u16),
    /// Does as it is told, and says so only after a while.
    Slow(Duration),
    /// Closes the connection and does nothing.
    HangUp,
    /// Does as it is told, and closes the connection without saying so.
    HangUpAfter,
}

/// One call to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookCall {
    /// The update it brought.
    pub update_id: i64,
    /// The answer's status; nothing when there was no answer.
    pub status: Option<u16>,
}

/// What the whole server knows.
#[derive(Debug)]
struct State {
    /// Itself, for the deliveries that go on by themselves.
    this: Weak<State>,
    bots: Mutex<HashMap<String, BotState>>,
    failures: Mutex<HashMap<String, VecDeque<TelegramFailure>>>,
    /// Something was sent or arrived.
    news: Notify,
    http: reqwest::Client,
}

/// What it knows about one bot.
#[derive(Debug, Default)]
struct BotState {
    webhook: Option<Webhook>,
    revoked: bool,
    last_update_id: i64,
    last_message_id: i64,
    /// Updates that wait for a poll.
    waiting: VecDeque<Value>,
    sent: Vec<(i64, String)>,
    blocked: Vec<i64>,
    calls: HashMap<String, usize>,
    webhook_calls: Vec<WebhookCall>,
}

#[derive(Clone, Debug)]
struct Webhook {
    url: String,
    secret: String,
    allowed_updates: Vec<String>,
}

impl TelegramStandIn {
    /// Starts on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        // A second installation is refused, and the first serves as well.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()?;
        let state = Arc::new_cyclic(|this| State {
            this: Weak::clone(this),
            bots: Mutex::default(),
            failures: Mutex::default(),
            news: Notify::new(),
            http,
        });
        let respond: Arc<dyn Respond> = Arc::<State>::clone(&state);
        let server = StandInServer::start(respond).await?;
        Ok(Self { server, state })
    }

    /// Its address, for the place of `https://api.telegram.org`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The bot with that token, which exists from its first mention on.
    #[must_use]
    pub fn bot(&self, token: &str) -> StandInBot {
        StandInBot::new(Arc::clone(&self.state), token)
    }

    /// A customer writes to the bot of [`BOT_TOKEN`].
    pub fn customer_says(&self, chat_id: i64, text: &str) {
        self.bot(BOT_TOKEN).customer_says(chat_id, text);
    }

    /// The same as [`TelegramStandIn::customer_says`], and the update is delivered `times` times.
    pub fn customer_says_repeatedly(&self, chat_id: i64, text: &str, times: usize) {
        self.bot(BOT_TOKEN)
            .customer_says_repeatedly(chat_id, text, times);
    }

    /// What the bot of [`BOT_TOKEN`] has sent to a chat.
    #[must_use]
    pub fn sent_to(&self, chat_id: i64) -> Vec<String> {
        self.bot(BOT_TOKEN).sent_to(chat_id)
    }

    /// The secret that the bot of [`BOT_TOKEN`] set its webhook with.
    #[must_use]
    pub fn webhook_secret(&self) -> Option<String> {
        self.bot(BOT_TOKEN).webhook().map(|(_url, secret)| secret)
    }

    /// Fails the next call of a method, for instance `sendMessage`, that has no failure yet.
    pub fn will_fail(&self, method: &str, failure: TelegramFailure) {
        let mut failures = self
            .state
            .failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        failures
            .entry(method.to_ascii_lowercase())
            .or_default()
            .push_back(failure);
    }
}

impl State {
    fn bots(&self) -> MutexGuard<'_, HashMap<String, BotState>> {
        self.bots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at a bot, or changes it.
    fn with_bot<T>(&self, token: &str, look: impl FnOnce(&mut BotState) -> T) -> T {
        look(self.bots().entry(token.to_owned()).or_default())
    }

    fn next_failure(&self, method: &str) -> Option<TelegramFailure> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get_mut(method)?.pop_front()
    }
}
