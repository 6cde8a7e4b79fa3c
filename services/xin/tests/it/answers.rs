//! What comes of a question that cannot be answered, and of one that is tried out, in both shapes.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xin_testkit::client::{Business, Customer, text};
use xin_testkit::stack::Stack;

const PATIENCE: Duration = Duration::from_secs(30);

fn programs() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_xin")).parent().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_one_program() {
    let stack = Stack::one_program(programs(), &[]).await.unwrap();
    a_handoff_leaves_a_note_and_a_gap(&stack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_five_services() {
    let stack = Stack::five_services(programs(), &[]).await.unwrap();
    a_handoff_leaves_a_note_and_a_gap(&stack).await;
}

async fn a_handoff_leaves_a_note_and_a_gap(stack: &Stack) {
    let business = Business::sign_up(stack, "گلستان").await;
    let shipping = "هزینهٔ ارسال به سراسر ایران ۴۵ هزار تومان است.";
    let document = business.knows("ارسال", shipping).await;
    let site = business.web_channel().await;
    let customer = Customer::visit(stack, &site).await;
    let reply = customer.asks("پایتخت فرانسه کجاست؟").await;
    assert_eq!(reply["action"], "hand_off", "{reply}");

    // Staff read why, the customer does not; and the customer's last word is the reply.
    let messages = business.messages(&customer.conversation).await;
    let authors: Vec<_> = messages.iter().map(|said| text(&said["author"])).collect();
    assert_eq!(authors, ["customer", "system", "ai"], "{messages:?}");
    assert!(text(&messages[1]["text"]).contains("پایتخت فرانسه"));
    assert_eq!(messages[2]["trace"]["reason"], "unknown");
    assert_eq!(customer.messages().await.len(), 2);

    let again = Customer::visit(stack, &site).await;
    again.asks("پايتخت فرانسه کجاست").await;
    let gaps = business.get("/knowledge/gaps").await;
    assert_eq!(gaps["items"].as_array().unwrap().len(), 1, "{gaps}");
    assert_eq!(gaps["items"][0]["count"], 2);
    let path = format!("/knowledge/gaps/{}/resolve", text(&gaps["items"][0]["id"]));
    let (status, _) = business.ask(Method::POST, &path, Some(json!({}))).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(business.get("/knowledge/gaps").await["items"], json!([]));

    let person = Customer::visit(stack, &site).await;
    let reply = person.asks("می‌خوام با اپراتور صحبت کنم").await;
    assert_eq!(reply["action"], "hand_off", "{reply}");
    let conversation = business
        .get(&format!("/conversations/{}", person.conversation))
        .await;
    assert_eq!(conversation["owner"]["kind"], "nobody");
    assert_eq!(business.get("/knowledge/gaps").await["items"], json!([]));

    let brand = json!({"sign_off": "امضای تازه"});
    let tried = tried(
        &business,
        json!({"question": "هزینهٔ ارسال چقدر است؟", "brand": brand}),
    )
    .await;
    assert!(text(&tried["text"]).contains("۴۵ هزار"), "{tried}");
    assert!(text(&tried["text"]).ends_with("امضای تازه"));
    assert_eq!(tried["citations"][0]["document_id"], document);
}

async fn tried(business: &Business, request: Value) -> Value {
    let trial = business.post("/ai/playground", request).await;
    let path = format!("/ai/playground/{}", text(&trial["id"]));
    let began = Instant::now();
    loop {
        let trial = business.get(&path).await;
        if trial["done"] == true {
            return trial["outcome"].clone();
        }
        assert!(began.elapsed() < PATIENCE, "nothing came of it");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
