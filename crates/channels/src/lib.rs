//! The channels that customers write on: what each can do, and how to verify, read and answer it.
//!
//! One module per channel. Reading turns a platform's update into
//! [`InboundEvent`](xin_domain::InboundEvent)s; answering goes through a [`ChannelSender`] that
//! [`Senders`] opens for a channel's [`ChannelCredentials`].

pub mod capabilities;
pub mod error;
pub mod secrets;
pub mod sender;
pub mod telegram;

pub use capabilities::Capabilities;
pub use error::SendError;
pub use secrets::{ChannelCredentials, ChannelSecrets};
pub use sender::{ChannelSender, OwnAddresses, Senders};
