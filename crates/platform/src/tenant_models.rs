//! The models that tenants choose, and the operator's for those who chose none.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use tokio::sync::OnceCell;
use url::Url;
use xin_domain::{Clock, TenantId};
use xin_llm::{
    ChainLink, ChainModel, ChatModel, Embedder, ExtractiveModel, Form, HttpReranker, LlmError,
    OpenAiEmbedder, OpenAiEmbedderSettings, OpenAiModel, OpenAiModelSettings, Prices, Reranker,
    RerankerSettings, known_languages,
};
use xin_runtime::secrets::Keyring;
use xin_storage::tenant::{Model, ModelTask};
use xin_storage::{Database, StorageError};

use crate::embedder_space::EmbedderSpace;
use crate::{Parts, models};

/// How long models are used before the tenant's choice is looked at again.
const FRESH: TimeDelta = TimeDelta::seconds(3);
/// Tenants whose models are kept ready.
const TENANTS_KEPT: u64 = 10_000;
const IDLE: Duration = Duration::from_hours(1);

/// How models that tenants choose are reached.
#[derive(Clone)]
pub struct ModelAccess {
    /// The client for addresses that tenants chose.
    pub http: reqwest::Client,
    /// Which addresses they may choose.
    pub allowed: fn(&Url) -> bool,
    /// How long one request may take when nothing else is said.
    pub usual_timeout: Duration,
}

impl ModelAccess {
    /// How long one request may take.
    #[must_use]
    pub fn timeout(&self, seconds: Option<u32>) -> Duration {
        seconds.map_or(self.usual_timeout, |seconds| {
            Duration::from_secs(seconds.into())
        })
    }

    /// Whether tenants may have us call that address.
    #[must_use]
    pub fn allows(&self, base_url: &str) -> bool {
        Url::parse(base_url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && (self.allowed)(&url))
    }
}

/// Whose a model's key is: of that tenant and for that address. In another tenant's row, or beside
/// another address, it cannot be opened.
#[must_use]
pub fn model_key_owner(tenant: TenantId, base_url: &str) -> String {
    format!("model-key:{tenant}:{base_url}")
}

/// An embedder, and what is known about it.
#[derive(Clone)]
pub struct TenantEmbedder {
    /// Makes the vectors.
    pub embedder: Arc<dyn Embedder>,
    /// The ISO 639-1 codes of the languages it was found to know.
    pub languages: Vec<String>,
    /// Changes with the server, the model and the dimension: vectors of another id do not go
    /// together with its own.
    pub id: String,
}

/// The models of every tenant. Cheap to clone.
#[derive(Clone)]
pub struct TenantModels(Arc<Inner>);

struct Inner {
    database: Database,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    access: ModelAccess,
    operator: OperatorModels,
    /// The languages that the operator's embedder knows: found out at the first use, when its
    /// server can be asked.
    operators_languages: OnceCell<Vec<String>>,
    ready: Cache<TenantId, Arc<Ready>>,
}

/// What is used by tenants who chose nothing.
#[derive(Clone)]
pub struct OperatorModels {
    /// Words replies.
    pub chat: Arc<dyn ChatModel>,
    /// Makes vectors, with its id as in [`TenantEmbedder`].
    pub embedder: Option<(Arc<dyn Embedder>, String)>,
}

/// One tenant's models, ready to be asked.
struct Ready {
    chosen: Vec<Model>,
    seen: Mutex<DateTime<Utc>>,
    chat: Option<Arc<dyn ChatModel>>,
    embedder: Option<TenantEmbedder>,
    reranker: Option<Arc<dyn Reranker>>,
}

impl TenantModels {
    /// The models of a program's parts.
    pub fn of(parts: &Parts) -> anyhow::Result<Self> {
        let embedder = models::embedder(parts)?;
        let named = parts.settings.model.as_ref();
        let id = named.and_then(|model| {
            let (name, dimension) = model.embedding.as_ref()?;
            Some(EmbedderSpace::of(model.base_url.as_str(), name, *dimension).id)
        });
        Ok(Self::new(
            parts.database.clone(),
            Arc::clone(&parts.keyring),
            Arc::clone(&parts.clock),
            parts.model_access(),
            OperatorModels {
                chat: models::chat_model(parts)?,
                embedder: embedder.zip(id),
            },
        ))
    }

    /// The models in that database; `operator` serves tenants who chose none.
    #[must_use]
    pub fn new(
        database: Database,
        keyring: Arc<Keyring>,
        clock: Arc<dyn Clock>,
        access: ModelAccess,
        operator: OperatorModels,
    ) -> Self {
        Self(Arc::new(Inner {
            database,
            keyring,
            clock,
            access,
            operator,
            operators_languages: OnceCell::new(),
            ready: Cache::builder()
                .max_capacity(TENANTS_KEPT)
                .time_to_idle(IDLE)
                .build(),
        }))
    }

    /// What words the tenant's replies: its own models, else the operator's, else quotes.
    pub async fn chat(&self, tenant: TenantId) -> Result<Arc<dyn ChatModel>, StorageError> {
        let ready = self.ready(tenant).await?;
        let own = ready.chat.as_ref();
        Ok(Arc::clone(own.unwrap_or(&self.0.operator.chat)))
    }

    /// What makes vectors of the tenant's texts: its own embedder, else the operator's, else
    /// nothing.
    pub async fn embedder(&self, tenant: TenantId) -> Result<Option<TenantEmbedder>, StorageError> {
        let ready = self.ready(tenant).await?;
        if ready.embedder.is_some() {
            return Ok(ready.embedder.clone());
        }
        Ok(self.operators_embedder().await)
    }

    /// Where the vectors of the tenant's embedder belong, its own or the operator's; nothing when
    /// there is no embedder. Nobody is asked, so an embedder that is away counts.
    pub async fn space(&self, tenant: TenantId) -> Result<Option<EmbedderSpace>, StorageError> {
        let ready = self.ready(tenant).await?;
        let mut chosen = ready.chosen.iter();
        if let Some(own) = chosen.find(|model| model.task == ModelTask::Embed) {
            let dimension = own.probed.as_ref().and_then(|probed| probed.dimension);
            let space = |dimension| EmbedderSpace::of(&own.base_url, &own.model, dimension);
            return Ok(dimension.map(space));
        }
        let operators = self.0.operator.embedder.as_ref();
        Ok(operators.map(|(embedder, id)| EmbedderSpace {
            id: id.clone(),
            dimension: embedder.dimension(),
        }))
    }

    /// Has the next use look at what the tenant chose, however fresh what is known is.
    pub fn look_again(&self, tenant: TenantId) {
        if let Some(kept) = self.0.ready.get(&tenant) {
            *kept.seen() = DateTime::UNIX_EPOCH;
        }
    }

    /// What orders the tenant's passages, where it chose something.
    pub async fn reranker(
        &self,
        tenant: TenantId,
    ) -> Result<Option<Arc<dyn Reranker>>, StorageError> {
        Ok(self.ready(tenant).await?.reranker.clone())
    }

    async fn operators_embedder(&self) -> Option<TenantEmbedder> {
        let (embedder, id) = self.0.operator.embedder.as_ref()?;
        let found = self
            .0
            .operators_languages
            .get_or_try_init(|| known_languages(&**embedder))
            .await;
        match found {
            Ok(languages) => Some(TenantEmbedder {
                embedder: Arc::clone(embedder),
                languages: languages.clone(),
                id: id.clone(),
            }),
            Err(error) => {
                tracing::warn!(error = %error, "the embedder cannot be asked which languages it knows");
                None
            }
        }
    }

    async fn ready(&self, tenant: TenantId) -> Result<Arc<Ready>, StorageError> {
        let now = self.0.clock.now();
        let kept = self.0.ready.get(&tenant);
        if let Some(kept) = &kept
            && now - *kept.seen() < FRESH
        {
            return Ok(Arc::clone(kept));
        }
        let tx = self.0.database.read(tenant).await?;
        let chosen = tx.models().all().await?;
        tx.commit().await?;
        if let Some(kept) = kept.filter(|kept| kept.chosen == chosen) {
            *kept.seen() = now;
            return Ok(kept);
        }
        let ready = Arc::new(self.0.make(tenant, chosen, now));
        self.0.ready.insert(tenant, Arc::clone(&ready));
        Ok(ready)
    }
}

impl Ready {
    fn seen(&self) -> std::sync::MutexGuard<'_, DateTime<Utc>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn make(&self, tenant: TenantId, chosen: Vec<Model>, now: DateTime<Utc>) -> Ready {
        let of = |task| {
            chosen
                .iter()
                .filter(move |model: &&Model| model.task == task)
        };
        let links: Vec<_> = of(ModelTask::Chat)
            .filter_map(|model| self.usable(tenant, model, Self::chat_link))
            .collect();
        let chose_chat = of(ModelTask::Chat).next().is_some();
        // Who chose models is never answered by others': not even while none of its own can be
        // used.
        let chat = chose_chat.then(|| -> Arc<dyn ChatModel> {
            match ChainModel::new(links, Arc::clone(&self.clock)) {
                Ok(chain) => Arc::new(chain),
                Err(_empty) => Arc::new(ExtractiveModel),
            }
        });
        let embedder = of(ModelTask::Embed)
            .find_map(|model| self.usable(tenant, model, Self::tenants_embedder));
        let reranker = of(ModelTask::Rerank)
            .find_map(|model| self.usable(tenant, model, Self::tenants_reranker));
        Ready {
            chat,
            embedder,
            reranker,
            seen: Mutex::new(now),
            chosen,
        }
    }

    /// The model as `make` makes it; nothing, and a word in the log, when it cannot be used.
    fn usable<T>(
        &self,
        tenant: TenantId,
        model: &Model,
        make: impl Fn(&Self, &Model, String) -> Result<T, LlmError>,
    ) -> Option<T> {
        let made = self
            .key(tenant, model)
            .and_then(|key| make(self, model, key));
        match made {
            Ok(made) => Some(made),
            Err(error) => {
                tracing::warn!(
                    tenant_id = %tenant,
                    llm.model = model.label,
                    error = %error,
                    "a model that a tenant chose cannot be used"
                );
                None
            }
        }
    }

    /// The model's key, when its address may be called.
    fn key(&self, tenant: TenantId, model: &Model) -> Result<String, LlmError> {
        let wrong = |message: &str| LlmError::Settings {
            message: message.to_owned(),
        };
        if !self.access.allows(&model.base_url) {
            return Err(wrong("the address is not of the public internet"));
        }
        let Some(sealed) = &model.sealed_key else {
            return Ok(String::new());
        };
        let owner = model_key_owner(tenant, &model.base_url);
        let opened = self.keyring.open(sealed, owner.as_bytes());
        opened
            .ok()
            .and_then(|key| String::from_utf8(key).ok())
            .ok_or_else(|| wrong("the key cannot be opened; save it again"))
    }

    fn chat_link(&self, model: &Model, api_key: String) -> Result<ChainLink, LlmError> {
        let own = &model.settings;
        let probed = model.probed.as_ref();
        let form = own
            .structured
            .as_ref()
            .or_else(|| probed.and_then(|probed| probed.structured.as_ref()));
        let priced = own.price_in_per_million.is_some() || own.price_out_per_million.is_some();
        let settings = OpenAiModelSettings {
            base_url: model.base_url.clone(),
            api_key,
            model: model.model.clone(),
            label: Some(model.label.clone()),
            temperature: own.temperature,
            max_tokens: own.max_tokens,
            prices: priced.then(|| Prices {
                input: own.price_in_per_million.unwrap_or_default(),
                output: own.price_out_per_million.unwrap_or_default(),
            }),
            form: form.and_then(|name| Form::from_name(name)),
        };
        Ok(ChainLink {
            model: Arc::new(OpenAiModel::new(self.access.http.clone(), settings)?),
            timeout: self.access.timeout(model.settings.timeout_seconds),
        })
    }

    fn tenants_embedder(&self, model: &Model, api_key: String) -> Result<TenantEmbedder, LlmError> {
        let probed = model.probed.clone().unwrap_or_default();
        let dimension = probed.dimension.unwrap_or_default();
        let settings = OpenAiEmbedderSettings {
            base_url: model.base_url.clone(),
            api_key,
            model: model.model.clone(),
            dimension,
            timeout: self.access.timeout(model.settings.timeout_seconds),
        };
        Ok(TenantEmbedder {
            embedder: Arc::new(OpenAiEmbedder::new(self.access.http.clone(), settings)?),
            languages: probed.languages,
            id: EmbedderSpace::of(&model.base_url, &model.model, dimension).id,
        })
    }

    fn tenants_reranker(
        &self,
        model: &Model,
        api_key: String,
    ) -> Result<Arc<dyn Reranker>, LlmError> {
        let settings = RerankerSettings {
            base_url: model.base_url.clone(),
            api_key,
            model: model.model.clone(),
            timeout: self.access.timeout(model.settings.timeout_seconds),
        };
        Ok(Arc::new(HttpReranker::new(
            self.access.http.clone(),
            settings,
        )?))
    }
}
