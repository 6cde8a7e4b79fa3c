//! Tries a question out.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_broker::trace;
use xin_contracts::Envelope;
use xin_contracts::messages::TryQuestion;
use xin_domain::{Author, ChannelKind, PlaygroundRequest, PlaygroundRunId, PlaygroundTurn};

use super::settings::AiSettingsView;
use crate::api::brand::view::BrandView;
use crate::api::names::{AuthorName, ChannelKindName};
use crate::api::openapi::Problems;
use crate::auth::{Replies, Staff};
use crate::error::{Answer, ApiError};
use crate::inputs::Checks;
use crate::state::Shared;

const MOST_TURNS: usize = 50;
const LONGEST: usize = 4000;

/// A question to try out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrial {
    /// What a customer would ask.
    #[schema(min_length = 1, max_length = 4000)]
    question: String,
    /// What was said before, oldest first.
    #[serde(default)]
    #[schema(max_items = 50)]
    history: Vec<TrialTurn>,
    /// On which kind of channel; the web when absent.
    #[serde(default)]
    #[schema(value_type = Option<ChannelKindName>)]
    channel_kind: Option<ChannelKind>,
    /// The voice to try.
    #[serde(default)]
    brand: Option<BrandView>,
    /// The settings to try.
    #[serde(default)]
    settings: Option<AiSettingsView>,
    /// Whether the voice and the settings that are absent come from the draft; otherwise they are
    /// those in use.
    #[serde(default)]
    draft: bool,
    /// Whether only the passages, the confidence and the decision are wanted, without asking a
    /// model.
    #[serde(default)]
    retrieval_only: bool,
}

/// A message of the conversation that is made up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialTurn {
    #[schema(value_type = AuthorName)]
    author: Author,
    #[schema(max_length = 4000)]
    text: String,
}

/// A question that is tried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trial)]
pub struct TrialView {
    #[schema(value_type = String)]
    pub id: PlaygroundRunId,
    /// Whether the outcome is there.
    pub done: bool,
    /// What came of it: `action`, `text`, `citations`, `language`, `trace`; with `retrieval_only`
    /// `action`, `passages`, `confidence`, `confidence_parts`, `thresholds`.
    #[schema(value_type = Option<Object>, required)]
    pub outcome: Option<serde_json::Value>,
}

/// Tries a question out on the path of a customer's turn: same retrieval, same model, same checks.
/// Nothing is said to anybody. Ask for the outcome with `GET /ai/playground/{id}`.
#[utoipa::path(
    tag = "ai", operation_id = "try_question", security(("staff" = [])),
    request_body = NewTrial, responses((status = 202, body = TrialView), Problems)
)]
#[post("/ai/playground")]
pub async fn try_question(
    staff: Staff<Replies>,
    state: Shared,
    body: web::Json<NewTrial>,
) -> Answer<HttpResponse> {
    let request = body.into_inner().read()?;
    let request = serde_json::to_value(&request).map_err(ApiError::internal)?;
    let (tenant, now) = (staff.tenant_id, state.platform.clock.now());
    let id = PlaygroundRunId::new(&*state.platform.ids, now);
    let command = TryQuestion {
        run_id: id.to_string(),
    };
    let message_id = state.platform.ids.next(now);
    let envelope = Envelope::wrap(message_id, tenant, id.to_string(), now, &command);
    let tx = state.platform.database.tenant(tenant).await?;
    tx.playground().add(id, request, now).await?;
    tx.outbox().add(&envelope.traced(trace::current())).await?;
    tx.commit().await?;
    Ok(HttpResponse::Accepted().json(TrialView {
        id,
        done: false,
        outcome: None,
    }))
}

impl NewTrial {
    fn read(self) -> Answer<PlaygroundRequest> {
        let mut checks = Checks::default();
        if self.history.len() > MOST_TURNS {
            checks.refuse("history", "too_many", format!("at most {MOST_TURNS}"));
        }
        let request = PlaygroundRequest {
            question: checks.text("question", &self.question, 1..=LONGEST),
            history: self
                .history
                .into_iter()
                .take(MOST_TURNS)
                .map(|turn| PlaygroundTurn {
                    author: turn.author,
                    text: checks.text("history", &turn.text, 0..=LONGEST),
                })
                .collect(),
            channel_kind: self.channel_kind.unwrap_or(ChannelKind::Web),
            brand: self.brand.map(|brand| brand.checked(&mut checks)),
            settings: self.settings.map(|settings| settings.checked(&mut checks)),
            draft: self.draft,
            retrieval_only: self.retrieval_only,
        };
        checks.done()?;
        Ok(request)
    }
}
