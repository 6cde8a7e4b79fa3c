//! Tries a reranker with a question and three texts of which one answers it.

use std::time::Instant;

use super::{Endpoint, ProbeReport, advice};
use crate::model::milliseconds_since;
use crate::rerank::{HttpReranker, Reranker, RerankerSettings};

/// The text that answers the question.
const ANSWER: usize = 1;

/// Has the model order three texts.
pub async fn probe_reranker(http: reqwest::Client, endpoint: &Endpoint) -> ProbeReport {
    let settings = RerankerSettings {
        base_url: endpoint.base_url.clone(),
        api_key: endpoint.api_key.clone(),
        model: endpoint.model.clone(),
        timeout: endpoint.timeout,
    };
    let reranker = match HttpReranker::new(http, settings) {
        Ok(reranker) => reranker,
        Err(error) => return ProbeReport::failed(&error, endpoint),
    };
    let texts = [
        "ساعت کار فروشگاه از نه صبح تا هشت شب است.",
        "هزینه ارسال به همه شهرها ۴۵ هزار تومان است.",
        "گربه‌ها بیشتر روز را می‌خوابند.",
    ];
    let texts = texts.map(str::to_owned);
    let began = Instant::now();
    let ranked = reranker
        .rerank("هزینه ارسال چقدر است؟", &texts, texts.len())
        .await;
    let latency = milliseconds_since(began);
    match ranked {
        Ok(ranked) => {
            let right = ranked.first().is_some_and(|first| first.index == ANSWER);
            let problem = "The model did not put the text that answers a Persian question first: \
                           choose one made for several languages.";
            ProbeReport {
                works: right,
                latency_milliseconds: Some(latency),
                problems: (!right).then(|| problem.to_owned()).into_iter().collect(),
                ..ProbeReport::default()
            }
        }
        Err(error) => ProbeReport {
            problems: vec![advice(&error, endpoint.timeout)],
            ..ProbeReport::default()
        },
    }
}
