//! Brings signals to those who show what changed.
//!
//! One task hears every signal and hands it to the few who watch its tenant or its conversation,
//! so a busy tenant does not wake the screens of all others. A signal is a hint to look: losing
//! one delays a screen until its next look, and loses nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use xin_broker::Broker;
use xin_contracts::messages::{LiveSignal, live_signal};
use xin_domain::{ConversationId, TenantId};

/// A listener that lags behind more than this looks for itself instead.
const BUFFER: usize = 32;

/// What somebody watches; ids as they are written in signals.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Topic {
    Tenant(String),
    Conversation(String),
}

type Listeners = HashMap<Topic, broadcast::Sender<Arc<LiveSignal>>>;

/// Hands signals to those who watch.
#[derive(Clone, Default)]
pub struct Hub(Arc<Mutex<Listeners>>);

/// What a listener hears.
pub type Ear = broadcast::Receiver<Arc<LiveSignal>>;

impl Hub {
    /// Hears of every change in a tenant.
    #[must_use]
    pub fn watch_tenant(&self, tenant: TenantId) -> Ear {
        self.watch(Topic::Tenant(tenant.to_string()))
    }

    /// Hears of everything in a conversation: changes, and words while they are written.
    #[must_use]
    pub fn watch_conversation(&self, conversation: ConversationId) -> Ear {
        self.watch(Topic::Conversation(conversation.to_string()))
    }

    fn watch(&self, topic: Topic) -> Ear {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners
            .entry(topic)
            .or_insert_with(|| broadcast::channel(BUFFER).0)
            .subscribe()
    }

    fn hand_out(&self, signal: &Arc<LiveSignal>) {
        let conversation = Topic::Conversation(signal.conversation_id.clone());
        let mut topics = vec![conversation];
        if matches!(signal.kind, Some(live_signal::Kind::Changed(_))) {
            topics.push(Topic::Tenant(signal.tenant_id.clone()));
        }
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for topic in topics {
            let nobody = listeners
                .get(&topic)
                .is_some_and(|listener| listener.send(Arc::clone(signal)).is_err());
            if nobody {
                listeners.remove(&topic);
            }
        }
    }

    /// Forgets what nobody watches any more.
    pub fn tidy(&self) {
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|_, listener| listener.receiver_count() > 0);
    }

    /// Hands out signals until `stop`. It listens from the call on, so nothing is missed between.
    pub fn run(
        self,
        broker: &Broker,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + 'static {
        let signals = broker.listen();
        async move { self.hand_out_all(signals, stop).await }
    }

    async fn hand_out_all(&self, mut signals: Ear, stop: CancellationToken) {
        loop {
            tokio::select! {
                signal = signals.recv() => match signal {
                    Ok(signal) => self.hand_out(&signal),
                    // Everybody looks for themselves every second anyway.
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = stop.cancelled() => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn signal(kind: live_signal::Kind) -> Arc<LiveSignal> {
        Arc::new(LiveSignal {
            tenant_id: tenant().to_string(),
            conversation_id: conversation().to_string(),
            kind: Some(kind),
        })
    }

    fn tenant() -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(1))
    }

    fn conversation() -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(2))
    }

    #[test]
    fn a_signal_reaches_those_it_concerns() {
        let hub = Hub::default();
        let mut screen = hub.watch_tenant(tenant());
        let mut widget = hub.watch_conversation(conversation());
        let mut stranger = hub.watch_tenant(TenantId::from_uuid(Uuid::from_u128(9)));
        hub.hand_out(&signal(live_signal::Kind::Changed(live_signal::Changed {})));
        assert!(screen.try_recv().is_ok());
        assert!(widget.try_recv().is_ok());
        hub.hand_out(&signal(live_signal::Kind::Typing(
            live_signal::Typing::default(),
        )));
        assert!(
            screen.try_recv().is_err(),
            "screens are not woken for words being written"
        );
        assert!(widget.try_recv().is_ok());
        assert!(stranger.try_recv().is_err());
    }

    #[test]
    fn what_nobody_watches_is_forgotten() {
        let hub = Hub::default();
        drop(hub.watch_tenant(tenant()));
        drop(hub.watch_conversation(conversation()));
        hub.hand_out(&signal(live_signal::Kind::Changed(live_signal::Changed {})));
        assert!(hub.0.lock().unwrap().is_empty());
    }
}
