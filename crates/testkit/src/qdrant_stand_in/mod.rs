//! A Qdrant server for tests, where none can be installed: Qdrant's own gRPC interface over
//! Qdrant's embedded engine.
//!
//! It answers the calls that `xin-knowledge` makes and nothing else: any other call is
//! `UNIMPLEMENTED`, so that a new call in the adapter fails a test instead of passing by luck.
//! Every write is flushed before it is acknowledged, so the process may be killed and started
//! again on the same folder.

mod collections_service;
mod decode;
mod encode;
mod points_service;
mod store;
mod unimplemented;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use qdrant_client::qdrant::qdrant_server::{self, QdrantServer};
use qdrant_client::qdrant::{HealthCheckReply, HealthCheckRequest};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use self::store::Store;

/// What a Qdrant server takes by default.
const MAX_MESSAGE_BYTES: usize = 32 << 20;
/// The version whose behaviour it imitates.
const IMITATED_VERSION: &str = "1.18.0";

/// Starts stand-ins.
#[derive(Debug)]
pub struct QdrantStandIn;

/// A stand-in that serves until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningStandIn {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl QdrantStandIn {
    /// Serves the collections in `folder` on `address`; port 0 takes a free one.
    pub async fn start(folder: &Path, address: SocketAddr) -> anyhow::Result<RunningStandIn> {
        let folder = folder.to_owned();
        let store = tokio::task::spawn_blocking(move || Store::open(folder)).await??;
        let store = Arc::new(store);
        let incoming = TcpIncoming::bind(address)
            .with_context(|| format!("{address} cannot be listened on"))?
            .with_nodelay(Some(true));
        let address = incoming.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = Server::builder()
            .add_service(QdrantServer::new(Health))
            .add_service(
                CollectionsServer::new(collections_service::CollectionsService::new(&store))
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            )
            .add_service(
                PointsServer::new(points_service::PointsService::new(&store))
                    .max_decoding_message_size(MAX_MESSAGE_BYTES),
            )
            .serve_with_incoming_shutdown(incoming, async {
                stopped.await.ok();
            });
        let serving = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(error = %error, "the qdrant stand-in stopped serving");
            }
        });
        Ok(RunningStandIn {
            address,
            stop: Some(stop),
            serving,
        })
    }
}

impl RunningStandIn {
    /// The address for `VECTOR_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens, for starting another one in its place.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops serving and closes the collections, so that the folder can be opened again.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        // A client that keeps its connection open is not waited for.
        let patience = Duration::from_secs(5);
        tokio::time::timeout(patience, &mut self.serving).await.ok();
    }
}

impl Drop for RunningStandIn {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
    }
}

struct Health;

#[tonic::async_trait]
impl qdrant_server::Qdrant for Health {
    async fn health_check(
        &self,
        _request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckReply>, Status> {
        Ok(Response::new(HealthCheckReply {
            title: "qdrant stand-in".to_owned(),
            version: IMITATED_VERSION.to_owned(),
            commit: None,
        }))
    }
}
