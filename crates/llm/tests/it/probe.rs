use std::time::Duration;

use xin_llm::{Endpoint, Form, probe_chat, probe_embedder, probe_reranker};

use crate::http;
use crate::openai_stand_in::{ModelFailure, OpenAiStandIn};

async fn pair() -> (OpenAiStandIn, Endpoint) {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    let endpoint = Endpoint {
        base_url: stand_in.url(),
        api_key: "sk-very-secret".to_owned(),
        model: "small".to_owned(),
        timeout: Duration::from_secs(5),
    };
    (stand_in, endpoint)
}

#[tokio::test]
async fn a_chat_model_tells_what_it_can() {
    let (_stand_in, endpoint) = pair().await;
    let report = probe_chat(http(), &endpoint).await;
    assert!(report.works && report.problems.is_empty(), "{report:?}");
    assert_eq!(report.streams, Some(true));
    assert_eq!(report.structured, Some(Form::JsonSchema));

    let (stand_in, endpoint) = pair().await;
    stand_in.refuses_parameter("response_format");
    stand_in.heeds_tools();
    stand_in.never_streams();
    let report = probe_chat(http(), &endpoint).await;
    assert_eq!(report.structured, Some(Form::Tools));
    assert_eq!(report.streams, Some(false));
    assert!(report.works && report.problems[0].contains("does not stream"));
}

#[tokio::test]
async fn a_wish_that_is_not_heeded_is_found_out() {
    let (stand_in, endpoint) = pair().await;
    stand_in.will_write("هزینه ارسال ۴۵ هزار تومان است.");
    stand_in.will_write("۴۵ هزار تومان.");
    let report = probe_chat(http(), &endpoint).await;
    assert_eq!(report.structured, Some(Form::Tools), "{report:?}");

    for _ in 0..4 {
        stand_in.will_write("هزینه ارسال ۴۵ هزار تومان است.");
    }
    let report = probe_chat(http(), &endpoint).await;
    assert_eq!(report.structured, Some(Form::Plain));
    assert!(
        report.works && report.problems[0].contains("larger model"),
        "{report:?}"
    );
}

#[tokio::test]
async fn an_embedder_that_goes_by_words_knows_no_language() {
    let (stand_in, endpoint) = pair().await;
    stand_in.refuses_parameter("dimensions");
    let report = probe_embedder(http(), &endpoint).await;
    assert!(report.works);
    assert_eq!(report.dimension, Some(64));
    assert_eq!(report.known_languages(), Vec::<String>::new());
    assert_eq!(report.problems.len(), 3, "{report:?}");
    assert!(report.problems[0].contains("Persian"));
}

#[tokio::test]
async fn a_reranker_must_put_the_answer_first() {
    let (stand_in, endpoint) = pair().await;
    let report = probe_reranker(http(), &endpoint).await;
    assert!(report.works && report.problems.is_empty(), "{report:?}");
    let upside_down =
        r#"{"results":[{"index":0,"relevance_score":1},{"index":1,"relevance_score":0}]}"#;
    stand_in.will_fail(ModelFailure::Status(200, upside_down.to_owned()));
    assert!(!probe_reranker(http(), &endpoint).await.works);
}

#[tokio::test]
async fn what_fails_says_what_to_do_and_never_the_key() {
    let (stand_in, mut endpoint) = pair().await;
    endpoint.timeout = Duration::from_millis(300);
    let status = |code| ModelFailure::Status(code, "no: sk-very-secret".to_owned());
    let failures = [
        (status(401), "copy the key"),
        (status(404), "model's name"),
        (status(402), "add credit"),
        (status(400), "check that the model does"),
        (status(500), "check the address"),
        (ModelFailure::RateLimit(3), "the plan"),
        (
            ModelFailure::Delay(Duration::from_secs(30)),
            "allow more time",
        ),
    ];
    for (failure, advice) in failures {
        stand_in.fails_always(Some(failure));
        for report in [
            probe_chat(http(), &endpoint).await,
            probe_embedder(http(), &endpoint).await,
            probe_reranker(http(), &endpoint).await,
        ] {
            assert!(!report.works, "{report:?}");
            assert!(report.problems[0].contains(advice), "{advice}: {report:?}");
            assert!(!report.problems[0].contains("very-secret"), "{report:?}");
        }
    }
    endpoint.base_url = "nowhere".to_owned();
    let report = probe_chat(http(), &endpoint).await;
    assert!(report.problems[0].contains("address"), "{report:?}");
}
