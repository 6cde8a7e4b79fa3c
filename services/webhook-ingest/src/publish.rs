//! From decoded events to messages for `conversation`.

use xin_broker::{BrokerError, trace};
use xin_contracts::Envelope;
use xin_contracts::inbound::Inbound;
use xin_contracts::messages::InboundReceived;
use xin_domain::{ChannelKind, InboundEvent};

use crate::Platform;
use crate::routes::Route;

/// Publishes events durably, in order. Events of one contact are handled one after the other.
pub async fn publish(
    platform: &Platform,
    kind: ChannelKind,
    route: &Route,
    events: Vec<InboundEvent>,
) -> Result<(), BrokerError> {
    if events.is_empty() {
        return Ok(());
    }
    let now = platform.clock.now();
    let envelopes: Vec<_> = events
        .into_iter()
        .map(|event| {
            let key = format!("{}:{}", route.channel_id, event.contact.external_id);
            let message = InboundReceived::from(Inbound {
                channel_id: route.channel_id,
                channel_kind: kind,
                event,
                chosen: None,
                client_id: None,
            });
            let id = platform.ids.next(now);
            Envelope::wrap(id, route.tenant_id, key, now, &message).traced(trace::current())
        })
        .collect();
    platform.broker.publish(&envelopes).await
}
