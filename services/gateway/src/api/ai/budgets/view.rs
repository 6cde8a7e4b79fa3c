//! Budgets, as the API shows and takes them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xin_storage::tenant::{Budgets, Limits};

use crate::error::Answer;
use crate::inputs::Checks;

/// How much the models may be used in a day and in a month of the calendar, in the time of Tehran.
/// When a budget is used up, customers are told that a person will answer.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Budgets)]
pub struct BudgetsView {
    day: LimitsView,
    month: LimitsView,
}

/// The most that may be used; null: no limit.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = BudgetLimits)]
pub struct LimitsView {
    /// Replies.
    messages: Option<i64>,
    /// Tokens, read and written.
    tokens: Option<i64>,
    /// Money, in millionths of the currency of the models' prices.
    cost_micros: Option<i64>,
}

impl From<Budgets> for BudgetsView {
    fn from(budgets: Budgets) -> Self {
        let limits = |limits: Limits| LimitsView {
            messages: limits.messages,
            tokens: limits.tokens,
            cost_micros: limits.cost_micros,
        };
        Self {
            day: limits(budgets.day),
            month: limits(budgets.month),
        }
    }
}

impl BudgetsView {
    /// The budgets, if they make sense.
    pub fn read(&self) -> Answer<Budgets> {
        let mut checks = Checks::default();
        let mut limits = |given: &LimitsView| {
            for (field, limit) in [
                ("messages", given.messages),
                ("tokens", given.tokens),
                ("cost_micros", given.cost_micros),
            ] {
                if limit.is_some_and(|limit| limit < 0) {
                    checks.refuse(field, "out_of_range", "0 or more; null for no limit");
                }
            }
            Limits {
                messages: given.messages,
                tokens: given.tokens,
                cost_micros: given.cost_micros,
            }
        };
        let budgets = Budgets {
            day: limits(&self.day),
            month: limits(&self.month),
        };
        checks.done()?;
        Ok(budgets)
    }
}
