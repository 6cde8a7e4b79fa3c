//! Models, as the API shows them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_llm::ProbeReport;
use xin_platform::EmbedderSpace;
use xin_storage::tenant::{Model, ModelSettings, ModelTask, Probed, SpaceState, VectorSpace};

use crate::api::names::{IndexStateName, StructuredName};

/// The models of every task, in the order they are asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Models)]
pub struct ModelsView {
    /// Word replies. Empty: the operator's, or quotes from the knowledge.
    chat: Vec<ModelView>,
    /// Turns texts into vectors. Empty: the operator's, or retrieval by words.
    embed: Vec<ModelView>,
    /// Orders passages. Empty: they stay in the order of retrieval.
    rerank: Vec<ModelView>,
    index: IndexView,
}

impl ModelsView {
    /// Shows all of a tenant's models.
    pub fn of(models: &[Model], spaces: &[VectorSpace]) -> Self {
        let chain = |task| {
            let of_task = models.iter().filter(|model| model.task == task);
            of_task.map(ModelView::of).collect()
        };
        Self {
            chat: chain(ModelTask::Chat),
            embed: chain(ModelTask::Embed),
            rerank: chain(ModelTask::Rerank),
            index: IndexView::of(models, spaces),
        }
    }
}

/// How the knowledge stands with the embedder: when another is saved it is indexed anew, and found
/// as before until that is done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeIndex)]
pub struct IndexView {
    #[schema(value_type = IndexStateName)]
    state: &'static str,
    /// What went wrong last, while it is not as it should be.
    cause: Option<String>,
    /// Whether meaning is searched now, and not words alone.
    by_meaning: bool,
}

impl IndexView {
    fn of(models: &[Model], spaces: &[VectorSpace]) -> Self {
        let of = |state| spaces.iter().find(move |space| space.state == state);
        let serving = of(SpaceState::Serving);
        let mut embedders = models.iter().filter(|model| model.task == ModelTask::Embed);
        let wanted = embedders.next().and_then(|own| {
            let dimension = own.probed.as_ref()?.dimension?;
            Some(EmbedderSpace::of(&own.base_url, &own.model, dimension).id)
        });
        // Before the work on it begins there is no space yet.
        let is_due = wanted.is_some_and(|wanted| serving.is_none_or(|space| space.id != wanted));
        let unfinished = of(SpaceState::Building).or_else(|| of(SpaceState::Failed));
        let state = match unfinished {
            Some(space) => space.state,
            None if is_due => SpaceState::Building,
            None => SpaceState::Serving,
        };
        Self {
            state: state.as_str(),
            cause: unfinished.and_then(|space| space.failure.clone()),
            by_meaning: serving.is_some_and(|space| space.dimension > 0),
        }
    }
}

/// The models of one task as they were saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelChain)]
pub struct ChainView {
    /// In the order they are asked.
    pub models: Vec<ModelView>,
    /// What a test found that limits their use, and what to do about it.
    pub warnings: Vec<String>,
}

/// A model. Its key is never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
pub struct ModelView {
    /// What its people call it.
    label: String,
    /// The server's address.
    base_url: String,
    /// The model's name at that server.
    model: String,
    /// Whether a key is kept.
    has_key: bool,
    settings: SettingsView,
    /// What a test found, when it was saved.
    probed: Option<ProbedView>,
    updated_at: DateTime<Utc>,
}

impl ModelView {
    /// Shows a model.
    pub fn of(model: &Model) -> Self {
        Self {
            label: model.label.clone(),
            base_url: model.base_url.clone(),
            model: model.model.clone(),
            has_key: model.sealed_key.is_some(),
            settings: SettingsView::of(&model.settings),
            probed: model.probed.as_ref().map(ProbedView::of),
            updated_at: model.updated_at,
        }
    }
}

/// How a model is asked, and what it costs.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ModelSettings)]
pub struct SettingsView {
    /// How freely it writes, 0 to 2; null: the server's own choice.
    pub temperature: Option<f32>,
    /// The most tokens it may write; null: the server's own choice.
    pub max_tokens: Option<u32>,
    /// The longest one request may take; null: the operator's choice.
    pub timeout_seconds: Option<u32>,
    /// The price of a million tokens read, in millionths of the currency.
    pub price_in_per_million: Option<i64>,
    /// The price of a million tokens written, in millionths of the currency.
    pub price_out_per_million: Option<i64>,
    /// The currency of the prices (ISO 4217); one for all models of a task.
    pub currency: Option<String>,
    /// How many tokens it can read at once.
    pub context_tokens: Option<u32>,
    /// By which means it gives a structure; null: found out by asking.
    #[schema(value_type = Option<StructuredName>)]
    pub structured: Option<String>,
}

impl SettingsView {
    fn of(settings: &ModelSettings) -> Self {
        let settings = settings.clone();
        Self {
            temperature: settings.temperature,
            max_tokens: settings.max_tokens,
            timeout_seconds: settings.timeout_seconds,
            price_in_per_million: settings.price_in_per_million,
            price_out_per_million: settings.price_out_per_million,
            currency: settings.currency,
            context_tokens: settings.context_tokens,
            structured: settings.structured,
        }
    }
}

/// What a test found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProbedModel)]
pub struct ProbedView {
    /// How many numbers its vectors have (embed).
    dimension: Option<usize>,
    /// The languages it knows, as ISO 639-1 codes (embed).
    languages: Vec<String>,
    checked_at: Option<DateTime<Utc>>,
}

impl ProbedView {
    fn of(probed: &Probed) -> Self {
        Self {
            dimension: probed.dimension,
            languages: probed.languages.clone(),
            checked_at: probed.checked_at,
        }
    }
}

/// What of a model works.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelReport)]
pub struct ReportView {
    /// Whether it can be used at all.
    works: bool,
    latency_milliseconds: Option<u64>,
    /// Whether it shows its words while it writes (chat).
    streams: Option<bool>,
    /// By which means it gives a structure (chat).
    #[schema(value_type = Option<StructuredName>)]
    structured: Option<&'static str>,
    /// How many numbers its vectors have (embed).
    dimension: Option<usize>,
    /// How well it knows each language (embed).
    languages: Vec<LanguageView>,
    /// What is wrong, and what to do about it.
    problems: Vec<String>,
}

/// How well an embedder knows a language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LanguageScore)]
pub struct LanguageView {
    /// The ISO 639-1 code.
    language: &'static str,
    /// The share of test sentences that found their paraphrase, from 0 to 1.
    score: f32,
    /// Whether that is enough to retrieve with.
    known: bool,
}

impl From<ProbeReport> for ReportView {
    fn from(report: ProbeReport) -> Self {
        let languages = report.languages.into_iter().map(|score| LanguageView {
            language: score.language,
            score: score.score,
            known: score.known,
        });
        Self {
            works: report.works,
            latency_milliseconds: report.latency_milliseconds,
            streams: report.streams,
            structured: report.structured.map(xin_llm::Form::as_str),
            dimension: report.dimension,
            languages: languages.collect(),
            problems: report.problems,
        }
    }
}
