//! What staff try out takes the path of a customer's turn.

use xin_domain::{Brand, ChannelKind, PlaygroundRequest, Register};

use crate::shop::Shop;

fn request(question: &str) -> PlaygroundRequest {
    PlaygroundRequest {
        question: question.to_owned(),
        history: Vec::new(),
        channel_kind: ChannelKind::Web,
        brand: None,
        settings: None,
        draft: false,
        retrieval_only: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_says_what_a_customer_would_read() {
    let shop = Shop::without_model().await;
    shop.knows("ارسال", "هزینهٔ ارسال به تهران ۵۰٬۰۰۰ تومان است.")
        .await;
    let question = "هزینهٔ ارسال به تهران چقدر است؟";
    let (reply, _) = shop.asked(question).await;
    let tried = shop.tried(request(question)).await;
    assert_eq!(tried["text"], reply.text);
    assert_eq!(tried["action"], "answer");
    assert_eq!(tried["citations"][0]["title"], "ارسال");

    let brand = Brand {
        sign_off: "امضای تازه".to_owned(),
        register: Register::Informal,
        ..Brand::default()
    };
    let drafted = PlaygroundRequest {
        brand: Some(brand),
        ..request(question)
    };
    let tried = shop.tried(drafted).await;
    assert!(tried["text"].as_str().unwrap().ends_with("امضای تازه"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_retrieval_shows_passages_and_asks_no_model() {
    let shop = Shop::with_model().await;
    let document = shop
        .knows("ارسال", "هزینهٔ ارسال به تهران ۵۰٬۰۰۰ تومان است.")
        .await;
    let looked_up = PlaygroundRequest {
        retrieval_only: true,
        ..request("هزینهٔ ارسال به تهران چقدر است؟")
    };
    let found = shop.tried(looked_up).await;
    assert_eq!(found["action"], "answer", "{found}");
    assert_eq!(found["passages"][0]["document_id"], document.to_string());
    assert!(found["passages"][0]["sparse"].is_number());
    assert!(found["confidence_parts"]["features"].is_object());
    assert_eq!(shop.model.chat_count(), 0);
}
