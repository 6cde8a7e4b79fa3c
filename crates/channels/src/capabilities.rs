//! What each channel can do.

use xin_domain::ChannelKind;
use xin_text::split::Unit;

/// What a channel can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The longest text it takes in one message.
    pub text_limit: usize,
    /// What that length is counted in.
    pub unit: Unit,
    /// Whether it can show that an answer is being written.
    pub typing: bool,
    /// Whether it can show an answer while it is written.
    pub streaming: bool,
}

impl Capabilities {
    /// What channels of that kind can do.
    #[must_use]
    pub const fn of(kind: ChannelKind) -> Self {
        match kind {
            ChannelKind::Web => Self {
                // Our own: far beyond any answer, and still a bound.
                text_limit: 20_000,
                unit: Unit::Characters,
                typing: true,
                streaming: true,
            },
            ChannelKind::Telegram => Self {
                // Telegram says "characters" and counts as UTF-16 does, where an emoji is two
                // (https://core.telegram.org/bots/api#sendmessage).
                text_limit: 4096,
                unit: Unit::Utf16,
                typing: true,
                streaming: false,
            },
        }
    }
}
