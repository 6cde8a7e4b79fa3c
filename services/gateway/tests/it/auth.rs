//! Signing up, in and out.

use chrono::TimeDelta;
use reqwest::header::COOKIE;
use serde_json::json;

use crate::gateway::{Answer, PASSWORD, Running, text};

/// The refresh token that an answer sets, as a browser would send it back.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

async fn refresh(running: &Running, cookie: &str) -> Answer {
    Answer::to(
        running
            .request("POST", "/auth/refresh")
            .header(COOKIE, cookie),
    )
    .await
}

async fn sign_in(running: &Running, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    Answer::to(running.request("POST", "/auth/sign-in").json(&body)).await
}

#[actix_web::test]
async fn who_signs_up_is_signed_in() {
    let running = Running::start().await;
    let business = running.sign_up("Sara@Example.com").await;
    let me = business.get("/me").await;
    assert_eq!(me["user"]["email"], "sara@example.com");
    assert_eq!(me["user"]["role"], "owner");
    assert_eq!(me["tenant"]["name"], "فروشگاه گلستان");
    assert_eq!(me["tenant"]["locale"], "fa");
    assert_eq!(me["tenant"]["id"], business.me["tenant"]["id"]);
    assert_eq!(business.me["expires_in"], 900);

    let again = json!({
        "email": "sara@example.com ", "password": PASSWORD, "business_name": "x", "locale": "en",
    });
    let answer = Answer::to(running.request("POST", "/auth/sign-up").json(&again)).await;
    answer.is_problem(409, "email_taken");
}

#[actix_web::test]
async fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    let running = Running::start().await;
    running.sign_up("sara@example.com").await;
    let answer = sign_in(&running, "sara@example.com", PASSWORD).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie");
    for part in [
        "xin_refresh=",
        "HttpOnly",
        "SameSite=Strict",
        "Path=/api/v1/auth",
        "Max-Age=2592000",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "plain HTTP drops a secure cookie"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn an_access_token_is_good_for_a_quarter_of_an_hour() {
    let running = Running::start().await;
    let business = running.sign_up("sara@example.com").await;
    running.clock.advance(TimeDelta::minutes(14));
    business.get("/me").await;
    running.clock.advance(TimeDelta::minutes(1));
    business
        .ask("GET", "/me")
        .await
        .is_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn all_wrong_sign_ins_get_one_answer() {
    let running = Running::start().await;
    running.sign_up("sara@example.com").await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("sara@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let mut answer = sign_in(&running, email, password).await;
        answer.is_problem(401, "unauthenticated");
        answer.body["trace_id"] = json!(null);
        answers.push(answer.body);
    }
    assert!(
        answers.windows(2).all(|pair| pair[0] == pair[1]),
        "{answers:?}"
    );
}

#[actix_web::test]
async fn too_many_wrong_passwords_close_the_door_for_a_while() {
    let running = Running::start().await;
    running.sign_up("sara@example.com").await;
    for _ in 0..3 {
        sign_in(&running, "sara@example.com", "wrong")
            .await
            .is_problem(401, "unauthenticated");
    }
    let answer = sign_in(&running, "sara@example.com", PASSWORD).await;
    answer.is_problem(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), "900");
    // The address is blocked too, whomever it tries next.
    sign_in(&running, "other@example.com", PASSWORD)
        .await
        .is_problem(429, "rate_limited");
    running.clock.advance(TimeDelta::minutes(15));
    assert_eq!(
        sign_in(&running, "sara@example.com", PASSWORD).await.status,
        200
    );
}

#[actix_web::test]
async fn whoever_tries_many_at_once_gets_no_more_tries() {
    let running = Running::start().await;
    running.sign_up("sara@example.com").await;
    let tries = (0..12).map(|_| sign_in(&running, "sara@example.com", "wrong"));
    let answers = futures::future::join_all(tries).await;
    let let_through = answers.iter().filter(|answer| answer.status == 401).count();
    // Two passwords are checked at a time, so one more than the limit may be on its way.
    assert!((3..=4).contains(&let_through), "{let_through}");
}

#[actix_web::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_family() {
    let running = Running::start().await;
    running.sign_up("sara@example.com").await;
    let first = cookie(&sign_in(&running, "sara@example.com", PASSWORD).await);
    running.clock.advance(TimeDelta::days(29));
    let answer = refresh(&running, &first).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let second = cookie(&answer);
    assert_ne!(first, second);
    let token = text(&answer.body["access_token"]);
    let me = Answer::to(running.request("GET", "/me").bearer_auth(token)).await;
    assert_eq!(me.status, 200);

    let stolen = refresh(&running, &first).await;
    stolen.is_problem(401, "unauthenticated");
    assert!(stolen.header("set-cookie").contains("Max-Age=0"));
    refresh(&running, &second)
        .await
        .is_problem(401, "unauthenticated");

    // Another sign-in is another family.
    let other = cookie(&sign_in(&running, "sara@example.com", PASSWORD).await);
    assert_eq!(refresh(&running, &other).await.status, 200);
}

#[actix_web::test]
async fn a_session_ends_with_sign_out_or_after_thirty_days() {
    let running = Running::start().await;
    running.sign_up("sara@example.com").await;
    let session = cookie(&sign_in(&running, "sara@example.com", PASSWORD).await);
    let out = running
        .request("POST", "/auth/sign-out")
        .header(COOKIE, &session);
    assert_eq!(Answer::to(out).await.status, 204);
    refresh(&running, &session)
        .await
        .is_problem(401, "unauthenticated");
    assert_eq!(
        Answer::to(running.request("POST", "/auth/sign-out"))
            .await
            .status,
        204
    );

    let session = cookie(&sign_in(&running, "sara@example.com", PASSWORD).await);
    running.clock.advance(TimeDelta::days(30));
    refresh(&running, &session)
        .await
        .is_problem(401, "unauthenticated");
    refresh(&running, "xin_refresh=made-up")
        .await
        .is_problem(401, "unauthenticated");
    Answer::to(running.request("POST", "/auth/refresh"))
        .await
        .is_problem(401, "unauthenticated");
}
