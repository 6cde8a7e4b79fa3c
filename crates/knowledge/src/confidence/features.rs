//! What retrieval knows about how well its passages answer a question.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use xin_text::sentences;
use xin_text::sparse::{self, Terms};

use super::statistics::{Statistics, float};
use crate::passage::ScoredPassage;

/// Passages that are looked into: an answer rarely stands further down.
const LOOKED_AT: usize = 3;
/// How many features there are.
pub const FEATURES: usize = 8;

/// The measurements that the confidence is computed from; each is explained where it is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// ln(1 + the best score).
    pub score: f32,
    /// The best score over what a passage with all of the question's terms would have.
    pub share_of_self: f32,
    /// The share of the question's words, by what they tell, that the best passage has.
    pub words: f32,
    /// The same of pieces of words, which survive typing errors and endings.
    pub pieces: f32,
    /// The same of words, in the best sentence of the first passages.
    pub sentence: f32,
    /// How far the best score is above the next document's, relative to it.
    pub margin: f32,
    /// ln(1 + how many words with meaning the question has).
    pub length: f32,
    /// The cosine to the nearest passage, 0 without an embedder.
    pub meaning: f32,
}

impl Features {
    /// All of them, in a fixed order.
    #[must_use]
    pub const fn values(&self) -> [f32; FEATURES] {
        [
            self.score,
            self.share_of_self,
            self.words,
            self.pieces,
            self.sentence,
            self.margin,
            self.length,
            self.meaning,
        ]
    }

    /// Measures the passages, best first, against a question without its courtesies.
    #[must_use]
    pub fn of(question: &str, passages: &[ScoredPassage], statistics: &Statistics) -> Self {
        let asked = Asked::of(question, statistics);
        let Some(first) = passages.first() else {
            return Self {
                length: float(asked.content).ln_1p(),
                ..Self::default()
            };
        };
        let best = first.sparse_score.unwrap_or_default();
        let next = passages
            .iter()
            .filter(|found| found.passage.document_id != first.passage.document_id)
            .filter_map(|found| found.sparse_score)
            .fold(0.0, f32::max);
        let looked_at = passages.get(..LOOKED_AT).unwrap_or(passages);
        let whole: Vec<Terms> = looked_at
            .iter()
            .map(|found| sparse::terms(&found.passage.whole_text()))
            .collect();
        let most = |measure: &dyn Fn(&Terms) -> f32| whole.first().map_or(0.0, measure);
        let meaning = looked_at.iter().filter_map(|found| found.dense_score);
        Self {
            score: best.max(0.0).ln_1p(),
            share_of_self: ratio(best, asked.own_score),
            words: most(&|terms| asked.words_in(terms)),
            pieces: most(&|terms| asked.pieces_in(terms)),
            sentence: best_sentence(&asked, looked_at),
            margin: ratio(best - next, best),
            length: float(asked.content).ln_1p(),
            meaning: meaning.fold(0.0, f32::max),
        }
    }
}

/// The terms of a question with what each tells.
struct Asked {
    words: Vec<(u32, f32)>,
    pieces: Vec<(u32, f32)>,
    content: u32,
    own_score: f32,
}

impl Asked {
    fn of(question: &str, statistics: &Statistics) -> Self {
        let terms = sparse::terms(question);
        let weigh = |term: u32| (term, statistics.weight(term));
        let mut content: Vec<u32> = kept(&terms, true);
        if content.is_empty() {
            content = kept(&terms, false);
        }
        // A passage of average length that has every term once has these values; the title's
        // terms are as many again and count once.
        let vector = sparse::query(question);
        let own_score = vector
            .indices
            .iter()
            .zip(&vector.values)
            .map(|(term, weight)| weight * statistics.idf(*term))
            .sum();
        Self {
            content: u32::try_from(content.len()).unwrap_or(u32::MAX),
            words: content.into_iter().map(weigh).collect(),
            pieces: terms.pieces.into_iter().map(weigh).collect(),
            own_score,
        }
    }

    fn words_in(&self, terms: &Terms) -> f32 {
        let there: HashSet<u32> = terms.words.iter().map(|(word, _)| *word).collect();
        share(&self.words, |term| there.contains(&term))
    }

    fn pieces_in(&self, terms: &Terms) -> f32 {
        share(&self.pieces, |term| {
            terms.pieces.binary_search(&term).is_ok()
        })
    }
}

/// The words of a text, each once; those with meaning, or all.
fn kept(terms: &Terms, with_meaning: bool) -> Vec<u32> {
    let mut words: Vec<u32> = terms
        .words
        .iter()
        .filter(|(_, content)| *content || !with_meaning)
        .map(|(word, _)| *word)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn share(asked: &[(u32, f32)], there: impl Fn(u32) -> bool) -> f32 {
    let all: f32 = asked.iter().map(|(_, weight)| weight).sum();
    let found: f32 = asked
        .iter()
        .filter(|(term, _)| there(*term))
        .map(|(_, weight)| weight)
        .sum();
    ratio(found, all)
}

/// The best share of the question that one sentence has, its passage's title and headings added:
/// they say what the sentence is about.
fn best_sentence(asked: &Asked, passages: &[ScoredPassage]) -> f32 {
    let mut best: f32 = 0.0;
    for found in passages {
        for sentence in sentences(&found.passage.text) {
            best = best.max(asked.words_in(&sparse::terms(sentence)));
        }
        best = best.max(asked.words_in(&sparse::terms(&found.passage.title)));
    }
    best
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 {
        (part / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}
