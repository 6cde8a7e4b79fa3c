//! Shows a reply while it is written, to screens that can.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use xin_broker::Broker;
use xin_contracts::messages::{LiveSignal, live_signal};
use xin_domain::{ConversationId, TenantId};
use xin_llm::DeltaSink;

/// Faster than reading, slower than a model writes.
const EVERY: Duration = Duration::from_millis(80);

/// Signals the reply so far, now and then.
pub struct LiveReply {
    broker: Broker,
    tenant: TenantId,
    conversation: ConversationId,
    turn: i64,
    state: Mutex<(String, Option<Instant>)>,
}

impl LiveReply {
    pub fn new(broker: Broker, tenant: TenantId, conversation: ConversationId, turn: i64) -> Self {
        Self {
            broker,
            tenant,
            conversation,
            turn,
            state: Mutex::default(),
        }
    }

    /// Tells that a reply is being written.
    pub fn typing(&self) {
        let typing = live_signal::Typing {
            author: "ai".to_owned(),
        };
        self.signal(live_signal::Kind::Typing(typing));
    }

    /// Forgets what was shown, before another attempt.
    pub fn restart(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }

    fn signal(&self, kind: live_signal::Kind) {
        self.broker.signal(LiveSignal {
            tenant_id: self.tenant.to_string(),
            conversation_id: self.conversation.to_string(),
            kind: Some(kind),
        });
    }
}

impl DeltaSink for LiveReply {
    fn restart(&self) {
        Self::restart(self);
    }

    fn text(&self, appended: &str) {
        let so_far = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let (text, last) = &mut *state;
            text.push_str(appended);
            if last.is_some_and(|last| last.elapsed() < EVERY) {
                return;
            }
            *last = Some(Instant::now());
            text.clone()
        };
        let delta = live_signal::Delta {
            turn: self.turn,
            text: so_far,
        };
        self.signal(live_signal::Kind::Delta(delta));
    }
}
