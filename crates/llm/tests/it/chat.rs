use std::time::{Duration, Instant};

use serde_json::json;
use xin_domain::{ErrorKind, ReplyAction};
use xin_llm::{
    ChatModel, ChatTurn, Form, LlmError, NoDeltas, OpenAiModel, OpenAiModelSettings, Prices,
    Speaker,
};

use crate::openai_stand_in::{ModelFailure, OpenAiStandIn, structured};
use crate::{Recorder, http, request};

fn model_at(base_url: &str) -> OpenAiModel {
    let settings = OpenAiModelSettings {
        base_url: base_url.to_owned(),
        api_key: "sk-very-secret".to_owned(),
        model: "small".to_owned(),
        label: None,
        temperature: Some(0.2),
        max_tokens: Some(400),
        prices: Some(Prices {
            input: 1_000_000,
            output: 2_000_000,
        }),
        form: None,
    };
    OpenAiModel::new(http(), settings).unwrap()
}

async fn pair() -> (OpenAiStandIn, OpenAiModel) {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    let model = model_at(&stand_in.url());
    (stand_in, model)
}

async fn failure(stand_in: &OpenAiStandIn, model: &OpenAiModel, failure: ModelFailure) -> LlmError {
    stand_in.will_fail(failure);
    let error = model.reply(&request(), &NoDeltas).await.unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(!told.contains("very-secret"), "{told}");
    error
}

#[tokio::test]
async fn a_reply_is_streamed_and_read() {
    let (stand_in, model) = pair().await;
    let text = "بله، «ارسال» به همه شهرها:\nرایگان 😀";
    stand_in.will_answer(text, &[1]);
    let recorder = Recorder::default();
    let outcome = model.reply(&request(), &recorder).await.unwrap();
    assert_eq!(outcome.reply.action, ReplyAction::Answer);
    assert_eq!(outcome.reply.text, text);
    assert_eq!(
        outcome.reply.citations[0].quote,
        "به همه شهرها ارسال داریم."
    );
    assert_eq!(outcome.model, "small");
    assert_eq!(outcome.prompt_tokens, Some(7));
    assert!(outcome.completion_tokens.is_some());
    let pieces = recorder.pieces();
    assert_eq!(pieces.concat(), text);
    assert!(pieces.len() > 5, "{pieces:?}");
}

#[tokio::test]
async fn the_server_is_asked_as_the_protocol_has_it() {
    let (stand_in, model) = pair().await;
    let turn = |speaker, text: &str| ChatTurn {
        speaker,
        text: text.to_owned(),
    };
    let mut request = request();
    request.history = vec![
        turn(Speaker::Customer, "سلام"),
        turn(Speaker::Assistant, "سلام! بفرمایید"),
    ];
    model.reply(&request, &NoDeltas).await.unwrap();
    let asked = stand_in.requests().remove(0);
    assert_eq!(
        (asked.path.as_str(), asked.key.as_str()),
        ("/v1/chat/completions", "sk-very-secret")
    );
    assert_eq!(
        asked.body["messages"],
        json!([
            {"role": "system", "content": "You answer with JSON."},
            {"role": "user", "content": "سلام"},
            {"role": "assistant", "content": "سلام! بفرمایید"},
            {"role": "user", "content": "ارسال دارید؟"},
        ])
    );
    let format = &asked.body["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["strict"], true);
    let schema = &format["json_schema"]["schema"];
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"].as_array().unwrap().len(), 5);
    assert_eq!(
        (&asked.body["stream"], &asked.body["max_tokens"]),
        (&json!(true), &json!(400))
    );
}

#[tokio::test]
async fn every_form_of_the_address_works() {
    let stand_in = OpenAiStandIn::start().await.unwrap();
    for end in ["", "/", "/v1", "/v1/", "/openai/v1", "/v1/chat/completions"] {
        let model = model_at(&format!("{}{end}", stand_in.url()));
        model.reply(&request(), &NoDeltas).await.unwrap();
    }
    assert_eq!(stand_in.chat_count(), 6);
}

#[tokio::test]
async fn a_refused_parameter_costs_one_request_once() {
    let (stand_in, model) = pair().await;
    stand_in.refuses_parameter("stream_options");
    stand_in.refuses_parameter("temperature");
    model.reply(&request(), &NoDeltas).await.unwrap();
    assert_eq!(stand_in.chat_count(), 3);
    model.reply(&request(), &NoDeltas).await.unwrap();
    assert_eq!(stand_in.chat_count(), 4);
    let last = stand_in.requests().pop().unwrap().body;
    assert!(last.get("temperature").is_none() && last.get("max_tokens").is_some());
}

#[tokio::test]
async fn whatever_means_a_server_has_the_reply_is_the_same_and_streamed() {
    let text = "بله، «ارسال» به همه شهرها:\nرایگان 😀";
    for (refused, parameters, form) in [
        (&[][..], &[][..], Form::JsonSchema),
        (&["json_schema"], &[], Form::JsonMode),
        (&[], &["response_format"], Form::Tools),
        (&[], &["response_format", "tools"], Form::Plain),
    ] {
        for streams in [true, false] {
            let (stand_in, model) = pair().await;
            stand_in.heeds_tools();
            if !streams {
                stand_in.never_streams();
                // For the request that finds out.
                stand_in.will_answer(text, &[1]);
            }
            for name in refused {
                stand_in.refuses_format(name);
            }
            for name in parameters {
                stand_in.refuses_parameter(name);
            }
            for _ in 0..2 {
                stand_in.will_answer(text, &[1]);
                let recorder = Recorder::default();
                let outcome = model.reply(&request(), &recorder).await.unwrap();
                assert_eq!(outcome.reply.text, text, "{form:?}");
                assert_eq!(outcome.reply.citations[0].passage, 1);
                assert_eq!(recorder.pieces().concat(), text, "{form:?}");
                assert_eq!(recorder.pieces().len() > 5, streams, "{form:?}");
            }
            assert_eq!(model.form(), form);
        }
    }
}

#[tokio::test]
async fn a_faulty_structure_is_sent_back_once() {
    let (stand_in, model) = pair().await;
    stand_in.will_write(r#"{"action":"sing","text":"la la","citations":["one"]}"#);
    stand_in.will_answer("بله.", &[1]);
    let recorder = Recorder::default();
    let outcome = model.reply(&request(), &recorder).await.unwrap();
    assert_eq!(outcome.reply.text, "بله.");
    assert_eq!(outcome.attempts[0].outcome, "repaired");
    assert_eq!(
        recorder.shown(),
        "بله.",
        "what was shown of the first is taken back"
    );
    assert_eq!(outcome.prompt_tokens, Some(14), "both were paid for");
    let completion = i64::from(outcome.completion_tokens.unwrap());
    assert_eq!(outcome.cost_micros, Some(14 + 2 * completion));
    let asked = stand_in.requests().pop().unwrap().body;
    let messages = asked["messages"].as_array().unwrap();
    let [.., faulty, wrong] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert!(faulty["content"].as_str().unwrap().contains("la la"));
    let wrong = wrong["content"].as_str().unwrap();
    assert!(wrong.contains("\"action\" must be") && wrong.contains("\"citations\" must be"));
    assert!(wrong.ends_with("Send the corrected JSON only."));
}

#[tokio::test]
async fn tokens_that_nobody_counts_are_estimated() {
    let (stand_in, model) = pair().await;
    stand_in.counts_no_tokens();
    let outcome = model.reply(&request(), &NoDeltas).await.unwrap();
    let letters = 21 + 12;
    assert_eq!(outcome.prompt_tokens, Some(letters / 3));
    assert!(outcome.completion_tokens.unwrap() > 20);
    assert!(outcome.cost_micros.unwrap() > 0);
}

#[tokio::test]
async fn a_structure_that_stays_faulty_is_an_error_within_the_deadline() {
    let (stand_in, model) = pair().await;
    stand_in.will_write(r#"{"action":"answer","text":"be"#);
    stand_in.will_write(r#"{"action":"answer"}"#);
    let error = model.reply(&request(), &NoDeltas).await.unwrap_err();
    assert!(matches!(error, LlmError::Malformed { .. }), "{error}");
    assert_eq!(stand_in.chat_count(), 2);

    stand_in.will_write("{}");
    stand_in.will_fail(ModelFailure::Delay(Duration::ZERO));
    stand_in.will_fail(ModelFailure::Delay(Duration::from_secs(30)));
    let mut request = request();
    request.deadline = Duration::from_millis(400);
    let began = Instant::now();
    let error = model.reply(&request, &NoDeltas).await.unwrap_err();
    assert_eq!(error, LlmError::Timeout);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_never_streams_is_asked_again_once() {
    let (stand_in, model) = pair().await;
    stand_in.never_streams();
    for expected in [2, 3] {
        let recorder = Recorder::default();
        let outcome = model.reply(&request(), &recorder).await.unwrap();
        assert_eq!(recorder.pieces().concat(), outcome.reply.text);
        assert_eq!(stand_in.chat_count(), expected);
    }
}

#[tokio::test]
async fn plain_words_and_thoughts_are_understood() {
    let (stand_in, model) = pair().await;
    stand_in.will_write("بله، ارسال داریم.");
    let recorder = Recorder::default();
    let outcome = model.reply(&request(), &recorder).await.unwrap();
    assert_eq!(outcome.reply.text, "بله، ارسال داریم.");
    assert!(outcome.reply.citations.is_empty());
    assert_eq!(recorder.pieces().concat(), outcome.reply.text);

    let thought = "<think>Maybe {\"text\":\"no\"}?</think>\n";
    stand_in.will_write(format!(
        "{thought}{}",
        structured("clarify", "کدام رنگ؟", &[])
    ));
    let recorder = Recorder::default();
    let outcome = model.reply(&request(), &recorder).await.unwrap();
    assert_eq!(outcome.reply.action, ReplyAction::Clarify);
    assert_eq!(recorder.pieces().concat(), "کدام رنگ؟");
}

#[tokio::test]
async fn a_wordless_handoff_shows_our_words() {
    let (stand_in, model) = pair().await;
    stand_in.will_hand_off("");
    let recorder = Recorder::default();
    let outcome = model.reply(&request(), &recorder).await.unwrap();
    assert_eq!(outcome.reply.action, ReplyAction::HandOff);
    assert_eq!(recorder.pieces().concat(), request().texts.unknown);
}

#[tokio::test]
async fn failures_are_told_apart_and_not_retried_here() {
    let (stand_in, model) = pair().await;
    let status = |code, body: &str| ModelFailure::Status(code, body.to_owned());
    let cases = [
        (status(500, "<html>oops"), ErrorKind::Unavailable),
        (status(503, "{}"), ErrorKind::Unavailable),
        (
            status(400, r#"{"detail":"the context is too long"}"#),
            ErrorKind::Invalid,
        ),
        (
            status(404, r#"{"error":{"message":"no model","code":404}}"#),
            ErrorKind::Invalid,
        ),
        (
            status(401, r#"{"error":{"message":"bad sk-very-secret"}}"#),
            ErrorKind::Invalid,
        ),
        (status(403, "no"), ErrorKind::Invalid),
        (
            status(422, "your sk-very-secret is odd"),
            ErrorKind::Invalid,
        ),
        (ModelFailure::HangUp, ErrorKind::Unavailable),
        (ModelFailure::BreakOff, ErrorKind::Unavailable),
    ];
    let count = cases.len();
    for (how, kind) in cases {
        let told = format!("{how:?}");
        let error = failure(&stand_in, &model, how).await;
        assert_eq!(error.kind(), kind, "{told}: {error}");
    }
    assert_eq!(stand_in.chat_count(), count);
    let error = failure(&stand_in, &model, status(400, r#"{"error":"too long"}"#)).await;
    assert!(error.to_string().ends_with("too long"), "{error}");
    let error = failure(&stand_in, &model, status(401, "")).await;
    assert!(error.to_string().contains("check the key"), "{error}");
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait() {
    let (stand_in, model) = pair().await;
    let error = failure(&stand_in, &model, ModelFailure::RateLimit(9)).await;
    assert_eq!(
        error,
        LlmError::RateLimited {
            retry_after: Some(Duration::from_secs(9))
        }
    );
}

#[tokio::test]
async fn the_deadline_holds_before_and_within_the_answer() {
    let (stand_in, model) = pair().await;
    let mut request = request();
    request.deadline = Duration::from_millis(200);
    stand_in.will_fail(ModelFailure::Delay(Duration::from_secs(30)));
    let began = Instant::now();
    assert_eq!(
        model.reply(&request, &NoDeltas).await,
        Err(LlmError::Timeout)
    );
    stand_in.writes_slowly(Duration::from_millis(50));
    let recorder = Recorder::default();
    assert_eq!(
        model.reply(&request, &recorder).await,
        Err(LlmError::Timeout)
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let model = model_at("http://127.0.0.1:9");
    let error = model.reply(&request(), &NoDeltas).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let (stand_in, model) = pair().await;
    stand_in.wants_key("another");
    let error = model.reply(&request(), &NoDeltas).await.unwrap_err();
    assert_eq!(error, LlmError::KeyRefused { status: 401 });
}
