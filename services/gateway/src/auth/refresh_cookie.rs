//! The cookie that keeps a person signed in.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use chrono::TimeDelta;

use super::tokens::fingerprint;
use crate::Platform;

/// How long a person stays signed in without coming back.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);

const NAME: &str = "xin_refresh";
/// The only paths that need it, so it travels nowhere else.
const PATH: &str = "/api/v1/auth";

/// The cookie that holds `token`.
#[must_use]
pub fn set(platform: &Platform, token: String) -> Cookie<'static> {
    with(platform, token, Duration::seconds(LIFETIME.num_seconds()))
}

/// The cookie that makes a browser forget it.
#[must_use]
pub fn clear(platform: &Platform) -> Cookie<'static> {
    with(platform, String::new(), Duration::ZERO)
}

/// The fingerprint of the token that a request brings.
#[must_use]
pub fn fingerprint_of(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(NAME)?;
    Some(fingerprint(cookie.value().as_bytes()))
}

fn with(platform: &Platform, token: String, max_age: Duration) -> Cookie<'static> {
    // A browser drops a Secure cookie on plain HTTP, and that is how the product is tried out.
    let secure = platform
        .public_url
        .as_ref()
        .is_some_and(|url| url.scheme() == "https");
    Cookie::build(NAME, token)
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .max_age(max_age)
        .finish()
}
