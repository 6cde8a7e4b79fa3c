//! What services say to each other: the messages of `proto/`, the envelope around them, and every
//! exchange, queue and routing key, once.
//!
//! ```
//! use xin_contracts::{Payload, messages::DeliverMessage, topology};
//! assert_eq!(DeliverMessage::ROUTING_KEY.queue().name, topology::DELIVERIES.name);
//! ```

pub mod envelope;
pub mod inbound;
pub mod topology;

/// The generated messages.
pub mod messages {
    include!(concat!(env!("OUT_DIR"), "/xin.v1.rs"));
}

pub use envelope::{DecodeError, Envelope, Payload};
pub use topology::{Queue, RoutingKey};
