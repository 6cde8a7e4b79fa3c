//! Lists what the models were used for.

use actix_web::{get, web};
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xin_platform::{month_of, tenants_day};
use xin_storage::tenant::{UsageDay, Used};

use crate::api::openapi::Problems;
use crate::auth::{Reads, Staff};
use crate::error::{Answer, ApiError};
use crate::state::Shared;

/// The days shown when nothing is asked for.
const USUAL: TimeDelta = TimeDelta::days(29);
/// The most days in one answer.
const MOST: TimeDelta = TimeDelta::days(366);

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// The first day, such as 2026-11-01; absent: 30 days up to the last.
    from: Option<String>,
    /// The last day; absent: today in Tehran.
    to: Option<String>,
}

/// What the models were used for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Usage)]
pub struct UsageView {
    /// By day and model, oldest first.
    days: Vec<DayView>,
    /// Today so far.
    today: UsedView,
    /// This month of the calendar so far.
    month: UsedView,
}

/// What one model was used for on one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsageDay)]
pub struct DayView {
    /// The day in Tehran.
    #[schema(example = "2026-11-24")]
    day: String,
    /// The model's label.
    model: String,
    #[serde(flatten)]
    used: UsedView,
}

/// What was used.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Used)]
pub struct UsedView {
    /// Replies written.
    messages: i64,
    /// Tokens read.
    prompt_tokens: i64,
    /// Tokens written.
    completion_tokens: i64,
    /// What they cost, in millionths of the currency of the models' prices.
    cost_micros: i64,
}

impl From<Used> for UsedView {
    fn from(used: Used) -> Self {
        Self {
            messages: used.messages,
            prompt_tokens: used.prompt_tokens,
            completion_tokens: used.completion_tokens,
            cost_micros: used.cost_micros,
        }
    }
}

/// Lists what the models were used for, by day, and today's and this month's sums.
#[utoipa::path(
    tag = "ai", operation_id = "list_usage", security(("staff" = [])), params(UsageQuery),
    responses((status = 200, body = UsageView), Problems)
)]
#[get("/ai/usage")]
pub async fn list_usage(
    staff: Staff<Reads>,
    state: Shared,
    query: web::Query<UsageQuery>,
) -> Answer<web::Json<UsageView>> {
    let today = tenants_day(state.platform.clock.now());
    let to = read_day("to", query.to.as_deref())?.unwrap_or(today);
    let from = read_day("from", query.from.as_deref())?.unwrap_or(to - USUAL);
    if from > to || to - from > MOST {
        let message = format!("before the last day, and at most {} days", MOST.num_days());
        return Err(ApiError::field("from", "out_of_range", message));
    }
    let tx = state.platform.database.read(staff.tenant_id).await?;
    let days = tx.usage().days(from..=to).await?;
    let month = tx.usage().days(month_of(today)).await?;
    tx.commit().await?;
    let sum = |days: &mut dyn Iterator<Item = &UsageDay>| {
        let sum = days.fold(Used::default(), |sum, day| sum.and(&day.used));
        UsedView::from(sum)
    };
    Ok(web::Json(UsageView {
        today: sum(&mut month.iter().filter(|day| day.day == today)),
        month: sum(&mut month.iter()),
        days: days
            .into_iter()
            .map(|day| DayView {
                day: day.day.to_string(),
                model: day.model,
                used: day.used.into(),
            })
            .collect(),
    }))
}

fn read_day(field: &'static str, text: Option<&str>) -> Answer<Option<NaiveDate>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    // Four digits of a year: further away nothing was used, and sums of days would overflow.
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let near = read.filter(|_| text.len() == 10);
    near.map(Some)
        .ok_or_else(|| ApiError::field(field, "invalid_day", "a day is written 2026-11-24"))
}
