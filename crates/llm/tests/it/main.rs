//! The models against a server that plays theirs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::sync::Mutex;
use std::time::Duration;

use xin_llm::{DeltaSink, FallbackTexts, GroundingPassage, ReplyRequest};

// Compiled in by path: a dependency on the test kit would bring the database and the vector
// engine into these tests.
#[path = "../../../testkit/src/meaning.rs"]
mod meaning;
#[path = "../../../testkit/src/obedience.rs"]
mod obedience;
#[path = "../../../testkit/src/openai_stand_in.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod openai_stand_in;
#[path = "../../../testkit/src/stand_in_server.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod stand_in_server;

mod chain;
mod chat;
mod embedder;
mod probe;
mod rerank;

/// Keeps what is shown.
#[derive(Default)]
struct Recorder {
    pieces: Mutex<Vec<String>>,
    shown: Mutex<String>,
}

impl Recorder {
    fn pieces(&self) -> Vec<String> {
        self.pieces.lock().unwrap().clone()
    }

    fn shown(&self) -> String {
        self.shown.lock().unwrap().clone()
    }
}

impl DeltaSink for Recorder {
    fn text(&self, appended: &str) {
        self.pieces.lock().unwrap().push(appended.to_owned());
        self.shown.lock().unwrap().push_str(appended);
    }

    fn restart(&self) {
        self.shown.lock().unwrap().clear();
    }
}

fn http() -> reqwest::Client {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let builder = reqwest::Client::builder().no_proxy();
    builder
        .connect_timeout(Duration::from_secs(2))
        .build()
        .unwrap()
}

fn request() -> ReplyRequest {
    ReplyRequest {
        system: "You answer with JSON.".to_owned(),
        history: Vec::new(),
        question: "ارسال دارید؟".to_owned(),
        passages: vec![GroundingPassage {
            title: "ارسال".to_owned(),
            text: "فروشگاه در تهران است. به همه شهرها ارسال داریم.".to_owned(),
            score: 1.0,
            is_faq: false,
        }],
        confidence: 0.9,
        answer_threshold: 0.5,
        language: "fa".to_owned(),
        texts: FallbackTexts {
            unknown: "همکارم پاسخ می‌دهد.".to_owned(),
        },
        deadline: Duration::from_secs(10),
    }
}
