//! Lists what the knowledge does not answer.

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use xin_domain::{ConversationId, GapGroupId, GapReason, MessageId};
use xin_storage::tenant::{Gap, GapGroup};

use crate::api::names::GapReasonName;
use crate::api::openapi::Problems;
use crate::api::pages::PageView;
use crate::auth::{Reads, Staff};
use crate::error::Answer;
use crate::inputs::PageQuery;
use crate::state::Shared;

/// Questions of the same meaning that were not answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeGap)]
pub struct GapGroupView {
    #[schema(value_type = String)]
    id: GapGroupId,
    /// How often it was asked.
    count: i64,
    /// When it was asked last.
    last_seen: DateTime<Utc>,
    /// The newest of the questions.
    examples: Vec<GapView>,
}

/// One question that was not answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnansweredQuestion)]
pub struct GapView {
    question: String,
    /// The ISO 639-1 code of its language.
    language: String,
    #[schema(value_type = GapReasonName)]
    reason: GapReason,
    #[schema(value_type = String)]
    conversation_id: ConversationId,
    /// What was replied.
    #[schema(value_type = String)]
    message_id: MessageId,
    created_at: DateTime<Utc>,
}

impl From<GapGroup> for GapGroupView {
    fn from(group: GapGroup) -> Self {
        Self {
            id: group.id,
            count: group.count,
            last_seen: group.last_seen,
            examples: group.examples.into_iter().map(GapView::from).collect(),
        }
    }
}

impl From<Gap> for GapView {
    fn from(gap: Gap) -> Self {
        Self {
            question: gap.question,
            language: gap.language,
            reason: gap.reason,
            conversation_id: gap.conversation,
            message_id: gap.message,
            created_at: gap.created_at,
        }
    }
}

/// Lists the questions that were not answered, in groups of the same meaning, newest group first.
#[utoipa::path(
    tag = "knowledge", operation_id = "list_knowledge_gaps", security(("staff" = [])),
    params(PageQuery), responses((status = 200, body = PageView<GapGroupView>), Problems)
)]
#[get("/knowledge/gaps")]
pub async fn list_gaps(
    staff: Staff<Reads>,
    state: Shared,
    page: web::Query<PageQuery>,
) -> Answer<web::Json<PageView<GapGroupView>>> {
    let page = page.request(|after| after.parse().ok())?;
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let groups = tx.gaps().groups(page).await?;
    Ok(web::Json(PageView::of(groups, GapGroupView::from)))
}
