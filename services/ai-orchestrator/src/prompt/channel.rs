//! What each channel can show.

use serde::Serialize;

/// The rules of a channel, for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ChannelRules {
    name: &'static str,
    length: &'static str,
    markup: &'static str,
}

const PLAIN: &str = "Plain text without Markdown.";

/// By the kind's name. Instagram cuts a message at 1,000 bytes, which are 500 Persian letters.
const RULES: [(&str, ChannelRules); 5] = [
    (
        "web",
        ChannelRules {
            name: "the website's chat",
            length: "Be short: a few sentences.",
            markup: PLAIN,
        },
    ),
    (
        "telegram",
        ChannelRules {
            name: "Telegram",
            length: "Be short: at most 1,000 characters.",
            markup: PLAIN,
        },
    ),
    (
        "instagram",
        ChannelRules {
            name: "Instagram",
            length: "Be very short: at most 1,000 bytes, which are 450 letters in Persian.",
            markup: "Plain text without Markdown or lists; links stand alone at the end.",
        },
    ),
    (
        "whatsapp",
        ChannelRules {
            name: "WhatsApp",
            length: "Be short: at most 1,000 characters.",
            markup: "Plain text without Markdown; at most *bold* for one word.",
        },
    ),
    (
        "bale",
        ChannelRules {
            name: "Bale",
            length: "Be short: at most 1,000 characters.",
            markup: PLAIN,
        },
    ),
];

impl ChannelRules {
    /// The rules of that kind of channel; those of the website's chat for one we do not know.
    pub(crate) fn of(kind: &str) -> Self {
        let [(_, web), ..] = RULES;
        RULES
            .into_iter()
            .find(|(name, _)| *name == kind)
            .map_or(web, |(_, rules)| rules)
    }
}

#[cfg(test)]
mod tests {
    use xin_domain::ChannelKind;

    use super::*;

    #[test]
    fn every_channel_has_rules_of_its_own() {
        for kind in ChannelKind::ALL {
            assert!(
                RULES.iter().any(|(name, _)| *name == kind.as_str()),
                "{kind:?}"
            );
        }
        assert_eq!(ChannelRules::of("pigeon"), ChannelRules::of("web"));
    }
}
