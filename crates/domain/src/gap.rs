//! What a tenant's knowledge does not answer.

use serde::{Deserialize, Serialize};

/// Why a question counts as not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// Nothing was found, or nothing that fits.
    Unknown,
    /// Something was found, and not surely enough to answer from it.
    LowConfidence,
    /// A person was asked for.
    HandOff,
    /// What the model wrote did not follow from the knowledge.
    FailedCheck,
}

impl GapReason {
    /// Every reason, for reading names back.
    pub const ALL: [Self; 4] = [
        Self::Unknown,
        Self::LowConfidence,
        Self::HandOff,
        Self::FailedCheck,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::LowConfidence => "low_confidence",
            Self::HandOff => "hand_off",
            Self::FailedCheck => "failed_check",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}
