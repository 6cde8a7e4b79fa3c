//! How much of a question a passage speaks about at all.

use super::float;
use super::terms::Pieces;
use crate::language::detect;
use crate::words::{Word, words_in};

/// Below this, two words only happen to share a piece.
const LEAST_OVERLAP: f32 = 0.6;

/// The share of the question's content words that the passage has, from 0 to 1. A word that is not
/// there counts by the pieces it shares with the passage's most similar word, when it shares most.
#[must_use]
pub fn coverage(question: &str, passage: &str) -> f32 {
    let language = detect(question);
    let asked = words_in(question, language);
    let without_content = asked.iter().all(|word| word.is_stop_word);
    let content: Vec<&Word> = asked
        .iter()
        .filter(|word| without_content || !word.is_stop_word)
        .collect();
    if content.is_empty() {
        return 0.0;
    }
    let there = words_in(passage, detect(passage));
    let mut similar = None;
    let total: f32 = content
        .iter()
        .map(|word| {
            if there.iter().any(|found| found.text == word.text) {
                return 1.0;
            }
            // Most words are there as they are, so the passage is rarely cut into pieces.
            let similar = similar.get_or_insert_with(|| piece_sets(&there));
            best_overlap(&piece_set(&mut Pieces::default(), &word.surface), similar)
        })
        .sum();
    (total / float(content.len())).min(1.0)
}

fn piece_sets(words: &[Word]) -> Vec<Vec<u32>> {
    let mut pieces = Pieces::default();
    let mut surfaces: Vec<&str> = words.iter().map(|word| word.surface.as_str()).collect();
    surfaces.sort_unstable();
    surfaces.dedup();
    surfaces
        .into_iter()
        .map(|surface| piece_set(&mut pieces, surface))
        .collect()
}

fn piece_set(pieces: &mut Pieces, surface: &str) -> Vec<u32> {
    let mut set = Vec::new();
    pieces.add(surface, &mut set);
    set.sort_unstable();
    set.dedup();
    set
}

fn best_overlap(asked: &[u32], there: &[Vec<u32>]) -> f32 {
    let best = there
        .iter()
        .map(|found| overlap(asked, found))
        .fold(0.0, f32::max);
    if best >= LEAST_OVERLAP { best } else { 0.0 }
}

/// Dice's coefficient of two sorted sets.
fn overlap(left: &[u32], right: &[u32]) -> f32 {
    let all = left.len() + right.len();
    // Even if all of the smaller set were shared, it would be too little.
    let most = 2.0 * float(left.len().min(right.len())) / float(all.max(1));
    if most < LEAST_OVERLAP {
        return 0.0;
    }
    let shared = left
        .iter()
        .filter(|piece| right.binary_search(piece).is_ok())
        .count();
    2.0 * float(shared) / float(all)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::coverage;
    use crate::words::words;

    #[test]
    fn what_is_there_is_told_from_what_is_not() {
        let text = "کد تخفیف مشتریان گلستان «زعفران۴۲» است.";
        assert!(coverage("کد تخفيف چیست؟", text) > 0.99);
        assert!(coverage("گذرواژهٔ وای‌فای چیست؟", text) < 0.3);
        let refunds = "Refunds are possible within 14 days.";
        assert!(coverage("What is the refund window?", refunds) < 0.99);
        assert!(coverage("refunds?", refunds) > 0.99);
    }

    #[test]
    fn a_misspelt_word_counts_in_part() {
        let half = coverage("warrantey", "The warranty covers defects.");
        assert!((0.6..1.0).contains(&half), "{half}");
        assert!(coverage("warden", "The warranty covers defects.") < 0.01);
    }

    #[test]
    fn a_question_of_stop_words_counts_all_of_them() {
        assert!(coverage("کی هست؟", "فردا هست") > 0.4);
        assert!(coverage("؟!", "فردا هست") < 0.01);
    }

    proptest! {
        #[test]
        fn it_is_a_share(question in any::<String>(), passage in any::<String>()) {
            prop_assert!((0.0..=1.0).contains(&coverage(&question, &passage)));
        }

        #[test]
        fn a_text_covers_itself(text in "[آ-یa-z ]{0,60}") {
            let whole = coverage(&text, &text);
            prop_assert!(whole > 0.999 || words(&text).is_empty());
        }
    }
}
