//! A question with its answer before it is kept.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::knowledge::{LONGEST_QUESTION, question_key};
use crate::error::FieldMistake;
use crate::inputs::Checks;

const LONGEST_ANSWER: usize = 5_000;

/// A question with its answer, as it is given.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewFaq)]
pub struct PairInput {
    #[schema(min_length = 1, max_length = 500)]
    pub question: String,
    #[schema(min_length = 1, max_length = 5000)]
    pub answer: String,
}

/// A question with its answer that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub question: String,
    pub answer: String,
    /// The question as it is compared.
    pub key: String,
}

impl Pair {
    /// The pair, or what is wrong with it.
    pub fn checked(question: &str, answer: &str) -> Result<Self, Vec<FieldMistake>> {
        let mut checks = Checks::default();
        let question = checks.text("question", question, 1..=LONGEST_QUESTION);
        let answer = checks.text("answer", answer, 1..=LONGEST_ANSWER);
        let key = question_key(&question);
        if key.is_empty() && !question.is_empty() {
            checks.refuse("question", "no_words", "must have a letter or a digit");
        }
        let mistakes = checks.mistakes();
        if mistakes.is_empty() {
            Ok(Self {
                question,
                answer,
                key,
            })
        } else {
            Err(mistakes)
        }
    }
}
