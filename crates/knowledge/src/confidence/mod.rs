//! How sure retrieval is that its passages answer a question, as one number.
//!
//! Scores do not carry over from one knowledge base to the next, so what is measured
//! ([`Features`]) is relative to how common the terms are in this one ([`Calibration`]), and then
//! weighed by one model for all.

mod asked;
mod calibration;
mod features;
mod model;
mod statistics;

pub use calibration::{Calibration, Calibrator};
pub use features::{FEATURES, Features};
pub use model::VERSION;
pub use statistics::Statistics;

use serde::Serialize;

/// How sure, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Confidence {
    /// From 0, nothing of the question is in the passages, to 1; from 0.5 on the passages most
    /// likely hold the answer.
    pub value: f32,
    /// What it was computed from.
    pub features: Features,
    /// The version of the model that weighed them.
    pub model: u32,
    /// The passages that the calibration had seen; 0 when the tenant has none yet.
    pub calibrated_on: u32,
}

impl Confidence {
    /// Weighs features alone.
    #[must_use]
    pub fn weighed(features: Features) -> f32 {
        model::confidence(&features)
    }

    /// Weighs the features for a tenant.
    #[must_use]
    pub fn of(features: Features, calibration: &Calibration) -> Self {
        Self {
            value: model::confidence(&features),
            features,
            model: VERSION,
            calibrated_on: calibration.statistics().passages(),
        }
    }
}
