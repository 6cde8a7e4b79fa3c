//! Models, as people give them.

use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;
use xin_domain::TenantId;
use xin_llm::Form;
use xin_storage::tenant::{Model, ModelSettings, ModelTask};

use super::key;
use super::view::SettingsView;
use crate::Platform;
use crate::error::{Answer, ApiError};
use crate::inputs::{Checks, clean};

/// Models one after another that still answer in a turn's time.
const MOST_CHAT_MODELS: usize = 5;
/// The dearest price taken: far above any, and far from overflowing.
const MOST_PRICE: i64 = 1_000_000_000_000_000;

/// The models of one task, in the order they are asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChain {
    /// Up to five for chat, one for the others; empty: none of one's own.
    #[schema(max_items = 5)]
    models: Vec<NewModel>,
}

/// A model.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewModel {
    /// What its people call it; absent: the model's name.
    #[schema(max_length = 100)]
    label: Option<String>,
    /// The server's address, with or without `/v1`.
    #[schema(max_length = 500)]
    base_url: String,
    /// The model's name at that server.
    #[schema(max_length = 200)]
    model: String,
    /// The key. Never shown again. Absent: the one that is kept for this address; empty: none.
    key: Option<String>,
    #[serde(default)]
    settings: SettingsView,
}

impl NewChain {
    /// The chain to save, if all of it may be; `present` is what the tenant has for the task.
    pub fn read(
        self,
        platform: &Platform,
        tenant: TenantId,
        task: ModelTask,
        present: &[Model],
    ) -> Answer<Vec<Model>> {
        let most = match task {
            ModelTask::Chat => MOST_CHAT_MODELS,
            ModelTask::Embed | ModelTask::Rerank => 1,
        };
        if self.models.len() > most {
            return Err(ApiError::field(
                "models",
                "too_many",
                format!("at most {most}"),
            ));
        }
        let mut checks = Checks::default();
        let mut chain: Vec<Model> = Vec::new();
        for new in self.models {
            let given = new.key.clone();
            let mut model = new.read(platform, task, &mut checks);
            model.sealed_key = match given.as_deref().map(key::read) {
                None => key::kept(present, &model.base_url, &model.model).map(<[u8]>::to_vec),
                Some(Some(key)) => key::seal(platform, tenant, &model.base_url, &key)?,
                Some(None) => {
                    checks.refuse(
                        "key",
                        "invalid_key",
                        "a key has no blanks and no letters but A-Z",
                    );
                    None
                }
            };
            if chain.iter().any(|earlier| earlier.label == model.label) {
                checks.refuse("label", "taken", "every model of a chain has its own label");
            }
            let currency = |model: &Model| model.settings.currency.clone();
            if chain
                .iter()
                .any(|earlier| currency(earlier) != currency(&model))
            {
                let message = "the models of a chain have their prices in one currency";
                checks.refuse("currency", "differs", message);
            }
            chain.push(model);
        }
        checks.done()?;
        Ok(chain)
    }
}

impl NewModel {
    fn read(self, platform: &Platform, task: ModelTask, checks: &mut Checks) -> Model {
        let model = checks.text("model", &self.model, 1..=200);
        let label = self
            .label
            .as_deref()
            .map(clean)
            .filter(|label| !label.is_empty());
        let label = label.unwrap_or_else(|| model.chars().take(100).collect());
        Model {
            task,
            label: checks.text("label", &label, 0..=100),
            base_url: read_address(platform, &self.base_url, checks),
            model,
            settings: read_settings(self.settings, checks),
            sealed_key: None,
            probed: None,
            updated_at: platform.clock.now(),
        }
    }
}

/// The address, if tenants may have us call it: without what people paste along with it.
pub fn read_address(platform: &Platform, base_url: &str, checks: &mut Checks) -> String {
    let base_url = checks.text("base_url", base_url, 1..=500);
    let Ok(mut url) = Url::parse(&base_url) else {
        refuse_address(checks);
        return base_url;
    };
    url.set_query(None);
    url.set_fragment(None);
    let has_account = !url.username().is_empty() || url.password().is_some();
    if has_account || !platform.models.allows(url.as_str()) {
        refuse_address(checks);
    }
    url.as_str().trim_end_matches('/').to_owned()
}

fn refuse_address(checks: &mut Checks) {
    let message = "a web address of the public internet, for instance https://api.openai.com/v1";
    checks.refuse("base_url", "invalid_url", message);
}

fn read_settings(given: SettingsView, checks: &mut Checks) -> ModelSettings {
    let temperature = given.temperature;
    if temperature.is_some_and(|degree| !(0.0..=2.0).contains(&degree)) {
        checks.refuse("temperature", "out_of_range", "from 0 to 2");
    }
    for (field, value, most) in [
        ("max_tokens", given.max_tokens, 1_000_000),
        ("timeout_seconds", given.timeout_seconds, 600),
        ("context_tokens", given.context_tokens, 100_000_000),
    ] {
        if value.is_some_and(|value| !(1..=most).contains(&value)) {
            checks.refuse(field, "out_of_range", format!("from 1 to {most}"));
        }
    }
    for (field, price) in [
        ("price_in_per_million", given.price_in_per_million),
        ("price_out_per_million", given.price_out_per_million),
    ] {
        if price.is_some_and(|price| !(0..=MOST_PRICE).contains(&price)) {
            checks.refuse(field, "out_of_range", format!("from 0 to {MOST_PRICE}"));
        }
    }
    let currency = given
        .currency
        .as_deref()
        .map(|code| clean(code).to_uppercase());
    let currency = currency.filter(|code| !code.is_empty());
    let is_code =
        |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if currency.as_ref().is_some_and(|code| !is_code(code)) {
        checks.refuse("currency", "unknown", "three letters, such as IRR or USD");
    }
    let structured = given.structured.filter(|name| name != "auto");
    if structured
        .as_deref()
        .is_some_and(|name| Form::from_name(name).is_none())
    {
        let message = "auto, json_schema, json_object, tools or none";
        checks.refuse("structured", "unknown", message);
    }
    ModelSettings {
        temperature,
        max_tokens: given.max_tokens,
        timeout_seconds: given.timeout_seconds,
        price_in_per_million: given.price_in_per_million,
        price_out_per_million: given.price_out_per_million,
        currency,
        context_tokens: given.context_tokens,
        structured,
    }
}
