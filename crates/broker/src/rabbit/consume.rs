//! Consuming: messages with the same ordering key one after the other, up to the prefetch at once.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
};
use lapin::types::FieldTable;
use tokio_util::sync::CancellationToken;
use xin_contracts::{Envelope, Queue, topology};

use super::RabbitBroker;
use crate::error::BrokerError;
use crate::handling::{self, Handler, Outcome};
use crate::lanes::Lanes;

const RECONNECT_PAUSE: Duration = Duration::from_secs(1);
/// A burst of acks followed at once by closing the channel loses the last acks of a quorum queue
/// (measured on 3.10: 2 rounds in 10), so the channel is left open this much longer.
const ACK_FLUSH: Duration = Duration::from_millis(300);

impl RabbitBroker {
    /// Consumes until `stop`, across broken connections.
    pub async fn consume(
        self: &Arc<Self>,
        queue: &'static Queue,
        prefetch: u16,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) {
        while !stop.is_cancelled() {
            let outcome = self.consume_once(queue, prefetch, &handler, &stop).await;
            if let Err(error) = outcome {
                tracing::warn!(queue = queue.name, error = %error, "consumer lost, trying again");
            }
            tokio::select! {
                () = tokio::time::sleep(RECONNECT_PAUSE) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn consume_once(
        self: &Arc<Self>,
        queue: &'static Queue,
        prefetch: u16,
        handler: &Arc<dyn Handler>,
        stop: &CancellationToken,
    ) -> Result<(), BrokerError> {
        let channel = self.channel().await?;
        channel
            .basic_qos(prefetch, BasicQosOptions::default())
            .await?;
        let mut deliveries = channel
            .basic_consume(
                queue.name.into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let lanes = Lanes::default();
        let outcome = loop {
            let delivery = tokio::select! {
                delivery = deliveries.next() => delivery,
                () = stop.cancelled() => break Ok(()),
            };
            match delivery {
                Some(Ok(delivery)) => self.take_up(queue, handler, stop, &lanes, delivery).await,
                Some(Err(error)) => break Err(error.into()),
                None => break Err(BrokerError::Unavailable("the consumer ended".to_owned())),
            }
        };
        if outcome.is_ok() {
            let tag = deliveries.tag();
            channel
                .basic_cancel(tag, BasicCancelOptions::default())
                .await?;
        }
        lanes.drained().await;
        tokio::time::sleep(ACK_FLUSH).await;
        if channel.status().connected() {
            channel.close(200, "stopped".into()).await?;
        }
        outcome
    }

    async fn take_up(
        self: &Arc<Self>,
        queue: &'static Queue,
        handler: &Arc<dyn Handler>,
        stop: &CancellationToken,
        lanes: &Lanes,
        delivery: Delivery,
    ) {
        let envelope = match Envelope::from_bytes(&delivery.data) {
            Ok(envelope) => envelope,
            Err(error) => {
                tracing::error!(queue = queue.name, error = %error, "unreadable message put aside");
                // Rejecting sends it to the dead letters, through the queue's own exchange.
                let options = BasicNackOptions {
                    requeue: false,
                    ..Default::default()
                };
                settled(delivery.nack(options).await);
                return;
            }
        };
        let left = self.time_left(&envelope);
        let broker = Arc::clone(self);
        let (handler, stop) = (Arc::clone(handler), stop.clone());
        let key = envelope.ordering_key.clone();
        lanes.run(&key, async move {
            if left > Duration::ZERO {
                return broker.wait_on(queue, &envelope, left, delivery).await;
            }
            let outcome = handling::handle(&*handler, queue, &envelope, &stop).await;
            broker.put_down(queue, &envelope, outcome, delivery).await;
        });
    }

    /// How long the message must still wait.
    fn time_left(&self, envelope: &Envelope) -> Duration {
        let left = envelope.not_before.map(|time| time - self.clock.now());
        left.and_then(|left| left.to_std().ok()).unwrap_or_default()
    }

    /// Back to a room: the last one was shorter than the message has to wait.
    async fn wait_on(
        &self,
        queue: &'static Queue,
        envelope: &Envelope,
        left: Duration,
        delivery: Delivery,
    ) {
        let (room, _) = topology::retry_room(0, left);
        settle(
            self.publish_to_room(room, queue.name, envelope).await,
            delivery,
        )
        .await;
    }

    async fn put_down(
        &self,
        queue: &'static Queue,
        envelope: &Envelope,
        outcome: Outcome,
        delivery: Delivery,
    ) {
        let moved = match outcome {
            Outcome::Done => Ok(()),
            Outcome::Retry(error) => {
                let not_before = error.retry_after.and_then(|wait| {
                    self.clock
                        .now()
                        .checked_add_signed(TimeDelta::from_std(wait).ok()?)
                });
                let again = Envelope {
                    attempt: envelope.attempt + 1,
                    not_before,
                    ..envelope.clone()
                };
                let left = self.time_left(&again);
                let (room, _) = topology::retry_room(again.attempt, left);
                self.publish_to_room(room, queue.name, &again).await
            }
            Outcome::Dead(error) => self.publish_dead(envelope, &error.message).await,
            Outcome::Abandoned => Err(BrokerError::Unavailable("stopping".to_owned())),
        };
        settle(moved, delivery).await;
    }
}

async fn settle(moved: Result<(), BrokerError>, delivery: Delivery) {
    match moved {
        Ok(()) => settled(delivery.ack(BasicAckOptions::default()).await),
        // It could not be moved, so it must come again.
        Err(_) => {
            let options = BasicNackOptions {
                requeue: true,
                ..Default::default()
            };
            settled(delivery.nack(options).await);
        }
    }
}

/// An ack that does not get through means that the message comes again, and handlers are ready for
/// that.
fn settled<T>(outcome: Result<T, lapin::Error>) {
    if let Err(error) = outcome {
        tracing::debug!(error = %error, "message not settled, it will come again");
    }
}
