//! The weights of the features, the same for every tenant.
//!
//! A logistic regression over the development sets of the evaluation (`bench/confidence.py` on what
//! `make bench-retrieval` writes to `FEATURES_DIR`): questions that are answered, against the same
//! questions with the answering document left out, questions of other subjects, and questions to
//! small tenants that lack the document; every set weighs the same. A change of the weights is a
//! new version, since thresholds belong to one.

use super::features::{FEATURES, Features};

/// The version of these weights.
pub const VERSION: u32 = 2;

const WEIGHTS: [f32; FEATURES] = [
    0.823, 2.449, 1.716, 1.787, 0.191, 0.547, 1.633, 1.168, 0.385,
    // No set comes with an embedder: what a cosine is worth beside the rest is an estimate.
    1.5,
];
const BIAS: f32 = -8.75;

/// A question with no more words than these is not answered by a passage that has half of them:
/// «ساعت هوشمند» is not answered by the opening hours (ساعت کار).
const SHORT: f32 = 3.0;
/// The share of its words that it takes instead.
const COVERED: f32 = 0.6;
/// The most that such a question is given: near the threshold, and below it.
const BOUND: f32 = 0.45;

/// From 0 to 1; above 0.5 an answer is likelier than none.
pub(super) fn confidence(features: &Features) -> f32 {
    let weighed = WEIGHTS
        .iter()
        .zip(features.values())
        .map(|(weight, value)| weight * value);
    let logit = weighed.sum::<f32>() + BIAS;
    let confidence = 1.0 / (1.0 + (-logit).exp());
    if features.length <= SHORT.ln_1p() && features.covered < COVERED && features.meaning <= 0.0 {
        return confidence.min(BOUND);
    }
    confidence
}
