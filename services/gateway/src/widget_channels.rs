//! Whose channel a widget's address is, and where its widget may be shown.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::http::uri::Authority;
use moka::sync::Cache;
use url::Url;
use xin_domain::{ChannelKind, ErrorKind};
use xin_storage::tenant::Channel;
use xin_storage::{Database, StorageError};

use crate::Platform;
use crate::error::{Answer, ApiError};

/// How long a changed channel may go unnoticed by other processes.
const FRESH: Duration = Duration::from_secs(5);
/// Bounded, since anybody can ask for any address.
const MOST: u64 = 20_000;
/// Longer than any public id.
const LONGEST_PUBLIC_ID: usize = 64;

/// The web channels by public id, cached. `None` in it: there is no such channel.
pub struct WidgetChannels {
    database: Database,
    cache: Cache<String, Option<Arc<Channel>>>,
}

impl WidgetChannels {
    /// An empty cache.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let cache = Cache::builder()
            .max_capacity(MOST)
            .time_to_live(FRESH)
            .build();
        Self { database, cache }
    }

    /// The web channel of a public id.
    pub async fn find(&self, public_id: &str) -> Result<Option<Arc<Channel>>, StorageError> {
        if !is_public_id(public_id) {
            return Ok(None);
        }
        if let Some(known) = self.cache.get(public_id) {
            return Ok(known);
        }
        let tx = self.database.system_read().await?;
        let channel = tx.channel_by_public_id(public_id).await?;
        let channel = channel
            .filter(|channel| channel.kind == ChannelKind::Web)
            .map(Arc::new);
        self.cache.insert(public_id.to_owned(), channel.clone());
        Ok(channel)
    }

    /// Looks anew the next time: this process has changed the channel.
    pub fn forget(&self, public_id: &str) {
        self.cache.invalidate(public_id);
    }
}

fn is_public_id(text: &str) -> bool {
    (1..=LONGEST_PUBLIC_ID).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Refuses a page that the channel's widget is not for. Without an `Origin` header it is no page
/// of another site that asks.
pub fn check_origin(request: &HttpRequest, channel: &Channel, platform: &Platform) -> Answer<()> {
    let Some(origin) = request.headers().get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let allowed = &channel.settings.allowed_origins;
    if is_allowed(
        origin,
        allowed,
        own_host(request),
        platform.public_url.as_ref(),
    ) {
        return Ok(());
    }
    let detail = "this website is not among the channel's allowed origins";
    Err(ApiError::new(
        ErrorKind::Forbidden,
        "origin_not_allowed",
        detail,
    ))
}

/// The host that the browser asked. Never a forwarded one: those headers anybody can write.
fn own_host(request: &HttpRequest) -> &str {
    let header = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    header
        .or_else(|| request.uri().authority().map(Authority::as_str))
        .unwrap_or("")
}

fn is_allowed(origin: &str, allowed: &[String], host: &str, public_url: Option<&Url>) -> bool {
    let is_own_host = origin
        .split_once("://")
        .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    let is_public = public_url.is_some_and(|url| url.origin().ascii_serialization() == origin);
    allowed.is_empty() || allowed.iter().any(|one| one == origin) || is_own_host || is_public
}

/// An origin as browsers write it, from what a person typed: lower case, no path, no default port.
#[must_use]
pub fn normal_origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    is_plain.then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_whole() {
        let allowed = ["https://shop.example".to_owned()];
        let own: Url = "https://chat.example/console".parse().unwrap();
        let check = |origin: &str| is_allowed(origin, &allowed, "localhost:8080", Some(&own));
        assert!(check("https://shop.example"));
        assert!(check("http://localhost:8080"));
        assert!(check("https://chat.example"));
        for refused in [
            "http://shop.example",
            "https://shop.example:8443",
            "https://shop.example.evil.example",
            "https://evil.example/https://shop.example",
            "https://sub.shop.example",
            "http://localhost:8081",
            "null",
            "",
        ] {
            assert!(!check(refused), "{refused}");
        }
        assert!(is_allowed("https://any.example", &[], "h", None));
    }

    #[test]
    fn typed_origins_become_what_browsers_send() {
        assert_eq!(
            normal_origin(" HTTPS://Shop.Example:443/ ").unwrap(),
            "https://shop.example"
        );
        assert_eq!(
            normal_origin("http://localhost:3000").unwrap(),
            "http://localhost:3000"
        );
        for refused in [
            "shop.example",
            "https://a.b/path",
            "ftp://a.b",
            "https://u:p@a.b",
            "*",
            "",
        ] {
            assert_eq!(normal_origin(refused), None, "{refused}");
        }
    }

    #[test]
    fn only_what_may_be_a_public_id_reaches_the_database() {
        assert!(is_public_id("abc-DEF_123"));
        for refused in ["", "a b", "a\0", "é", "a/b", &"x".repeat(65)] {
            assert!(!is_public_id(refused));
        }
    }
}
