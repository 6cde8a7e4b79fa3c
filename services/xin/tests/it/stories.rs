//! The stories.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xin_testkit::client::{Business, Customer, text, uuid};
use xin_testkit::stack::Stack;
use xin_testkit::telegram_stand_in::TelegramStandIn;

/// Longer than a burst window and a turn together.
const A_WHILE: Duration = Duration::from_millis(2500);

const GOLESTAN: &str = "هزینهٔ ارسال فروشگاه گلستان به سراسر ایران ۴۵ هزار تومان است. \
    کد تخفیف مشتریان گلستان «زعفران۴۲» است.";
const BARAN: &str = "ساعت کار کافه باران هر روز از ۸ صبح تا ۱۱ شب است. \
    گذرواژهٔ وای‌فای کافه «پونه۷۷» است.";

fn says(message: &Value, words: &str) -> bool {
    text(&message["text"]).contains(words)
}

/// Sign up two tenants, give each another secret fact, ask each widget for both: each answers its
/// own with a citation and never the other's. Then Telegram, and a person takes over.
pub async fn two_businesses_and_their_customers(stack: &mut Stack, telegram: &TelegramStandIn) {
    let golestan = Business::sign_up(stack, "گلستان").await;
    let baran = Business::sign_up(stack, "کافه باران").await;
    let document = golestan.knows("ارسال و تخفیف", GOLESTAN).await;
    baran.knows("راهنمای کافه", BARAN).await;
    let golestan_site = golestan.web_channel().await;
    let at_golestan = Customer::visit(stack, &golestan_site).await;
    let at_baran = Customer::visit(stack, &baran.web_channel().await).await;

    let began = Instant::now();
    let answer = at_golestan.asks("کد تخفیف چیست؟").await;
    println!("first answer after {:?}", began.elapsed());
    assert!(says(&answer, "زعفران۴۲"), "{answer}");
    assert_eq!(answer["citations"][0]["document_id"], document);
    let answer = at_golestan.asks("گذرواژهٔ وای‌فای چیست؟").await;
    assert!(!says(&answer, "پونه۷۷"), "{answer}");
    assert_eq!(answer["action"], "hand_off", "{answer}");

    let answer = at_baran.asks("گذرواژه وای فاي چيه؟").await;
    assert!(says(&answer, "پونه۷۷"), "{answer}");
    let answer = at_baran.asks("کد تخفیف چیست؟").await;
    assert!(!says(&answer, "زعفران۴۲"), "{answer}");

    foreign_ids_are_not_found(&baran, &at_golestan, &document).await;
    telegram_answers(stack, telegram, &golestan).await;
    a_person_takes_over(&golestan, stack, &golestan_site).await;
}

async fn foreign_ids_are_not_found(baran: &Business, at_golestan: &Customer, document: &str) {
    let conversation = &at_golestan.conversation;
    for (method, path) in [
        (Method::GET, format!("/conversations/{conversation}")),
        (
            Method::GET,
            format!("/conversations/{conversation}/messages"),
        ),
        (
            Method::POST,
            format!("/conversations/{conversation}/take-over"),
        ),
        (Method::GET, format!("/knowledge/documents/{document}")),
        (Method::DELETE, format!("/knowledge/documents/{document}")),
    ] {
        let (status, answer) = baran.ask(method, &path, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {answer}");
    }
}

async fn telegram_answers(stack: &Stack, telegram: &TelegramStandIn, golestan: &Business) {
    let channel = json!({"kind": "telegram", "name": "ربات", "token": "123456:test-token"});
    let channel = golestan.post("/channels", channel).await;
    assert_eq!(channel["state"], "active", "{channel}");
    assert!(!channel.to_string().contains("test-token"));
    telegram.customer_says(7001, "کد تخفیف چیست؟");
    let began = Instant::now();
    while !telegram
        .sent_to(7001)
        .iter()
        .any(|sent| sent.contains("زعفران۴۲"))
    {
        let sent = telegram.sent_to(7001);
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "Telegram got {sent:?}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(telegram.sent_to(7001).len(), 1);
    let hook = format!(
        "{}/hooks/telegram/{}",
        stack.hooks,
        text(&channel["public_id"])
    );
    for secret in [None, Some("guess")] {
        let mut request = stack.http.post(&hook).body("{\"update_id\":1}");
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED
        );
    }
}

async fn a_person_takes_over(golestan: &Business, stack: &Stack, site: &str) {
    let customer = Customer::visit(stack, site).await;
    customer.asks("هزینه ارسال چقدر است؟").await;
    let path = format!("/conversations/{}", customer.conversation);
    let taken = golestan.post(&format!("{path}/take-over"), json!({})).await;
    assert_eq!(taken["owner"]["kind"], "agent");
    customer.says("کد تخفیف چیست؟").await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(
        customer.of("ai").await.len(),
        1,
        "the AI speaks while a person owns it"
    );
    golestan
        .post(
            &format!("{path}/messages"),
            json!({"text": "الان بررسی می‌کنم"}),
        )
        .await;
    let heard = customer.hears("agent", 1).await;
    assert!(says(&heard, "بررسی"));
    let back = golestan.post(&format!("{path}/hand-back"), json!({})).await;
    assert_eq!(back["owner"]["kind"], "ai");
    let answer = customer.asks("کد تخفیف را بگویید").await;
    assert!(says(&answer, "زعفران۴۲"), "{answer}");
    let resolved = golestan.post(&format!("{path}/resolve"), json!({})).await;
    assert_eq!(resolved["status"], "resolved");
}

/// The same message three times is one message and one reply; three short messages within a second
/// are one reply; a reply asked for before a take-over is never delivered.
pub async fn repeats_bursts_and_late_replies(stack: &mut Stack, telegram: &TelegramStandIn) {
    let business = Business::sign_up(stack, "گلستان").await;
    business.knows("ارسال و تخفیف", GOLESTAN).await;
    let site = business.web_channel().await;

    let customer = Customer::visit(stack, &site).await;
    let client_id = uuid();
    for _ in 0..3 {
        customer.says_as(&client_id, "کد تخفیف چیست؟").await;
    }
    customer.hears("ai", 1).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(customer.messages().await.len(), 2);

    let customer = Customer::visit(stack, &site).await;
    for words in ["سلام", "یک سؤال داشتم", "هزینه ارسال چقدر است؟"]
    {
        customer.says(words).await;
    }
    let answer = customer.hears("ai", 1).await;
    assert!(says(&answer, "۴۵"), "{answer}");
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(customer.of("ai").await.len(), 1);

    let customer = Customer::visit(stack, &site).await;
    customer.says("کد تخفیف چیست؟").await;
    let path = format!("/conversations/{}/take-over", customer.conversation);
    let began = Instant::now();
    while business.ask(Method::POST, &path, Some(json!({}))).await.0 != StatusCode::OK {
        assert!(began.elapsed() < A_WHILE, "not taken over in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(A_WHILE).await;
    assert!(
        customer.of("ai").await.is_empty(),
        "a reply from before the take-over came after"
    );

    the_same_webhook_three_times(stack, telegram, &business).await;
}

async fn the_same_webhook_three_times(
    stack: &Stack,
    telegram: &TelegramStandIn,
    business: &Business,
) {
    let channel = json!({"kind": "telegram", "name": "ربات", "token": "123456:test-token"});
    business.post("/channels", channel).await;
    telegram.customer_says_repeatedly(7002, "کد تخفیف چیست؟", 3);
    let began = Instant::now();
    while telegram.sent_to(7002).is_empty() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "Telegram got nothing"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(telegram.sent_to(7002).len(), 1);
    let conversations = business.get("/conversations?limit=50").await;
    let of_telegram: Vec<_> = conversations["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|conversation| conversation["channel"]["kind"] == "telegram")
        .collect();
    assert_eq!(of_telegram.len(), 1);
    let messages = business.messages(&text(&of_telegram[0]["id"])).await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        stack
            .http
            .get(format!("{}/metrics", stack.api))
            .send()
            .await
            .is_ok()
    );
}

/// A PDF in Persian is answered from; one that is broken says so.
pub async fn a_persian_pdf_and_a_broken_one(stack: &mut Stack, _telegram: &TelegramStandIn) {
    let business = Business::sign_up(stack, "گلستان").await;
    let whole = include_bytes!("../fixtures/return-policy.pdf");
    let document = business.uploads("return-policy.pdf", whole.to_vec()).await;
    assert_eq!(document["state"], "ready", "{document}");
    let broken = business
        .uploads("broken.pdf", whole[..whole.len() / 3].to_vec())
        .await;
    assert_eq!(broken["state"], "failed", "{broken}");
    assert!(!text(&broken["error"]["message"]).is_empty());
    let customer = Customer::visit(stack, &business.web_channel().await).await;
    let answer = customer.asks("مهلت مرجوع کردن کالا چند روز است؟").await;
    assert!(says(&answer, "۱۴") || says(&answer, "14"), "{answer}");
    assert_eq!(answer["citations"][0]["document_id"], document["id"]);

    let id = text(&document["id"]);
    let (status, _) = business
        .ask(Method::DELETE, &format!("/knowledge/documents/{id}"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let answer = customer.asks("مهلت مرجوع کردن کالا چند روز است؟").await;
    assert_eq!(
        answer["action"], "hand_off",
        "answered from what was deleted: {answer}"
    );
}

/// Every process is asked to stop while questions are on their way, and started again: each
/// question has exactly one reply.
pub async fn a_restart_in_the_middle(stack: &mut Stack, _telegram: &TelegramStandIn) {
    let business = Business::sign_up(stack, "گلستان").await;
    business.knows("ارسال و تخفیف", GOLESTAN).await;
    let site = business.web_channel().await;
    let mut customers = Vec::new();
    for _ in 0..20 {
        let customer = Customer::visit(stack, &site).await;
        customer.says("کد تخفیف چیست؟").await;
        customers.push(customer);
    }
    for process in &mut stack.processes {
        if process.name() != "qdrant-stand-in" {
            process.terminate().unwrap();
            process.start().unwrap();
        }
    }
    stack.ready().await.unwrap();
    for customer in &customers {
        customer.hears("ai", 1).await;
    }
    tokio::time::sleep(A_WHILE).await;
    for customer in &customers {
        assert_eq!(customer.of("ai").await.len(), 1);
    }
}

/// The database is away, then the broker: the services say so, wait and go on by themselves, and
/// every question that was accepted has exactly one reply.
pub async fn parts_go_away_and_come_back(stack: &mut Stack) {
    let business = Business::sign_up(stack, "گلستان").await;
    business.knows("ارسال و تخفیف", GOLESTAN).await;
    let site = business.web_channel().await;
    for part in ["database", "broker"] {
        let mut customers = Vec::new();
        for _ in 0..10 {
            customers.push(Customer::visit(stack, &site).await);
        }
        for customer in &customers[..5] {
            customer.says("کد تخفیف چیست؟").await;
        }
        let lines = stack.lines.as_ref().unwrap();
        let line = if part == "database" {
            &lines.database
        } else {
            &lines.broker
        };
        line.cut();
        say_that(stack, part, false).await;
        let waiting: Vec<_> = customers[5..]
            .iter()
            .map(|customer| customer.says("هزینه ارسال چقدر است؟"))
            .collect();
        let mend_later = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            line.mend();
        };
        tokio::join!(futures::future::join_all(waiting), mend_later);
        say_that(stack, part, true).await;
        for customer in &customers {
            customer.hears("ai", 1).await;
        }
        tokio::time::sleep(A_WHILE).await;
        for customer in &customers {
            assert_eq!(
                customer.of("ai").await.len(),
                1,
                "after the {part} was away"
            );
            assert_eq!(
                customer.of("customer").await.len(),
                1,
                "after the {part} was away"
            );
        }
    }
}

/// Waits until the gateway says of a part that it is there, or that it is not.
async fn say_that(stack: &Stack, part: &str, there: bool) {
    let began = Instant::now();
    loop {
        let answer = stack
            .http
            .get(format!("{}/readyz", stack.api))
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let report: Value = answer.json().await.unwrap();
        let parts = report["parts"].as_array().unwrap();
        let of_part = parts.iter().find(|found| found["name"] == part).unwrap();
        if of_part["ok"] == there {
            let wanted = if there {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            assert!(status == wanted || there, "{report}");
            return;
        }
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{part} still: {report}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
