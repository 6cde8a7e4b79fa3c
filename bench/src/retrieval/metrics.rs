//! The measures of a ranking, over the questions that some document answers.

use std::collections::HashSet;

/// Sums over questions.
#[derive(Default)]
pub struct Ranking {
    pub questions: usize,
    recall: [f64; 3],
    hit: [f64; 3],
    reciprocal_rank: f64,
    gain: f64,
}

const DEPTHS: [usize; 3] = [1, 5, 10];

impl Ranking {
    /// Adds a question whose ranked documents these are.
    pub fn add(&mut self, ranked: &[&str], relevant: &HashSet<String>) {
        self.questions += 1;
        let hits: Vec<bool> = ranked
            .iter()
            .take(10)
            .map(|id| relevant.contains(*id))
            .collect();
        let sums = self.recall.iter_mut().zip(&mut self.hit);
        for (depth, (recall, hit)) in DEPTHS.into_iter().zip(sums) {
            let found = hits.iter().take(depth).filter(|hit| **hit).count();
            *recall += real(found) / real(relevant.len());
            *hit += f64::from(found > 0);
        }
        let first = hits.iter().position(|hit| *hit);
        self.reciprocal_rank += first.map_or(0.0, |at| 1.0 / real(at + 1));
        let discount = |at: usize| 1.0 / (real(at) + 2.0).log2();
        let gained: f64 = (0..)
            .zip(&hits)
            .filter(|(_, hit)| **hit)
            .map(|(at, _)| discount(at))
            .sum();
        let ideal: f64 = (0..relevant.len().min(10)).map(discount).sum();
        self.gain += gained / ideal;
    }

    /// Recall at 1, 5 and 10.
    pub fn recall(&self) -> [f64; 3] {
        self.recall.map(|sum| sum / real(self.questions))
    }

    /// Whether any right document is among the first 1, 5 and 10.
    pub fn hit(&self) -> [f64; 3] {
        self.hit.map(|sum| sum / real(self.questions))
    }

    pub fn mrr(&self) -> f64 {
        self.reciprocal_rank / real(self.questions)
    }

    pub fn ndcg(&self) -> f64 {
        self.gain / real(self.questions)
    }
}

/// The chance that a positive stands above a negative.
pub fn auroc(positive: &[f32], negative: &[f32]) -> f64 {
    let mut all: Vec<(f32, bool)> = positive
        .iter()
        .map(|value| (*value, true))
        .chain(negative.iter().map(|value| (*value, false)))
        .collect();
    all.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut ranks = 0.0;
    let mut before = 0;
    for same in all.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
        let positives = same.iter().filter(|(_, positive)| *positive).count();
        let rank = real(2 * before + same.len() + 1) / 2.0;
        ranks += real(positives) * rank;
        before += same.len();
    }
    let (p, n) = (real(positive.len()), real(negative.len()));
    (ranks - p * (p + 1.0) / 2.0) / (p * n)
}

/// The share of `negative` below the value that keeps 95 % of `positive`.
pub fn rejected_at_95(positive: &[f32], negative: &[f32]) -> f64 {
    let mut sorted = positive.to_vec();
    sorted.sort_by(f32::total_cmp);
    let threshold = sorted
        .get(sorted.len() / 20)
        .copied()
        .unwrap_or(f32::INFINITY);
    share(negative, |value| value < threshold)
}

pub fn share<T: Copy>(values: &[T], holds: impl Fn(T) -> bool) -> f64 {
    real(values.iter().filter(|value| holds(**value)).count()) / real(values.len())
}

/// The value below which `part` of them lie.
pub fn percentile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (real(values.len()) * part).floor();
    values
        .iter()
        .enumerate()
        .find(|(index, _)| real(*index) >= at)
        .map(|(_, value)| *value)
        .or(values.last().copied())
        .unwrap_or(f64::NAN)
}

/// A count as a number.
pub fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}
