//! A tenant's embedder, in both shapes: its knowledge is indexed anew beside what is served, and
//! answers come all the while; a kill in the middle loses and doubles nothing.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xin_testkit::client::{Business, Customer, text};
use xin_testkit::openai_stand_in::{ModelFailure, OpenAiStandIn};
use xin_testkit::stack::Stack;

use crate::shapes::programs;

const KEY: &str = "sk-very-secret-1";
/// Longer than the lease of a worker that was killed.
const PATIENCE: Duration = Duration::from_secs(90);
/// So that customers are not told to ask less.
const PAUSE: Duration = Duration::from_millis(1_500);
const DOCUMENTS: usize = 12;
const SLOW: Duration = Duration::from_millis(250);
/// It shares no word with what answers it.
const QUESTION: &str = "پولم کی برمی‌گردد؟";

/// One who knows Persian, and what a customer may mean.
async fn embedder() -> OpenAiStandIn {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    for pair in xin_llm::paraphrases("fa") {
        stand_in.means(&pair);
    }
    stand_in.means(&["بازپرداخت وجه", "پولم کی"]);
    stand_in.wants_key(KEY);
    stand_in
}

async fn saves(business: &Business, stand_in: &OpenAiStandIn) {
    let model = json!({"base_url": stand_in.url(), "model": "vectors", "key": KEY});
    let body = json!({"models": [model]});
    let put = business.ask(Method::PUT, "/ai/models/embed", Some(body));
    let (status, answer) = put.await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let known = &answer["models"][0]["probed"]["languages"];
    assert_eq!(known, &json!(["fa"]), "{answer}");
}

async fn index(business: &Business) -> Value {
    business.get("/ai/models").await["index"].clone()
}

/// Waits until the index is in that state, and asks all the while.
async fn becomes(business: &Business, customer: &Customer, state: &str) -> Value {
    let began = Instant::now();
    loop {
        let index = index(business).await;
        if index["state"] == state {
            return index;
        }
        assert!(began.elapsed() < PATIENCE, "it stays {index}");
        let answer = customer.asks("ساعت کار فروشگاه چیست؟").await;
        assert!(text(&answer["text"]).contains("۱۸"), "{answer}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// What is found for the question of a new customer: documents, and how near they mean it.
async fn finds(stack: &Stack, business: &Business, channel: &str) -> Vec<(String, f64)> {
    let customer = Customer::visit(stack, channel).await;
    customer.asks(QUESTION).await;
    let messages = business.messages(&customer.conversation).await;
    let mut traces = messages.iter().map(|message| &message["trace"]);
    let trace = traces.find(|trace| !trace.is_null()).unwrap();
    let found = trace["passages"].as_array().unwrap().iter();
    let found: Vec<_> = found
        .map(|passage| {
            let dense = passage["dense"].as_f64().unwrap_or_default();
            (text(&passage["document_id"]), dense)
        })
        .collect();
    let once: HashSet<&String> = found.iter().map(|(document, _)| document).collect();
    assert_eq!(once.len(), found.len(), "nothing is doubled: {found:?}");
    found
}

async fn the_story(mut stack: Stack, ingest: &str) {
    let stand_in = embedder().await;
    let business = Business::sign_up(&stack, "گلستان").await;
    business
        .knows("ساعت کار", "ساعت کار فروشگاه هر روز ۹ تا ۱۸ است.")
        .await;
    let refund = "بازپرداخت وجه ظرف ده روز انجام می‌شود.";
    let refund = business.knows("رسیدگی", refund).await;
    for number in 2..DOCUMENTS {
        let words = format!("دستورالعمل شمارهٔ {number} دربارهٔ نگهداری گلدان در آپارتمان است.");
        business.knows(&format!("گلدان {number}"), &words).await;
    }
    let channel = business.web_channel().await;
    let customer = Customer::visit(&stack, &channel).await;
    let found = finds(&stack, &business, &channel).await;
    assert!(found.iter().all(|(_, dense)| *dense == 0.0), "{found:?}");
    assert_eq!(index(&business).await["by_meaning"], false);

    // Aside, slowly, and with a kill in the middle.
    stand_in.fails_always(Some(ModelFailure::Delay(SLOW)));
    saves(&business, &stand_in).await;
    let probed = stand_in.embedding_count();
    while stand_in.embedding_count() < probed + 4 {
        assert_eq!(index(&business).await["by_meaning"], false);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stack.process(ingest).unwrap().kill().unwrap();
    stack.process(ingest).unwrap().start().unwrap();
    stack.ready().await.unwrap();
    let before = stand_in.embedding_count();
    assert_eq!(index(&business).await["state"], "building");
    let served = becomes(&business, &customer, "serving").await;
    assert_eq!(served["by_meaning"], true, "{served}");
    let embedded = stand_in.embedding_count() - before;
    assert!(
        embedded < DOCUMENTS,
        "it went on where it was: {embedded} requests"
    );
    stand_in.fails_always(None);
    near_in_meaning(&stack, &business, &channel, &refund).await;

    // Vectors of another length: swapped again, and the old ones are gone.
    stand_in.has_dimension(48);
    saves(&business, &stand_in).await;
    becomes(&business, &customer, "serving").await;
    near_in_meaning(&stack, &business, &channel, &refund).await;
    let tenant = business.tenant.clone();
    let began = Instant::now();
    while stack.vector_stores(&tenant).unwrap().len() > 1 {
        assert!(began.elapsed() < PATIENCE, "old vectors stay");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    // An embedder that refuses: what is served stays, and it is said why.
    stand_in.has_dimension(32);
    stand_in.fails_always(Some(ModelFailure::Delay(SLOW)));
    saves(&business, &stand_in).await;
    stand_in.wants_key("another key");
    let failed = becomes(&business, &customer, "failed").await;
    assert!(text(&failed["cause"]).contains("key"), "{failed}");
    assert_eq!(failed["by_meaning"], true, "{failed}");
    stand_in.wants_key(KEY);
    stand_in.fails_always(None);
    saves(&business, &stand_in).await;
    becomes(&business, &customer, "serving").await;
    near_in_meaning(&stack, &business, &channel, &refund).await;
}

async fn near_in_meaning(stack: &Stack, business: &Business, channel: &str, wanted: &str) {
    let began = Instant::now();
    loop {
        let found = finds(stack, business, channel).await;
        // The orchestrator knows of a new embedder within seconds.
        if found.iter().any(|(_, dense)| *dense > 0.0) {
            assert_eq!(found[0].0, wanted, "{found:?}");
            assert!(found[0].1 > 0.8, "{found:?}");
            return;
        }
        assert!(began.elapsed() < PATIENCE, "not by meaning: {found:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_embedder_in_one_program() {
    let stack = Stack::one_program(programs(), &[]).await.unwrap();
    the_story(stack, "xin").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_embedder_in_five_services() {
    let stack = Stack::five_services(programs(), &[]).await.unwrap();
    the_story(stack, "knowledge-ingest").await;
}
