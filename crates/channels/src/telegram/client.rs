//! The Bot API, called with `teloxide`'s payloads over our own HTTP client.
//!
//! `teloxide`'s own transport is not used: it keeps neither the HTTP status nor the error code,
//! which decide whether a message may be sent again; it sleeps ten seconds on a server error; its
//! errors print the URL with the token in it; and it parses updates before we can keep them.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide_core::payloads::{
    AnswerCallbackQuery, DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, SendChatAction,
    SendMessage, SetWebhook,
};
use teloxide_core::requests::Payload;
use teloxide_core::types::{AllowedUpdate, CallbackQueryId, ChatAction, ChatId, Recipient};
use url::Url;

use super::answer;
use crate::error::SendError;
use crate::sender::ChannelSender;

/// The kinds of update that [`super::decode()`] makes something of. Always sent along, since
/// Telegram keeps the last choice when there is none.
const ALLOWED_UPDATES: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
];
/// How long a call may take. Telegram answers in well under a second; a proxy adds some.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// A hundred updates of 4096 characters with all their entities take less, in bytes.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;
/// What a poll may take longer than it was asked to wait.
const POLL_GRACE: Duration = Duration::from_secs(10);

/// A client of one bot.
#[derive(Clone)]
pub struct TelegramClient {
    http: reqwest::Client,
    /// The API's address with the token in its path.
    base: Url,
    token: String,
}

/// The bot behind a token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BotAccount {
    /// Its id; unlike its name it never changes.
    pub id: i64,
    /// The name it is found by, without `@`.
    #[serde(default)]
    pub username: String,
    /// The name it is shown with.
    #[serde(default)]
    pub first_name: String,
}

/// How Telegram's calls to our webhook are going.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WebhookInfo {
    /// Where it calls; empty when it does not.
    pub url: String,
    /// Updates that wait for us.
    pub pending_update_count: u64,
    /// The last thing that went wrong, as a Unix time.
    pub last_error_date: Option<i64>,
    /// And what it was.
    pub last_error_message: Option<String>,
}

impl TelegramClient {
    /// A client of the bot with that token, on `http`, which brings the proxy.
    pub fn new(http: reqwest::Client, api: &Url, token: &str) -> Result<Self, SendError> {
        let token = token.trim();
        if !is_token(token) {
            return Err(SendError::invalid(
                "the bot token is not of the form 123456:ABC-def",
            ));
        }
        let mut base = api.clone();
        base.path_segments_mut()
            .map_err(|()| SendError::invalid("the Bot API's address is no web address"))?
            .pop_if_empty()
            .push(&format!("bot{token}"));
        Ok(Self {
            http,
            base,
            token: token.to_owned(),
        })
    }

    /// Whose API it is, by name and port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.authority()
    }

    /// The bot itself: whether the token is good, and whose it is.
    pub async fn get_me(&self) -> Result<BotAccount, SendError> {
        self.call_for(&GetMe::new(), CALL_TIMEOUT).await
    }

    /// Has Telegram call `url` with every update, and `secret` in its header.
    pub async fn set_webhook(&self, url: &Url, secret: &str) -> Result<(), SendError> {
        let mut payload = SetWebhook::new(url.clone());
        payload.secret_token = Some(secret.to_owned());
        payload.allowed_updates = Some(ALLOWED_UPDATES.to_vec());
        self.call(&payload, CALL_TIMEOUT).await.map(drop)
    }

    /// Ends the calls. What waits at Telegram stays there, for polling.
    pub async fn delete_webhook(&self) -> Result<(), SendError> {
        self.call(&DeleteWebhook::new(), CALL_TIMEOUT)
            .await
            .map(drop)
    }

    /// How the calls are going.
    pub async fn webhook_info(&self) -> Result<WebhookInfo, SendError> {
        self.call_for(&GetWebhookInfo::new(), CALL_TIMEOUT).await
    }

    /// Waits up to `timeout` for updates from `offset` on, and answers them as they came, for
    /// [`super::decode_value`]. Those before `offset` are gone for good.
    pub async fn get_updates(
        &self,
        offset: i64,
        timeout: Duration,
    ) -> Result<Vec<Value>, SendError> {
        let seconds = timeout.as_secs();
        let mut payload = GetUpdates::new();
        payload.offset = Some(
            i32::try_from(offset)
                .map_err(|_too_large| SendError::invalid("the offset is no update id"))?,
        );
        payload.timeout = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        payload.allowed_updates = Some(ALLOWED_UPDATES.to_vec());
        self.call_for(&payload, timeout.saturating_add(POLL_GRACE))
            .await
    }

    /// Sends plain text; answers Telegram's id of the message within the chat.
    pub async fn send_text(&self, chat_id: &str, text: &str) -> Result<String, SendError> {
        let payload = SendMessage::new(recipient(chat_id)?, text);
        let sent = self.call(&payload, CALL_TIMEOUT).await?;
        let id = sent.get("message_id").and_then(Value::as_i64);
        id.map(|id| id.to_string())
            .ok_or_else(|| SendError::uncertain("the answer has no message id"))
    }

    /// Shows for five seconds, or until the next message, that the bot is writing.
    pub async fn send_typing(&self, chat_id: &str) -> Result<(), SendError> {
        let payload = SendChatAction::new(recipient(chat_id)?, ChatAction::Typing);
        self.call(&payload, CALL_TIMEOUT).await.map(drop)
    }

    /// Ends the waiting that a customer's press of a button shows on their side.
    pub async fn answer_callback_query(&self, id: &str) -> Result<(), SendError> {
        let payload = AnswerCallbackQuery::new(CallbackQueryId(id.to_owned()));
        self.call(&payload, CALL_TIMEOUT).await.map(drop)
    }

    async fn call_for<P, R>(&self, payload: &P, timeout: Duration) -> Result<R, SendError>
    where
        P: Payload + Serialize + Sync,
        R: for<'de> Deserialize<'de>,
    {
        let result = self.call(payload, timeout).await?;
        serde_json::from_value(result)
            .map_err(|error| SendError::uncertain(format!("the answer is odd: {error}")))
    }

    async fn call<P>(&self, payload: &P, timeout: Duration) -> Result<Value, SendError>
    where
        P: Payload + Serialize + Sync,
    {
        let url = self.method_url(P::NAME)?;
        let request = self.http.post(url).timeout(timeout).json(payload);
        let response = request.send().await.map_err(|error| self.failure(error))?;
        let status = response.status().as_u16();
        let body = self.body(response).await?;
        answer::read(status, &body).map_err(|error| self.scrubbed(error))
    }

    /// The whole answer, unless it is longer than any that the API gives.
    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, SendError> {
        let mut body = Vec::new();
        while let Some(piece) = response
            .chunk()
            .await
            .map_err(|error| self.failure(error))?
        {
            if body.len() + piece.len() > LONGEST_ANSWER {
                return Err(SendError::uncertain("the answer is too long"));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    fn method_url(&self, name: &str) -> Result<Url, SendError> {
        // Telegram takes any case, but the documented one is what look-alikes know.
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        let method: String = first.into_iter().chain(letters).collect();
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| SendError::invalid("the Bot API's address is no web address"))?
            .push(&method);
        Ok(url)
    }

    fn failure(&self, error: reqwest::Error) -> SendError {
        let error = error.without_url();
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        // A connection that never stood carried nothing, whether refused or too slow.
        let failure = if error.is_connect() {
            SendError::NotSent { message }
        } else if error.is_builder() {
            SendError::invalid(message)
        } else {
            SendError::Uncertain { message }
        };
        self.scrubbed(failure)
    }

    /// The error without the token, wherever it came from.
    fn scrubbed(&self, error: SendError) -> SendError {
        let scrub = |message: String| message.replace(&self.token, "[token]");
        match error {
            SendError::Retry { after, message } => SendError::Retry {
                after,
                message: scrub(message),
            },
            SendError::NotSent { message } => SendError::NotSent {
                message: scrub(message),
            },
            SendError::Uncertain { message } => SendError::Uncertain {
                message: scrub(message),
            },
            SendError::Permanent {
                code,
                message,
                unreachable,
            } => SendError::Permanent {
                code,
                message: scrub(message),
                unreachable,
            },
        }
    }
}

impl fmt::Debug for TelegramClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bot = self.token.split(':').next().unwrap_or_default();
        formatter
            .debug_struct("TelegramClient")
            .field("bot", &bot)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl ChannelSender for TelegramClient {
    async fn send_text(&self, recipient: &str, text: &str) -> Result<String, SendError> {
        Self::send_text(self, recipient, text).await
    }

    async fn typing(&self, recipient: &str) -> Result<(), SendError> {
        self.send_typing(recipient).await
    }
}

fn is_token(token: &str) -> bool {
    let Some((bot, secret)) = token.split_once(':') else {
        return false;
    };
    let is_secret = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !bot.is_empty()
        && bot.bytes().all(|byte| byte.is_ascii_digit())
        && !secret.is_empty()
        && secret.bytes().all(is_secret)
}

fn recipient(chat_id: &str) -> Result<Recipient, SendError> {
    let id = chat_id
        .parse()
        .map_err(|_not_a_number| SendError::invalid("the chat id is no number"))?;
    Ok(Recipient::Id(ChatId(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(api: &str, token: &str) -> Result<TelegramClient, SendError> {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        TelegramClient::new(http, &api.parse().unwrap(), token)
    }

    #[test]
    fn the_address_is_built_from_any_base() {
        for api in ["http://h/relay", "http://h/relay/"] {
            let client = client(api, "12:aB-_").unwrap();
            let url = client.method_url("SendMessage").unwrap();
            assert_eq!(url.as_str(), "http://h/relay/bot12:aB-_/sendMessage");
        }
    }

    #[test]
    fn what_is_no_token_is_refused_before_it_is_sent_anywhere() {
        for token in ["", "12", "12:", ":ab", "a:b", "12:a/../b", "12:a b", "12:é"] {
            assert!(
                matches!(client("http://h", token), Err(SendError::Permanent { .. })),
                "{token}"
            );
        }
    }

    #[test]
    fn the_token_is_not_shown() {
        let client = client("http://h", "12:secret").unwrap();
        assert!(!format!("{client:?}").contains("secret"));
        let error = client.scrubbed(SendError::uncertain("at /bot12:secret/getMe"));
        assert_eq!(error, SendError::uncertain("at /bot[token]/getMe"));
    }
}
