//! What is asked of a chat model, and what it answers.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use xin_domain::ReplyAction;

use crate::error::LlmError;

/// Proposes the reply to a customer's question.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Asks for a reply within the request's deadline. The reply's text goes to `deltas` while it
    /// is written; what is returned is what counts.
    async fn reply(
        &self,
        request: &ReplyRequest,
        deltas: &dyn DeltaSink,
    ) -> Result<ReplyOutcome, LlmError>;

    /// The model's name in traces.
    fn name(&self) -> &str;
}

/// Receives the text of a reply while it is written.
pub trait DeltaSink: Send + Sync {
    /// Takes the next piece of the text.
    fn text(&self, appended: &str);

    /// Forgets what was shown: another attempt writes the reply anew.
    fn restart(&self) {}
}

/// A sink for those who wait for the whole reply.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDeltas;

impl DeltaSink for NoDeltas {
    fn text(&self, _appended: &str) {}
}

/// Everything a model needs for one reply.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplyRequest {
    /// The rendered prompt, with the rules, the passages and the form of the answer.
    pub system: String,
    /// What was said before the question, oldest first.
    pub history: Vec<ChatTurn>,
    /// What the customer asks now.
    pub question: String,
    /// The passages in the prompt, in its order; the first is number 1.
    pub passages: Vec<GroundingPassage>,
    /// How sure the retrieval is that the passages hold the answer, from 0 to 1.
    pub confidence: f32,
    /// The confidence from which a model without judgement of its own answers.
    pub answer_threshold: f32,
    /// The ISO 639-1 code of the question's language.
    pub language: String,
    /// What is said when the model has no words of its own.
    pub texts: FallbackTexts,
    /// How long the whole exchange may take.
    pub deadline: Duration,
}

/// One message of the conversation so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatTurn {
    /// Who said it.
    pub speaker: Speaker,
    /// What was said.
    pub text: String,
}

/// The two sides of a conversation, as a model knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The tenant's side, whether AI or person.
    Assistant,
}

/// A passage of the tenant's knowledge that a reply may rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct GroundingPassage {
    /// Its document's title.
    pub title: String,
    /// Its words.
    pub text: String,
    /// How well it fits the question; only the order among passages means something.
    pub score: f32,
    /// Whether the title is a question that the text answers as a whole.
    pub is_faq: bool,
}

/// Words in the customer's language for when the model has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FallbackTexts {
    /// Says that the answer is not known and a person will give it.
    pub unknown: String,
}

/// A reply and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplyOutcome {
    /// The reply.
    pub reply: StructuredReply,
    /// The model that wrote it, as the server names it.
    pub model: String,
    /// Tokens read, as the server counts them, else estimated; absent where no tokens are paid for.
    pub prompt_tokens: Option<u32>,
    /// Tokens written, likewise.
    pub completion_tokens: Option<u32>,
    /// What the tokens cost, in millionths of the currency of the model's prices; absent when the
    /// prices are not known.
    pub cost_micros: Option<i64>,
    /// The models that were asked, in order; the last one wrote the reply.
    pub attempts: Vec<Attempt>,
}

/// One model that was asked for a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The model's name in traces.
    pub model: String,
    /// `ok`, `repaired` (its structure was wrong and corrected on request), or the kind of error.
    pub outcome: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// What a model's tokens cost, in millionths of a currency for a million tokens: 150,000 is 0.15.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// A million tokens read.
    pub input: i64,
    /// A million tokens written.
    pub output: i64,
}

/// The whole milliseconds since then.
pub(crate) fn milliseconds_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Prices {
    /// The cost of one exchange in millionths of the currency, rounded up.
    #[must_use]
    pub fn cost(self, prompt_tokens: u32, completion_tokens: u32) -> i64 {
        let part = |price: i64, tokens: u32| i128::from(price.max(0)) * i128::from(tokens);
        let whole = part(self.input, prompt_tokens) + part(self.output, completion_tokens);
        i64::try_from((whole + 999_999) / 1_000_000).unwrap_or(i64::MAX)
    }
}

/// A reply in parts, as the model meant it and before anybody checked it.
#[derive(Clone, Debug, PartialEq)]
pub struct StructuredReply {
    /// What the model decided to do.
    pub action: ReplyAction,
    /// What the customer reads.
    pub text: String,
    /// The passages it claims to rest on. A number without a passage is kept, for the check.
    pub citations: Vec<Citation>,
    /// The ISO 639-1 code of the text's language.
    pub language: String,
    /// How sure the model says it is, from 0 to 1.
    pub confidence: Option<f32>,
}

/// A passage a reply claims to rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The passage's number; the first is 1.
    pub passage: usize,
    /// The words of the passage that carry the reply; empty when there is no such passage.
    pub quote: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_rounded_up_and_never_overflows() {
        let prices = Prices {
            input: 150_000,
            output: 600_000,
        };
        assert_eq!(prices.cost(1000, 100), 210);
        assert_eq!(prices.cost(1, 0), 1);
        let dear = Prices {
            input: i64::MAX,
            output: i64::MAX,
        };
        assert_eq!(dear.cost(u32::MAX, u32::MAX), i64::MAX);
    }
}
