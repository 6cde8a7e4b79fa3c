//! How much a tenant's models may be used, and the hard stop when that is used up.

use chrono::{DateTime, NaiveDate, Utc};
use xin_domain::TenantId;
use xin_llm::ReplyOutcome;
use xin_platform::{month_of, tenants_day};
use xin_storage::tenant::{Limits, UsageDay, Used};
use xin_storage::{Database, StorageError};

/// Whether a model may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetState {
    /// It may.
    Within,
    /// It may not.
    Exhausted {
        /// Which budget is used up, such as `day.tokens`.
        which: &'static str,
    },
}

/// Whether the tenant's models may be asked now. Days and months are those of Tehran. What is asked
/// at the same time is not yet counted, so that a budget may be passed by the turns that are at
/// work.
pub async fn check(
    database: &Database,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<BudgetState, StorageError> {
    let tx = database.read(tenant).await?;
    let budgets = tx.usage().budgets().await?;
    if budgets == xin_storage::tenant::Budgets::default() {
        return Ok(BudgetState::Within);
    }
    let today = tenants_day(now);
    let month = tx.usage().days(month_of(today)).await?;
    tx.commit().await?;
    let day = passed(&budgets.day, &sum(&month, |day| day == today));
    let month = passed(&budgets.month, &sum(&month, |_| true));
    let which = match (day, month) {
        (Some(Unit::Messages), _) => "day.messages",
        (Some(Unit::Tokens), _) => "day.tokens",
        (Some(Unit::Money), _) => "day.cost",
        (None, Some(Unit::Messages)) => "month.messages",
        (None, Some(Unit::Tokens)) => "month.tokens",
        (None, Some(Unit::Money)) => "month.cost",
        (None, None) => return Ok(BudgetState::Within),
    };
    Ok(BudgetState::Exhausted { which })
}

/// Counts a call of a model to the day it was made on; `messages` is 1 for the first that words a
/// reply and 0 for what helps it along.
pub async fn record(
    database: &Database,
    tenant: TenantId,
    outcome: &ReplyOutcome,
    messages: i64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let used = Used {
        messages,
        prompt_tokens: outcome.prompt_tokens.unwrap_or_default().into(),
        completion_tokens: outcome.completion_tokens.unwrap_or_default().into(),
        cost_micros: outcome.cost_micros.unwrap_or_default(),
    };
    let label = outcome.attempts.last().map(|attempt| &attempt.model);
    let model = label.unwrap_or(&outcome.model);
    let tx = database.tenant(tenant).await?;
    tx.usage().add(tenants_day(now), model, used).await?;
    tx.commit().await
}

/// What customers read when a budget is used up.
pub fn exhausted_text(language: &str) -> &'static str {
    match language {
        "fa" => {
            "پاسخ‌گوی خودکار ما اکنون در دسترس نیست؛ پیامتان را به همکارم سپردم و همین‌جا پاسخ می‌دهد."
        }
        "ar" => "المجيب الآلي غير متاح الآن؛ أحلت رسالتك إلى زميلي وسيجيبك هنا.",
        _ => {
            "Our automatic assistant is not available right now; I have passed your message to a colleague, who will answer here."
        }
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Messages,
    Tokens,
    Money,
}

/// The first unit of which everything is used.
fn passed(limits: &Limits, used: &Used) -> Option<Unit> {
    let is_used_up = |limit: Option<i64>, used: i64| limit.is_some_and(|limit| used >= limit);
    if is_used_up(limits.messages, used.messages) {
        Some(Unit::Messages)
    } else if is_used_up(limits.tokens, used.tokens()) {
        Some(Unit::Tokens)
    } else if is_used_up(limits.cost_micros, used.cost_micros) {
        Some(Unit::Money)
    } else {
        None
    }
}

fn sum(days: &[UsageDay], of: impl Fn(NaiveDate) -> bool) -> Used {
    let days = days.iter().filter(|day| of(day.day));
    days.fold(Used::default(), |sum, day| sum.and(&day.used))
}

#[cfg(test)]
mod tests {
    use xin_domain::{ReplyAction, TenantId};
    use xin_llm::{Attempt, StructuredReply};
    use xin_storage::tenant::Budgets;
    use xin_storage::{DatabaseSettings, testing};

    use super::*;

    struct Tenant {
        database: Database,
        id: TenantId,
        _folder: tempfile::TempDir,
    }

    fn at(time: &str) -> DateTime<Utc> {
        time.parse().unwrap()
    }

    async fn tenant(budgets: Budgets) -> Tenant {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/xin.db", folder.path().display());
        let database = Database::connect(&DatabaseSettings::single(&url))
            .await
            .unwrap();
        let now = at("2026-11-01T00:00:00Z");
        let id = testing::seed(&database, now).await.unwrap().tenant;
        let tx = database.tenant(id).await.unwrap();
        tx.usage().save_budgets(&budgets, now).await.unwrap();
        tx.commit().await.unwrap();
        Tenant {
            database,
            id,
            _folder: folder,
        }
    }

    impl Tenant {
        async fn state(&self, time: &str) -> BudgetState {
            check(&self.database, self.id, at(time)).await.unwrap()
        }

        async fn replies(&self, time: &str) {
            let reply = StructuredReply {
                action: ReplyAction::Answer,
                text: "بله".to_owned(),
                citations: Vec::new(),
                language: "fa".to_owned(),
                confidence: None,
            };
            let attempt = |model: &str| Attempt {
                model: model.to_owned(),
                outcome: "ok".to_owned(),
                milliseconds: 1,
            };
            let outcome = ReplyOutcome {
                reply,
                model: "small-2026".to_owned(),
                prompt_tokens: Some(90),
                completion_tokens: Some(10),
                cost_micros: Some(40),
                attempts: vec![attempt("اول"), attempt("دوم")],
            };
            record(&self.database, self.id, &outcome, 1, at(time))
                .await
                .unwrap();
        }
    }

    fn limits(messages: Option<i64>, tokens: Option<i64>, cost_micros: Option<i64>) -> Limits {
        Limits {
            messages,
            tokens,
            cost_micros,
        }
    }

    #[tokio::test]
    async fn a_day_ends_at_midnight_in_tehran_and_a_month_with_its_last_day() {
        let tenant = tenant(Budgets {
            day: limits(Some(2), None, None),
            month: limits(None, Some(300), None),
        })
        .await;
        tenant.replies("2026-11-24T10:00:00Z").await;
        assert_eq!(
            tenant.state("2026-11-24T20:00:00Z").await,
            BudgetState::Within
        );
        tenant.replies("2026-11-24T20:00:00Z").await;
        let which = "day.messages";
        let exhausted = BudgetState::Exhausted { which };
        assert_eq!(tenant.state("2026-11-24T20:29:59Z").await, exhausted);
        assert_eq!(
            tenant.state("2026-11-24T20:30:00Z").await,
            BudgetState::Within
        );
        tenant.replies("2026-11-25T10:00:00Z").await;
        let which = "month.tokens";
        let exhausted = BudgetState::Exhausted { which };
        assert_eq!(tenant.state("2026-11-30T20:29:59Z").await, exhausted);
        assert_eq!(
            tenant.state("2026-11-30T20:30:00Z").await,
            BudgetState::Within
        );
        let tx = tenant.database.read(tenant.id).await.unwrap();
        let day = at("2026-11-24T10:00:00Z").date_naive();
        let days = tx.usage().days(day..=day).await.unwrap();
        assert_eq!((days[0].model.as_str(), days[0].used.messages), ("دوم", 2));
    }

    #[tokio::test]
    async fn money_has_a_budget_nothing_means_no_limit_and_zero_means_nothing() {
        let now = "2026-11-24T10:00:00Z";
        let money = tenant(Budgets {
            day: limits(None, None, Some(80)),
            month: Limits::default(),
        })
        .await;
        money.replies(now).await;
        assert_eq!(money.state(now).await, BudgetState::Within);
        money.replies(now).await;
        let which = "day.cost";
        assert_eq!(money.state(now).await, BudgetState::Exhausted { which });
        let free = tenant(Budgets::default()).await;
        free.replies(now).await;
        assert_eq!(free.state(now).await, BudgetState::Within);
        let nothing = tenant(Budgets {
            day: Limits::default(),
            month: limits(Some(0), None, None),
        })
        .await;
        let which = "month.messages";
        assert_eq!(nothing.state(now).await, BudgetState::Exhausted { which });
    }
}
