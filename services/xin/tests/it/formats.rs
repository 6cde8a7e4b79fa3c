//! One file of each format, in Persian and in English, made by the programs that people use
//! (`tests/fixtures/formats/make.sh`): each is answered from, and cited.

use std::path::Path;

use xin_testkit::client::{Business, Customer, text};
use xin_testkit::stack::Stack;

use crate::shapes::programs;

/// A file, a question whose answer is in no other, and what the answer must say.
type Case = (&'static str, &'static str, &'static str);

const PERSIAN: &[Case] = &[
    (
        "returns.pdf",
        "مهلت بازگرداندن فرش دستباف چند روز است؟",
        "۲۱",
    ),
    ("warranty.pdf", "گارانتی آبمیوه‌گیری چند ماه است؟", "۳۰"),
    ("installation.docx", "هزینهٔ نصب لوستر چقدر است؟", "۲۷۰"),
    ("club.pptx", "اعضای سطح طلایی چند درصد تخفیف می‌گیرند؟", "۱۲"),
    ("prices.xlsx", "قیمت گلدان سرامیکی چند است؟", "415,000"),
    ("branches.csv", "ساعت کار شعبهٔ شیراز چیست؟", "۲۱:۳۰"),
    (
        "delivery.html",
        "ارسال به جزیرهٔ کیش چند روز طول می‌کشد؟",
        "۹ روز",
    ),
    (
        "support.txt",
        "شمارهٔ پشتیبانی سفارش‌های سازمانی چیست؟",
        "۵۵۴۴۳۳۲۲",
    ),
    ("gift-card.md", "کارت هدیه چند ماه اعتبار دارد؟", "۱۸"),
];
const ENGLISH: &[Case] = &[
    (
        "returns.pdf",
        "Within how many days can handmade carpets be returned?",
        "23",
    ),
    ("warranty.pdf", "How long is the warranty of juicers?", "34"),
    (
        "installation.docx",
        "What is the fee of chandelier installation?",
        "48",
    ),
    ("club.pptx", "What discount do gold members get?", "13"),
    (
        "prices.xlsx",
        "What is the price of the ceramic vase?",
        "46.50",
    ),
    (
        "branches.csv",
        "What are the opening hours of the Shiraz branch?",
        "21:45",
    ),
    (
        "delivery.html",
        "How many working days does delivery to Kish island take?",
        "11",
    ),
    (
        "support.txt",
        "What is the support number for corporate orders?",
        "55443366",
    ),
    (
        "gift-card.md",
        "How many months is the gift card valid?",
        "20",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_format_is_answered_from_and_cited() {
    let stack = Stack::one_program(programs(), &[]).await.unwrap();
    let persian = answers(&stack, "نگارین", "fa", PERSIAN);
    let english = answers(&stack, "Negarin", "en", ENGLISH);
    tokio::join!(persian, english);
}

/// Uploads the files of a language, then asks for each of them.
async fn answers(stack: &Stack, business: &str, language: &str, cases: &[Case]) {
    let business = Business::sign_up(stack, business).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/formats")
        .join(language);
    let uploads = cases.iter().map(async |(name, _, _)| {
        let document = business
            .uploads(name, std::fs::read(folder.join(name)).unwrap())
            .await;
        assert_eq!(document["state"], "ready", "{name}: {document}");
        text(&document["id"])
    });
    let documents = futures::future::join_all(uploads).await;
    let site = business.web_channel().await;
    let questions = cases
        .iter()
        .zip(documents)
        .map(async |((name, question, fact), id)| {
            let answer = Customer::visit(stack, &site).await.asks(question).await;
            assert!(text(&answer["text"]).contains(fact), "{name}: {answer}");
            let citations = answer["citations"].as_array().unwrap();
            let cited = citations
                .iter()
                .any(|citation| citation["document_id"] == id);
            assert!(cited, "{name}: {answer}");
        });
    futures::future::join_all(questions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_made_to_exhaust_its_reader_fails_alone() {
    let stack = Stack::one_program(programs(), &[]).await.unwrap();
    let business = Business::sign_up(&stack, "نگارین").await;
    let page = format!("<!doctype html>{}", "<div>".repeat(100_000));
    let document = business.uploads("page.html", page.into_bytes()).await;
    assert_eq!(document["state"], "failed", "{document}");
    assert_eq!(document["error"]["code"], "too_deeply_nested", "{document}");
    business
        .knows("کارت هدیه", "کارت هدیه ۱۸ ماه اعتبار دارد.")
        .await;
}
