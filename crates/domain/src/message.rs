//! What is said in a conversation.

use serde::{Deserialize, Serialize};

use crate::ids::DocumentId;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The tenant's customer.
    Customer,
    /// The AI, in the tenant's name.
    Ai,
    /// A person of the tenant.
    Agent,
    /// The platform, about the conversation itself. Shown to staff, not to customers.
    System,
}

impl Author {
    /// Every author, for reading names back.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Ai, Self::Agent, Self::System];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Ai => "ai",
            Self::Agent => "agent",
            Self::System => "system",
        }
    }

    /// The author of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|author| author.as_str() == name)
    }
}

/// The passage an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The document it stands in.
    pub document_id: DocumentId,
    /// That document's title when the answer was given.
    pub title: String,
    /// The words relied on.
    pub quote: String,
}

/// What the AI decided to do with a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyAction {
    /// Answers from the tenant's knowledge.
    Answer,
    /// Asks back.
    Clarify,
    /// Says that a person will answer.
    HandOff,
    /// Says that this is not something it answers.
    Decline,
}

impl ReplyAction {
    /// Every action, for reading names back.
    pub const ALL: [Self; 4] = [Self::Answer, Self::Clarify, Self::HandOff, Self::Decline];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::HandOff => "hand_off",
            Self::Decline => "decline",
        }
    }

    /// The action of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// How far a message has come on its way to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits to be sent.
    Pending,
    /// Handed to the channel; the answer is not in yet.
    Sending,
    /// The channel took it.
    Sent,
    /// It reached the customer's device.
    Delivered,
    /// The customer saw it.
    Read,
    /// The channel refused it for good.
    Failed,
    /// The process died between sending and noting it. Shown to staff, never sent again unasked:
    /// the customer may already have it.
    Uncertain,
}

impl DeliveryState {
    /// Every state, for reading names back.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Uncertain,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The state after news of `next`: progress is kept, and a late `failed` never overwrites
    /// what is known to have arrived (Meta reports both for customers with several devices).
    #[must_use]
    pub fn advanced_to(self, next: Self) -> Self {
        if next.rank() > self.rank() {
            next
        } else {
            self
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Sending => 1,
            Self::Uncertain => 2,
            Self::Sent => 3,
            Self::Failed => 4,
            Self::Delivered => 5,
            Self::Read => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryState::{Delivered, Failed, Pending, Read, Sending, Sent, Uncertain};

    #[test]
    fn what_arrived_stays_arrived() {
        assert_eq!(Delivered.advanced_to(Failed), Delivered);
        assert_eq!(Read.advanced_to(Delivered), Read);
        assert_eq!(Sent.advanced_to(Failed), Failed);
        assert_eq!(Failed.advanced_to(Delivered), Delivered);
        assert_eq!(Uncertain.advanced_to(Sent), Sent);
        assert_eq!(Pending.advanced_to(Sending), Sending);
    }
}
