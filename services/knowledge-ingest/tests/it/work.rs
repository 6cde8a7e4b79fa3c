//! The service at work on one tenant's website.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use knowledge_ingest::Platform;
use knowledge_ingest::website::{Crawling, Websites};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xin_broker::{Broker, Handler, JobError};
use xin_contracts::messages::CrawlWebsite;
use xin_contracts::{Envelope, Payload, RoutingKey};
use xin_documents::sandbox::{Limits, Parser};
use xin_domain::{Clock, DocumentOrigin, RandomIds, SystemClock, TenantId, WebsiteId, WebsiteMode};
use xin_knowledge::{IndexOptions, KnowledgeIndex};
use xin_llm::ExtractiveModel;
use xin_platform::{ModelAccess, OperatorModels, TenantModels};
use xin_runtime::secrets::Keyring;
use xin_storage::tenant::{Document, Website, WebsitePage, WebsiteSettings};
use xin_storage::{Database, DatabaseSettings, Files, PageRequest, testing};

use crate::site::Site;

/// The service, a tenant and its website.
pub struct Work {
    pub platform: Platform,
    pub tenant: TenantId,
    pub id: WebsiteId,
    pub site: Site,
    _folder: TempDir,
}

/// What is read where a test wants nothing else.
pub fn crawl() -> WebsiteSettings {
    WebsiteSettings {
        mode: WebsiteMode::Crawl,
        include: Vec::new(),
        exclude: Vec::new(),
        max_depth: 3,
        max_pages: 50,
        with_files: false,
        every_hours: None,
    }
}

impl Work {
    /// The website at `start` of the site.
    pub async fn on(site: Site, start: &str, settings: WebsiteSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("xin.db").display());
        let database = Database::connect(&DatabaseSettings::single(&url))
            .await
            .unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let broker = Broker::open("embedded:", database.clone(), Arc::clone(&clock)).unwrap();
        let files = format!("file:{}", folder.path().join("files").display());
        let vectors = format!("embedded:{}", folder.path().join("vectors").display());
        let parts = Parts {
            database,
            broker,
            files: Files::open(&files).unwrap(),
            index: KnowledgeIndex::open(&vectors, IndexOptions::default()).unwrap(),
            clock,
        };
        let platform = parts.platform();
        let now = platform.clock.now();
        let seed = testing::seed(&platform.database, now).await.unwrap();
        let id = WebsiteId::new(&RandomIds, now);
        let work = Self {
            platform,
            tenant: seed.tenant,
            id,
            _folder: folder,
            site,
        };
        let start = xin_domain::website::start_address(&work.site.url(start)).unwrap();
        let tx = work.platform.database.tenant(work.tenant).await.unwrap();
        let added = tx.websites().add(id, start.as_str(), &settings, now).await;
        added.unwrap();
        tx.commit().await.unwrap();
        work
    }

    pub fn handler(&self) -> Websites {
        Websites {
            platform: self.platform.clone(),
            stop: CancellationToken::new(),
        }
    }

    pub fn message(&self, run: i64) -> Envelope {
        let command = CrawlWebsite {
            website_id: self.id.to_string(),
            run,
        };
        let now = self.platform.clock.now();
        Envelope::wrap(
            self.platform.ids.next(now),
            self.tenant,
            self.tenant.to_string(),
            now,
            &command,
        )
    }

    /// Works on a run until it rests.
    pub async fn works(&self, run: i64) -> Result<Website, JobError> {
        self.handler().handle(&self.message(run)).await?;
        for _ in 0..200 {
            let website = self.website().await;
            if website.state.is_resting() {
                return Ok(website);
            }
            // It handed on.
            self.handler().handle(&self.message(run)).await?;
        }
        panic!("the run does not end");
    }

    /// The first run.
    pub async fn reads(&self) -> Website {
        self.works(1).await.unwrap()
    }

    /// Another run.
    pub async fn reads_again(&self) -> Website {
        let tx = self.platform.database.tenant(self.tenant).await.unwrap();
        let now = self.platform.clock.now();
        let run = tx
            .websites()
            .queue_run(self.id, now)
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
        self.works(run).await.unwrap()
    }

    pub async fn website(&self) -> Website {
        let tx = self.platform.database.read(self.tenant).await.unwrap();
        tx.websites().get(self.id).await.unwrap().unwrap()
    }

    /// The pages, by the path people read.
    pub async fn pages(&self) -> BTreeMap<String, WebsitePage> {
        let tx = self.platform.database.read(self.tenant).await.unwrap();
        let page = PageRequest {
            after: None::<Uuid>,
            limit: 200,
        };
        let pages = tx.websites().pages(self.id).list(page).await.unwrap();
        let base = self.site.url("");
        pages
            .items
            .into_iter()
            .map(|page| {
                let path = page.url.strip_prefix(&base).unwrap_or(&page.url);
                (xin_domain::website::readable(path), page)
            })
            .collect()
    }

    /// The codes of why pages are no documents, by path.
    pub async fn causes(&self) -> BTreeMap<String, String> {
        let pages = self.pages().await.into_iter();
        let with_cause = pages.filter_map(|(path, page)| Some((path, page.cause?.code)));
        with_cause.collect()
    }

    /// The documents of the website, by the path of their page.
    pub async fn documents(&self) -> BTreeMap<String, Document> {
        let tx = self.platform.database.read(self.tenant).await.unwrap();
        let page = PageRequest {
            after: None,
            limit: 200,
        };
        let documents = tx.documents().list(page).await.unwrap();
        let ours = documents
            .items
            .into_iter()
            .filter(|document| document.origin == DocumentOrigin::Page);
        let base = self.site.url("");
        ours.map(|document| {
            assert_eq!(document.source_id, Some(self.id.uuid()));
            assert_eq!(document.url, document.reference);
            let url = document.url.clone().unwrap();
            let path = url.strip_prefix(&base).unwrap_or(&url);
            (xin_domain::website::readable(path), document)
        })
        .collect()
    }

    /// What is stored of a document.
    pub async fn stored(&self, document: &Document) -> String {
        let files = self.platform.files.tenant(self.tenant);
        let bytes = files.get(document.id, document.version).await.unwrap();
        String::from_utf8(bytes.unwrap().to_vec()).unwrap()
    }

    /// How many messages of a kind wait in the outbox.
    pub async fn outbox<P: Payload>(&self, key: RoutingKey) -> Vec<P> {
        let tx = self.platform.database.system_read().await.unwrap();
        let now = self.platform.clock.now();
        let rows = tx.due_in_outbox(&[key], &[], now, 500).await.unwrap();
        rows.into_iter()
            .map(|row| row.envelope.open::<P>().unwrap())
            .collect()
    }
}

/// What the service stands on.
struct Parts {
    database: Database,
    broker: Broker,
    files: Files,
    index: KnowledgeIndex,
    clock: Arc<dyn Clock>,
}

impl Parts {
    fn platform(self) -> Platform {
        let access = ModelAccess {
            http: xin_runtime::outbound::client(None).unwrap(),
            allowed: |_any| true,
            usual_timeout: Duration::from_secs(5),
        };
        let operator = OperatorModels {
            chat: Arc::new(ExtractiveModel),
            embedder: None,
        };
        let models = TenantModels::new(
            self.database.clone(),
            Arc::new(Keyring::new(&[7; 32], &[])),
            Arc::clone(&self.clock),
            access,
            operator,
        );
        Platform {
            database: self.database,
            broker: self.broker,
            files: self.files,
            parser: Parser::new(
                env!("CARGO_BIN_EXE_knowledge-ingest").into(),
                Limits::default(),
            ),
            index: self.index,
            models,
            clock: self.clock,
            ids: Arc::new(RandomIds),
            lease: Duration::from_millis(600),
            crawling: Crawling {
                http: xin_runtime::outbound::client(None).unwrap(),
                // What is on this machine but not the site plays a private network.
                may_fetch: |url| url.port() != Some(9),
                delay: Duration::ZERO,
                slice: Duration::from_secs(20),
            },
        }
    }
}
