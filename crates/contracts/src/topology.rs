//! Every exchange, queue and routing key.
//!
//! One routing key leads to exactly one queue, so that a message has one handler and one outcome;
//! what many processes want to hear about is a [`crate::messages::LiveSignal`] instead.

use std::time::Duration;

/// The topic exchange that every message is published to.
pub const EVENTS_EXCHANGE: &str = "xin.events";
/// Where messages go that cannot be handled; an operator lists and replays them.
pub const DEAD_EXCHANGE: &str = "xin.dead";
/// The one queue of [`DEAD_EXCHANGE`].
pub const DEAD_QUEUE: &str = "xin.dead";
/// The fanout exchange of live signals; nothing on it is stored.
pub const LIVE_EXCHANGE: &str = "xin.live";

/// The waiting rooms between attempts, in order: the exchange and queue of each, and how long a
/// message stays. Attempts 1, 2 and 3 wait 5 s, 30 s and 5 min, together 5 min 35 s; every later
/// attempt waits 5 min again. Before the first, the consumer itself tries for about 30 s.
pub const RETRY_ROOMS: [(&str, Duration); 3] = [
    ("xin.retry.5s", Duration::from_secs(5)),
    ("xin.retry.30s", Duration::from_secs(30)),
    ("xin.retry.5min", Duration::from_secs(300)),
];

/// The waiting room after the `attempt`-th failure (from 1) of a message that has `wanted` left to
/// wait: never shorter than attempts ask for, and the longest that is not too long.
#[must_use]
pub fn retry_room(attempt: u32, wanted: Duration) -> (&'static str, Duration) {
    let [first, second, third] = RETRY_ROOMS;
    let least = match attempt {
        0 | 1 => first,
        2 => second,
        _ => third,
    };
    let longer = |room: &(&str, Duration)| room.1 > least.1 && room.1 <= wanted;
    RETRY_ROOMS.into_iter().rfind(longer).unwrap_or(least)
}

/// What a message is, and so where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoutingKey {
    /// Event: a customer did something on a channel.
    InboundReceived,
    /// Command: propose a reply.
    GenerateReply,
    /// Event: the AI proposes a reply.
    ReplyProposed,
    /// Command: send a message to the customer.
    DeliverMessage,
    /// Command: make a document retrievable.
    IngestDocument,
    /// Command: make a document unretrievable.
    ForgetDocument,
    /// Command: read a website.
    CrawlWebsite,
    /// Command: answer a question that is tried out.
    TryQuestion,
    /// Command: index one passage again.
    ReindexPassage,
    /// Command: make all that was removed unretrievable.
    ForgetKnowledge,
    /// Command: put all passages into the space of another embedder.
    ReindexKnowledge,
}

impl RoutingKey {
    /// Every key.
    pub const ALL: [Self; 11] = [
        Self::InboundReceived,
        Self::GenerateReply,
        Self::ReplyProposed,
        Self::DeliverMessage,
        Self::IngestDocument,
        Self::ForgetDocument,
        Self::CrawlWebsite,
        Self::TryQuestion,
        Self::ReindexPassage,
        Self::ForgetKnowledge,
        Self::ReindexKnowledge,
    ];

    /// The key on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InboundReceived => "inbound.received",
            Self::GenerateReply => "reply.generate",
            Self::ReplyProposed => "reply.proposed",
            Self::DeliverMessage => "message.deliver",
            Self::IngestDocument => "document.ingest",
            Self::ForgetDocument => "document.forget",
            Self::CrawlWebsite => "website.crawl",
            Self::TryQuestion => "question.try",
            Self::ReindexPassage => "passage.reindex",
            Self::ForgetKnowledge => "knowledge.forget",
            Self::ReindexKnowledge => "knowledge.reindex",
        }
    }

    /// The key of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }

    /// The queue its messages wait in.
    #[must_use]
    pub const fn queue(self) -> &'static Queue {
        match self {
            Self::InboundReceived => &INBOUND,
            Self::GenerateReply => &GENERATION,
            Self::ReplyProposed => &PROPOSALS,
            Self::DeliverMessage => &DELIVERIES,
            Self::CrawlWebsite => &WEBSITES,
            Self::ReindexKnowledge => &SPACES,
            Self::TryQuestion => &PLAYGROUND,
            Self::IngestDocument
            | Self::ForgetDocument
            | Self::ReindexPassage
            | Self::ForgetKnowledge => &DOCUMENTS,
        }
    }
}

/// A durable queue with one kind of consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Queue {
    /// Its name at the broker.
    pub name: &'static str,
    /// What is bound to it.
    pub keys: &'static [RoutingKey],
    /// Whether one process consumes it at a time and others stand by: the order of a conversation
    /// then holds across processes.
    pub single: bool,
}

/// What customers did; consumed by `conversation`.
pub static INBOUND: Queue = Queue {
    name: "conversation.inbound",
    keys: &[RoutingKey::InboundReceived],
    single: true,
};
/// Replies to propose; consumed by `ai-orchestrator`.
pub static GENERATION: Queue = Queue {
    name: "ai-orchestrator.generation",
    keys: &[RoutingKey::GenerateReply],
    single: false,
};
/// Proposed replies; consumed by `conversation`.
pub static PROPOSALS: Queue = Queue {
    name: "conversation.proposals",
    keys: &[RoutingKey::ReplyProposed],
    single: true,
};
/// Messages to send; consumed by `conversation`.
pub static DELIVERIES: Queue = Queue {
    name: "conversation.deliveries",
    keys: &[RoutingKey::DeliverMessage],
    single: true,
};
/// Documents to index or to forget; consumed by `knowledge-ingest`.
pub static DOCUMENTS: Queue = Queue {
    name: "knowledge-ingest.documents",
    keys: &[
        RoutingKey::IngestDocument,
        RoutingKey::ForgetDocument,
        RoutingKey::ReindexPassage,
        RoutingKey::ForgetKnowledge,
    ],
    single: false,
};
/// Websites to read, apart from documents, since reading one takes long; consumed by
/// `knowledge-ingest`.
pub static WEBSITES: Queue = Queue {
    name: "knowledge-ingest.websites",
    keys: &[RoutingKey::CrawlWebsite],
    single: false,
};
/// Knowledge to index again for another embedder, apart from documents, which go on being read
/// meanwhile; consumed by `knowledge-ingest`.
pub static SPACES: Queue = Queue {
    name: "knowledge-ingest.spaces",
    keys: &[RoutingKey::ReindexKnowledge],
    single: false,
};

/// Questions to try out; consumed by `ai-orchestrator`, apart from customers' turns.
pub static PLAYGROUND: Queue = Queue {
    name: "ai-orchestrator.playground",
    keys: &[RoutingKey::TryQuestion],
    single: false,
};

/// Every queue.
pub static QUEUES: [&Queue; 8] = [
    &INBOUND,
    &GENERATION,
    &PROPOSALS,
    &DELIVERIES,
    &DOCUMENTS,
    &WEBSITES,
    &SPACES,
    &PLAYGROUND,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_as_long_as_is_asked_but_not_longer() {
        let room = |attempt, seconds| {
            retry_room(attempt, Duration::from_secs(seconds))
                .1
                .as_secs()
        };
        assert_eq!(
            [room(1, 0), room(2, 0), room(3, 0), room(9, 0)],
            [5, 30, 300, 300]
        );
        assert_eq!(
            [room(1, 29), room(1, 40), room(1, 900), room(3, 40)],
            [5, 30, 300, 300]
        );
    }

    #[test]
    fn every_key_waits_in_exactly_one_queue() {
        for key in RoutingKey::ALL {
            let queues: Vec<_> = QUEUES
                .iter()
                .filter(|queue| queue.keys.contains(&key))
                .collect();
            assert_eq!(queues.len(), 1, "{key:?}");
            assert_eq!(queues[0].name, key.queue().name);
            assert_eq!(RoutingKey::from_name(key.as_str()), Some(key));
        }
    }
}
