//! Which models the AI uses, and how much.

use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;
use serde_json::{Value, json};
use xin_contracts::messages::ReindexKnowledge;
use xin_platform::model_key_owner;
use xin_storage::tenant::Used;
use xin_testkit::openai_stand_in::{ModelFailure, OpenAiStandIn};

use crate::gateway::{Business, Running, text};

const KEY: &str = "sk-very-secret-1";

/// Keeps what is logged.
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn put(business: &Business<'_>, task: &str, models: Value) -> crate::gateway::Answer {
    let path = format!("/ai/models/{task}");
    business.send("PUT", &path, json!({"models": models})).await
}

#[actix_web::test]
async fn a_chain_is_kept_and_its_keys_are_never_shown() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let first = json!({
        "label": "اصلی", "base_url": "http://127.0.0.1:9/v1/?key=pasted", "model": "small",
        "key": KEY,
        "settings": {"temperature": 0.5, "price_in_per_million": 150_000, "currency": "usd"},
    });
    let second = json!({
        "base_url": "http://127.0.0.1:9/v1", "model": "large", "key": "",
        "settings": {"currency": "USD"},
    });
    let saved = put(&business, "chat", json!([first, second])).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    let listed = business.get("/ai/models").await;
    assert_eq!(listed["chat"], saved.body["models"]);
    assert!(!listed.to_string().contains("very-secret"), "{listed}");
    let model = &listed["chat"][0];
    assert_eq!(
        (&model["base_url"], &model["has_key"]),
        (&json!("http://127.0.0.1:9/v1"), &json!(true))
    );
    assert_eq!(model["settings"]["currency"], "USD");
    assert_eq!(listed["chat"][1]["label"], "large");
    assert_eq!(listed["chat"][1]["has_key"], false);

    // Absent, the key stays with its address, wherever in the chain, and goes nowhere else.
    let kept = json!({"base_url": "http://127.0.0.1:9/v1", "model": "other"});
    let moved = json!({"base_url": "http://127.0.0.1:8/v1", "model": "small"});
    let saved = put(&business, "chat", json!([moved, kept])).await.body;
    assert_eq!(saved["models"][0]["has_key"], false, "{saved}");
    assert_eq!(saved["models"][1]["has_key"], true, "{saved}");
    let tx = running.database.read(business.tenant()).await.unwrap();
    let sealed = tx
        .models()
        .all()
        .await
        .unwrap()
        .remove(1)
        .sealed_key
        .unwrap();
    let open = |address| {
        let owner = model_key_owner(business.tenant(), address);
        running.keyring.open(&sealed, owner.as_bytes())
    };
    assert_eq!(open("http://127.0.0.1:9/v1").unwrap(), KEY.as_bytes());
    assert!(open("http://127.0.0.1:8/v1").is_err());

    // Another business has its own.
    let other = running.sign_up("omid@example.com").await;
    assert_eq!(other.get("/ai/models").await["chat"], json!([]));
    let theirs = json!([{"base_url": "http://127.0.0.1:9/v1", "model": "other"}]);
    let theirs = put(&other, "chat", theirs).await.body;
    assert_eq!(theirs["models"][0]["has_key"], false);
    assert_eq!(put(&other, "chat", json!([])).await.status, 200);
    assert_eq!(business.get("/ai/models").await["chat"], saved["models"]);
}

#[actix_web::test]
async fn an_embedder_is_measured_when_it_is_saved_and_refused_when_it_fails() {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    stand_in.refuses_parameter("dimensions");
    stand_in.wants_key(KEY);
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let model = |key| json!([{"base_url": stand_in.url(), "model": "vectors", "key": key}]);
    let refused = put(&business, "embed", model("wrong")).await;
    refused.is_problem(400, "invalid");
    let told = text(&refused.body["errors"][0]["message"]);
    assert!(told.contains("copy the key"), "{told}");
    assert_eq!(business.get("/ai/models").await["embed"], json!([]));
    assert_eq!(running.outbox::<ReindexKnowledge>().await.len(), 0);

    let saved = put(&business, "embed", model(KEY)).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    let probed = &saved.body["models"][0]["probed"];
    assert_eq!(
        (&probed["dimension"], &probed["languages"]),
        (&json!(64), &json!([]))
    );
    assert!(text(&saved.body["warnings"][0]).contains("Persian"));
    // Saved again without its key, it is measured with the one that is kept.
    let again = json!([{"base_url": stand_in.url(), "model": "vectors"}]);
    assert_eq!(put(&business, "embed", again).await.status, 200);
    // Each time it is said in the same breath that the knowledge has to be indexed for it.
    let outbox = running.outbox::<ReindexKnowledge>().await;
    assert_eq!(outbox.len(), 2);
    assert_eq!(outbox[0].0.tenant_id, business.tenant());
    let index = &business.get("/ai/models").await["index"];
    let expected = json!({"state": "building", "cause": null, "by_meaning": false});
    assert_eq!(index, &expected);
}

#[actix_web::test]
async fn a_test_reports_what_works_with_the_kept_key_and_nothing_logs_it() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || Log(Arc::clone(&kept)))
        .init();
    let stand_in = OpenAiStandIn::start().await.unwrap();
    stand_in.wants_key(KEY);
    stand_in.refuses_format("json_schema");
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let address = stand_in.url();
    let chain = json!([{"base_url": address, "model": "small", "key": KEY}]);
    assert_eq!(put(&business, "chat", chain).await.status, 200);
    let ask = async |body: Value| {
        let answer = business.send("POST", "/ai/models/test", body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    };
    let chat = json!({"task": "chat", "base_url": address, "model": "small"});
    let report = ask(chat.clone()).await;
    assert_eq!(report["works"], true, "{report}");
    assert_eq!(
        (&report["streams"], &report["structured"]),
        (&json!(true), &json!("json_object"))
    );
    assert!(report["latency_milliseconds"].is_u64());
    let rerank = json!({"task": "rerank", "base_url": address, "model": "order", "key": KEY});
    assert_eq!(ask(rerank.clone()).await["works"], true);
    // The key of one task is not another's.
    let mut keyless = rerank;
    keyless.as_object_mut().unwrap().remove("key");
    let report = ask(keyless).await;
    assert!(
        text(&report["problems"][0]).contains("copy the key"),
        "{report}"
    );
    let repeats_the_key = ModelFailure::Status(400, format!("your key {KEY} is odd"));
    stand_in.fails_always(Some(repeats_the_key));
    let report = ask(chat).await;
    assert_eq!(report["works"], false);
    assert!(!report.to_string().contains("very-secret"), "{report}");

    let lines = String::from_utf8_lossy(&lines.lock().unwrap()).into_owned();
    assert!(
        lines.contains("/ai/models/test") || lines.len() > 1000,
        "{lines}"
    );
    let leaks: Vec<&str> = lines
        .lines()
        .filter(|line| line.contains("very-secret"))
        .collect();
    // The stand-in server and the test's own client play the outside.
    assert_eq!(leaks, Vec::<&str>::new());
}

#[actix_web::test]
async fn wrong_models_are_told_all_at_once() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    for address in [
        "http://10.0.0.1/v1",
        "http://localhost/v1",
        "file:///etc/passwd",
        "api.openai.com",
        "http://user:password@127.0.0.1/v1",
    ] {
        let refused = put(
            &business,
            "chat",
            json!([{"base_url": address, "model": "m"}]),
        )
        .await;
        refused.is_problem(400, "invalid");
        assert_eq!(refused.body["errors"][0]["field"], "base_url", "{address}");
        let test = json!({"task": "chat", "base_url": address, "model": "m"});
        let refused = business.send("POST", "/ai/models/test", test).await;
        refused.is_problem(400, "invalid");
    }
    let wrong = json!({
        "base_url": "http://127.0.0.1:9", "model": " ", "key": "two words",
        "settings": {"temperature": 9, "max_tokens": 0, "price_in_per_million": -1,
            "currency": "gold", "structured": "xml"},
    });
    let refused = put(&business, "chat", json!([wrong])).await;
    refused.is_problem(400, "invalid");
    let errors = refused.body["errors"].as_array().unwrap();
    let mut fields: Vec<_> = errors.iter().map(|error| text(&error["field"])).collect();
    fields.sort();
    let expected = [
        "currency",
        "key",
        "max_tokens",
        "model",
        "price_in_per_million",
        "structured",
        "temperature",
    ];
    assert_eq!(fields, expected);
    let one = json!({"base_url": "http://127.0.0.1:9", "model": "m"});
    for (task, chain) in [
        ("embed", json!([one, one])),
        ("chat", json!([one, one])),
        ("chat", json!([one, one, one, one, one, one])),
    ] {
        put(&business, task, chain).await.is_problem(400, "invalid");
    }
    put(&business, "sing", json!([]))
        .await
        .is_problem(404, "not_found");
}

#[actix_web::test]
async fn budgets_and_usage_are_ones_own() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    let other = running.sign_up("omid@example.com").await;
    let budgets = json!({"day": {"messages": 100}, "month": {"cost_micros": 5_000_000}});
    let saved = business.send("PUT", "/ai/budgets", budgets).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    assert_eq!(business.get("/ai/budgets").await, saved.body);
    assert_eq!(saved.body["day"]["messages"], 100);
    assert!(other.get("/ai/budgets").await["day"]["messages"].is_null());
    let wrong = json!({"day": {"tokens": -1}});
    business
        .send("PUT", "/ai/budgets", wrong)
        .await
        .is_problem(400, "invalid");

    let used = Used {
        messages: 2,
        prompt_tokens: 10,
        completion_tokens: 5,
        cost_micros: 3,
    };
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    let tx = running.database.tenant(business.tenant()).await.unwrap();
    for (on, model) in [(23, "small"), (23, "large"), (2, "small")] {
        tx.usage().add(day(on), model, used).await.unwrap();
    }
    tx.commit().await.unwrap();
    let usage = business.get("/ai/usage").await;
    assert_eq!(usage["days"].as_array().unwrap().len(), 3);
    assert_eq!(usage["days"][0]["day"], "2026-11-02");
    assert_eq!(usage["today"]["messages"], 4);
    assert_eq!(usage["month"]["cost_micros"], 9);
    let usage = business
        .get("/ai/usage?from=2026-11-03&to=2026-11-30")
        .await;
    assert_eq!(usage["days"].as_array().unwrap().len(), 2);
    assert_eq!(other.get("/ai/usage").await["days"], json!([]));
    for query in [
        "from=x",
        "from=2026-12-01&to=2026-11-01",
        "from=1000-01-01",
        "to=+262142-12-31",
    ] {
        let path = format!("/ai/usage?{query}");
        business.ask("GET", &path).await.is_problem(400, "invalid");
    }
}
