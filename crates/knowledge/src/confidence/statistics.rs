//! How common each term is among a tenant's passages.
//!
//! The engine knows it and does not tell, and without it a question's rare word, the one it is
//! about, counts no more than any other. Kept with the calibration and a little behind the
//! knowledge: a weight moves slowly.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use xin_text::sparse::Terms;

/// Passages from which on their own statistics are believed half.
const BELIEVED_HALF_AT: f32 = 40.0;
/// In fewer passages than this a term is not kept: it is as good as unknown, and most terms are.
const LEAST_KEPT: u32 = 2;

/// In how many of a tenant's passages each term stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    passages: u32,
    frequencies: HashMap<u32, u32>,
}

impl Statistics {
    /// Counts the terms of one more passage.
    pub fn add(&mut self, terms: &Terms) {
        self.passages = self.passages.saturating_add(1);
        let mut words: Vec<u32> = terms.words.iter().map(|(word, _)| *word).collect();
        words.sort_unstable();
        words.dedup();
        for term in words.iter().chain(&terms.pieces) {
            let count = self.frequencies.entry(*term).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Drops the terms that are too rare to matter, which are most.
    #[must_use]
    pub fn pruned(mut self) -> Self {
        self.frequencies.retain(|_, count| *count >= LEAST_KEPT);
        self
    }

    /// How many passages were counted.
    #[must_use]
    pub const fn passages(&self) -> u32 {
        self.passages
    }

    /// What a term tells, from near 0 for one that stands everywhere to 1 for one that stands
    /// nowhere. With few passages all terms tell nearly the same.
    #[must_use]
    pub fn weight(&self, term: u32) -> f32 {
        let all = float(self.passages);
        let with = float(
            self.frequencies
                .get(&term)
                .copied()
                .unwrap_or(LEAST_KEPT - 1),
        );
        let with = with.min(all);
        let rarity = |with: f32| ((all - with + 0.5) / (with + 0.5)).ln_1p();
        let share = rarity(with) / rarity(0.0);
        let belief = all / (all + BELIEVED_HALF_AT);
        belief.mul_add(share - 1.0, 1.0)
    }

    /// The inverse document frequency as the engine computes it.
    #[must_use]
    pub fn idf(&self, term: u32) -> f32 {
        let all = float(self.passages.max(1));
        let with = float(
            self.frequencies
                .get(&term)
                .copied()
                .unwrap_or(LEAST_KEPT - 1),
        )
        .min(all);
        ((all - with + 0.5) / (with + 0.5)).ln_1p()
    }
}

/// Counts of passages are far below where an `f32` loses them.
pub(super) fn float(count: u32) -> f32 {
    let (high, low) = (count >> 16, count & 0xFFFF);
    let part = |part: u32| u16::try_from(part).map_or(f32::MAX, f32::from);
    part(high).mul_add(65_536.0, part(low))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xin_text::sparse::terms;

    use super::*;

    #[test]
    fn a_rare_word_tells_more() {
        let mut statistics = Statistics::default();
        for number in 0..200 {
            statistics.add(&terms(&format!("ارسال کالا شماره {number}")));
        }
        statistics.add(&terms("گارانتی طلایی دو ساله"));
        let weight = |word: &str| statistics.weight(terms(word).words[0].0);
        assert!(weight("ارسال") < 0.4);
        assert!(weight("گارانتی") > 0.8 && weight("هواپیما") > 0.8);
        let few = Statistics::default();
        assert!((few.weight(7) - 1.0).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn a_weight_is_a_share(texts in prop::collection::vec("[آ-ی ]{0,30}", 0..20), term: u32) {
            let mut statistics = Statistics::default();
            for text in &texts {
                statistics.add(&terms(text));
            }
            prop_assert!((0.0..=1.0).contains(&statistics.weight(term)));
        }
    }
}
