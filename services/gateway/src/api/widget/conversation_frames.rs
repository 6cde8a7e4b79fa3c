//! What a visitor's socket says: the thread as it is in the store, and what is being written.
//!
//! Messages are read after the last position that was said, so none is missed or said twice,
//! whatever happens to signals. Words being written are only shown on the way.

use serde::{Deserialize, Serialize};
use xin_contracts::messages::{LiveSignal, live_signal};
use xin_domain::{Author, ConversationId, TenantId};
use xin_storage::{Database, PageRequest, StorageError};

use super::send::NewWidgetMessage;
use crate::api::conversations::MessageView;
use crate::error::ApiError;

/// What we say to a visitor.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Said {
    /// Something was said in the thread.
    Message { message: Box<MessageView> },
    /// The AI's reply so far; its message replaces it.
    Delta { turn: i64, text: String },
    /// Somebody is writing.
    Typing { author: String },
    /// Everything from before is said.
    Ready,
    /// The visitor's message is taken in.
    Accepted { client_id: String },
    /// The visitor's frame is refused.
    Error {
        client_id: Option<String>,
        problem: serde_json::Value,
    },
    /// We are here.
    Pong,
}

impl Said {
    /// A refusal.
    #[must_use]
    pub fn refusal(client_id: Option<String>, error: &ApiError) -> Self {
        Self::Error {
            client_id,
            problem: error.problem().to_json(),
        }
    }
}

/// What a visitor says to us.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Heard {
    /// They said something.
    Message(NewWidgetMessage),
    /// Are we here?
    Ping,
}

const AT_ONCE: u64 = 100;

/// One visitor's thread, and how much of it they have heard.
pub struct Thread {
    database: Database,
    tenant: TenantId,
    conversation: ConversationId,
    position: i64,
    answered_turn: i64,
}

impl Thread {
    /// The thread after `position`.
    #[must_use]
    pub const fn new(
        database: Database,
        tenant: TenantId,
        conversation: ConversationId,
        position: i64,
    ) -> Self {
        Self {
            database,
            tenant,
            conversation,
            position,
            answered_turn: 0,
        }
    }

    /// What was said since the last time.
    pub async fn news(&mut self) -> Result<Vec<Said>, StorageError> {
        let tx = self.database.read(self.tenant).await?;
        let mut said = Vec::new();
        loop {
            let page = PageRequest {
                after: Some(self.position),
                limit: AT_ONCE,
            };
            let page = tx.messages().list(self.conversation, page).await?;
            for message in page.items {
                self.position = message.position;
                if message.author == Author::Ai {
                    self.answered_turn = self
                        .answered_turn
                        .max(message.reply_turn.unwrap_or_default());
                }
                let message = MessageView::for_visitor(message);
                said.extend(message.map(|message| Said::Message {
                    message: Box::new(message),
                }));
            }
            if page.next.is_none() {
                return Ok(said);
            }
        }
    }

    /// What a signal shows on the way, if anything. Words of a reply that was said already come
    /// too late: shown now they would stand below it for ever.
    #[must_use]
    pub fn on_the_way(&self, signal: &LiveSignal) -> Option<Said> {
        match signal.kind.as_ref()? {
            live_signal::Kind::Changed(_) => None,
            live_signal::Kind::Delta(delta) => {
                (delta.turn > self.answered_turn).then(|| Said::Delta {
                    turn: delta.turn,
                    text: delta.text.clone(),
                })
            }
            live_signal::Kind::Typing(typing) => {
                let is_known = matches!(typing.author.as_str(), "ai" | "agent");
                is_known.then(|| Said::Typing {
                    author: typing.author.clone(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_are_written_as_agreed() {
        let write = |said: &Said| serde_json::to_string(said).unwrap();
        assert_eq!(write(&Said::Ready), r#"{"type":"ready"}"#);
        assert_eq!(write(&Said::Pong), r#"{"type":"pong"}"#);
        let delta = Said::Delta {
            turn: 2,
            text: "سلا".to_owned(),
        };
        assert_eq!(write(&delta), r#"{"type":"delta","turn":2,"text":"سلا"}"#);
        let accepted = Said::Accepted {
            client_id: "a".to_owned(),
        };
        assert_eq!(write(&accepted), r#"{"type":"accepted","client_id":"a"}"#);
    }

    #[test]
    fn frames_are_read_as_agreed() {
        let read = |text: &str| serde_json::from_str::<Heard>(text).ok();
        assert!(matches!(read(r#"{"type":"ping"}"#), Some(Heard::Ping)));
        let message = read(r#"{"type":"message","client_id":"c1","text":"سلام"}"#);
        assert!(matches!(message, Some(Heard::Message(message)) if message.client_id == "c1"));
    }

    proptest! {
        #[test]
        fn any_frame_is_read_or_refused(text in ".{0,200}") {
            let _either = serde_json::from_str::<Heard>(&text);
        }
    }
}
