//! How much of a conversation a model is given.

use xin_llm::ChatTurn;

/// The part of a conversation that is given whole, and what comes before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// Too much for the budget, oldest first.
    pub(crate) older: Vec<ChatTurn>,
    /// Within the budget, oldest first.
    pub(crate) kept: Vec<ChatTurn>,
}

/// Splits a conversation by a budget of tokens: the newest turns that fit are kept.
pub(crate) fn split(history: &[ChatTurn], budget: u32) -> Split {
    let mut left = usize::try_from(budget).unwrap_or(usize::MAX);
    let mut from = history.len();
    for turn in history.iter().rev() {
        let cost = tokens(&turn.text);
        if cost > left {
            break;
        }
        left -= cost;
        from -= 1;
    }
    let (older, kept) = history.split_at(from);
    Split {
        older: older.to_vec(),
        kept: kept.to_vec(),
    }
}

/// About how many tokens a text is: four Latin letters, or two of another script, are one.
pub(crate) fn tokens(text: &str) -> usize {
    let ascii = text.chars().filter(char::is_ascii).count();
    let others = text.chars().count() - ascii;
    ascii.div_ceil(4) + others.div_ceil(2) + 1
}

#[cfg(test)]
mod tests {
    use xin_llm::Speaker;

    use super::*;

    #[test]
    fn the_newest_turns_that_fit_are_kept() {
        let turn = |text: &str| ChatTurn {
            speaker: Speaker::Customer,
            text: text.to_owned(),
        };
        let history = [turn("سلام دوست من"), turn("abcdefgh"), turn("قیمت")];
        assert_eq!(tokens("abcdefgh"), 3);
        assert_eq!(tokens("قیمت"), 3);
        let fits = split(&history, 6);
        assert_eq!(fits.kept, history[1..]);
        assert_eq!(fits.older, history[..1]);
        assert_eq!(split(&history, 0).older.len(), 3);
        assert_eq!(split(&history, 1000).kept.len(), 3);
        assert_eq!(split(&[], 10), Split::default());
    }
}
