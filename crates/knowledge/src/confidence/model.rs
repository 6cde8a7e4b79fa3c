//! The weights of the features, the same for every tenant.
//!
//! A logistic regression over the development sets of the evaluation: questions that are answered
//! against the same questions with the answering document left out and against questions of other
//! subjects, every set weighing the same (`xin-bench retrieval`, `FEATURES_DIR`). A change of the
//! weights is a new version, since thresholds and stored calibrations belong to one.

use super::features::{FEATURES, Features};

/// The version of these weights.
pub const VERSION: u32 = 1;

const WEIGHTS: [f32; FEATURES] = [0.2, 3.0, 2.0, 1.5, 2.0, 1.0, 0.1, 1.5];
const BIAS: f32 = -4.5;

/// The logit: above 0 an answer is likelier than none.
pub(super) fn logit(features: &Features) -> f32 {
    let weighed = WEIGHTS
        .iter()
        .zip(features.values())
        .map(|(weight, value)| weight * value);
    weighed.sum::<f32>() + BIAS
}

/// From a logit to a share.
pub(super) fn logistic(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}
