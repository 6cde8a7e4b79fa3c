//! `RabbitMQ`: quorum queues, publisher confirms, waiting rooms by TTL, dead letters.
//!
//! The connection is made when it is first needed and made again when it breaks; until then
//! publishing fails as unavailable and consuming waits. lapin's own recovery is left off, so that
//! there is one place that decides when a connection is given up.

mod consume;
mod dead_letters;
mod live;
mod publish;
mod topology;

use std::sync::Arc;
use std::time::Duration;

use lapin::{Channel, Connection, ConnectionProperties};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc};
use xin_contracts::messages::LiveSignal;
use xin_domain::Clock;

use crate::error::BrokerError;

/// Longer than a broker under load takes, shorter than a webhook's caller waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Signals waiting to be sent; more than this are dropped, and screens look for themselves.
const SIGNALS_WAITING: usize = 4096;

/// The broker over the network.
pub struct RabbitBroker {
    url: String,
    clock: Arc<dyn Clock>,
    /// Drives the connection, whoever first needs it: an HTTP worker's runtime ends before ours.
    runtime: Handle,
    connection: Mutex<Option<Arc<Connection>>>,
    publisher: Mutex<Option<Channel>>,
    signals: mpsc::Sender<LiveSignal>,
    waiting_signals: std::sync::Mutex<Option<mpsc::Receiver<LiveSignal>>>,
}

impl RabbitBroker {
    pub fn new(url: String, clock: Arc<dyn Clock>) -> Self {
        let (signals, waiting) = mpsc::channel(SIGNALS_WAITING);
        Self {
            url,
            clock,
            runtime: Handle::current(),
            connection: Mutex::default(),
            publisher: Mutex::default(),
            signals,
            waiting_signals: std::sync::Mutex::new(Some(waiting)),
        }
    }

    /// A sign of life: a connection that stands, made if need be.
    pub async fn check(&self) -> Result<(), BrokerError> {
        self.connection().await.map(drop)
    }

    /// The standing connection, with the topology declared on it.
    async fn connection(&self) -> Result<Arc<Connection>, BrokerError> {
        let mut current = self.connection.lock().await;
        if let Some(connection) = current.as_ref().filter(|found| found.status().connected()) {
            return Ok(Arc::clone(connection));
        }
        *current = None;
        let url = self.url.clone();
        let connecting = self.runtime.spawn(async move {
            let properties = ConnectionProperties::default().with_connection_name("xin".into());
            let connection = Connection::connect(&url, properties).await?;
            let channel = connection.create_channel().await?;
            topology::declare(&channel).await?;
            channel.close(200, "declared".into()).await?;
            Ok::<_, lapin::Error>(Arc::new(connection))
        });
        let connection = tokio::time::timeout(PATIENCE, connecting)
            .await
            .map_err(|_elapsed| BrokerError::Unavailable("no answer in time".to_owned()))?
            .map_err(|error| BrokerError::Unavailable(error.to_string()))??;
        tracing::info!("connected to the broker");
        *current = Some(Arc::clone(&connection));
        Ok(connection)
    }

    async fn channel(&self) -> Result<Channel, BrokerError> {
        let connection = self.connection().await?;
        tokio::time::timeout(PATIENCE, connection.create_channel())
            .await
            .map_err(|_elapsed| BrokerError::Unavailable("no channel in time".to_owned()))?
            .map_err(BrokerError::from)
    }
}
