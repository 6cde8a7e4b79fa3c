//! A website becomes answers, and what changes on it changes them.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::{Value, json};
use xin_testkit::client::{Business, Customer, text};
use xin_testkit::stack::Stack;
use xin_testkit::stand_in_server::{Answer, Request, Respond, StandInServer};

const PATIENCE: Duration = Duration::from_secs(30);

/// A shop with two pages, one of which says how much sending costs.
struct Shop {
    price: Mutex<&'static str>,
}

#[async_trait]
impl Respond for Shop {
    async fn respond(&self, request: Request) -> Answer {
        let price = *self.price.lock().unwrap();
        let (title, words) = match request.path.as_str() {
            "/" => (
                "فروشگاه نیلوفر",
                "به فروشگاه نیلوفر خوش آمدید. از اینجا به همهٔ بخش‌ها می‌رسید. \
                 <a href='/%D8%A7%D8%B1%D8%B3%D8%A7%D9%84'>شرایط ارسال</a>"
                    .to_owned(),
            ),
            "/%D8%A7%D8%B1%D8%B3%D8%A7%D9%84" => (
                "شرایط ارسال",
                format!(
                    "هزینهٔ ارسال کتاب‌ها به سراسر ایران {price} هزار تومان است. \
                     سفارش‌ها دو روزه به دست شما می‌رسد."
                ),
            ),
            _ => {
                return Answer::Whole {
                    status: 404,
                    headers: Vec::new(),
                    content_type: "text/html",
                    body: String::new(),
                };
            }
        };
        Answer::Whole {
            status: 200,
            headers: Vec::new(),
            content_type: "text/html; charset=utf-8",
            body: format!(
                "<!doctype html><html lang=fa><title>{title}</title><nav><a href='/'>خانه</a></nav>\
                 <main><h1>{title}</h1><p>{words}</p></main><footer>پانوشت</footer></html>"
            ),
        }
    }
}

/// The website when its run is over and its pages are indexed.
async fn read(business: &Business, path: &str, version: &str) -> Value {
    let began = Instant::now();
    loop {
        let website = business.get(path).await;
        let documents = business.get("/knowledge/documents").await;
        let documents = documents["items"].as_array().unwrap().clone();
        let is_ready = documents.len() == 2
            && documents
                .iter()
                .all(|document| document["state"] == "ready");
        let is_over = website["state"] == "ready" && website["last_run_started_at"] != *version;
        if is_over && is_ready {
            return website;
        }
        assert!(
            began.elapsed() < PATIENCE && website["state"] != "failed",
            "{website} {documents:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn programs() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_xin")).parent().unwrap()
}

const QUICK: [(&str, &str); 1] = [("XIN_CRAWL_DELAY_MS", "10")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_website_becomes_answers_in_one_program() {
    let stack = Stack::one_program(programs(), &QUICK).await.unwrap();
    a_website_becomes_answers_and_stays_fresh(&stack).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_website_becomes_answers_in_five_services() {
    let stack = Stack::five_services(programs(), &QUICK).await.unwrap();
    a_website_becomes_answers_and_stays_fresh(&stack).await;
}

async fn a_website_becomes_answers_and_stays_fresh(stack: &Stack) {
    let shop = Arc::new(Shop {
        price: Mutex::new("۴۵"),
    });
    let respond: Arc<dyn Respond> = shop.clone();
    let server = StandInServer::start(respond).await.unwrap();
    let business = Business::sign_up(stack, "نیلوفر").await;
    let body = json!({"start_url": server.url(), "max_pages": 10});
    let website = business.post("/knowledge/websites", body).await;
    let path = format!("/knowledge/websites/{}", text(&website["id"]));
    let website = read(&business, &path, "").await;
    assert_eq!(website["counts"]["changed"], 2, "{website}");

    let customer = Customer::visit(stack, &business.web_channel().await).await;
    let answer = customer.asks("هزینه ارسال کتاب چقدر است؟").await;
    assert!(text(&answer["text"]).contains("۴۵"), "{answer}");
    let documents = business.get("/knowledge/documents").await;
    let cited = &answer["citations"][0]["document_id"];
    let documents = documents["items"].as_array().unwrap();
    let page = documents.iter().find(|document| document["id"] == *cited);
    let address = format!("{}/%D8%A7%D8%B1%D8%B3%D8%A7%D9%84", server.url());
    assert_eq!(page.unwrap()["url"], address);

    *shop.price.lock().unwrap() = "۶۰";
    business.post(&format!("{path}/refresh"), json!({})).await;
    let website = read(&business, &path, &text(&website["last_run_started_at"])).await;
    assert_eq!(website["counts"]["changed"], 1, "{website}");
    assert_eq!(website["counts"]["unchanged"], 1, "{website}");
    let answer = customer.asks("هزینه ارسال کتاب الان چقدر است؟").await;
    assert!(text(&answer["text"]).contains("۶۰"), "{answer}");
    assert!(!text(&answer["text"]).contains("۴۵"), "{answer}");

    let (status, _) = business.ask(reqwest::Method::DELETE, &path, None).await;
    assert_eq!(status, reqwest::StatusCode::NO_CONTENT);
    let answer = customer.asks("هزینه ارسال کتاب چقدر است؟").await;
    assert!(!text(&answer["text"]).contains("۶۰"), "{answer}");
}
