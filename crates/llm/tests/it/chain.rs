use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use xin_domain::{FixedClock, SystemClock};
use xin_llm::{ChainLink, ChainModel, ChatModel, LlmError, OpenAiModel, OpenAiModelSettings};

use crate::openai_stand_in::{ModelFailure, OpenAiStandIn};
use crate::{Recorder, http, request};

fn link(stand_in: &OpenAiStandIn, model: &str) -> ChainLink {
    let settings = OpenAiModelSettings {
        base_url: stand_in.url(),
        api_key: "sk-very-secret".to_owned(),
        model: model.to_owned(),
        label: None,
        temperature: None,
        max_tokens: None,
        prices: None,
        form: None,
    };
    ChainLink {
        model: Arc::new(OpenAiModel::new(http(), settings).unwrap()),
        timeout: Duration::from_secs(60),
    }
}

async fn two() -> (OpenAiStandIn, OpenAiStandIn) {
    let first = OpenAiStandIn::start().await.unwrap();
    let second = OpenAiStandIn::start().await.unwrap();
    (first, second)
}

#[tokio::test]
async fn a_failing_first_falls_over_to_the_second_within_the_deadline() {
    let refused = ModelFailure::Status(402, r#"{"error":"insufficient_quota"}"#.to_owned());
    let failures = [
        (ModelFailure::Delay(Duration::from_secs(30)), "timeout"),
        (ModelFailure::Status(500, String::new()), "unavailable"),
        (ModelFailure::Status(401, String::new()), "key_refused"),
        (ModelFailure::RateLimit(60), "rate_limited"),
        (ModelFailure::HangUp, "unavailable"),
        (ModelFailure::BreakOff, "unavailable"),
        (refused, "refused"),
    ];
    for (failure, code) in failures {
        let (first, second) = two().await;
        first.will_fail(failure);
        first.will_answer("این نمی‌ماند و ادامه دارد", &[1]);
        second.will_answer("پاسخ دوم", &[1]);
        let links = vec![link(&first, "one"), link(&second, "two")];
        let chain = ChainModel::new(links, Arc::new(SystemClock)).unwrap();
        let mut request = request();
        request.deadline = Duration::from_secs(2);
        let (recorder, began) = (Recorder::default(), Instant::now());
        let outcome = chain.reply(&request, &recorder).await.unwrap();
        assert!(began.elapsed() < request.deadline, "{code}");
        assert_eq!(recorder.shown(), "پاسخ دوم", "{code}: shown anew");
        assert_eq!(outcome.model, "two");
        let attempts: Vec<_> = outcome
            .attempts
            .iter()
            .map(|attempt| (attempt.model.as_str(), attempt.outcome.as_str()))
            .collect();
        assert_eq!(attempts, [("one", code), ("two", "ok")]);
    }
}

#[tokio::test]
async fn a_model_that_keeps_failing_is_left_alone_and_tried_again_later() {
    let (first, second) = two().await;
    let clock = Arc::new(FixedClock::at("2026-11-24T12:00:00Z".parse().unwrap()));
    let links = vec![link(&first, "one"), link(&second, "two")];
    let chain = ChainModel::new(links, Arc::<FixedClock>::clone(&clock)).unwrap();
    first.fails_always(Some(ModelFailure::Status(503, String::new())));
    for _ in 0..8 {
        chain.reply(&request(), &Recorder::default()).await.unwrap();
    }
    assert_eq!((first.chat_count(), second.chat_count()), (5, 8));
    first.fails_always(None);
    clock.advance(TimeDelta::seconds(31));
    for _ in 0..2 {
        let outcome = chain.reply(&request(), &Recorder::default()).await.unwrap();
        assert_eq!(outcome.model, "one");
    }
    assert_eq!((first.chat_count(), second.chat_count()), (7, 8));
}

#[tokio::test]
async fn when_all_fail_the_last_error_is_told_and_all_rest_one_is_asked_all_the_same() {
    let (first, second) = two().await;
    let clock = Arc::new(FixedClock::at("2026-11-24T12:00:00Z".parse().unwrap()));
    let links = vec![link(&first, "one"), link(&second, "two")];
    let chain = ChainModel::new(links, clock).unwrap();
    first.wants_key("another");
    second.wants_key("another");
    let error = chain
        .reply(&request(), &Recorder::default())
        .await
        .unwrap_err();
    assert_eq!(error, LlmError::KeyRefused { status: 401 });
    assert_eq!((first.chat_count(), second.chat_count()), (1, 1));
    first.wants_key("sk-very-secret");
    let outcome = chain.reply(&request(), &Recorder::default()).await.unwrap();
    assert_eq!(outcome.model, "one");
    assert!(ChainModel::new(Vec::new(), Arc::new(SystemClock)).is_err());
}
