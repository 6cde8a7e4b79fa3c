//! When a person takes over, and what is said then.

mod asked;
mod note;
mod sentiment;
mod vocabulary;

use chrono::{DateTime, Utc};
use xin_domain::{Brand, HandoffReason, HandoffRules};

use crate::{budget, texts};

pub(crate) use note::{Note, note};

/// Why a person is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) reason: HandoffReason,
    /// The keyword, or what was wrong with the reply.
    pub(crate) detail: Option<String>,
}

impl Cause {
    /// A cause that needs no explanation.
    pub(crate) const fn plain(reason: HandoffReason) -> Self {
        Self {
            reason,
            detail: None,
        }
    }
}

/// Whether the customer's own words ask for a person, by the tenant's rules.
pub(crate) fn wanted(question: &str, rules: &HandoffRules) -> Option<Cause> {
    if rules.asked_for_human && asked::asks_for_human(question) {
        return Some(Cause::plain(HandoffReason::AskedForHuman));
    }
    if let Some(keyword) = keyword(question, &rules.keywords) {
        return Some(Cause {
            reason: HandoffReason::Keyword,
            detail: Some(keyword.to_owned()),
        });
    }
    (rules.negative_sentiment && sentiment::is_angry(question))
        .then(|| Cause::plain(HandoffReason::NegativeSentiment))
}

/// The first keyword that a question holds as whole words.
fn keyword<'a>(question: &str, keywords: &'a [String]) -> Option<&'a str> {
    let row = |text: &str| {
        let words: Vec<String> = xin_text::words(text)
            .into_iter()
            .map(|word| word.surface)
            .collect();
        (!words.is_empty()).then(|| format!(" {} ", words.join(" ")))
    };
    let said = row(question)?;
    keywords
        .iter()
        .find(|keyword| row(keyword).is_some_and(|wanted| said.contains(&wanted)))
        .map(String::as_str)
}

/// What the customer reads when a person takes over: something, always.
pub(crate) fn message(
    cause: &Cause,
    language: &str,
    brand: &Brand,
    rules: &HandoffRules,
    now: DateTime<Utc>,
) -> String {
    if let Some(hours) = rules
        .business_hours
        .as_ref()
        .filter(|hours| !hours.is_open(now))
    {
        if !rules.out_of_hours_message.trim().is_empty() {
            return rules.out_of_hours_message.clone();
        }
        if let Some(opening) = hours.next_opening(now) {
            return texts::out_of_hours(language, opening);
        }
    }
    if !brand.handoff_message.trim().is_empty() {
        return brand.handoff_message.clone();
    }
    match cause.reason {
        HandoffReason::AskedForHuman | HandoffReason::Keyword => texts::passed_on(language),
        HandoffReason::NegativeSentiment => texts::sorry(language),
        HandoffReason::Failure => texts::failure(language),
        HandoffReason::Budget => budget::exhausted_text(language),
        HandoffReason::Unknown | HandoffReason::LowConfidence | HandoffReason::FailedCheck => {
            texts::unknown(language)
        }
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use xin_domain::{BusinessHours, Day, MinuteOfDay, OpenHours};

    use super::*;

    #[test]
    fn rules_that_are_off_do_not_ask() {
        let mut rules = HandoffRules {
            keywords: vec!["لغو سفارش".to_owned(), " ".to_owned()],
            ..HandoffRules::default()
        };
        let reason =
            |text: &str, rules: &HandoffRules| wanted(text, rules).map(|cause| cause.reason);
        assert_eq!(
            reason("اپراتور لطفا", &rules),
            Some(HandoffReason::AskedForHuman)
        );
        assert_eq!(
            wanted("لغو‌ سفارش دارم", &rules),
            Some(Cause {
                reason: HandoffReason::Keyword,
                detail: Some("لغو سفارش".to_owned())
            })
        );
        assert_eq!(reason("لغو سفارشات", &rules), None);
        assert_eq!(reason("شما کلاهبردارید", &rules), None);
        rules.negative_sentiment = true;
        rules.asked_for_human = false;
        assert_eq!(
            reason("شما کلاهبردارید", &rules),
            Some(HandoffReason::NegativeSentiment)
        );
        assert_eq!(reason("اپراتور لطفا", &rules), None);
    }

    #[test]
    fn out_of_hours_the_customer_is_told_when() {
        let read = |text| MinuteOfDay::read(text).unwrap();
        let rules = HandoffRules {
            business_hours: Some(BusinessHours {
                hours: vec![OpenHours {
                    day: Day::Saturday,
                    from: read("09:00"),
                    until: read("17:00"),
                }],
                ..BusinessHours::default()
            }),
            ..HandoffRules::default()
        };
        let brand = Brand {
            handoff_message: "همکارم می‌آید.".to_owned(),
            ..Brand::default()
        };
        let cause = Cause::plain(HandoffReason::Unknown);
        let at = |time: &str| time.parse().unwrap();
        let friday = at("2026-11-20T10:00:00Z");
        let said = message(&cause, "fa", &brand, &rules, friday);
        assert!(said.contains("فردا") && said.contains("۹:۰۰"), "{said}");
        let saturday = at("2026-11-21T10:00:00Z");
        assert_eq!(
            message(&cause, "fa", &brand, &rules, saturday),
            "همکارم می‌آید."
        );
        let own = HandoffRules {
            out_of_hours_message: "صبح".to_owned(),
            ..rules
        };
        assert_eq!(message(&cause, "fa", &brand, &own, friday), "صبح");
    }
}
