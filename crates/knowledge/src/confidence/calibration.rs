//! A tenant's own place on the scale of the model.

use serde::{Deserialize, Serialize};
use xin_text::sparse::terms;

use super::features::Features;
use super::model::{VERSION, logistic, logit};
use super::statistics::Statistics;
use crate::passage::Passage;

/// Questions from which on the tenant's own are believed half.
const BELIEVED_HALF_AT: f32 = 30.0;
/// The share of questions without an answer that may pass for answered.
const LET_THROUGH: f32 = 0.1;

/// What a tenant's knowledge says about the numbers measured on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The version of the weights it belongs to.
    model: u32,
    /// Added to the model's logit.
    shift: f32,
    /// How common the terms of its passages are.
    statistics: Statistics,
}

impl Calibration {
    /// How common each term is.
    #[must_use]
    pub const fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// The confidence that features mean for this tenant.
    #[must_use]
    pub fn confidence(&self, features: &Features) -> f32 {
        logistic(logit(features) + self.shift)
    }

    /// Whether it was made for the weights in use; another one is as good as none.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.model == VERSION
    }
}

/// A question that the tenant's knowledge answers by itself, measured with its own document left
/// out: what a question without an answer looks like here.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut(pub Features);

/// Makes a calibration.
#[derive(Debug, Default)]
pub struct Calibrator {
    statistics: Statistics,
}

impl Calibrator {
    /// Counts one more passage.
    pub fn add(&mut self, passage: &Passage) {
        self.statistics.add(&terms(&passage.whole_text()));
    }

    /// The calibration before any question was tried: its statistics are what questions are
    /// measured with.
    #[must_use]
    pub fn finish(self) -> Calibration {
        Calibration {
            model: VERSION,
            shift: 0.0,
            statistics: self.statistics.pruned(),
        }
    }
}

impl Calibration {
    /// Moves the scale so that few of the questions without an answer pass for answered. With few
    /// questions it moves little.
    #[must_use]
    pub fn moved_by(mut self, unanswered: &[LeftOut]) -> Self {
        let mut logits: Vec<f32> = unanswered.iter().map(|LeftOut(f)| logit(f)).collect();
        logits.sort_by(f32::total_cmp);
        let count = u16::try_from(logits.len()).map_or(f32::from(u16::MAX), f32::from);
        let mut left = (count * LET_THROUGH).round();
        let mut at = logits.into_iter().rev();
        let mut limit = at.next();
        while left >= 1.0 {
            limit = at.next().or(limit);
            left -= 1.0;
        }
        let belief = count / (count + BELIEVED_HALF_AT);
        self.shift = limit.map_or(0.0, |limit| -limit * belief);
        self
    }
}
