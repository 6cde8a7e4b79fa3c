//! What is proposed for a question.

use xin_domain::{AiSettings, Brand, HandoffRules};
use xin_testkit::openai_stand_in::structured;

use crate::shop::Shop;

const SHIPPING: &str = "هزینهٔ ارسال به تهران ۵۰٬۰۰۰ تومان و به شهرستان‌ها ۸۰ هزار تومان است. \
                        ارسال دو تا چهار روز کاری طول می‌کشد.";

#[tokio::test(flavor = "multi_thread")]
async fn a_supported_answer_is_proposed_with_its_trace() {
    let shop = Shop::with_model().await;
    let document = shop.knows("ارسال", SHIPPING).await;
    shop.model
        .will_answer("ارسال به تهران 50,000 تومان است.", &[1]);
    let (reply, trace) = shop.asked("هزینهٔ ارسال به تهران چقدر است؟").await;
    assert_eq!(reply.action, "answer", "{trace}");
    assert_eq!(reply.citations[0].document_id, document.to_string());
    assert_eq!(trace["prompt"], "answer.v2");
    assert_eq!(trace["model"], "played");
    assert_eq!(trace["tokens"]["prompt"], 7);
    assert_eq!(trace["checks"][0]["passed"].as_array().unwrap().len(), 6);
    assert_eq!(trace["passages"][0]["document_id"], document.to_string());
    assert!(trace["confidence"].as_f64().unwrap() > 0.5, "{trace}");
    assert!(reply.gap.is_none() && reply.summary.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_price_is_written_again_and_then_handed_off() {
    let shop = Shop::with_model().await;
    shop.knows("ارسال", SHIPPING).await;
    shop.model
        .will_answer("ارسال به تهران ۵۰۰٬۰۰۰ ریال است.", &[1]);
    shop.model
        .will_answer("ارسال به تهران ۵۰ هزار تومان است.", &[1]);
    let (reply, trace) = shop.asked("هزینهٔ ارسال به تهران چقدر است؟").await;
    assert_eq!(reply.action, "answer", "{trace}");
    assert_eq!(trace["checks"][0]["fault"], "unsupported");
    assert_eq!(trace["checks"][0]["detail"], "500000 rial");
    let again = shop.model.requests()[1].body.to_string();
    assert!(again.contains("# Correction") && again.contains("500000 rial"));

    for _ in 0..2 {
        shop.model.will_answer("ارسال رایگان و ۲۴ ساعته است.", &[1]);
    }
    let (reply, trace) = shop.asked("هزینهٔ ارسال به شهرستان‌ها چقدر است؟").await;
    assert_eq!(
        (reply.action.as_str(), reply.handoff_reason.as_str()),
        ("hand_off", "failed_check")
    );
    assert_eq!(reply.gap.unwrap().reason, "failed_check");
    assert!(reply.summary.contains("شهرستان‌ها") && reply.summary.contains("ارسال"));
    assert_eq!(trace["check"], "unsupported");
    assert_eq!(shop.model.chat_count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_for_a_person_asks_no_model() {
    let shop = Shop::with_model().await;
    let (reply, trace) = shop.asked("لطفا وصلم کنید به پشتیبانی").await;
    assert_eq!(
        (reply.action.as_str(), reply.handoff_reason.as_str()),
        ("hand_off", "asked_for_human")
    );
    assert!(!reply.text.is_empty() && reply.gap.is_none());
    assert_eq!(trace["reason"], "asked_for_human");
    assert_eq!(shop.model.chat_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_is_asked_as_a_whole_question() {
    let shop = Shop::with_model().await;
    shop.knows("ارسال", SHIPPING).await;
    shop.asked("سلام").await;
    shop.replied("ارسال به تهران ۵۰ هزار تومان است.", false)
        .await;
    shop.model.will_write(structured(
        "answer",
        "هزینهٔ ارسال به شهرستان‌ها چقدر است؟",
        &[],
    ));
    shop.model
        .will_answer("ارسال به شهرستان‌ها ۸۰ هزار تومان است.", &[1]);
    let (reply, trace) = shop.asked("و به شهرستان؟").await;
    assert_eq!(reply.action, "answer", "{trace}");
    assert_eq!(trace["rewritten"], "هزینهٔ ارسال به شهرستان‌ها چقدر است؟");
    assert_eq!(trace["calls"][0]["task"], "rewrite");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_model_ends_in_a_handoff() {
    let shop = Shop::with_model().await;
    shop.knows("ارسال", SHIPPING).await;
    let down = xin_testkit::openai_stand_in::ModelFailure::Status(500, "down".to_owned());
    shop.model.fails_always(Some(down));
    let (reply, trace) = shop.asked("هزینهٔ ارسال به تهران چقدر است؟").await;
    assert_eq!(
        (reply.action.as_str(), reply.handoff_reason.as_str()),
        ("hand_off", "failure")
    );
    assert_eq!(trace["decision"], "hand_off");
    assert!(trace["error"].is_string() && !reply.text.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_answers_are_quoted_in_the_tenants_voice() {
    let shop = Shop::without_model().await;
    shop.knows("ارسال", SHIPPING).await;
    shop.knows(
        "گارانتی چند ماه است؟",
        "هجده ماه، و ثبت آن با شمارهٔ سریال است.",
    )
    .await;
    let brand = Brand {
        sign_off: "با احترام، گلستان".to_owned(),
        ..Brand::default()
    };
    shop.set(&brand, &AiSettings::default()).await;
    let (reply, trace) = shop.asked("هزینهٔ ارسال به تهران چقدر است؟").await;
    assert_eq!(reply.action, "answer", "{trace}");
    assert!(
        reply.text.starts_with("بر اساس «ارسال»:\n"),
        "{}",
        reply.text
    );
    assert!(reply.text.ends_with("با احترام، گلستان"));
    // The tenant's own answer to its own question needs no source.
    shop.replied("…", false).await;
    let (reply, trace) = shop.asked("گارانتی چند ماه است؟").await;
    assert!(reply.text.starts_with("هجده ماه، و ثبت آن"), "{trace}");
    shop.replied("…", false).await;
    let (reply, _) = shop.asked("پایتخت فرانسه کجاست؟").await;
    assert_eq!(
        (reply.action.as_str(), reply.handoff_reason.as_str()),
        ("hand_off", "unknown")
    );
    assert_eq!(reply.gap.unwrap().question, "پایتخت فرانسه کجاست؟");
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_back_too_often_ends_in_a_handoff() {
    let shop = Shop::without_model().await;
    shop.knows("ارسال", SHIPPING).await;
    shop.knows("بازگشت", "هزینهٔ بازگشت کالا با فروشگاه است.")
        .await;
    // Nothing is sure enough to answer, and everything is enough to ask back.
    let settings = AiSettings {
        answer_threshold: Some(1.0),
        clarify_threshold: Some(0.0),
        handoff: HandoffRules::default(),
        ..AiSettings::default()
    };
    shop.set(&Brand::default(), &settings).await;
    let (reply, trace) = shop.asked("هزینهٔ کالا؟").await;
    assert_eq!(reply.action, "clarify", "{trace}");
    assert!(reply.text.contains("«ارسال»") && reply.text.contains("«بازگشت»"));
    assert_eq!(trace["low_confidence"], true);
    shop.replied(&reply.text, true).await;
    let (reply, trace) = shop.asked("هزینهٔ کالا؟").await;
    assert_eq!(
        (reply.action.as_str(), reply.handoff_reason.as_str()),
        ("hand_off", "low_confidence"),
        "{trace}"
    );
}
