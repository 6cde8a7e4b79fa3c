//! Texts as sparse vectors whose dot product is a sum of three BM25 scores: of words, of pieces of
//! words, and of titles.
//!
//! All terms are hashed into one space of indices. The document's side holds saturated term
//! frequencies, the question's side the weights; the engine multiplies with the inverse document
//! frequency of its own collection (Qdrant's `Modifier::Idf`), so one tenant's statistics never
//! reach another's scores. Parameters as measured on eight public sets.

mod coverage;
mod terms;

pub use coverage::coverage;

use crate::language::{Language, detect};
use crate::words::{Word, words_in};
use terms::{Field, Pieces, index};

/// Indices in rising order, each once, with their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseVector {
    /// Which terms.
    pub indices: Vec<u32>,
    /// How much of each.
    pub values: Vec<f32>,
}

/// BM25's parameters for a field, with the length of an average text. The collection's own average
/// is not known while it is written, so these are of passages of 500 to 2,000 characters; on eight
/// public sets MRR@10 is at most 0.006 below that with each set's own averages.
struct Saturation {
    k1: f32,
    b: f32,
    average: f32,
}

const WORDS: Saturation = Saturation {
    k1: 1.5,
    b: 0.75,
    average: 130.0,
};
/// A larger `b` than words: it makes up for an average that is none of the collection's own.
const PIECES: Saturation = Saturation {
    k1: 1.2,
    b: 0.95,
    average: 800.0,
};
/// English words repeat less within a passage, and its pieces are more.
const WORDS_ENGLISH: Saturation = Saturation { k1: 1.2, ..WORDS };
const PIECES_ENGLISH: Saturation = Saturation { b: 0.85, ..PIECES };
const TITLES: Saturation = Saturation {
    k1: 1.2,
    b: 0.4,
    average: 6.0,
};
const STOP_WORD_WEIGHT: f32 = 0.3;
const TITLE_WEIGHT: f32 = 1.0;
const FAQ_TITLE_WEIGHT: f32 = 1.5;
/// Pieces help more where spelling varies more.
const PIECE_WEIGHT: f32 = 0.4;
const PIECE_WEIGHT_ENGLISH: f32 = 0.2;

/// The vector of a passage.
#[must_use]
pub fn document(title: &str, text: &str) -> SparseVector {
    weighted(title, text, 1.0)
}

/// The vector of a question and its answer: the question is what others will ask again, so it
/// weighs more than the title of a page.
#[must_use]
pub fn faq(question: &str, answer: &str) -> SparseVector {
    weighted(question, answer, FAQ_TITLE_WEIGHT)
}

fn weighted(title: &str, text: &str, title_weight: f32) -> SparseVector {
    let language = detect(if text.is_empty() { title } else { text });
    let mut body = words_in(title, language);
    let titles: Vec<u32> = indices(&body, Field::Title);
    body.extend(words_in(text, language));
    let mut entries = Vec::new();
    saturate(&mut entries, titles, &TITLES);
    for (_, value) in &mut entries {
        *value *= title_weight;
    }
    let (word, piece) = if language == Language::English {
        (&WORDS_ENGLISH, &PIECES_ENGLISH)
    } else {
        (&WORDS, &PIECES)
    };
    saturate(&mut entries, indices(&body, Field::Word), word);
    saturate(&mut entries, pieces(&body), piece);
    collect(entries)
}

/// The vector of a question.
#[must_use]
pub fn query(text: &str) -> SparseVector {
    asked(&Question::alone(text))
}

/// A question, with what was said before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question<'a> {
    /// What is asked now.
    pub text: &'a str,
    /// What the customer wrote in the turn before.
    pub previous: Option<&'a str>,
    /// What was answered to that.
    pub last_reply: Option<&'a str>,
}

/// What was said before a question tells what it is about, and must not drown it.
#[derive(Clone, Copy, Debug)]
pub struct TurnWeights;

impl TurnWeights {
    /// Of what the customer wrote in the turn before; the question itself has 1.
    pub const PREVIOUS: f32 = 0.3;
    /// Of what was answered to that.
    pub const LAST_REPLY: f32 = 0.06;
}

impl<'a> Question<'a> {
    /// A question that nothing was said before.
    #[must_use]
    pub const fn alone(text: &'a str) -> Self {
        Self {
            text,
            previous: None,
            last_reply: None,
        }
    }
}

/// The vector of a question in a conversation: what was said before weighs in, a little.
#[must_use]
pub fn asked(question: &Question<'_>) -> SparseVector {
    let mut entries = Vec::new();
    ask(&mut entries, question.text, 1.0);
    if let Some(previous) = question.previous {
        ask(&mut entries, previous, TurnWeights::PREVIOUS);
    }
    if let Some(reply) = question.last_reply {
        ask(&mut entries, reply, TurnWeights::LAST_REPLY);
    }
    collect(entries)
}

fn ask(entries: &mut Vec<(u32, f32)>, text: &str, turn_weight: f32) {
    let language = detect(text);
    let words = words_in(text, language);
    let piece_weight = if language == Language::English {
        PIECE_WEIGHT_ENGLISH
    } else {
        PIECE_WEIGHT
    };
    for word in &words {
        let weight = if word.is_stop_word {
            STOP_WORD_WEIGHT
        } else {
            1.0
        };
        let weight = weight * turn_weight;
        entries.push((index(Field::Word, &word.text), weight));
        entries.push((index(Field::Title, &word.text), weight * TITLE_WEIGHT));
    }
    entries.extend(
        pieces(&words)
            .into_iter()
            .map(|piece| (piece, piece_weight * turn_weight)),
    );
}

/// What a text is made of, for measuring how much of a question it speaks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Its words as indices, in order, with whether they carry meaning.
    pub words: Vec<(u32, bool)>,
    /// The pieces of its words that carry meaning, as indices, sorted, each once.
    pub pieces: Vec<u32>,
}

/// The terms of a text.
#[must_use]
pub fn terms(text: &str) -> Terms {
    terms_in(text, detect(text))
}

/// The terms of a text in a known language: a sentence alone tells its language worse than the
/// passage that it stands in.
#[must_use]
pub fn terms_in(text: &str, language: Language) -> Terms {
    let found = words_in(text, language);
    let mut pieces = pieces(&found);
    pieces.sort_unstable();
    pieces.dedup();
    let words = found
        .iter()
        .map(|word| (index(Field::Word, &word.text), !word.is_stop_word))
        .collect();
    Terms { words, pieces }
}

fn indices(words: &[Word], field: Field) -> Vec<u32> {
    words.iter().map(|word| index(field, &word.text)).collect()
}

fn pieces(words: &[Word]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut pieces = Pieces::default();
    for word in words.iter().filter(|word| !word.is_stop_word) {
        pieces.add(&word.surface, &mut found);
    }
    found
}

/// Adds each term of a field once, with its saturated frequency.
fn saturate(entries: &mut Vec<(u32, f32)>, mut terms: Vec<u32>, saturation: &Saturation) {
    let Saturation { k1, b, average } = saturation;
    let norm = k1 * (1.0 - b + b * float(terms.len()) / average);
    terms.sort_unstable();
    for same in terms.chunk_by(|left, right| left == right) {
        let frequency = float(same.len());
        let weight = frequency * (k1 + 1.0) / (frequency + norm);
        entries.extend(same.first().map(|term| (*term, weight)));
    }
}

/// Sorts; terms that share an index share its value.
fn collect(mut entries: Vec<(u32, f32)>) -> SparseVector {
    entries.sort_unstable_by_key(|(index, _)| *index);
    let mut vector = SparseVector::default();
    for same in entries.chunk_by(|left, right| left.0 == right.0) {
        vector.indices.extend(same.first().map(|(index, _)| *index));
        vector
            .values
            .push(same.iter().map(|(_, value)| value).sum());
    }
    vector
}

/// Counts are small; above this they may as well be this.
fn float(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn dot(question: &str, title: &str, text: &str) -> f32 {
        let (left, right) = (query(question), document(title, text));
        let right: HashMap<_, _> = right.indices.into_iter().zip(right.values).collect();
        left.indices
            .iter()
            .zip(left.values)
            .map(|(index, value)| value * right.get(index).copied().unwrap_or_default())
            .sum()
    }

    fn value(vector: &SparseVector, field: Field, term: &str) -> f32 {
        let at = vector.indices.binary_search(&index(field, term)).unwrap();
        vector.values[at]
    }

    #[test]
    fn what_is_asked_for_scores_higher() {
        let shipping = ("ارسال", "هزینهٔ ارسال به سراسر ایران ۴۵ هزار تومان است.");
        let hours = ("ساعت کار", "فروشگاه هر روز از ۹ تا ۲۱ باز است.");
        let question = "هزينه ارسال چقدره؟";
        assert!(dot(question, shipping.0, shipping.1) > dot(question, hours.0, hours.1));
    }

    #[test]
    fn a_title_counts_more_than_the_text() {
        let text = "شرایط فروش و پس از فروش در این برگه آمده است.";
        let inside = dot("گارانتی", "", &format!("{text} گارانتی"));
        let above = dot("گارانتی", "گارانتی", text);
        assert!(above > inside && inside > 0.0);
    }

    #[test]
    fn weights_are_those_of_the_fields() {
        let asked = query("ارسال از");
        assert!((value(&asked, Field::Word, "ارسال") - 1.0).abs() < 1e-6);
        assert!((value(&asked, Field::Word, "از") - 0.3).abs() < 1e-6);
        assert!((value(&asked, Field::Title, "ارسال") - 1.0).abs() < 1e-6);
        assert!((value(&asked, Field::Piece, "_ار") - 0.4).abs() < 1e-6);
        let english = query("price of it");
        assert!((value(&english, Field::Piece, "_pr") - 0.2).abs() < 1e-6);
    }

    #[test]
    fn frequencies_saturate() {
        let once = value(&document("", "ارسال"), Field::Word, "ارسال");
        let often = value(&document("", &"ارسال ".repeat(30)), Field::Word, "ارسال");
        assert!(once < often && often < 2.5);
    }

    proptest! {
        #[test]
        fn vectors_are_sorted_and_unique(title in any::<String>(), text in any::<String>()) {
            for vector in [document(&title, &text), query(&text)] {
                prop_assert_eq!(vector.indices.len(), vector.values.len());
                prop_assert!(vector.indices.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(vector.values.iter().all(|value| value.is_finite() && *value > 0.0));
            }
        }
    }
}
