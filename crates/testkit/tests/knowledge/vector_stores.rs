//! The same suite on every vector store.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use uuid::Uuid;
use xin_domain::{DocumentId, ErrorKind, TenantId};
use xin_knowledge::testing::{entry, space, suite, words};
use xin_knowledge::{IndexOptions, KnowledgeIndex};
use xin_testkit::qdrant_stand_in::QdrantStandIn;

/// A real server to test against instead of the stand-in.
const QDRANT_URL: &str = "XIN_TEST_QDRANT_URL";

fn open(url: &str) -> KnowledgeIndex {
    KnowledgeIndex::open(url, IndexOptions::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("embedded:{}", folder.path().display());
    suite(open(&url)).await;
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "a removed tenant leaves nothing");
}

/// The suite never skips: without a real server it is the stand-in that is asked, through the same
/// client and wire.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "chooses the server under test")]
async fn a_qdrant_server_keeps_the_contract() {
    if let Ok(url) = std::env::var(QDRANT_URL) {
        return suite(open(&url)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = QdrantStandIn::start(folder.path(), any_port).await.unwrap();
    suite(open(&server.url())).await;
    server.stop().await;
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "a removed tenant leaves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_outlives_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let tenant = TenantId::from_uuid(Uuid::from_u128(7));
    let document = DocumentId::from_uuid(Uuid::from_u128(8));
    let text = "ساعت کار فروشگاه";

    let server = QdrantStandIn::start(folder.path(), any_port).await.unwrap();
    let index = open(&server.url());
    index
        .tenant(tenant, None)
        .put(vec![entry(document, 1, 0, text)])
        .await
        .unwrap();
    let address = server.address();
    server.stop().await;

    let error = index
        .tenant(tenant, None)
        .search(&words(text, 1))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let error = index.check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);

    let server = QdrantStandIn::start(folder.path(), address).await.unwrap();
    index.check().await.unwrap();
    let hits = index
        .tenant(tenant, None)
        .search(&words(text, 1))
        .await
        .unwrap();
    assert_eq!(
        hits[0].passage.text, text,
        "the same client finds the server again"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_opens_more_tenants_than_it_keeps_open() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("embedded:{}", folder.path().display());
    let index = open(&url);
    let tenants: Vec<_> = (0..70)
        .map(|number| index.tenant(TenantId::from_uuid(Uuid::from_u128(number)), None))
        .collect();
    for round in 0..2 {
        for tenant in &tenants {
            let document = DocumentId::from_uuid(Uuid::from_u128(round));
            tenant
                .put(vec![entry(document, 1, 0, "بازگشت کالا")])
                .await
                .unwrap();
        }
    }
    // Opened again by another owner: what counts is on disk.
    drop((index, tenants));
    let index = open(&url);
    for number in 0..70 {
        let tenant = index.tenant(TenantId::from_uuid(Uuid::from_u128(number)), None);
        assert_eq!(tenant.count().await.unwrap(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_store_gives_the_same_scores() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = QdrantStandIn::start(there.path(), any_port).await.unwrap();
    let urls = [format!("embedded:{}", here.path().display()), server.url()];
    let texts = [
        "ساعت کار فروشگاه",
        "هزینه ارسال",
        "ساعت هوشمند",
        "opening hours of the shop",
    ];
    let mut results = Vec::new();
    for url in &urls {
        let tenant = open(url).tenant(TenantId::from_uuid(Uuid::from_u128(1)), None);
        let document = DocumentId::from_uuid(Uuid::from_u128(2));
        let entries = (0..)
            .zip(texts)
            .map(|(ordinal, text)| entry(document, 1, ordinal, text));
        tenant.put(entries.collect()).await.unwrap();
        results.push(tenant.search(&words("ساعت کار shop", 5)).await.unwrap());
    }
    assert!(results[0].len() >= 3);
    for (left, right) in results[0].iter().zip(&results[1]) {
        assert_eq!(left.passage, right.passage);
        assert!((left.score - right.score).abs() < 1e-5);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_gives_space_back_while_it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("embedded:{}", folder.path().display());
    let tenant = open(&url).tenant(
        TenantId::from_uuid(Uuid::from_u128(1)),
        Some(&space("four", 4)),
    );
    let document = DocumentId::from_uuid(Uuid::from_u128(2));
    let long = "راهنمای نصب و راه‌اندازی دستگاه ".repeat(12);
    let entries = |version: i64| -> Vec<_> {
        let passage = |ordinal| entry(document, version, ordinal, &format!("{long} {ordinal}"));
        (0..600).map(passage).collect()
    };
    let question = words("نصب دستگاه", 5);
    tenant.put(entries(1)).await.unwrap();
    let store = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut sizes = Vec::new();
    for version in 2..=5 {
        let replace = async {
            tenant.put(entries(version)).await.unwrap();
            tenant.keep_only_version(document, version).await.unwrap();
            false
        };
        let mut replacing = std::pin::pin!(replace);
        let mut running = true;
        while running {
            tokio::select! {
                ended = &mut replacing => running = ended,
                hits = tenant.search(&question) => assert_eq!(hits.unwrap().len(), 5),
            }
        }
        assert_eq!(tenant.count().await.unwrap(), 600);
        let hits = tenant.search(&question).await.unwrap();
        assert!(hits.iter().all(|hit| hit.passage.version == version));
        // Not the log, which is shortened only when it is much longer than this test makes it.
        sizes.push(size(&store.join("segments")));
    }
    assert!(
        sizes[3] < sizes[0] * 3 / 2,
        "the store grows with every version: {sizes:?}"
    );
}

fn size(path: &Path) -> u64 {
    let metadata = std::fs::metadata(path).unwrap();
    if !metadata.is_dir() {
        // The engine's files are longer than what they hold, so blocks are counted.
        return metadata.blocks() * 512;
    }
    std::fs::read_dir(path)
        .unwrap()
        .map(|entry| size(&entry.unwrap().path()))
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let tenant_id = TenantId::from_uuid(Uuid::from_u128(7));
    let url = format!("http://{address}");
    let tenant = open(&url).tenant(tenant_id, None);
    let mut expected = 0;
    for round in 0..3 {
        let mut server = Command::new(env!("CARGO_BIN_EXE_qdrant-stand-in"))
            .args(["--addr", &address.to_string(), "--folder"])
            .arg(folder.path())
            .spawn()
            .unwrap();
        while tenant.count().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(tenant.count().await.unwrap(), expected);
        for ordinal in 0..5 {
            let document = DocumentId::from_uuid(Uuid::from_u128(round));
            tenant
                .put(vec![entry(document, 1, ordinal, "پیگیری سفارش")])
                .await
                .unwrap();
            expected += 1;
        }
        server.kill().unwrap();
        server.wait().unwrap();
    }
}

fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}
