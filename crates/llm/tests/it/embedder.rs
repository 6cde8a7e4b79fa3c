use std::time::Duration;

use xin_domain::ErrorKind;
use xin_llm::{Embedder, LlmError, OpenAiEmbedder, OpenAiEmbedderSettings};

use crate::http;
use crate::meaning::hashed_vector;
use crate::openai_stand_in::{ModelFailure, OpenAiStandIn};

async fn pair(dimension: usize) -> (OpenAiStandIn, OpenAiEmbedder) {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    let settings = OpenAiEmbedderSettings {
        base_url: stand_in.url(),
        api_key: String::new(),
        model: "vectors".to_owned(),
        dimension,
        timeout: Duration::from_millis(500),
    };
    let embedder = OpenAiEmbedder::new(http(), settings).unwrap();
    (stand_in, embedder)
}

fn texts(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("متن شماره {number}"))
        .collect()
}

#[tokio::test]
async fn each_text_gets_its_own_vector_however_many_there_are() {
    let (stand_in, embedder) = pair(16).await;
    let texts = texts(130);
    let vectors = embedder.embed(&texts).await.unwrap();
    assert_eq!(embedder.dimension(), 16);
    assert_eq!(stand_in.embedding_count(), 3);
    for (text, vector) in texts.iter().zip(&vectors) {
        for (expected, actual) in hashed_vector(text, 16).iter().zip(vector) {
            assert!((expected - actual).abs() < 1e-6, "{text}");
        }
    }
    assert!(embedder.embed(&[]).await.unwrap().is_empty());
    assert_eq!(stand_in.embedding_count(), 3);
}

#[tokio::test]
async fn a_server_with_one_dimension_is_asked_without_it() {
    let (stand_in, embedder) = pair(64).await;
    stand_in.refuses_parameter("dimensions");
    stand_in.refuses_parameter("encoding_format");
    assert_eq!(embedder.embed(&texts(1)).await.unwrap()[0].len(), 64);
}

#[tokio::test]
async fn another_dimension_is_a_wrong_setting() {
    let (stand_in, embedder) = pair(16).await;
    stand_in.refuses_parameter("dimensions");
    let error = embedder.embed(&texts(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(
        error.to_string().contains("64 numbers and not 16"),
        "{error}"
    );
}

#[tokio::test]
async fn odd_answers_are_errors() {
    let (stand_in, embedder) = pair(2).await;
    for body in [
        r#"{"data":[]}"#,
        r#"{"object":"list"}"#,
        r#"{"data":[{"embedding":[1,2]},{"embedding":[1,2]}]}"#,
        r#"{"data":[{"embedding":["a"]}]}"#,
        "<html>",
    ] {
        stand_in.will_fail(ModelFailure::Status(200, body.to_owned()));
        let error = embedder.embed(&texts(1)).await.unwrap_err();
        assert!(
            matches!(error, LlmError::Malformed { .. }),
            "{body}: {error}"
        );
    }
    stand_in.will_fail(ModelFailure::Delay(Duration::from_secs(9)));
    assert_eq!(embedder.embed(&texts(1)).await, Err(LlmError::Timeout));
}
