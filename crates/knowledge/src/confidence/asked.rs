//! The terms of a question with what each tells.

use std::collections::{HashMap, HashSet};

use xin_text::sparse::{self, Question, Terms, TurnWeights};

use super::statistics::Statistics;
use crate::question::without_frame;

/// A question, to be measured against passages.
pub(super) struct Asked {
    words: Weighed,
    pieces: Weighed,
    content: usize,
    own_score: f32,
}

impl Asked {
    /// The question without its courtesies, and what was said before it as much as it weighs in
    /// the search.
    pub(super) fn of(question: &Question<'_>, statistics: &Statistics) -> Self {
        let bare = without_frame(question.text);
        let turns = [
            (Some(bare.as_str()), 1.0),
            (question.previous, TurnWeights::PREVIOUS),
            (question.last_reply, TurnWeights::LAST_REPLY),
        ];
        let mut asked = Self {
            words: Weighed::default(),
            pieces: Weighed::default(),
            content: 0,
            own_score: 0.0,
        };
        for (text, turn) in turns {
            let Some(text) = text else { continue };
            let terms = sparse::terms(text);
            let content = content_of(&terms);
            if asked.content == 0 {
                asked.content = content.len();
            }
            for word in content {
                asked.words.add(word, turn, statistics);
            }
            for piece in &terms.pieces {
                asked.pieces.add(*piece, turn, statistics);
            }
            asked.own_score += turn * own_score(text, &terms, statistics);
        }
        asked
    }

    /// How many words with meaning it has.
    pub(super) const fn content(&self) -> usize {
        self.content
    }

    /// What a passage of average length would score that has each of its terms once.
    pub(super) const fn own_score(&self) -> f32 {
        self.own_score
    }

    /// The share of its words, by what they tell, that are there.
    pub(super) fn words_in(&self, there: &HashSet<u32>) -> f32 {
        self.words.share(|word| there.contains(&word))
    }

    /// The same of pieces of words, which survive typing errors and endings.
    pub(super) fn pieces_in(&self, pieces: &[u32]) -> f32 {
        self.pieces
            .share(|piece| pieces.binary_search(&piece).is_ok())
    }

    /// How alike it and a title are, both ways: Dice's coefficient of weighted pieces.
    pub(super) fn likeness(&self, title: &Terms, statistics: &Statistics) -> f32 {
        let own: f32 = self.pieces.now.values().sum();
        let others: f32 = title
            .pieces
            .iter()
            .map(|piece| statistics.weight(*piece))
            .sum();
        let shared: f32 = title
            .pieces
            .iter()
            .filter_map(|piece| self.pieces.now.get(piece))
            .sum();
        ratio(2.0 * shared, own + others)
    }
}

/// The words of a text as a set.
pub(super) fn word_set(terms: &Terms) -> HashSet<u32> {
    terms.words.iter().map(|(word, _)| *word).collect()
}

/// The words with meaning, or all where there are none.
fn content_of(terms: &Terms) -> HashSet<u32> {
    let kept = |all: bool| {
        let words = terms.words.iter().filter(|(_, content)| all || *content);
        words.map(|(word, _)| *word).collect::<HashSet<u32>>()
    };
    Some(kept(false))
        .filter(|words| !words.is_empty())
        .unwrap_or_else(|| kept(true))
}

/// Words and pieces only: whether there is a title is no matter of the question's.
fn own_score(text: &str, terms: &Terms, statistics: &Statistics) -> f32 {
    let mut counted: HashSet<u32> = terms.words.iter().map(|(word, _)| *word).collect();
    counted.extend(&terms.pieces);
    let vector = sparse::query(text);
    let terms = vector.indices.iter().zip(&vector.values);
    terms
        .filter(|(term, _)| counted.contains(term))
        .map(|(term, weight)| weight * statistics.idf(*term))
        .sum()
}

/// Terms with what each tells.
#[derive(Default)]
struct Weighed {
    /// Of what is asked now.
    now: HashMap<u32, f32>,
    /// And of what was said before, as much as it weighs.
    with_before: HashMap<u32, f32>,
}

impl Weighed {
    fn add(&mut self, term: u32, turn: f32, statistics: &Statistics) {
        let weight = turn * statistics.weight(term);
        if turn >= 1.0 {
            self.now.insert(term, weight);
        }
        let kept = self.with_before.entry(term).or_default();
        *kept = kept.max(weight);
    }

    /// The share that is there: of the question alone, or of all of it where that is more. A
    /// question may stand alone or lean on what was said before.
    fn share(&self, there: impl Fn(u32) -> bool) -> f32 {
        let share_of = |terms: &HashMap<u32, f32>| {
            let found = terms.iter().filter(|(term, _)| there(**term));
            ratio(found.map(|(_, weight)| weight).sum(), terms.values().sum())
        };
        share_of(&self.now).max(share_of(&self.with_before))
    }
}

/// A part of a whole; nothing of nothing is nothing.
pub(super) fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 {
        (part / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}
