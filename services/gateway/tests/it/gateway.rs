//! A running gateway, and those who ask it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use gateway::{Gateway, Platform};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use xin_broker::Broker;
use xin_channels::{OwnAddresses, Senders};
use xin_contracts::{Envelope, Payload};
use xin_documents::sandbox::{Limits, Parser};
use xin_domain::{
    Author, ChannelId, Clock, ContactId, Conversation, ConversationId, FixedClock, GapGroupId,
    GapReason, MessageId, RandomIds, TenantId,
};
use xin_platform::ModelAccess;
use xin_runtime::secrets::Keyring;
use xin_runtime::{Shutdown, http};
use xin_storage::tenant::{Contact, Gap, LiveEventKind, Message};
use xin_storage::{Database, DatabaseSettings, Files};

pub const PASSWORD: &str = "correct horse battery";

/// What a test may want otherwise.
pub struct Wishes {
    pub public_url: Option<&'static str>,
    pub telegram: String,
    pub sign_in_attempts: i64,
    pub messages_per_minute: u32,
    pub max_upload_bytes: usize,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            public_url: None,
            // Nobody listens there.
            telegram: "http://127.0.0.1:9".to_owned(),
            sign_in_attempts: 3,
            messages_per_minute: 1000,
            max_upload_bytes: 64 * 1024,
        }
    }
}

/// A running gateway.
pub struct Running {
    pub url: String,
    pub http: Client,
    pub database: Database,
    pub broker: Broker,
    pub clock: Arc<FixedClock>,
    pub keyring: Arc<Keyring>,
    pub shutdown: Shutdown,
    _folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.request();
    }
}

pub fn beginning() -> DateTime<Utc> {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

impl Running {
    pub async fn start() -> Self {
        Self::with(Wishes::default()).await
    }

    pub async fn with(wishes: Wishes) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("xin.db").display());
        let database = Database::connect(&DatabaseSettings::single(&url))
            .await
            .unwrap();
        let clock = Arc::new(FixedClock::at(beginning()));
        let shared_clock: Arc<dyn Clock> = clock.clone();
        let broker =
            Broker::open("embedded:", database.clone(), Arc::clone(&shared_clock)).unwrap();
        let keyring = Arc::new(Keyring::new(&[7; 32], &[]));
        let http = xin_testkit::http_client().unwrap();
        let files = format!("file:{}", folder.path().join("files").display());
        let platform = Platform {
            database: database.clone(),
            broker: broker.clone(),
            files: Files::open(&files).unwrap(),
            parser: Parser::new(env!("CARGO_BIN_EXE_gateway").into(), Limits::default()),
            clock: shared_clock,
            ids: Arc::new(RandomIds),
            keyring: Arc::clone(&keyring),
            senders: Senders::new(http.clone(), wishes.telegram.parse().unwrap())
                .with_own_addresses(OwnAddresses {
                    http: http.clone(),
                    allowed: |url| url.host_str() == Some("127.0.0.1"),
                }),
            may_fetch: xin_runtime::public_address::may_be_public,
            models: ModelAccess {
                http: http.clone(),
                allowed: |url| url.host_str() == Some("127.0.0.1"),
                usual_timeout: Duration::from_secs(5),
            },
            public_url: wishes.public_url.map(|url| url.parse().unwrap()),
            trusted_proxies: Vec::new(),
            max_upload_bytes: wishes.max_upload_bytes,
            sign_in_attempts: wishes.sign_in_attempts,
            widget_messages_per_minute: wishes.messages_per_minute,
            visitors_per_minute: 1000,
            sign_ups_per_hour: 0,
        };
        let shutdown = Shutdown::new(Duration::from_secs(5));
        let gateway = Gateway::new(platform, shutdown.soft());
        gateway::run(&gateway, &shutdown);
        let address = xin_testkit::stack::free_address().unwrap();
        let (routes, serving, at) = (gateway::routes(&gateway), shutdown.clone(), address.clone());
        actix_web::rt::spawn(async move { http::serve(&at, 1, &serving, routes).await.unwrap() });
        let running = Self {
            url: format!("http://{address}"),
            http,
            database,
            broker,
            clock,
            keyring,
            shutdown,
            _folder: folder,
        };
        while running
            .http
            .get(format!("{}/api/v1/openapi.json", running.url))
            .send()
            .await
            .is_err()
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        running
    }

    /// A request to the API.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        self.http
            .request(method, format!("{}/api/v1{path}", self.url))
    }

    pub async fn sign_up(&self, email: &str) -> Business<'_> {
        let body = json!({
            "email": email, "password": PASSWORD, "business_name": "فروشگاه گلستان", "locale": "fa",
        });
        let answer = Answer::to(self.request("POST", "/auth/sign-up").json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Business {
            running: self,
            token: text(&answer.body["access_token"]),
            me: answer.body.clone(),
        }
    }

    /// What waits in the outbox of one kind of message.
    pub async fn outbox<P: Payload>(&self) -> Vec<(Envelope, P)> {
        let tx = self.database.system_read().await.unwrap();
        let keys = [P::ROUTING_KEY];
        let rows = tx
            .due_in_outbox(&keys, &[], self.clock.now(), 100)
            .await
            .unwrap();
        rows.into_iter()
            .map(|row| (row.envelope.clone(), row.envelope.open::<P>().unwrap()))
            .collect()
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub async fn to(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            body,
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The answer is a problem of that code.
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, &self.body["code"]),
            (status, &json!(code)),
            "{self:?}"
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert!(!text(&self.body["trace_id"]).is_empty());
    }
}

/// A business, signed up.
pub struct Business<'a> {
    pub running: &'a Running,
    pub token: String,
    pub me: Value,
}

impl Business<'_> {
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.running.request(method, path).bearer_auth(&self.token)
    }

    pub async fn ask(&self, method: &str, path: &str) -> Answer {
        Answer::to(self.request(method, path)).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        Answer::to(self.request(method, path).json(&body)).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    pub fn tenant(&self) -> TenantId {
        self.me["tenant"]["id"].as_str().unwrap().parse().unwrap()
    }

    /// A web channel.
    pub async fn site(&self, origins: &[&str]) -> Value {
        let body = json!({"kind": "web", "name": "سایت", "allowed_origins": origins});
        let answer = self.send("POST", "/channels", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body
    }

    /// A document of words.
    pub async fn document(&self, words: &str) -> Value {
        let body = json!({"title": "راهنما", "text": words});
        let answer = self.send("POST", "/knowledge/documents", body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body
    }

    /// A website to read.
    pub async fn website(&self, start_url: &str) -> Value {
        let body = json!({"start_url": start_url});
        let answer = self.send("POST", "/knowledge/websites", body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body
    }

    /// A question that is tried out.
    pub async fn trial(&self, question: &str) -> Value {
        let body = json!({"question": question});
        let answer = self.send("POST", "/ai/playground", body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body
    }

    /// A question that was not answered, as the conversation service keeps it.
    pub async fn gap(
        &self,
        conversation: ConversationId,
        message: MessageId,
        question: &str,
    ) -> GapGroupId {
        let now = self.running.clock.now();
        let group = GapGroupId::new(&RandomIds, now);
        let tx = self.running.database.tenant(self.tenant()).await.unwrap();
        let gap = Gap {
            id: group.uuid(),
            group,
            conversation,
            turn: 1,
            message,
            question: question.to_owned(),
            folded: question.to_owned(),
            language: "fa".to_owned(),
            reason: GapReason::Unknown,
            created_at: now,
        };
        assert!(tx.gaps().add_once(&gap).await.unwrap());
        tx.commit().await.unwrap();
        group
    }

    /// A conversation on a channel in which a customer has said `words`, as the conversation
    /// service records it.
    pub async fn conversation(&self, channel: &Value, words: &str) -> ConversationId {
        let channel: ChannelId = channel["id"].as_str().unwrap().parse().unwrap();
        let now = self.running.clock.now();
        let contact = ContactId::new(&RandomIds, now);
        let conversation = ConversationId::new(&RandomIds, now);
        self.begin(channel, contact, conversation).await;
        self.customer_says(conversation, words).await;
        conversation
    }

    pub async fn begin(&self, channel: ChannelId, contact: ContactId, id: ConversationId) {
        let now = self.running.clock.now();
        let tx = self.running.database.tenant(self.tenant()).await.unwrap();
        let contact = Contact {
            id: contact,
            channel_id: channel,
            external_id: contact.to_string(),
            display_name: Some("سارا".to_owned()),
            language: None,
            unreachable_at: None,
            created_at: now,
        };
        tx.contacts().add_if_new(&contact).await.unwrap();
        let conversation = Conversation::begin(id, self.tenant(), channel, contact.id, now);
        tx.conversations().add_if_new(&conversation).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn customer_says(&self, conversation: ConversationId, words: &str) -> MessageId {
        self.says(conversation, Author::Customer, words).await
    }

    pub async fn says(&self, id: ConversationId, author: Author, words: &str) -> MessageId {
        let now = self.running.clock.now();
        let tx = self.running.database.tenant(self.tenant()).await.unwrap();
        let mut conversation = tx.conversations().lock(id).await.unwrap().unwrap();
        if author == Author::Customer {
            conversation.receive(now);
        }
        let place = (id, conversation.channel_id, conversation.next_position(now));
        let message_id = MessageId::new(&RandomIds, now);
        let message = Message {
            trace: (author == Author::Ai).then(|| json!({"model": "hidden-model"})),
            reply_turn: (author == Author::Ai).then_some(conversation.turn),
            ..Message::plain(message_id, place, author, words.to_owned(), now)
        };
        assert!(tx.messages().add_once(&message).await.unwrap());
        tx.conversations().save(&conversation).await.unwrap();
        let kind = LiveEventKind::MessageCreated(message_id);
        tx.live_events().add(kind, Some(id), now).await.unwrap();
        tx.commit().await.unwrap();
        message_id
    }
}

/// A visitor of a tenant's website.
pub struct Visitor<'a> {
    pub running: &'a Running,
    pub token: String,
    pub conversation: ConversationId,
}

impl<'a> Visitor<'a> {
    pub async fn of(running: &'a Running, channel: &Value) -> Self {
        let path = format!("/widget/{}/visitors", text(&channel["public_id"]));
        let answer = Answer::to(running.request("POST", &path).json(&json!({}))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let conversation = answer.body["conversation_id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        Self {
            running,
            token: text(&answer.body["token"]),
            conversation,
        }
    }

    pub async fn says(&self, client_id: &str, words: &str) -> Answer {
        let body = json!({"client_id": client_id, "text": words});
        let request = self
            .running
            .request("POST", "/widget/messages")
            .bearer_auth(&self.token);
        Answer::to(request.json(&body)).await
    }

    pub async fn messages(&self, query: &str) -> Answer {
        let path = format!("/widget/messages{query}");
        Answer::to(self.running.request("GET", &path).bearer_auth(&self.token)).await
    }
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is not a text"))
        .to_owned()
}
