//! From settings to the parts that services are made of, for the programs' composition roots.
//!
//! Every program opens its parts the same way and serves the same way: health first, work when the
//! database can be reached, the outbox last to stop.

mod calendar;
mod embedder_space;
mod models;
mod serve;
mod tenant_models;

use std::sync::Arc;

use url::Url;
use xin_broker::Broker;
use xin_channels::{OwnAddresses, Senders};
use xin_domain::{Clock, IdSource, RandomIds, SystemClock};
use xin_knowledge::{IndexOptions, KnowledgeIndex};
use xin_runtime::health::Readiness;
use xin_runtime::secrets::Keyring;
use xin_runtime::{Settings, outbound, public_address};
use xin_storage::{Database, DatabaseSettings, Files};

pub use calendar::{month_of, tenants_day};
pub use embedder_space::EmbedderSpace;
pub use models::chat_model;
pub use tenant_models::{
    ModelAccess, OperatorModels, TenantEmbedder, TenantModels, model_key_owner,
};

/// The parts that every program has. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// What the program was told.
    pub settings: Arc<Settings>,
    /// The database.
    pub database: Database,
    /// The broker.
    pub broker: Broker,
    /// The keys.
    pub keyring: Arc<Keyring>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The ids.
    pub ids: Arc<dyn IdSource>,
    /// The client for addresses the operator chose.
    pub outbound: reqwest::Client,
    /// The client for addresses tenants chose.
    pub outbound_for_tenants: reqwest::Client,
}

impl Parts {
    /// Opens them. Nothing is asked for yet: what is away is waited for later.
    pub async fn open(settings: Settings) -> anyhow::Result<Self> {
        let database = Database::open(&database_settings(&settings)).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let broker = Broker::open(
            settings.broker_url.expose(),
            database.clone(),
            Arc::clone(&clock),
        )?;
        let keyring = Keyring::new(&settings.keys.present, &settings.keys.previous);
        let outbound = outbound::client(settings.outbound_proxy.as_ref())?;
        let outbound_for_tenants = if settings.private_addresses {
            outbound.clone()
        } else {
            outbound::public_client(settings.outbound_proxy.as_ref())?
        };
        Ok(Self {
            outbound,
            outbound_for_tenants,
            settings: Arc::new(settings),
            database,
            broker,
            keyring: Arc::new(keyring),
            clock,
            ids: Arc::new(RandomIds),
        })
    }

    /// The file store.
    pub fn files(&self) -> anyhow::Result<Files> {
        Ok(Files::open(&self.settings.files_url)?)
    }

    /// The vector store.
    pub fn index(&self) -> anyhow::Result<KnowledgeIndex> {
        let settings = &self.settings;
        let options = IndexOptions {
            api_key: settings
                .vector_api_key
                .as_ref()
                .map(|key| key.expose().to_owned()),
            ..IndexOptions::default()
        };
        Ok(KnowledgeIndex::open(&settings.vector_url, options)?)
    }

    /// What talks to the channels' platforms.
    #[must_use]
    pub fn senders(&self) -> Senders {
        let own = OwnAddresses {
            http: self.outbound_for_tenants.clone(),
            allowed: self.addresses_of_tenants(),
        };
        Senders::new(
            self.outbound.clone(),
            self.settings.telegram_api_url.clone(),
        )
        .with_own_addresses(own)
    }

    /// The models that tenants choose, and the operator's for those who chose none.
    pub fn models(&self) -> anyhow::Result<TenantModels> {
        TenantModels::of(self)
    }

    /// How models that tenants choose are reached.
    #[must_use]
    pub fn model_access(&self) -> ModelAccess {
        ModelAccess {
            http: self.outbound_for_tenants.clone(),
            allowed: self.addresses_of_tenants(),
            usual_timeout: self.settings.model_timeout,
        }
    }

    /// Which addresses tenants may have us call. Names are judged again when they are resolved, by
    /// the client for them.
    #[must_use]
    pub fn addresses_of_tenants(&self) -> fn(&Url) -> bool {
        if self.settings.private_addresses {
            |_any| true
        } else {
            public_address::may_be_public
        }
    }

    /// The parts that answer for themselves in `/readyz`.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let (database, broker) = (self.database.clone(), self.broker.clone());
        Readiness::default()
            .with("database", move || {
                let database = database.clone();
                async move { database.check().await }
            })
            .with("broker", move || {
                let broker = broker.clone();
                async move { broker.check().await }
            })
    }
}

/// Adds the vector store to what must answer.
#[must_use]
pub fn with_index(readiness: Readiness, index: &KnowledgeIndex) -> Readiness {
    let index = index.clone();
    readiness.with("vectors", move || {
        let index = index.clone();
        async move { index.check().await }
    })
}

/// Adds the file store to what must answer.
#[must_use]
pub fn with_files(readiness: Readiness, files: &Files) -> Readiness {
    let files = files.clone();
    readiness.with("files", move || {
        let files = files.clone();
        async move { files.check().await }
    })
}

fn database_settings(settings: &Settings) -> DatabaseSettings {
    DatabaseSettings {
        url: settings.database.service.expose().to_owned(),
        system_url: settings.database.system.expose().to_owned(),
        migration_url: settings.database.migration.expose().to_owned(),
        migrate: settings.database.migrate,
        connections: settings.database.connections,
    }
}
