//! The product as its users see it: a business over the API, a customer in the widget.
//!
//! A step that goes wrong panics: here that is a failed test or a failed measurement.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a step that goes wrong ends the test"
)]

use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::stack::Stack;

/// Longer than anything takes, even in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A business, signed up.
pub struct Business {
    http: Client,
    api: String,
    token: String,
    /// Its tenant's id.
    pub tenant: String,
}

impl Business {
    /// Signs a business up.
    pub async fn sign_up(stack: &Stack, name: &str) -> Self {
        let email = format!("{}@example.com", uuid());
        let body = json!({
            "email": email, "password": "correct horse battery", "business_name": name,
            "locale": "fa",
        });
        let answer = stack
            .http
            .post(format!("{}/api/v1/auth/sign-up", stack.api))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let answer: Value = answer.json().await.unwrap();
        Self {
            http: stack.http.clone(),
            api: stack.api.clone(),
            token: text(&answer["access_token"]),
            tenant: text(&answer["tenant"]["id"]),
        }
    }

    /// Calls the API; answers the status and the body.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let url = format!("{}/api/v1{path}", self.api);
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// Reads from the API, which must succeed.
    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// Posts to the API, which must succeed.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// Gives a text and waits until it can be answered from; answers its id.
    pub async fn knows(&self, title: &str, words: &str) -> String {
        let document = self
            .post(
                "/knowledge/documents",
                json!({"title": title, "text": words}),
            )
            .await;
        let id = text(&document["id"]);
        assert_eq!(self.settled(&id).await["state"], "ready");
        id
    }

    /// Uploads a file and waits until nothing more happens to it.
    pub async fn uploads(&self, name: &str, bytes: Vec<u8>) -> Value {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        let answer = self
            .http
            .post(format!("{}/api/v1/knowledge/documents", self.api))
            .bearer_auth(&self.token)
            .multipart(form)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let document: Value = answer.json().await.unwrap();
        self.settled(&text(&document["id"])).await
    }

    /// The document, when nothing more will happen to it.
    async fn settled(&self, id: &str) -> Value {
        let began = Instant::now();
        loop {
            let document = self.get(&format!("/knowledge/documents/{id}")).await;
            if document["state"] == "ready" || document["state"] == "failed" {
                return document;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "the document stays {}",
                document["state"]
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Connects a web channel; answers its public id.
    pub async fn web_channel(&self) -> String {
        let channel = self
            .post("/channels", json!({"kind": "web", "name": "سایت"}))
            .await;
        text(&channel["public_id"])
    }

    /// What was said in a conversation, as staff see it.
    pub async fn messages(&self, conversation: &str) -> Vec<Value> {
        let page = self
            .get(&format!("/conversations/{conversation}/messages?limit=200"))
            .await;
        page["items"].as_array().unwrap().clone()
    }
}

/// A customer with the widget open.
pub struct Customer {
    http: Client,
    api: String,
    token: String,
    /// The conversation's id.
    pub conversation: String,
}

impl Customer {
    /// Opens the widget.
    pub async fn visit(stack: &Stack, channel: &str) -> Self {
        let url = format!("{}/api/v1/widget/{channel}/visitors", stack.api);
        let answer = stack.http.post(url).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let answer: Value = answer.json().await.unwrap();
        Self {
            http: stack.http.clone(),
            api: stack.api.clone(),
            token: text(&answer["token"]),
            conversation: text(&answer["conversation_id"]),
        }
    }

    /// Sends a message until it is accepted, as the widget does.
    pub async fn says(&self, words: &str) {
        self.says_as(&uuid(), words).await;
    }

    /// The same, under a client id of the test's choice.
    pub async fn says_as(&self, client_id: &str, words: &str) {
        let began = Instant::now();
        loop {
            let sent = self
                .http
                .post(format!("{}/api/v1/widget/messages", self.api))
                .bearer_auth(&self.token)
                .json(&json!({"client_id": client_id, "text": words}))
                .send()
                .await;
            match sent.map(|answer| answer.status()) {
                Ok(StatusCode::ACCEPTED) => return,
                Ok(status) if status.is_client_error() => panic!("refused: {status}"),
                _ => assert!(began.elapsed() < PATIENCE, "not accepted in time"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What was said, as the customer sees it.
    pub async fn messages(&self) -> Vec<Value> {
        let url = format!("{}/api/v1/widget/messages?limit=200", self.api);
        let answer = self
            .http
            .get(url)
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let page: Value = answer.json().await.unwrap();
        page["items"].as_array().unwrap().clone()
    }

    /// What one author said.
    pub async fn of(&self, author: &str) -> Vec<Value> {
        let messages = self.messages().await;
        messages
            .into_iter()
            .filter(|message| message["author"] == author)
            .collect()
    }

    /// The `count`-th message of an author.
    pub async fn hears(&self, author: &str, count: usize) -> Value {
        let began = Instant::now();
        loop {
            let messages = self.of(author).await;
            if messages.len() >= count {
                assert_eq!(messages.len(), count, "more than expected: {messages:?}");
                return messages[count - 1].clone();
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{author} said {} of {count}",
                messages.len()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks and waits for the AI's next reply.
    pub async fn asks(&self, question: &str) -> Value {
        let before = self.of("ai").await.len();
        self.says(question).await;
        self.hears("ai", before + 1).await
    }
}

/// The text that a value is.
#[must_use]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is not a text"))
        .to_owned()
}

/// A new id for clients.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "tests need ids that are only unique"
)]
pub fn uuid() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}
