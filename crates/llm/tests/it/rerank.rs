use std::time::Duration;

use serde_json::json;
use xin_llm::{HttpReranker, LlmError, Reranker, RerankerSettings};

use crate::http;
use crate::openai_stand_in::{ModelFailure, OpenAiStandIn};

#[tokio::test]
async fn documents_are_ordered_and_failures_told_apart() {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    let settings = RerankerSettings {
        base_url: format!("{}/v1/rerank", stand_in.url()),
        api_key: "sk-very-secret".to_owned(),
        model: "order".to_owned(),
        timeout: Duration::from_millis(500),
    };
    let reranker = HttpReranker::new(http(), settings).unwrap();
    let documents = ["سلام", "هزینه ارسال", "هزینه ارسال چقدر"].map(str::to_owned);
    let ranked = reranker
        .rerank("هزینه ارسال چقدر", &documents, 2)
        .await
        .unwrap();
    let order: Vec<_> = ranked.iter().map(|ranked| ranked.index).collect();
    assert_eq!(order, [2, 1]);
    let asked = stand_in.requests().remove(0);
    assert_eq!(
        (asked.path.as_str(), asked.key.as_str()),
        ("/v1/rerank", "sk-very-secret")
    );
    assert_eq!(asked.body["top_n"], json!(2));
    assert!(reranker.rerank("؟", &[], 2).await.unwrap().is_empty());
    assert_eq!(stand_in.requests().len(), 1);

    let status = |code, body: &str| ModelFailure::Status(code, body.to_owned());
    for (failure, code) in [
        (status(401, "bad sk-very-secret"), "key_refused"),
        (status(422, "bad sk-very-secret"), "refused"),
        (status(500, "bad sk-very-secret"), "unavailable"),
        (status(200, "<html>"), "malformed"),
        (ModelFailure::HangUp, "unavailable"),
    ] {
        stand_in.will_fail(failure);
        let error = reranker.rerank("؟", &documents, 2).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.to_string().contains("very-secret"), "{error}");
    }
    stand_in.will_fail(ModelFailure::Delay(Duration::from_secs(30)));
    assert_eq!(
        reranker.rerank("؟", &documents, 2).await,
        Err(LlmError::Timeout)
    );
}
