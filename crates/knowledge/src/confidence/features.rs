//! What retrieval knows about how well its passages answer a question.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use xin_text::sentences;
use xin_text::sparse::{self, Question, Terms};

use super::asked::{Asked, ratio, word_set};
use super::statistics::{Statistics, float};
use crate::passage::ScoredPassage;
use crate::question::without_frame;

/// Passages that are looked into: an answer rarely stands further down.
const LOOKED_AT: usize = 3;
/// How many features there are.
pub const FEATURES: usize = 10;

/// The measurements that the confidence is computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// ln(1 + the best score).
    pub score: f32,
    /// The best score over what a passage with all of the question's terms would have.
    pub share_of_self: f32,
    /// The share of the question's pieces of words, by what they tell, that the best passage has.
    pub pieces: f32,
    /// The same of whole words, in the best sentence of the first passages.
    pub sentence: f32,
    /// The same of words, in the first passages together.
    pub together: f32,
    /// How alike the question and the best title are.
    pub title: f32,
    /// How far the best score is above the next document's, relative to it.
    pub margin: f32,
    /// How far the best score is above the mean of those after it, relative to it.
    pub standing: f32,
    /// ln(1 + how many words with meaning the question has).
    pub length: f32,
    /// The cosine to the nearest passage, 0 without an embedder.
    pub meaning: f32,
    /// The plain share of the question's words that one passage has, misspelt ones in part. Not
    /// weighed: it bounds what short questions are given.
    pub covered: f32,
}

impl Features {
    /// Those that are weighed, in a fixed order.
    #[must_use]
    pub const fn values(&self) -> [f32; FEATURES] {
        [
            self.score,
            self.share_of_self,
            self.pieces,
            self.sentence,
            self.together,
            self.title,
            self.margin,
            self.standing,
            self.length,
            self.meaning,
        ]
    }

    /// Measures the passages, best first, against a question.
    #[must_use]
    pub fn of(
        question: &Question<'_>,
        passages: &[ScoredPassage],
        statistics: &Statistics,
    ) -> Self {
        let asked = Asked::of(question, statistics);
        let length = float(u32::try_from(asked.content()).unwrap_or(u32::MAX)).ln_1p();
        let looked_at = passages.get(..LOOKED_AT).unwrap_or(passages);
        let texts: Vec<Terms> = looked_at
            .iter()
            .map(|found| sparse::terms(&found.passage.whole_text()))
            .collect();
        let Some(first) = texts.first() else {
            return Self {
                length,
                ..Self::default()
            };
        };
        let together = texts.iter().flat_map(word_set).collect::<HashSet<u32>>();
        let titles = looked_at.iter().map(|found| {
            let title = sparse::terms(&found.passage.searchable_title());
            asked.likeness(&title, statistics)
        });
        let meaning = looked_at.iter().filter_map(|found| found.dense_score);
        let bare = without_frame(question.text);
        let covered = looked_at
            .iter()
            .map(|found| sparse::coverage(&bare, &found.passage.whole_text()));
        let scores = Scores::of(passages);
        Self {
            score: scores.best.ln_1p(),
            share_of_self: ratio(scores.best, asked.own_score()),
            pieces: asked.pieces_in(&first.pieces),
            sentence: best_sentence(&asked, looked_at),
            together: asked.words_in(&together),
            title: titles.fold(0.0, f32::max),
            margin: ratio(scores.best - scores.next, scores.best),
            standing: ratio(scores.best - scores.mean_of_others, scores.best),
            length,
            meaning: meaning.fold(0.0, f32::max),
            covered: covered.fold(0.0, f32::max),
        }
    }
}

/// How the scores of words fall off.
struct Scores {
    best: f32,
    next: f32,
    mean_of_others: f32,
}

impl Scores {
    fn of(passages: &[ScoredPassage]) -> Self {
        let first = passages.first();
        let of_others: Vec<f32> = passages
            .iter()
            .filter(|found| {
                first.is_none_or(|first| first.passage.document_id != found.passage.document_id)
            })
            .filter_map(|found| found.sparse_score)
            .collect();
        let count = float(u32::try_from(of_others.len()).unwrap_or(u32::MAX));
        Self {
            best: first
                .and_then(|found| found.sparse_score)
                .unwrap_or_default()
                .max(0.0),
            next: of_others.iter().copied().fold(0.0, f32::max),
            mean_of_others: of_others.iter().sum::<f32>() / count.max(1.0),
        }
    }
}

/// The best share of the question's words that one sentence of the passages has.
fn best_sentence(asked: &Asked, passages: &[ScoredPassage]) -> f32 {
    let mut best: f32 = 0.0;
    for found in passages {
        for sentence in sentences(&found.passage.text) {
            best = best.max(asked.words_in(&word_set(&sparse::terms(sentence))));
        }
        let title = sparse::terms(&found.passage.title);
        best = best.max(asked.words_in(&word_set(&title)));
    }
    best
}
