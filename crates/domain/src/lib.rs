//! The business in plain types: ids, tenants, channels, conversations and who owns them.
//!
//! No I/O and no async here: every rule of who may speak when is a function over values, so it is
//! tested without a database ([`conversation`]).

pub mod ai_settings;
pub mod business_hours;
pub mod channel;
pub mod clock;
pub mod conversation;
pub mod document;
pub mod error;
pub mod gap;
pub mod ids;
pub mod inbound;
pub mod message;
pub mod playground;
pub mod price;
pub mod product;
pub mod tenant;
pub mod website;

pub use ai_settings::{AiSettings, AnswerLanguage, HandoffRules, Instructions};
pub use business_hours::{BadTime, BusinessHours, Day, MinuteOfDay, OpenHours, Opening};
pub use channel::ChannelKind;
pub use clock::{Clock, FixedClock, SystemClock};
pub use conversation::{
    Conversation, ConversationStatus, Fence, HandoffReason, Owner, Refusal, Transition,
};
pub use document::{DocumentFailure, DocumentOrigin, DocumentState, StageTime};
pub use error::ErrorKind;
pub use gap::GapReason;
pub use ids::{
    ApiKeyId, ChannelId, ContactId, ConversationId, DocumentId, GapGroupId, IdSource, MessageId,
    ParseIdError, PhrasingId, PlaygroundRunId, RandomIds, TenantId, UserId, WebsiteId,
};
pub use inbound::{InboundContact, InboundEvent, InboundKind};
pub use message::{Author, Citation, DeliveryState, ReplyAction};
pub use playground::{PlaygroundRequest, PlaygroundTurn};
pub use price::{Currency, Price};
pub use product::{Product, Variant};
pub use tenant::{Brand, Locale, Register, Role, TonePreset};
pub use website::{CrawlCause, CrawlCounts, PageProblem, PageState, WebsiteMode, WebsiteState};
