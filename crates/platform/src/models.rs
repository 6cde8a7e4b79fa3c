//! The models that the settings name, or the one that needs no key.

use std::sync::Arc;

use xin_llm::{
    ChatModel, Embedder, ExtractiveModel, OpenAiEmbedder, OpenAiEmbedderSettings, OpenAiModel,
    OpenAiModelSettings,
};

use crate::Parts;

/// The model that words replies; without a key, the one that quotes.
pub fn chat_model(parts: &Parts) -> anyhow::Result<Arc<dyn ChatModel>> {
    let named = parts.settings.model.as_ref();
    let Some((model, name)) = named.and_then(|model| Some((model, model.chat_model.clone()?)))
    else {
        tracing::info!("no chat model is set: answers are quoted from the knowledge");
        return Ok(Arc::new(ExtractiveModel));
    };
    let settings = OpenAiModelSettings {
        base_url: model.base_url.to_string(),
        api_key: model.api_key.expose().to_owned(),
        model: name,
        label: None,
        temperature: None,
        max_tokens: None,
        prices: None,
        form: None,
    };
    Ok(Arc::new(OpenAiModel::new(
        parts.outbound.clone(),
        settings,
    )?))
}

/// The model that makes vectors, where one is named.
pub fn embedder(parts: &Parts) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    let named = parts.settings.model.as_ref();
    let Some((model, (name, dimension))) =
        named.and_then(|model| Some((model, model.embedding.clone()?)))
    else {
        return Ok(None);
    };
    let settings = OpenAiEmbedderSettings {
        base_url: model.base_url.to_string(),
        api_key: model.api_key.expose().to_owned(),
        model: name,
        dimension,
        timeout: parts.settings.model_timeout,
    };
    Ok(Some(Arc::new(OpenAiEmbedder::new(
        parts.outbound.clone(),
        settings,
    )?)))
}
