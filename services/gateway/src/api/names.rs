//! The closed sets of names that the API speaks, for its description only: what is written comes
//! from the domain.

#![expect(dead_code, reason = "they only describe")]

use utoipa::ToSchema;

/// A language the platform speaks.
#[derive(ToSchema)]
#[schema(as = Locale, rename_all = "lowercase")]
pub enum LocaleName {
    Fa,
    En,
}

/// What a person may do; each may also do what those before it may.
#[derive(ToSchema)]
#[schema(as = Role, rename_all = "snake_case")]
pub enum RoleName {
    Viewer,
    Agent,
    Admin,
    Owner,
}

/// A kind of channel.
#[derive(ToSchema)]
#[schema(as = ChannelKind, rename_all = "snake_case")]
pub enum ChannelKindName {
    Web,
    Telegram,
}

/// Whether a channel works.
#[derive(ToSchema)]
#[schema(as = ChannelState, rename_all = "snake_case")]
pub enum ChannelStateName {
    Active,
    Disconnected,
}

/// How a platform's updates come in.
#[derive(ToSchema)]
#[schema(as = ChannelMode, rename_all = "snake_case")]
pub enum ChannelModeName {
    Webhook,
    Polling,
}

/// How the index of the knowledge stands with the embedder.
#[derive(ToSchema)]
#[schema(as = IndexState, rename_all = "snake_case")]
pub enum IndexStateName {
    Serving,
    Building,
    Failed,
}

/// What a document was given as.
#[derive(ToSchema)]
#[schema(as = DocumentKind, rename_all = "snake_case")]
pub enum DocumentKindName {
    Text,
    Markdown,
    Pdf,
    Docx,
    Pptx,
    Xlsx,
    Csv,
    Html,
}

/// Where a document came from.
#[derive(ToSchema)]
#[schema(as = DocumentOrigin, rename_all = "snake_case")]
pub enum DocumentOriginName {
    Upload,
    Text,
    Faq,
    Product,
    Page,
    Api,
}

/// How far a document has come.
#[derive(ToSchema)]
#[schema(as = DocumentState, rename_all = "snake_case")]
pub enum DocumentStateName {
    Queued,
    Fetching,
    Parsing,
    Chunking,
    Embedding,
    Ready,
    Failed,
}

/// How the pages of a website are found.
#[derive(ToSchema)]
#[schema(as = WebsiteMode, rename_all = "snake_case")]
pub enum WebsiteModeName {
    Sitemap,
    Crawl,
}

/// Where a website stands.
#[derive(ToSchema)]
#[schema(as = WebsiteState, rename_all = "snake_case")]
pub enum WebsiteStateName {
    Queued,
    Crawling,
    Ready,
    Failed,
}

/// What became of a page.
#[derive(ToSchema)]
#[schema(as = PageState, rename_all = "snake_case")]
pub enum PageStateName {
    Waiting,
    Kept,
    Skipped,
    Failed,
}

/// How the customer is addressed: شما or تو.
#[derive(ToSchema)]
#[schema(as = Register, rename_all = "snake_case")]
pub enum RegisterName {
    Formal,
    Informal,
}

/// A tone that is picked rather than described.
#[derive(ToSchema)]
#[schema(as = TonePreset, rename_all = "snake_case")]
pub enum TonePresetName {
    Friendly,
    Professional,
    Playful,
    Concise,
    Empathetic,
    Enthusiastic,
}

/// A language that customers are answered in.
#[derive(ToSchema)]
#[schema(as = AnswerLanguage, rename_all = "lowercase")]
pub enum AnswerLanguageName {
    Fa,
    Ar,
    En,
}

/// A day of the week.
#[derive(ToSchema)]
#[schema(as = Day, rename_all = "lowercase")]
pub enum DayName {
    Saturday,
    Sunday,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
}

/// Where a version of the AI's settings stands.
#[derive(ToSchema)]
#[schema(as = ConfigurationState, rename_all = "snake_case")]
pub enum ConfigurationStateName {
    Draft,
    Published,
    Superseded,
}

/// Why a question counts as not answered.
#[derive(ToSchema)]
#[schema(as = GapReason, rename_all = "snake_case")]
pub enum GapReasonName {
    Unknown,
    LowConfidence,
    HandOff,
    FailedCheck,
}

/// Whether a conversation is settled.
#[derive(ToSchema)]
#[schema(as = ConversationStatus, rename_all = "snake_case")]
pub enum ConversationStatusName {
    Open,
    Resolved,
}

/// Who answers.
#[derive(ToSchema)]
#[schema(as = OwnerKind, rename_all = "snake_case")]
pub enum OwnerKindName {
    Ai,
    Agent,
    Nobody,
}

/// Who wrote a message.
#[derive(ToSchema)]
#[schema(as = Author, rename_all = "snake_case")]
pub enum AuthorName {
    Customer,
    Ai,
    Agent,
    System,
}

/// What the AI decided to do.
#[derive(ToSchema)]
#[schema(as = ReplyAction, rename_all = "snake_case")]
pub enum ReplyActionName {
    Answer,
    Clarify,
    HandOff,
    Decline,
}

/// How far a message has come on its way to the customer.
#[derive(ToSchema)]
#[schema(as = DeliveryState, rename_all = "snake_case")]
pub enum DeliveryStateName {
    Pending,
    Sending,
    Sent,
    Delivered,
    Read,
    Failed,
    Uncertain,
}

/// What a model is for.
#[derive(ToSchema)]
#[schema(as = ModelTask, rename_all = "snake_case")]
pub enum ModelTaskName {
    Chat,
    Embed,
    Rerank,
}

/// By which means a model gives a structure.
#[derive(ToSchema)]
#[schema(as = StructuredOutput, rename_all = "snake_case")]
pub enum StructuredName {
    JsonSchema,
    JsonObject,
    Tools,
    None,
}
