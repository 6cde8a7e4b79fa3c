//! Live signals: a fanout to whoever listens, never stored.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel};
use prost::Message;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use xin_contracts::messages::LiveSignal;
use xin_contracts::topology::LIVE_EXCHANGE;

use super::RabbitBroker;
use crate::error::BrokerError;

const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

impl RabbitBroker {
    /// Sends a signal without waiting for anything.
    pub fn signal(self: &Arc<Self>, signal: LiveSignal) {
        let waiting = self
            .waiting_signals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(waiting) = waiting {
            tokio::spawn(Arc::clone(self).send_signals(waiting));
        }
        // Full means the broker is away: screens look for themselves every second.
        let _sent = self.signals.try_send(signal);
    }

    async fn send_signals(self: Arc<Self>, mut waiting: mpsc::Receiver<LiveSignal>) {
        let mut channel: Option<Channel> = None;
        while let Some(signal) = waiting.recv().await {
            let standing = channel.take().filter(|found| found.status().connected());
            let standing = match standing {
                Some(standing) => standing,
                None => match self.channel().await {
                    Ok(made) => made,
                    Err(_) => {
                        tokio::time::sleep(RECONNECT_PAUSE).await;
                        continue;
                    }
                },
            };
            let published = standing
                .basic_publish(
                    LIVE_EXCHANGE.into(),
                    "".into(),
                    BasicPublishOptions::default(),
                    &signal.encode_to_vec(),
                    BasicProperties::default(),
                )
                .await;
            channel = published.is_ok().then_some(standing);
        }
    }

    /// Brings the signals of all processes to `live`, until `stop`.
    pub async fn run_listener(
        &self,
        live: &broadcast::Sender<Arc<LiveSignal>>,
        stop: CancellationToken,
    ) {
        while !stop.is_cancelled() {
            tokio::select! {
                outcome = self.listen_once(live) => {
                    if let Err(error) = outcome {
                        tracing::warn!(error = %error, "live signals lost, trying again");
                    }
                    tokio::time::sleep(RECONNECT_PAUSE).await;
                }
                () = stop.cancelled() => {}
            }
        }
    }

    async fn listen_once(
        &self,
        live: &broadcast::Sender<Arc<LiveSignal>>,
    ) -> Result<(), BrokerError> {
        let channel = self.channel().await?;
        // A queue of this process alone, gone with it.
        let options = QueueDeclareOptions {
            exclusive: true,
            auto_delete: true,
            ..Default::default()
        };
        let queue = channel
            .queue_declare("".into(), options, FieldTable::default())
            .await?;
        let name = queue.name().clone();
        channel
            .queue_bind(
                name.clone(),
                LIVE_EXCHANGE.into(),
                "".into(),
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let options = BasicConsumeOptions {
            no_ack: true,
            ..Default::default()
        };
        let mut signals = channel
            .basic_consume(name, "".into(), options, FieldTable::default())
            .await?;
        while let Some(delivery) = signals.next().await {
            match LiveSignal::decode(delivery?.data.as_slice()) {
                Ok(signal) => {
                    // No listener is no error: nobody is watching.
                    let _watching = live.send(Arc::new(signal));
                }
                Err(error) => tracing::warn!(error = %error, "unreadable live signal"),
            }
        }
        Err(BrokerError::Unavailable("the listener ended".to_owned()))
    }
}
