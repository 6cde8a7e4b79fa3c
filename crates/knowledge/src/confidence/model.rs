//! The weights of the features, the same for every tenant.
//!
//! A logistic regression over the development sets of the evaluation (`bench/confidence.py` on what
//! `make bench-retrieval` writes to `FEATURES_DIR`): questions that are answered, against the same
//! questions with the answering document left out, questions of other subjects, and questions to
//! small tenants that lack the document; every set weighs the same. A change of the weights is a
//! new version, since thresholds belong to one.

use super::features::{FEATURES, Features};

/// The version of these weights.
pub const VERSION: u32 = 1;

const WEIGHTS: [f32; FEATURES] = [
    0.822, 2.406, -0.313, 1.926, 1.954, 0.293, 0.322, 0.56, 1.646, 1.184, 0.427,
    // No set comes with an embedder: what a cosine is worth beside the rest is an estimate.
    1.5,
];
const BIAS: f32 = -8.986;

/// From 0 to 1; above 0.5 an answer is likelier than none.
pub(super) fn confidence(features: &Features) -> f32 {
    let weighed = WEIGHTS
        .iter()
        .zip(features.values())
        .map(|(weight, value)| weight * value);
    let logit = weighed.sum::<f32>() + BIAS;
    1.0 / (1.0 + (-logit).exp())
}
