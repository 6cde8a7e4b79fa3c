//! A question that staff try out before customers see what comes of it.

use serde::{Deserialize, Serialize};

use crate::ai_settings::AiSettings;
use crate::channel::ChannelKind;
use crate::message::Author;
use crate::tenant::Brand;

/// What is tried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaygroundRequest {
    /// What a customer would ask.
    pub question: String,
    /// What was said before, oldest first.
    pub history: Vec<PlaygroundTurn>,
    /// On which kind of channel.
    pub channel_kind: ChannelKind,
    /// The voice to try; absent: the one in use, or the draft's.
    pub brand: Option<Brand>,
    /// The settings to try; absent: those in use, or the draft's.
    pub settings: Option<AiSettings>,
    /// Whether what is absent comes from the draft.
    pub draft: bool,
    /// Whether only the passages and the decision are wanted, without asking a model.
    pub retrieval_only: bool,
}

/// One message of the conversation that is made up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaygroundTurn {
    /// Who says it.
    pub author: Author,
    /// The words.
    pub text: String,
}
