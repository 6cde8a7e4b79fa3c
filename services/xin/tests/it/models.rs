//! A tenant's own models, in both shapes: the second answers when the first fails, a budget that is
//! used up ends in a handoff, and no key is shown or logged.

use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xin_testkit::client::{Business, Customer, text};
use xin_testkit::openai_stand_in::{ModelFailure, OpenAiStandIn};
use xin_testkit::stack::Stack;

const KEY: &str = "sk-very-secret-1";
const FACT: &str = "کد تخفیف مشتریان فروشگاه «زعفران۴۲» است.";

fn programs() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_xin")).parent().unwrap()
}

async fn put(business: &Business, path: &str, body: Value) -> Value {
    let (status, answer) = business.ask(Method::PUT, path, Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

async fn the_story(stack: &Stack, logs: &[&str]) {
    let first = OpenAiStandIn::start().await.unwrap();
    let second = OpenAiStandIn::start().await.unwrap();
    // A server that repeats the key in its error.
    first.fails_always(Some(ModelFailure::Status(500, format!("odd key {KEY}"))));
    second.wants_key(KEY);
    second.refuses_format("json_schema");
    second.will_answer(FACT, &[1]);
    let business = Business::sign_up(stack, "گلستان").await;
    business.knows("تخفیف", FACT).await;
    let model = |label: &str, url: String| {
        let settings = json!({"price_in_per_million": 1_000_000, "currency": "USD"});
        json!({"label": label, "base_url": url, "model": "m", "key": KEY, "settings": settings})
    };
    let chain = json!([model("یک", first.url()), model("دو", second.url())]);
    let saved = put(&business, "/ai/models/chat", json!({"models": chain})).await;
    assert!(!saved.to_string().contains(KEY));

    let customer = Customer::visit(stack, &business.web_channel().await).await;
    let answer = customer.asks("کد تخفیف چیست؟").await;
    assert!(text(&answer["text"]).contains("زعفران۴۲"), "{answer}");
    assert!(first.chat_count() > 0 && second.chat_count() > 0);
    let usage = business.get("/ai/usage").await;
    assert_eq!(usage["days"][0]["model"], "دو", "{usage}");
    assert_eq!(
        (&usage["today"]["messages"], &usage["today"]["cost_micros"]),
        (&json!(1), &json!(7))
    );

    put(&business, "/ai/budgets", json!({"day": {"messages": 1}})).await;
    let asked = second.chat_count();
    let answer = customer.asks("هزینه ارسال چقدر است؟").await;
    assert_eq!(answer["action"], "hand_off", "{answer}");
    assert!(text(&answer["text"]).contains("در دسترس نیست"), "{answer}");
    assert_eq!(second.chat_count(), asked, "the model is not asked");

    let shown = business.get("/ai/models").await.to_string() + &answer.to_string();
    assert!(!shown.contains(KEY));
    for name in logs {
        let log = stack.log(name).unwrap();
        assert!(!log.is_empty(), "{name}");
        assert!(!log.contains(KEY), "{name} logs the key");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_models_in_one_program() {
    let stack = Stack::one_program(programs(), &[]).await.unwrap();
    the_story(&stack, &["xin"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_models_in_five_services() {
    let stack = Stack::five_services(programs(), &[]).await.unwrap();
    the_story(&stack, &["gateway", "ai-orchestrator"]).await;
}
