//! What changes, as it changes: the console's stream and the widget's socket.

use std::time::Duration;

use futures::StreamExt;
use reqwest::Response;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use xin_contracts::inbound::Inbound;
use xin_contracts::messages::{InboundReceived, LiveSignal, live_signal};
use xin_domain::Author;

use crate::gateway::{Answer, Business, Running, Visitor, text};

const PATIENCE: Duration = Duration::from_secs(10);

/// One event of a stream.
#[derive(Debug)]
struct Event {
    id: String,
    kind: String,
    data: Value,
}

/// Reads events until there are `count`.
async fn events(answer: Response, count: usize) -> Vec<Event> {
    let mut bytes = Vec::new();
    let mut stream = answer.bytes_stream();
    let reading = async {
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let events: Vec<Event> = text.split("\n\n").filter_map(event).collect();
            if events.len() >= count && text.ends_with("\n\n") {
                return events;
            }
            bytes.extend_from_slice(&stream.next().await.expect("the stream ended").unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("not all events came in time")
}

fn event(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    Some(Event {
        id: field("id: ")?.to_owned(),
        kind: field("event: ")?.to_owned(),
        data: serde_json::from_str(field("data: ")?).unwrap(),
    })
}

async fn open(business: &Business<'_>, query: &str) -> Response {
    let answer = business
        .request("GET", &format!("/events{query}"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    answer
}

#[actix_web::test]
async fn a_screen_hears_what_changes_and_resumes_without_a_gap() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let other = running.sign_up("ali@example.com").await;
    let site = business.site(&[]).await;
    business.conversation(&site, "پیش از گوش دادن").await;
    let stream = open(&business, "").await;
    other.document("از کسب‌وکاری دیگر").await;
    let id = business.conversation(&site, "سلام").await;
    let path = format!("/conversations/{id}/take-over");
    assert_eq!(business.ask("POST", &path).await.status, 200);
    let document = business.document("هزینه ارسال").await;

    let heard = events(stream, 3).await;
    let kinds: Vec<_> = heard.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "message.created",
            "conversation.updated",
            "document.updated"
        ]
    );
    assert_eq!(heard[0].data["type"], "message.created");
    assert_eq!(heard[0].data["conversation_id"], id.to_string());
    assert_eq!(heard[0].data["message"]["text"], "سلام");
    assert_eq!(heard[1].data["conversation"]["owner"]["kind"], "agent");
    assert_eq!(heard[2].data["document"]["id"], document["id"]);

    let resumed = business
        .request("GET", "/events")
        .header("Last-Event-ID", &heard[0].id)
        .send()
        .await
        .unwrap();
    let again = events(resumed, 2).await;
    let ids = |events: &[Event]| {
        events
            .iter()
            .map(|event| event.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&again), ids(&heard[1..]));
    let query = format!("?after={}&access_token={}", heard[1].id, business.token);
    let request = running.request("GET", &format!("/events{query}"));
    let last = events(request.send().await.unwrap(), 1).await;
    assert_eq!(ids(&last), ids(&heard[2..]));
}

#[actix_web::test]
async fn streams_end_when_the_process_stops() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let mut stream = open(&business, "").await.bytes_stream();
    assert!(stream.next().await.is_some());
    running.shutdown.request();
    let ended = tokio::time::timeout(PATIENCE, async { while stream.next().await.is_some() {} });
    ended.await.expect("the stream goes on");
}

#[actix_web::test]
async fn a_stream_ends_with_the_token_it_was_opened_with() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let mut stream = open(&business, "").await.bytes_stream();
    assert!(stream.next().await.is_some());
    running.clock.advance(chrono::TimeDelta::minutes(16));
    let ended = tokio::time::timeout(PATIENCE, async { while stream.next().await.is_some() {} });
    ended.await.expect("the stream outlives the token");
}

/// A small WebSocket client: text frames only, which is all the widget needs.
struct Socket(TcpStream);

impl Socket {
    async fn open(running: &Running, query: &str, protocols: Option<&str>) -> Result<Self, String> {
        let host = running.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).await.unwrap();
        let protocols = protocols
            .map(|offered| format!("Sec-WebSocket-Protocol: {offered}\r\n"))
            .unwrap_or_default();
        let hello = format!(
            "GET /api/v1/widget/socket{query} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocols}\r\n"
        );
        stream.write_all(hello.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
        let answer = String::from_utf8(answer).unwrap();
        if !answer.starts_with("HTTP/1.1 101") {
            return Err(answer);
        }
        if !protocols.is_empty() {
            assert!(
                answer
                    .to_lowercase()
                    .contains("sec-websocket-protocol: xin\r\n"),
                "{answer}"
            );
        }
        Ok(Self(stream))
    }

    async fn says(&mut self, frame: Value) {
        let bytes = frame.to_string().into_bytes();
        let mut frame = vec![0x81];
        match u8::try_from(bytes.len()) {
            Ok(length) if length < 126 => frame.push(0x80 | length),
            _ => {
                frame.push(0x80 | 0x7E);
                frame.extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
            }
        }
        // A mask of zeros leaves the bytes as they are.
        frame.extend([0; 4]);
        frame.extend(bytes);
        self.0.write_all(&frame).await.unwrap();
    }

    async fn hears(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.frame())
            .await
            .expect("nothing was said in time")
    }

    async fn frame(&mut self) -> Value {
        loop {
            let kind = self.0.read_u8().await.unwrap() & 0x0F;
            let length = match self.0.read_u8().await.unwrap() {
                126 => usize::from(self.0.read_u16().await.unwrap()),
                length => usize::from(length),
            };
            let mut bytes = vec![0; length];
            self.0.read_exact(&mut bytes).await.unwrap();
            match kind {
                1 => return serde_json::from_slice(&bytes).unwrap(),
                8 => return json!({"type": "closed"}),
                _ => {}
            }
        }
    }
}

/// What the conversation service does with a visitor's first message.
async fn record(running: &Running, business: &Business<'_>, visitor: &Visitor<'_>, site: &Value) {
    let outbox = running.outbox::<InboundReceived>().await;
    let inbound = Inbound::try_from(outbox[0].1.clone()).unwrap();
    let (contact, conversation) = inbound.chosen.unwrap();
    assert_eq!(conversation, visitor.conversation);
    business
        .begin(
            site["id"].as_str().unwrap().parse().unwrap(),
            contact,
            conversation,
        )
        .await;
    business.customer_says(conversation, "سلام").await;
}

fn signal(business: &Business<'_>, visitor: &Visitor<'_>, kind: live_signal::Kind) -> LiveSignal {
    LiveSignal {
        tenant_id: business.tenant().to_string(),
        conversation_id: visitor.conversation.to_string(),
        kind: Some(kind),
    }
}

#[actix_web::test]
async fn a_visitor_talks_over_a_socket() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&[]).await;
    let visitor = Visitor::of(&running, &site).await;
    let protocols = format!("xin, {}", visitor.token);
    let mut socket = Socket::open(&running, "", Some(&protocols)).await.unwrap();
    assert_eq!(socket.hears().await, json!({"type": "ready"}));
    socket.says(json!({"type": "ping"})).await;
    assert_eq!(socket.hears().await, json!({"type": "pong"}));
    socket
        .says(json!({"type": "message", "client_id": "c-1", "text": "سلام"}))
        .await;
    assert_eq!(
        socket.hears().await,
        json!({"type": "accepted", "client_id": "c-1"})
    );
    socket
        .says(json!({"type": "message", "client_id": "c-2", "text": ""}))
        .await;
    let refused = socket.hears().await;
    assert_eq!(
        (&refused["type"], &refused["client_id"]),
        (&json!("error"), &json!("c-2"))
    );
    assert_eq!(refused["problem"]["code"], "invalid");
    socket.says(json!({"type": "dance"})).await;
    assert_eq!(socket.hears().await["problem"]["code"], "malformed_frame");

    record(&running, &business, &visitor, &site).await;
    let changed = live_signal::Kind::Changed(live_signal::Changed {});
    running.broker.signal(signal(&business, &visitor, changed));
    let heard = socket.hears().await;
    assert_eq!(heard["message"]["text"], "سلام");
    let first = text(&heard["message"]["id"]);

    let delta = |turn, text: &str| {
        live_signal::Kind::Delta(live_signal::Delta {
            turn,
            text: text.to_owned(),
        })
    };
    let typing = live_signal::Kind::Typing(live_signal::Typing {
        author: "ai".to_owned(),
    });
    running.broker.signal(signal(&business, &visitor, typing));
    assert_eq!(
        socket.hears().await,
        json!({"type": "typing", "author": "ai"})
    );
    running
        .broker
        .signal(signal(&business, &visitor, delta(1, "بفرما")));
    assert_eq!(
        socket.hears().await,
        json!({"type": "delta", "turn": 1, "text": "بفرما"})
    );
    business
        .says(visitor.conversation, Author::System, "for staff")
        .await;
    business
        .says(visitor.conversation, Author::Ai, "بفرمایید")
        .await;
    // Without any signal: it looks for itself.
    let heard = socket.hears().await;
    assert_eq!(heard["message"]["text"], "بفرمایید");
    assert!(!heard.to_string().contains("hidden-model"));
    // Words of a reply that was said already are not shown below it.
    running
        .broker
        .signal(signal(&business, &visitor, delta(1, "late")));
    socket.says(json!({"type": "ping"})).await;
    assert_eq!(socket.hears().await, json!({"type": "pong"}));

    let query = format!("?token={}&after={first}", visitor.token);
    let mut resumed = Socket::open(&running, &query, None).await.unwrap();
    assert_eq!(resumed.hears().await["message"]["text"], "بفرمایید");
    assert_eq!(resumed.hears().await, json!({"type": "ready"}));
    running.shutdown.request();
    assert_eq!(resumed.hears().await, json!({"type": "closed"}));
}

#[actix_web::test]
async fn a_socket_is_refused_before_it_opens() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let site = business.site(&["https://shop.example"]).await;
    let visitor = Visitor::of(&running, &site).await;
    for (query, protocols) in [
        (String::new(), None),
        ("?token=nonsense".to_owned(), None),
        (format!("?token={}", business.token), None),
        (String::new(), Some("xin, nonsense")),
    ] {
        let refusal = Socket::open(&running, &query, protocols)
            .await
            .err()
            .unwrap();
        assert!(refusal.starts_with("HTTP/1.1 401"), "{refusal}");
    }
    let query = format!("/widget/socket?token={}", visitor.token);
    let plain = Answer::to(running.request("GET", &query)).await;
    plain.is_problem(400, "not_a_websocket");
    let foreign = running
        .request("GET", &query)
        .header("Origin", "https://evil.example");
    Answer::to(foreign)
        .await
        .is_problem(403, "origin_not_allowed");
}
