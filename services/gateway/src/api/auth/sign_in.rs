//! A person comes back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use xin_domain::ErrorKind;
use xin_storage::system::{Account, SignInLimit};

use super::session::{self, Session};
use super::sign_up::LONGEST_PASSWORD;
use crate::api::openapi::Problems;
use crate::error::{Answer, ApiError};
use crate::state::{Shared, State};

const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Who says they are who.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    email: String,
    password: String,
}

/// Signs a person in.
#[utoipa::path(
    tag = "auth", operation_id = "sign_in", request_body = SignIn,
    responses((status = 200, body = Session), Problems)
)]
#[post("/auth/sign-in")]
pub async fn sign_in(
    state: Shared,
    body: web::Json<SignIn>,
    request: HttpRequest,
) -> Answer<HttpResponse> {
    let SignIn { email, password } = body.into_inner();
    let email = normal_email(&email).filter(|_| password.len() <= LONGEST_PASSWORD);
    let email = email.ok_or_else(wrong)?;
    // Guessing one person's password, and guessing many people's from one place.
    let address = state.proxies.client(&request);
    let subjects = [format!("email:{email}"), format!("address:{address}")];
    let limit = SignInLimit {
        failures: state.platform.sign_in_attempts,
        window: WINDOW,
    };

    let turn = state.passwords.turn().await?;
    let now = state.platform.clock.now();
    let account = look_up(&state, &email, (&subjects, limit), now).await?;
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let is_right = turn.verify(password, hash).await?;

    let tx = state.platform.database.system().await?;
    let Some(account) = account.filter(|_| is_right) else {
        for subject in &subjects {
            tx.add_sign_in_failure(subject, limit, now).await?;
        }
        tx.commit().await?;
        metrics::counter!("sign_ins_total", "outcome" => "refused").increment(1);
        return Err(wrong());
    };
    // Only the person's count: one good password must not free an address to guess others.
    let [person, _] = &subjects;
    tx.clear_sign_in_failures(person).await?;
    metrics::counter!("sign_ins_total", "outcome" => "accepted").increment(1);
    let family = state.platform.ids.next(now);
    session::begin(&state, tx, &account, family, now, StatusCode::OK).await
}

/// The account of the address, unless too many have guessed.
async fn look_up(
    state: &State,
    email: &str,
    (subjects, limit): (&[String], SignInLimit),
    now: DateTime<Utc>,
) -> Answer<Option<Account>> {
    let tx = state.platform.database.system_read().await?;
    for subject in subjects {
        if let Some(until) = tx.sign_in_blocked_until(subject, limit, now).await? {
            metrics::counter!("sign_ins_total", "outcome" => "blocked").increment(1);
            let wait = (until - now).to_std().unwrap_or_default();
            return Err(ApiError::rate_limited(
                "too many failed attempts to sign in",
                wait,
            ));
        }
    }
    Ok(tx.account_by_email(email).await?)
}

/// One answer for all, so that nobody learns which addresses have an account.
fn wrong() -> ApiError {
    let detail = "the e-mail address or the password is wrong";
    ApiError::new(ErrorKind::Unauthenticated, "unauthenticated", detail)
}

/// The address in the one form we keep, if it can be one.
#[must_use]
pub fn normal_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.split_once('@')?;
    let is_local = (1..=64).contains(&local.len())
        && local
            .chars()
            .all(|letter| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    let is_domain = domain.contains('.') && domain.split('.').all(is_label);
    (is_local && is_domain && email.len() <= 254).then_some(email)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_kept_in_one_form() {
        assert_eq!(
            normal_email(" Sara@Example.COM ").unwrap(),
            "sara@example.com"
        );
        assert!(normal_email("a.b+c@mail.example.ir").is_some());
        for refused in [
            "", "a", "@", "a@", "@b.c", "a@b", "a@b..c", "a@-b.c", "a b@c.d", "a@b@c.d", "a\0@b.c",
        ] {
            assert_eq!(normal_email(refused), None, "{refused:?}");
        }
    }

    proptest! {
        #[test]
        fn the_form_is_stable(text in ".{0,80}") {
            if let Some(email) = normal_email(&text) {
                prop_assert_eq!(normal_email(&email), Some(email));
            }
        }
    }
}
