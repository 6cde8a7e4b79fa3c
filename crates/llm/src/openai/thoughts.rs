//! Removes the thoughts that reasoning models think aloud before they answer.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Lets a streamed text through except for a `<think>` block at its beginning.
#[derive(Debug, Default)]
pub(super) struct ThoughtFilter {
    state: State,
    held: String,
}

#[derive(Debug, Default)]
enum State {
    /// Too little has come to know whether it begins with a thought.
    #[default]
    Unknown,
    Thinking,
    Speaking,
}

impl ThoughtFilter {
    /// The part of the text that is no thought, as far as that is known.
    pub(super) fn pass(&mut self, piece: &str) -> String {
        if matches!(self.state, State::Speaking) {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if matches!(self.state, State::Unknown) {
            let begun = self.held.trim_start();
            if begun.starts_with(OPEN) {
                self.state = State::Thinking;
            } else if OPEN.starts_with(begun) {
                return String::new();
            } else {
                self.state = State::Speaking;
                return std::mem::take(&mut self.held);
            }
        }
        if let Some((_thought, rest)) = self.held.split_once(CLOSE) {
            let rest = rest.to_owned();
            self.state = State::Speaking;
            self.held.clear();
            return rest;
        }
        // Only the end matters from here, where the closing tag may have begun.
        let tail = self
            .held
            .char_indices()
            .rev()
            .nth(CLOSE.len())
            .map_or(0, |(at, _)| at);
        self.held.drain(..tail);
        String::new()
    }

    /// What was held back and turned out to be no thought.
    pub(super) fn finish(self) -> String {
        match self.state {
            State::Unknown => self.held,
            State::Thinking | State::Speaking => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(text: &str, pieces_of: usize) -> String {
        let mut filter = ThoughtFilter::default();
        let letters: Vec<char> = text.chars().collect();
        let mut passed = String::new();
        for piece in letters.chunks(pieces_of) {
            passed.push_str(&filter.pass(&piece.iter().collect::<String>()));
        }
        passed + &filter.finish()
    }

    #[test]
    fn thoughts_are_removed_however_they_are_cut() {
        for pieces_of in 1..12 {
            assert_eq!(passed("\n<think>سؤال {\"text\"</think>{}", pieces_of), "{}");
            assert_eq!(passed("<thin air", pieces_of), "<thin air");
            assert_eq!(passed("<th", pieces_of), "<th");
            assert_eq!(passed("سلام <think>", pieces_of), "سلام <think>");
            assert_eq!(passed("<think>never ends", pieces_of), "");
        }
    }
}
