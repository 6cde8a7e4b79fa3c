//! The broker contract, on both brokers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on panics"
)]

mod suite;

use std::sync::Arc;

use xin_broker::Broker;
use xin_domain::SystemClock;
use xin_storage::{Database, DatabaseSettings};
use xin_testkit::rabbit::TestBroker;

async fn database(folder: &tempfile::TempDir) -> Database {
    let url = format!("sqlite://{}/xin.db", folder.path().display());
    Database::connect(&DatabaseSettings::single(&url))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_broker_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let broker = Broker::open("embedded:", database.clone(), Arc::new(SystemClock)).unwrap();
    suite::run(broker, database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let host = TestBroker::create().unwrap();
    let broker = Broker::open(host.url(), database.clone(), Arc::new(SystemClock)).unwrap();
    suite::run(broker, database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_keeps_a_message_until_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let host = TestBroker::create().unwrap();
    let broker = Broker::open(host.url(), database, Arc::new(SystemClock)).unwrap();
    suite::a_message_waits_until_its_time(&broker).await;
}

/// Connections break while messages flow: all arrive.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_goes_on_after_its_connections_break() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let host = TestBroker::create().unwrap();
    let broker = Broker::open(host.url(), database.clone(), Arc::new(SystemClock)).unwrap();
    suite::everything_arrives_across(broker, || host.break_connections().unwrap()).await;
}

#[tokio::test]
async fn an_absent_rabbitmq_is_said_to_be_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(&folder).await;
    let url = "amqp://guest:guest@127.0.0.1:1/%2f";
    let broker = Broker::open(url, database, Arc::new(SystemClock)).unwrap();
    let error = broker.check().await.unwrap_err();
    assert_eq!(error.kind(), xin_domain::ErrorKind::Unavailable);
}
