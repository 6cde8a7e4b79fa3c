//! What a server has written so far, and what of it was shown.

use super::reply_reader;
use super::text_field::TextField;
use super::thoughts::ThoughtFilter;
use super::wire::Completion;
use crate::error::LlmError;
use crate::model::{DeltaSink, ReplyRequest, StructuredReply};

/// A model that writes more than this writes no customer message.
const MOST_BYTES: usize = 256 * 1024;

/// Fewer than in English, since Persian and Arabic are cut finer.
const LETTERS_IN_A_TOKEN: usize = 3;

/// What came back, as far as it has.
#[derive(Default)]
pub(super) struct Transcript {
    /// Pieces that came, whatever was in them.
    pub(super) pieces: usize,
    /// Who wrote, and how much.
    pub(super) usage: Usage,
    /// What the model says.
    said: Writing,
    /// The arguments of the function it calls, when it calls one.
    called: Option<Writing>,
    thoughts: ThoughtFilter,
    cut: bool,
}

/// Who wrote, and how much.
#[derive(Default)]
pub(super) struct Usage {
    pub(super) model: Option<String>,
    pub(super) prompt_tokens: Option<u32>,
    pub(super) completion_tokens: Option<u32>,
    /// Letters written.
    pub(super) letters: usize,
}

impl Usage {
    /// Both together: the later names the model, and the tokens of both were paid for.
    pub(super) fn and(self, later: Self) -> Self {
        let sum = |one: Option<u32>, other: Option<u32>| match (one, other) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        Self {
            model: later.model.or(self.model),
            prompt_tokens: sum(self.prompt_tokens, later.prompt_tokens),
            completion_tokens: sum(self.completion_tokens, later.completion_tokens),
            letters: self.letters.saturating_add(later.letters),
        }
    }

    /// The tokens estimated where the server counts none, so that budgets hold all the same.
    pub(super) fn estimated(mut self, prompt_letters: usize) -> Self {
        let tokens = |letters: usize| {
            u32::try_from(letters.div_ceil(LETTERS_IN_A_TOKEN)).unwrap_or(u32::MAX)
        };
        self.prompt_tokens.get_or_insert(tokens(prompt_letters));
        self.completion_tokens.get_or_insert(tokens(self.letters));
        self
    }
}

/// An output that is no reply.
pub(super) struct Faulty {
    /// The output.
    pub(super) written: String,
    /// What is wrong with it.
    pub(super) fault: String,
}

/// A text with the structure in it, and what was shown of it.
#[derive(Default)]
struct Writing {
    written: String,
    shown: String,
    field: TextField,
}

impl Writing {
    fn take(&mut self, piece: &str, deltas: &dyn DeltaSink) -> Result<(), LlmError> {
        self.written.push_str(piece);
        if self.written.len() > MOST_BYTES {
            return Err(LlmError::malformed("it does not end"));
        }
        let shown = self.field.read(piece);
        if !shown.is_empty() {
            deltas.text(&shown);
            self.shown.push_str(&shown);
        }
        Ok(())
    }
}

impl Transcript {
    /// Takes the next piece.
    pub(super) fn read(
        &mut self,
        piece: &Completion,
        deltas: &dyn DeltaSink,
    ) -> Result<(), LlmError> {
        if let Some(error) = piece.error() {
            return Err(LlmError::unavailable(error));
        }
        self.pieces += 1;
        // Once a function is called, what is said beside it is not the reply.
        if let Some(text) = piece.text().filter(|_| self.called.is_none()) {
            self.usage.letters += text.chars().count();
            let spoken = self.thoughts.pass(text);
            self.said.take(&spoken, deltas)?;
        }
        if let Some(arguments) = piece.arguments() {
            if self.called.is_none() && !self.said.shown.is_empty() {
                deltas.restart();
            }
            self.usage.letters += arguments.chars().count();
            let called = self.called.get_or_insert_default();
            called.take(&arguments, deltas)?;
        }
        self.cut |= piece.finish_reason() == Some("length");
        if let Some(model) = piece.model() {
            self.usage.model = Some(model.to_owned());
        }
        let usage = &mut self.usage;
        usage.prompt_tokens = piece.prompt_tokens().or(usage.prompt_tokens);
        usage.completion_tokens = piece.completion_tokens().or(usage.completion_tokens);
        Ok(())
    }

    /// The reply in what was written.
    pub(super) fn conclude(
        self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<StructuredReply, Faulty> {
        let Self {
            mut said,
            called,
            thoughts,
            cut,
            ..
        } = self;
        let writing = if let Some(called) = called {
            called
        } else {
            if let Err(error) = said.take(&thoughts.finish(), deltas) {
                return Err(Faulty {
                    written: String::new(),
                    fault: error.to_string(),
                });
            }
            said
        };
        match reply_reader::read(&writing.written, request) {
            Ok(reply) => {
                // Plain words, and our own in place of none, have not been shown yet.
                if writing.shown.trim().is_empty() {
                    deltas.text(&reply.text);
                }
                Ok(reply)
            }
            Err(fault) => Err(Faulty {
                written: writing.written,
                fault: if cut {
                    "it was cut at the token limit; it must be shorter".to_owned()
                } else {
                    fault
                },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Default)]
    struct Screen(Mutex<String>);

    impl DeltaSink for Screen {
        fn text(&self, appended: &str) {
            self.0.lock().unwrap().push_str(appended);
        }

        fn restart(&self) {
            self.0.lock().unwrap().clear();
        }
    }

    fn completion(value: Value) -> Completion {
        serde_json::from_value(value).unwrap()
    }

    fn called(piece: &str) -> Completion {
        let call = json!({"index": 0, "function": {"arguments": piece}});
        completion(json!({"choices": [{"delta": {"tool_calls": [call]}}]}))
    }

    fn pieces(text: &str, of: usize) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        letters
            .chunks(of)
            .map(|piece| piece.iter().collect())
            .collect()
    }

    proptest! {
        /// However a function's arguments are cut, exactly the text is shown while they come, and
        /// what was said before the call is taken back.
        #[test]
        fn a_calls_text_is_shown_and_nothing_else(
            text in any::<String>(),
            said in "[a-z ]{0,9}|\\{\"text\":\"early",
            of in 1_usize..7,
        ) {
            let screen = Screen::default();
            let mut transcript = Transcript::default();
            let before = completion(json!({"choices": [{"delta": {"content": said}}]}));
            transcript.read(&before, &screen).unwrap();
            let arguments = json!({"action": "answer", "text": text, "citations": [1]}).to_string();
            for piece in pieces(&arguments, of) {
                transcript.read(&called(&piece), &screen).unwrap();
            }
            prop_assert_eq!(&*screen.0.lock().unwrap(), &text);
        }
    }
}
