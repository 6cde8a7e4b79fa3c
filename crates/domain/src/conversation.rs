//! Who may speak in a conversation, and when a turn is still the current one.
//!
//! A conversation has an owner, an `owner_epoch` that grows at every change of owner, and a `turn`
//! that grows at every customer message. The pair is a fencing token ([`Fence`]): a reply carries
//! the fence it was asked for with, and is accepted only while the fence is current. So nothing
//! the AI proposed before a person took over can be delivered after, however late it arrives.

use chrono::{DateTime, Utc};

use crate::ids::{ChannelId, ContactId, ConversationId, TenantId, UserId};

/// Who answers the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The AI.
    Ai,
    /// A person of the tenant; the AI is silent.
    Agent(UserId),
    /// A person was promised and none has come yet. The AI goes on answering what it knows, so
    /// that the customer is not left in silence.
    Nobody,
}

/// Whether the matter is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConversationStatus {
    /// Something may still be wanted.
    Open,
    /// Settled; the next customer message opens it again.
    Resolved,
}

/// The fencing token of one turn: valid while neither the owner nor the turn has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fence {
    /// Which ownership the reply was asked for under.
    pub owner_epoch: i64,
    /// Which customer message it answers.
    pub turn: i64,
}

/// Why a proposed reply is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A newer customer message asks for a newer reply.
    TurnPassed,
    /// The owner changed after the reply was asked for.
    OwnerChanged,
    /// A reply for this turn is already there: the same work was done twice.
    AlreadyAnswered,
}

/// Why the AI asks for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HandoffReason {
    /// The tenant's knowledge does not hold the answer.
    Unknown,
    /// The model or a part it needs failed until the deadline.
    Failure,
    /// The customer asked for one.
    AskedForHuman,
    /// Several replies in a row were no answer.
    LowConfidence,
    /// The customer is angry.
    NegativeSentiment,
    /// The customer used a word that the tenant named.
    Keyword,
    /// What the model wrote did not pass the checks.
    FailedCheck,
    /// The tenant's budget for the AI is used up.
    Budget,
}

impl HandoffReason {
    /// Every reason, for reading names back.
    pub const ALL: [Self; 8] = [
        Self::Unknown,
        Self::Failure,
        Self::AskedForHuman,
        Self::LowConfidence,
        Self::NegativeSentiment,
        Self::Keyword,
        Self::FailedCheck,
        Self::Budget,
    ];

    /// The name in messages and traces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Failure => "failure",
            Self::AskedForHuman => "asked_for_human",
            Self::LowConfidence => "low_confidence",
            Self::NegativeSentiment => "negative_sentiment",
            Self::Keyword => "keyword",
            Self::FailedCheck => "failed_check",
            Self::Budget => "budget",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// What a change of owner did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transition {
    /// The owner is another one now.
    Changed,
    /// It was so already.
    Unchanged,
}

/// The state of one conversation, without its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where it takes place.
    pub channel_id: ChannelId,
    /// With whom.
    pub contact_id: ContactId,
    /// Whether it is settled.
    pub status: ConversationStatus,
    /// Who answers.
    pub owner: Owner,
    /// Grows at every change of owner.
    pub owner_epoch: i64,
    /// Grows at every customer message; 0 before the first.
    pub turn: i64,
    /// The last turn that has its reply, from whomever.
    pub answered_turn: i64,
    /// The position of the newest message; messages are numbered from 1 without gaps.
    pub last_position: i64,
    /// The AI sees no message at or before this position: everything until the last resolve,
    /// handoff or hand-back is behind it, so that an old handoff never repeats.
    pub context_after: i64,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When anything last changed.
    pub updated_at: DateTime<Utc>,
}

impl Conversation {
    /// A conversation before its first message, owned by the AI.
    #[must_use]
    pub fn begin(
        id: ConversationId,
        tenant_id: TenantId,
        channel_id: ChannelId,
        contact_id: ContactId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            tenant_id,
            channel_id,
            contact_id,
            status: ConversationStatus::Open,
            owner: Owner::Ai,
            owner_epoch: 1,
            turn: 0,
            answered_turn: 0,
            last_position: 0,
            context_after: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// The fence that a reply must carry to be accepted now.
    #[must_use]
    pub const fn fence(&self) -> Fence {
        Fence {
            owner_epoch: self.owner_epoch,
            turn: self.turn,
        }
    }

    /// Takes the position of the next message.
    pub fn next_position(&mut self, now: DateTime<Utc>) -> i64 {
        self.last_position += 1;
        self.updated_at = now;
        self.last_position
    }

    /// A customer message arrived: a new turn begins, and the fence to ask the AI for a reply
    /// with is answered, or nothing while a person owns the conversation.
    pub fn receive(&mut self, now: DateTime<Utc>) -> Option<Fence> {
        self.turn += 1;
        self.status = ConversationStatus::Open;
        self.updated_at = now;
        match self.owner {
            Owner::Ai | Owner::Nobody => Some(self.fence()),
            Owner::Agent(_) => None,
        }
    }

    /// Whether a reply that was asked for under `fence` may still be said.
    pub fn check_reply(&self, fence: Fence) -> Result<(), Refusal> {
        if fence.owner_epoch != self.owner_epoch || matches!(self.owner, Owner::Agent(_)) {
            return Err(Refusal::OwnerChanged);
        }
        if fence.turn != self.turn {
            return Err(Refusal::TurnPassed);
        }
        if self.answered_turn >= fence.turn {
            return Err(Refusal::AlreadyAnswered);
        }
        Ok(())
    }

    /// Accepts the AI's reply for `fence`; `handoff` when it promises a person.
    pub fn accept_reply(
        &mut self,
        fence: Fence,
        handoff: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        self.check_reply(fence)?;
        self.answered_turn = fence.turn;
        self.updated_at = now;
        if handoff {
            self.own(Owner::Nobody, now);
            // The reply itself takes the next position and stays in view of nobody but people.
            self.context_after = self.last_position + 1;
        }
        Ok(())
    }

    /// A person takes the conversation: the AI is silent from here on.
    pub fn take_over(&mut self, user: UserId, now: DateTime<Utc>) -> Transition {
        self.own(Owner::Agent(user), now)
    }

    /// A person replies: it becomes theirs, and whatever was asked is answered.
    pub fn agent_reply(&mut self, user: UserId, now: DateTime<Utc>) -> Transition {
        let transition = self.take_over(user, now);
        self.answered_turn = self.turn;
        self.status = ConversationStatus::Open;
        transition
    }

    /// A person gives the conversation back to the AI, which starts with a clean context.
    pub fn hand_back(&mut self, now: DateTime<Utc>) -> Transition {
        let transition = self.own(Owner::Ai, now);
        if transition == Transition::Changed {
            self.context_after = self.last_position;
            self.answered_turn = self.turn;
        }
        transition
    }

    /// The matter is settled: the AI owns what comes next, with a clean context.
    pub fn resolve(&mut self, now: DateTime<Utc>) -> Transition {
        if self.status == ConversationStatus::Resolved {
            return Transition::Unchanged;
        }
        self.status = ConversationStatus::Resolved;
        self.own(Owner::Ai, now);
        self.context_after = self.last_position;
        self.answered_turn = self.turn;
        self.updated_at = now;
        Transition::Changed
    }

    fn own(&mut self, owner: Owner, now: DateTime<Utc>) -> Transition {
        if self.owner == owner {
            return Transition::Unchanged;
        }
        self.owner = owner;
        self.owner_epoch += 1;
        self.updated_at = now;
        Transition::Changed
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn conversation() -> Conversation {
        Conversation::begin(
            ConversationId::from_uuid(Uuid::from_u128(1)),
            TenantId::from_uuid(Uuid::from_u128(2)),
            ChannelId::from_uuid(Uuid::from_u128(3)),
            ContactId::from_uuid(Uuid::from_u128(4)),
            DateTime::UNIX_EPOCH,
        )
    }

    fn agent() -> UserId {
        UserId::from_uuid(Uuid::from_u128(9))
    }

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn a_reply_is_accepted_once() {
        let mut conversation = conversation();
        let fence = conversation.receive(NOW).unwrap();
        assert_eq!(conversation.accept_reply(fence, false, NOW), Ok(()));
        assert_eq!(
            conversation.accept_reply(fence, false, NOW),
            Err(Refusal::AlreadyAnswered)
        );
    }

    #[test]
    fn a_burst_is_answered_by_its_last_turn_only() {
        let mut conversation = conversation();
        let first = conversation.receive(NOW).unwrap();
        let second = conversation.receive(NOW).unwrap();
        assert_eq!(conversation.check_reply(first), Err(Refusal::TurnPassed));
        assert_eq!(conversation.check_reply(second), Ok(()));
    }

    #[test]
    fn nothing_proposed_before_a_takeover_is_accepted_after() {
        let mut conversation = conversation();
        let fence = conversation.receive(NOW).unwrap();
        conversation.take_over(agent(), NOW);
        assert_eq!(conversation.check_reply(fence), Err(Refusal::OwnerChanged));
        conversation.hand_back(NOW);
        assert_eq!(conversation.check_reply(fence), Err(Refusal::OwnerChanged));
    }

    #[test]
    fn the_ai_is_not_asked_while_a_person_owns_it() {
        let mut conversation = conversation();
        conversation.take_over(agent(), NOW);
        assert_eq!(conversation.receive(NOW), None);
        conversation.hand_back(NOW);
        assert!(conversation.receive(NOW).is_some());
    }

    #[test]
    fn after_a_handoff_the_ai_still_answers_what_it_knows() {
        let mut conversation = conversation();
        let fence = conversation.receive(NOW).unwrap();
        conversation.accept_reply(fence, true, NOW).unwrap();
        assert_eq!(conversation.owner, Owner::Nobody);
        let next = conversation.receive(NOW).unwrap();
        assert_eq!(conversation.check_reply(next), Ok(()));
    }

    #[test]
    fn taking_over_twice_changes_nothing() {
        let mut conversation = conversation();
        assert_eq!(conversation.take_over(agent(), NOW), Transition::Changed);
        let epoch = conversation.owner_epoch;
        assert_eq!(conversation.take_over(agent(), NOW), Transition::Unchanged);
        assert_eq!(conversation.owner_epoch, epoch);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Receive,
        Reply { which: usize, handoff: bool },
        TakeOver,
        AgentReply,
        HandBack,
        Resolve,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => Just(Step::Receive),
            3 => (any::<usize>(), any::<bool>())
                .prop_map(|(which, handoff)| Step::Reply { which, handoff }),
            1 => Just(Step::TakeOver),
            1 => Just(Step::AgentReply),
            1 => Just(Step::HandBack),
            1 => Just(Step::Resolve),
        ]
    }

    proptest! {
        /// Whatever happens in whatever order: one reply per turn at the most, none while a person
        /// owns it, and none that was asked for under an earlier owner.
        #[test]
        fn replies_keep_to_their_turn_and_owner(steps in prop::collection::vec(step(), 0..60)) {
            let mut conversation = conversation();
            let mut fences = Vec::new();
            let mut answered = std::collections::HashSet::new();
            let mut now = NOW;
            for step in steps {
                now += TimeDelta::seconds(1);
                match step {
                    Step::Receive => fences.extend(conversation.receive(now)),
                    Step::Reply { which, handoff } if !fences.is_empty() => {
                        let fence = fences[which % fences.len()];
                        let before = conversation.clone();
                        if conversation.accept_reply(fence, handoff, now).is_ok() {
                            prop_assert!(answered.insert(fence.turn));
                            prop_assert_eq!(fence, before.fence());
                            prop_assert!(!matches!(before.owner, Owner::Agent(_)));
                        } else {
                            prop_assert_eq!(&conversation, &before);
                        }
                    }
                    Step::Reply { .. } => {}
                    Step::TakeOver => { conversation.take_over(agent(), now); }
                    Step::AgentReply => { conversation.agent_reply(agent(), now); }
                    Step::HandBack => { conversation.hand_back(now); }
                    Step::Resolve => { conversation.resolve(now); }
                }
                prop_assert!(conversation.answered_turn <= conversation.turn);
            }
        }
    }
}
