//! A tenant with a little knowledge, a customer, and the service that answers them.

use std::sync::Arc;
use std::time::Duration;

use ai_orchestrator::{AnswerTrial, AnswerTurn, Calibrations, Platform};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tempfile::TempDir;
use xin_broker::{Broker, Handler};
use xin_contracts::messages::{GenerateReply, ReplyProposed, TryQuestion};
use xin_contracts::{Envelope, Payload};
use xin_domain::{
    AiSettings, Author, Brand, Clock, DocumentId, DocumentOrigin, FixedClock, IdSource, MessageId,
    PlaygroundRequest, PlaygroundRunId, RandomIds,
};
use xin_knowledge::{IndexOptions, KnowledgeIndex, Passage, PassageVectors, Retriever};
use xin_llm::{ChatModel, ExtractiveModel, OpenAiModel, OpenAiModelSettings};
use xin_platform::{ModelAccess, OperatorModels, TenantModels};
use xin_runtime::secrets::Keyring;
use xin_storage::tenant::{Message, NewDocument};
use xin_storage::testing::{Seed, noon, seed};
use xin_storage::{Database, DatabaseSettings};
use xin_testkit::openai_stand_in::OpenAiStandIn;

pub struct Shop {
    pub database: Database,
    pub seed: Seed,
    pub model: OpenAiStandIn,
    index: KnowledgeIndex,
    platform: Platform,
    clock: Arc<FixedClock>,
    _folder: TempDir,
}

impl Shop {
    /// A shop whose replies a model words.
    pub async fn with_model() -> Self {
        let model = OpenAiStandIn::start().await.unwrap();
        let settings = OpenAiModelSettings {
            base_url: model.url(),
            api_key: "sk-test".to_owned(),
            model: "played".to_owned(),
            label: None,
            prices: None,
            form: None,
            temperature: None,
            max_tokens: None,
        };
        let http = xin_testkit::http_client().unwrap();
        let words = Arc::new(OpenAiModel::new(http, settings).unwrap());
        Self::on(model, words).await
    }

    /// A shop whose replies are quoted.
    pub async fn without_model() -> Self {
        let model = OpenAiStandIn::start().await.unwrap();
        Self::on(model, Arc::new(ExtractiveModel)).await
    }

    async fn on(model: OpenAiStandIn, words: Arc<dyn ChatModel>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        let database = DatabaseSettings::single(&format!("sqlite://{at}/xin.db"));
        let database = Database::connect(&database).await.unwrap();
        let clock = Arc::new(noon());
        let seed = seed(&database, clock.now()).await.unwrap();
        let shared: Arc<dyn Clock> = clock.clone();
        let broker = Broker::open("embedded:", database.clone(), Arc::clone(&shared)).unwrap();
        let options = IndexOptions::default();
        let index = KnowledgeIndex::open(&format!("embedded:{at}/vectors"), options).unwrap();
        let access = ModelAccess {
            http: xin_testkit::http_client().unwrap(),
            allowed: |_any| true,
            usual_timeout: Duration::from_secs(10),
        };
        let operator = OperatorModels {
            chat: words,
            embedder: None,
        };
        let keyring = Arc::new(Keyring::new(&[7; 32], &[]));
        let of_shop = (database.clone(), Arc::clone(&shared));
        let models = TenantModels::new(of_shop.0, keyring, of_shop.1, access, operator);
        let platform = Platform {
            database: database.clone(),
            broker,
            retriever: Arc::new(Retriever::new(index.clone())),
            calibrations: Calibrations::new(database.clone()),
            models,
            clock: shared,
            ids: Arc::new(RandomIds),
            model_timeout: Duration::from_secs(10),
            concurrency: 4,
            tenant_concurrency: 4,
        };
        Self {
            database,
            seed,
            model,
            index,
            platform,
            clock,
            _folder: folder,
        }
    }

    /// Gives the tenant a document that is ready.
    pub async fn knows(&self, title: &str, text: &str) -> DocumentId {
        let now = self.clock.now();
        let id = DocumentId::new(&RandomIds, now);
        let passage = Passage {
            id: Passage::id_of(id, 1, 0),
            document_id: id,
            version: 1,
            ordinal: 0,
            title: title.to_owned(),
            heading_path: Vec::new(),
            page: None,
            language: xin_text::language::detect(text).code().to_owned(),
            text: text.to_owned(),
            phrasing: None,
            is_faq: title.ends_with('؟'),
        };
        let vectors = PassageVectors::words_of(&passage);
        let tenant = self.index.tenant(self.seed.tenant, None);
        tenant.put(vec![(passage, vectors)]).await.unwrap();
        let tx = self.database.tenant(self.seed.tenant).await.unwrap();
        let document = NewDocument {
            id,
            title: title.to_owned(),
            kind: "text".to_owned(),
            origin: DocumentOrigin::Text,
            source_id: None,
            reference: None,
            url: None,
            file_name: None,
            content_hash: id.to_string(),
            bytes: 1,
            valid_from: None,
            valid_until: None,
        };
        tx.documents().add(document, now).await.unwrap();
        assert!(tx.documents().complete(id, 1, 1, now).await.unwrap());
        tx.commit().await.unwrap();
        id
    }

    pub async fn set(&self, brand: &Brand, settings: &AiSettings) {
        let tx = self.database.tenant(self.seed.tenant).await.unwrap();
        let now = self.clock.now();
        tx.configurations()
            .publish(brand, settings, self.seed.user, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn add(&self, author: Author, text: &str, trace: Option<Value>) -> GenerateReply {
        self.clock.advance(TimeDelta::seconds(1));
        let now = self.clock.now();
        let tx = self.database.tenant(self.seed.tenant).await.unwrap();
        let id = self.seed.conversation;
        let mut conversation = tx.conversations().lock(id).await.unwrap().unwrap();
        let place = (id, self.seed.channel, conversation.next_position(now));
        let message = MessageId::new(&RandomIds, now);
        let message = Message {
            trace,
            ..Message::plain(message, place, author, text.to_owned(), now)
        };
        assert!(tx.messages().add_once(&message).await.unwrap());
        if author == Author::Customer {
            conversation.receive(now);
        }
        tx.conversations().save(&conversation).await.unwrap();
        tx.commit().await.unwrap();
        let fence = conversation.fence();
        GenerateReply {
            conversation_id: id.to_string(),
            owner_epoch: fence.owner_epoch,
            turn: fence.turn,
            not_before: now.timestamp_millis(),
            deadline: (now + TimeDelta::seconds(20)).timestamp_millis(),
            channel_kind: "web".to_owned(),
        }
    }

    /// What the AI said before.
    pub async fn replied(&self, text: &str, weak: bool) {
        let trace = json!({"low_confidence": weak});
        self.add(Author::Ai, text, Some(trace)).await;
    }

    /// The customer asks; what is proposed.
    pub async fn asked(&self, question: &str) -> (ReplyProposed, Value) {
        let command = self.add(Author::Customer, question, None).await;
        let handler = AnswerTurn::new(self.platform.clone()).unwrap();
        let before = self.proposals().await.len();
        handler.handle(&self.envelope(&command)).await.unwrap();
        let mut proposals = self.proposals().await;
        assert_eq!(proposals.len(), before + 1);
        let proposal = proposals.pop().unwrap();
        let trace = serde_json::from_str(&proposal.trace).unwrap();
        (proposal, trace)
    }

    /// A person of the tenant tries a question out; what comes of it.
    pub async fn tried(&self, request: PlaygroundRequest) -> Value {
        let now = self.clock.now();
        let id = PlaygroundRunId::new(&RandomIds, now);
        let tx = self.database.tenant(self.seed.tenant).await.unwrap();
        tx.playground().add(id, json!(request), now).await.unwrap();
        tx.commit().await.unwrap();
        let run_id = id.to_string();
        let handler = AnswerTrial::new(self.platform.clone()).unwrap();
        for _ in 0..2 {
            let envelope = self.envelope(&TryQuestion {
                run_id: run_id.clone(),
            });
            handler.handle(&envelope).await.unwrap();
        }
        let tx = self.database.read(self.seed.tenant).await.unwrap();
        tx.playground()
            .get(id)
            .await
            .unwrap()
            .unwrap()
            .outcome
            .unwrap()
    }

    fn envelope<P: Payload>(&self, payload: &P) -> Envelope {
        let now = self.clock.now();
        let key = self.seed.conversation.to_string();
        Envelope::wrap(RandomIds.next(now), self.seed.tenant, key, now, payload)
    }

    async fn proposals(&self) -> Vec<ReplyProposed> {
        let tx = self.database.system_read().await.unwrap();
        let keys = [ReplyProposed::ROUTING_KEY];
        let now = self.clock.now() + TimeDelta::days(1);
        let rows = tx.due_in_outbox(&keys, &[], now, 1000).await.unwrap();
        rows.iter()
            .map(|row| row.envelope.open::<ReplyProposed>().unwrap())
            .collect()
    }
}
