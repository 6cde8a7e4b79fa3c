//! Telegram bots: webhooks and polling in, the Bot API out.

mod answer;
mod client;
mod decode;
mod unknown;
mod verify;

pub use client::{BotAccount, TelegramClient, WebhookInfo};
pub use decode::{DecodeError, DecodedUpdate, decode, decode_value};
pub use verify::{SECRET_HEADER, verify};
