//! Shows a reply while it is written, to screens that can.

use std::sync::{Mutex, MutexGuard, PoisonError};
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
    state: Mutex<State>,
}

/// Whether a text may be shown.
type Guard = Box<dyn Fn(&str) -> bool + Send + Sync>;

#[derive(Default)]
struct State {
    text: String,
    last: Option<Instant>,
    guard: Option<Guard>,
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

    /// Shows only what the guard lets pass; the rest comes with the whole reply, once that is
    /// checked.
    pub fn show_only(&self, guard: Guard) {
        self.state().guard = Some(guard);
    }

    /// Forgets what was written, before another attempt.
    pub fn restart(&self) {
        let mut state = self.state();
        state.text.clear();
        state.last = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            let mut state = self.state();
            state.text.push_str(appended);
            if state.last.is_some_and(|last| last.elapsed() < EVERY) {
                return;
            }
            let settled = settled(&state.text);
            let shown = state.guard.as_ref().is_none_or(|guard| guard(settled));
            let so_far = settled.to_owned();
            state.last = Some(Instant::now());
            if !shown || so_far.is_empty() {
                return;
            }
            so_far
        };
        let delta = live_signal::Delta {
            turn: self.turn,
            text: so_far,
        };
        self.signal(live_signal::Kind::Delta(delta));
    }
}

/// What is written so far without its last word, which may go on: half a number is another number.
fn settled(text: &str) -> &str {
    let words = text.trim_end_matches(|letter: char| !letter.is_whitespace());
    let words = words.trim_end();
    // Nor the word before it: «۵۰ هزار» is another number than «۵۰».
    words
        .trim_end_matches(|letter: char| !letter.is_whitespace())
        .trim_end()
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn what_may_go_on_is_held_back() {
        assert_eq!(settled("ارسال ۵۰ هزار تومان ا"), "ارسال ۵۰ هزار");
        assert_eq!(settled("ارسال"), "");
        assert_eq!(settled(""), "");
    }
}
