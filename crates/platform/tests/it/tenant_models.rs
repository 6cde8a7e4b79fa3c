use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tempfile::TempDir;
use xin_domain::{Clock, FixedClock, TenantId};
use xin_llm::{
    ExtractiveModel, FallbackTexts, GroundingPassage, NoDeltas, ReplyOutcome, ReplyRequest,
};
use xin_platform::{ModelAccess, OperatorModels, TenantModels, model_key_owner};
use xin_runtime::secrets::Keyring;
use xin_storage::tenant::{Model, ModelSettings, ModelTask, Probed};
use xin_storage::{Database, DatabaseSettings, testing};
use xin_testkit::openai_stand_in::{ModelFailure, OpenAiStandIn};

struct World {
    database: Database,
    clock: Arc<FixedClock>,
    keyring: Arc<Keyring>,
    models: TenantModels,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/xin.db", folder.path().display());
        let database = Database::connect(&DatabaseSettings::single(&url))
            .await
            .unwrap();
        let clock = Arc::new(testing::noon());
        let keyring = Arc::new(Keyring::new(&[7; 32], &[]));
        let access = ModelAccess {
            http: xin_testkit::http_client().unwrap(),
            allowed: |url| url.host_str() == Some("127.0.0.1"),
            usual_timeout: Duration::from_secs(5),
        };
        let operator = OperatorModels {
            chat: Arc::new(ExtractiveModel),
            embedder: None,
        };
        let models = TenantModels::new(
            database.clone(),
            Arc::clone(&keyring),
            Arc::<FixedClock>::clone(&clock),
            access,
            operator,
        );
        Self {
            database,
            clock,
            keyring,
            models,
            _folder: folder,
        }
    }

    async fn tenant(&self) -> TenantId {
        let seed = testing::seed(&self.database, self.clock.now()).await;
        seed.unwrap().tenant
    }

    fn model(&self, tenant: TenantId, task: ModelTask, label: &str, base_url: &str) -> Model {
        let owner = model_key_owner(tenant, base_url);
        let sealed = self.keyring.seal(b"sk-very-secret", owner.as_bytes());
        Model {
            task,
            label: label.to_owned(),
            base_url: base_url.to_owned(),
            model: "small".to_owned(),
            settings: ModelSettings {
                price_in_per_million: Some(1_000_000),
                ..ModelSettings::default()
            },
            sealed_key: Some(sealed.unwrap()),
            probed: Some(Probed {
                dimension: Some(64),
                languages: vec!["fa".to_owned()],
                structured: None,
                checked_at: None,
            }),
            updated_at: self.clock.now(),
        }
    }

    async fn choose(&self, tenant: TenantId, task: ModelTask, chain: &[Model]) {
        let tx = self.database.tenant(tenant).await.unwrap();
        tx.models()
            .replace(task, chain, self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.clock.advance(TimeDelta::seconds(5));
    }

    async fn reply(&self, tenant: TenantId) -> ReplyOutcome {
        let chat = self.models.chat(tenant).await.unwrap();
        chat.reply(&request(), &NoDeltas).await.unwrap()
    }
}

fn request() -> ReplyRequest {
    ReplyRequest {
        system: "You answer with JSON.".to_owned(),
        history: Vec::new(),
        question: "ارسال دارید؟".to_owned(),
        passages: vec![GroundingPassage {
            title: "ارسال".to_owned(),
            text: "به همه شهرها ارسال داریم.".to_owned(),
            score: 1.0,
            is_faq: false,
        }],
        confidence: 0.9,
        answer_threshold: 0.5,
        language: "fa".to_owned(),
        texts: FallbackTexts {
            unknown: "همکارم پاسخ می‌دهد.".to_owned(),
        },
        deadline: Duration::from_secs(5),
    }
}

#[tokio::test]
async fn a_tenants_chain_falls_over_and_its_change_is_noticed() {
    let (world, first, second) = (
        World::new().await,
        OpenAiStandIn::start().await.unwrap(),
        OpenAiStandIn::start().await.unwrap(),
    );
    let (ours, theirs) = (world.tenant().await, world.tenant().await);
    assert_eq!(world.reply(ours).await.model, "extractive");
    let chain = [
        world.model(ours, ModelTask::Chat, "اول", &first.url()),
        world.model(ours, ModelTask::Chat, "دوم", &second.url()),
    ];
    world.choose(ours, ModelTask::Chat, &chain).await;
    first.fails_always(Some(ModelFailure::Status(500, String::new())));
    second.wants_key("sk-very-secret");
    let outcome = world.reply(ours).await;
    let attempts: Vec<_> = outcome
        .attempts
        .iter()
        .map(|attempt| (attempt.model.as_str(), attempt.outcome.as_str()))
        .collect();
    assert_eq!(attempts, [("اول", "unavailable"), ("دوم", "ok")]);
    assert_eq!(outcome.cost_micros, Some(7));
    assert_eq!(world.reply(theirs).await.model, "extractive");

    // What was learned about the first is kept while nothing changes.
    for _ in 0..6 {
        world.clock.advance(TimeDelta::seconds(4));
        world.reply(ours).await;
    }
    assert_eq!(first.chat_count(), 5);
    world.choose(ours, ModelTask::Chat, &[]).await;
    assert_eq!(world.reply(ours).await.model, "extractive");
}

#[tokio::test]
async fn what_cannot_be_used_is_never_called_and_others_do_not_step_in() {
    let (world, server) = (World::new().await, OpenAiStandIn::start().await.unwrap());
    let (ours, theirs) = (world.tenant().await, world.tenant().await);
    let private = server.url().replace("127.0.0.1", "localhost");
    let foreign = world.model(theirs, ModelTask::Chat, "b", &server.url());
    for model in [
        world.model(ours, ModelTask::Chat, "a", &private),
        // A key that was sealed for another tenant.
        foreign,
    ] {
        world.choose(ours, ModelTask::Chat, &[model]).await;
        assert_eq!(world.reply(ours).await.model, "extractive");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn embedders_and_rerankers_are_ones_own() {
    let (world, server) = (World::new().await, OpenAiStandIn::start().await.unwrap());
    let (ours, theirs) = (world.tenant().await, world.tenant().await);
    for task in [ModelTask::Embed, ModelTask::Rerank] {
        let model = world.model(ours, task, "m", &server.url());
        world.choose(ours, task, &[model]).await;
    }
    let embedder = world.models.embedder(ours).await.unwrap().unwrap();
    assert_eq!(
        (embedder.embedder.dimension(), &embedder.languages[..]),
        (64, &["fa".to_owned()][..])
    );
    assert_eq!(
        embedder.embedder.embed(&["سلام".to_owned()]).await.unwrap()[0].len(),
        64
    );
    let texts = ["دور", "ارسال کالا"].map(str::to_owned);
    let reranker = world.models.reranker(ours).await.unwrap().unwrap();
    assert_eq!(
        reranker.rerank("ارسال", &texts, 1).await.unwrap()[0].index,
        1
    );
    assert!(world.models.embedder(theirs).await.unwrap().is_none());
    assert!(world.models.reranker(theirs).await.unwrap().is_none());
    let mut other = world.model(ours, ModelTask::Embed, "m", &server.url());
    other.model = "another".to_owned();
    world.choose(ours, ModelTask::Embed, &[other]).await;
    let changed = world.models.embedder(ours).await.unwrap().unwrap();
    assert_ne!(changed.id, embedder.id);
}
