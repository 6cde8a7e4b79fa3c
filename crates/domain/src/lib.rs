//! The business in plain types: ids, tenants, channels, conversations and who owns them.
//!
//! No I/O and no async here: every rule of who may speak when is a function over values, so it is
//! tested without a database ([`conversation`]).

pub mod channel;
pub mod clock;
pub mod conversation;
pub mod document;
pub mod error;
pub mod ids;
pub mod inbound;
pub mod message;
pub mod price;
pub mod product;
pub mod tenant;
pub mod website;

pub use channel::ChannelKind;
pub use clock::{Clock, FixedClock, SystemClock};
pub use conversation::{
    Conversation, ConversationStatus, Fence, HandoffReason, Owner, Refusal, Transition,
};
pub use document::{DocumentFailure, DocumentOrigin, DocumentState, StageTime};
pub use error::ErrorKind;
pub use ids::{
    ApiKeyId, ChannelId, ContactId, ConversationId, DocumentId, IdSource, MessageId, ParseIdError,
    PhrasingId, RandomIds, TenantId, UserId, WebsiteId,
};
pub use inbound::{InboundContact, InboundEvent, InboundKind};
pub use message::{Author, Citation, DeliveryState, ReplyAction};
pub use price::{Currency, Price};
pub use product::{Product, Variant};
pub use tenant::{Brand, Locale, Register, Role};
pub use website::{CrawlCause, CrawlCounts, PageProblem, PageState, WebsiteMode, WebsiteState};
