//! Killing `knowledge-ingest` at each stage loses nothing and doubles nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xin_knowledge::{IndexOptions, KnowledgeIndex, TenantIndex};
use xin_testkit::client::{Business, Customer, text};
use xin_testkit::stack::Stack;

use crate::shapes::programs;

const INGEST: &str = "knowledge-ingest";
const STAGES: [&str; 4] = ["fetching", "parsing", "chunking", "embedding"];
/// A dead worker's lease, twice, and the work itself on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);
const FACT: &str = "کد تخفیف نوروزی فروشگاه «زعفران۴۲» است.";

/// A document of some hundred passages that no other is like.
fn words(number: usize) -> String {
    let paragraph = |place: usize| {
        format!("بند {place} از سند {number}: شرح دستگاه شمارهٔ {place}{number} و روش نگهداری آن. ")
            .repeat(6)
    };
    let paragraphs: Vec<String> = (0..150).map(paragraph).collect();
    paragraphs.join("\n\n")
}

async fn states(business: &Business) -> Vec<Value> {
    let listed = business.get("/knowledge/documents?limit=200").await;
    listed["items"].as_array().unwrap().clone()
}

fn is_final(document: &Value) -> bool {
    document["state"] == "ready" || document["state"] == "failed"
}

/// Gives documents until one is seen at that stage, and kills its worker there. False when it
/// passed too fast to be seen.
async fn kill_at(stack: &mut Stack, business: &Business, stage: &str, given: &mut usize) -> bool {
    for _ in 0..3 {
        for _ in 0..2 {
            *given += 1;
            let document = json!({"title": format!("سند {given}"), "text": words(*given)});
            business.post("/knowledge/documents", document).await;
        }
        loop {
            let all = states(business).await;
            if all.iter().any(|document| document["state"] == stage) {
                let process = stack.process(INGEST).unwrap();
                process.kill().unwrap();
                process.start().unwrap();
                stack.ready().await.unwrap();
                return true;
            }
            if all.iter().all(is_final) {
                break;
            }
        }
    }
    false
}

async fn settled(business: &Business) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let all = states(business).await;
        if all.iter().all(is_final) {
            return all;
        }
        assert!(began.elapsed() < PATIENCE, "not settled: {all:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn index_of(stack: &Stack, business: &Business) -> TenantIndex {
    let url = stack.setting_of(INGEST, "VECTOR_URL").unwrap();
    let index = KnowledgeIndex::open(url, IndexOptions::default()).unwrap();
    index.tenant(business.tenant.parse().unwrap(), None)
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
    entries.map(|entry| count(&entry.unwrap().path())).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_the_ingest_loses_nothing_and_doubles_nothing() {
    let mut stack = Stack::five_services(programs(), &[]).await.unwrap();
    let business = Business::sign_up(&stack, "فروشگاه گلستان").await;
    business.knows("تخفیف", FACT).await;
    let mut given = 0;
    let mut killed = Vec::new();
    for stage in STAGES {
        if kill_at(&mut stack, &business, stage, &mut given).await {
            killed.push(stage);
        }
    }
    println!("killed at {killed:?}, {given} documents");
    for stage in ["parsing", "embedding"] {
        assert!(killed.contains(&stage), "killed at {killed:?} only");
    }

    let all = settled(&business).await;
    assert_eq!(all.len(), given + 1);
    let mut passages = 0;
    for document in &all {
        assert_eq!(document["state"], "ready", "{document}");
        let wanted = document["passages"].as_u64().unwrap();
        let path = format!(
            "/knowledge/documents/{}/chunks?limit=200",
            text(&document["id"])
        );
        let chunks = business.get(&path).await;
        let chunks = chunks["items"].as_array().unwrap().len();
        assert_eq!(u64::try_from(chunks).unwrap(), wanted.min(200));
        passages += wanted;
    }
    let index = index_of(&stack, &business);
    assert_eq!(index.count().await.unwrap(), passages);

    let customer = Customer::visit(&stack, &business.web_channel().await).await;
    let answer = customer.asks("کد تخفیف نوروزی چیست؟").await;
    assert!(text(&answer["text"]).contains("زعفران۴۲"), "{answer}");
    let sure = Some(json!({"business_name": "فروشگاه گلستان"}));
    let (status, _) = business.ask(Method::DELETE, "/knowledge", sure).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let answer = customer.asks("کد تخفیف نوروزی چیست؟").await;
    assert!(!text(&answer["text"]).contains("زعفران۴۲"), "{answer}");
    let folder = stack.setting_of(INGEST, "FILES_URL").unwrap();
    let folder = folder.trim_start_matches("file:").to_owned();
    let folder = Path::new(&folder).join(&business.tenant);
    let began = Instant::now();
    while index.count().await.unwrap() + u64::try_from(files(&folder)).unwrap() > 0 {
        assert!(began.elapsed() < PATIENCE, "something is left");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
