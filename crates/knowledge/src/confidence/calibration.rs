//! What a tenant's own knowledge says about the numbers measured on it.

use serde::{Deserialize, Serialize};
use xin_text::sparse::terms;

use super::model::VERSION;
use super::statistics::Statistics;
use crate::passage::Passage;

/// How common the terms of a tenant's passages are, which is what makes its measurements
/// comparable to another's: a word tells something where few passages have it.
///
/// Moving the threshold by questions that the knowledge asks of itself was tried and made six of
/// eight sets worse (docs/decisions/007): with terms weighed this way one threshold serves all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    model: u32,
    statistics: Statistics,
}

impl Calibration {
    /// How common each term is.
    #[must_use]
    pub const fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Whether it was made for the model in use; another one is as good as none.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.model == VERSION
    }
}

/// Makes a calibration out of a tenant's passages, one after the other.
#[derive(Debug, Default)]
pub struct Calibrator {
    statistics: Statistics,
}

impl Calibrator {
    /// Counts one more passage.
    pub fn add(&mut self, passage: &Passage) {
        self.add_text(&passage.whole_text());
    }

    /// Counts one more passage of that title, headings and text.
    pub fn add_text(&mut self, whole_text: &str) {
        self.statistics.add(&terms(whole_text));
    }

    /// The calibration.
    #[must_use]
    pub fn finish(self) -> Calibration {
        Calibration {
            model: VERSION,
            statistics: self.statistics.pruned(),
        }
    }
}
