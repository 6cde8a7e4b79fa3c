//! What passages are found by, in one space.

use xin_broker::JobError;
use xin_domain::{ErrorKind, TenantId};
use xin_knowledge::{Passage, PassageVectors, Space};
use xin_llm::LlmError;
use xin_platform::{EmbedderSpace, TenantEmbedder};
use xin_text::language::detect;

use crate::Platform;

/// The passages with what they are found by: their words, and their meaning where the embedder of
/// the space knows their language.
pub async fn of(
    platform: &Platform,
    tenant: TenantId,
    space: Option<&Space>,
    passages: &[Passage],
) -> Result<Vec<(Passage, PassageVectors)>, JobError> {
    let embedder = match space {
        Some(space) => embedder_of(platform, tenant, space).await?,
        None => None,
    };
    let mut dense = match &embedder {
        Some(embedder) => embed(embedder, passages).await?,
        None => vec![None; passages.len()],
    }
    .into_iter();
    let found = passages.iter().map(|passage| {
        let vectors = PassageVectors {
            dense: dense.next().flatten(),
            ..PassageVectors::words_of(passage)
        };
        (passage.clone(), vectors)
    });
    Ok(found.collect())
}

/// The embedder of the space. When the tenant has another by now, nobody can embed for this one
/// any more: until it is replaced, what comes is found in it by its words.
async fn embedder_of(
    platform: &Platform,
    tenant: TenantId,
    space: &Space,
) -> Result<Option<TenantEmbedder>, JobError> {
    let is_ours = |chosen: Option<EmbedderSpace>| chosen.is_some_and(|own| own.id == space.id());
    if !is_ours(platform.models.space(tenant).await?) {
        // What is known may be older than the choice that the space was made for.
        platform.models.look_again(tenant);
        if !is_ours(platform.models.space(tenant).await?) {
            return Ok(None);
        }
    }
    match platform.models.embedder(tenant).await? {
        Some(found) if found.id == space.id() => Ok(Some(found)),
        Some(_) => Err(JobError::new(
            ErrorKind::Invalid,
            "the embedder cannot be used; save it again with its key",
        )),
        None => Err(JobError::new(
            ErrorKind::Unavailable,
            "the embedder does not answer",
        )),
    }
}

async fn embed(
    by: &TenantEmbedder,
    passages: &[Passage],
) -> Result<Vec<Option<Vec<f32>>>, JobError> {
    let known: Vec<bool> = passages
        .iter()
        .map(|passage| by.languages.iter().any(|code| code == language(passage)))
        .collect();
    let texts: Vec<String> = passages
        .iter()
        .zip(&known)
        .filter(|(_, known)| **known)
        .map(|(passage, _)| text(passage))
        .collect();
    if texts.is_empty() {
        return Ok(vec![None; passages.len()]);
    }
    let vectors = by.embedder.embed(&texts).await.map_err(llm_error)?;
    let mut vectors = vectors.into_iter();
    let dense = known
        .into_iter()
        .map(|known| known.then(|| vectors.next()).flatten());
    Ok(dense.collect())
}

fn language(passage: &Passage) -> &str {
    match &passage.phrasing {
        Some(question) => detect(question).code(),
        None => &passage.language,
    }
}

fn text(passage: &Passage) -> String {
    match &passage.phrasing {
        Some(question) => question.clone(),
        None => format!("{}\n{}", passage.searchable_title(), passage.text),
    }
}

fn llm_error(error: LlmError) -> JobError {
    let job = JobError::new(error.kind(), error.to_string());
    match error {
        LlmError::RateLimited {
            retry_after: Some(wait),
        } => job.after(wait),
        LlmError::RateLimited { retry_after: None }
        | LlmError::Timeout
        | LlmError::Unavailable { .. }
        | LlmError::KeyRefused { .. }
        | LlmError::Refused { .. }
        | LlmError::Settings { .. }
        | LlmError::Malformed { .. } => job,
    }
}
