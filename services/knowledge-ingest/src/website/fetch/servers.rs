//! What servers of strangers may try.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::DateTime;
use url::Url;
use xin_runtime::outbound;
use xin_runtime::public_address::may_be_public;
use xin_testkit::stand_in_server::{Answer, Request, Respond, StandInServer};

use super::{FetchError, Fetched, Fetcher, Limits, Marks};

const LIMITS: Limits = Limits {
    bytes: 1000,
    time: Duration::from_millis(500),
};

struct Hostile;

#[async_trait]
impl Respond for Hostile {
    async fn respond(&self, request: Request) -> Answer {
        let pieces = |count: usize, pause: u64| Answer::Pieces {
            content_type: "text/html",
            pieces: vec!["x".repeat(100); count],
            pause: Duration::from_millis(pause),
            broken: false,
        };
        let status = |status: u16, headers: &[(&str, &str)]| Answer::Whole {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            content_type: "text/html",
            body: String::new(),
        };
        match request.path.as_str() {
            "/site/endless" => pieces(100_000, 0),
            "/site/drip" => pieces(9, 200),
            "/site/loop" => status(302, &[("location", "/site/loop2")]),
            "/site/loop2" => status(301, &[("location", "/site/loop")]),
            "/site/nowhere" => status(302, &[]),
            "/site/busy" => status(503, &[("retry-after", "3")]),
            "/site/brotli" => status(200, &[("content-encoding", "br")]),
            "/site/hang" => Answer::HangUp,
            path => match path.strip_prefix("/site/to?") {
                Some(to) => status(302, &[("location", to)]),
                None => status(200, &[("etag", "\"1\""), ("x-robots-tag", "NoIndex")]),
            },
        }
    }
}

async fn server() -> StandInServer {
    StandInServer::start(Arc::new(Hostile)).await.unwrap()
}

/// Everything is judged but the stand-in itself.
fn judged() -> Fetcher {
    let http = outbound::client(None).unwrap();
    Fetcher::new(http, |url| {
        may_be_public(url) || (url.path().starts_with("/site/") && url.port().is_some())
    })
}

async fn fetch(fetcher: &Fetcher, url: &str) -> Result<Fetched, FetchError> {
    let url: Url = url.parse().unwrap();
    fetcher
        .fetch(&url, Marks::default(), LIMITS, DateTime::UNIX_EPOCH)
        .await
}

#[tokio::test]
async fn bounds_are_kept() {
    let server = server().await;
    let began = Instant::now();
    for (path, expected) in [
        ("endless", FetchError::TooLarge(1000)),
        ("drip", FetchError::TimedOut),
        ("nowhere", FetchError::Redirects),
        ("busy", FetchError::Busy(Some(Duration::from_secs(3)))),
        ("brotli", FetchError::Encoding),
    ] {
        let answer = fetch(&judged(), &format!("{}/site/{path}", server.url())).await;
        assert_eq!(answer.unwrap_err(), expected, "{path}");
    }
    let hung = fetch(&judged(), &format!("{}/site/hang", server.url())).await;
    assert!(matches!(hung, Err(FetchError::Unreachable(_))), "{hung:?}");
    let url: Url = format!("{}/site/loop", server.url()).parse().unwrap();
    let fetcher = judged();
    let followed = fetcher.follow(&url, LIMITS, DateTime::UNIX_EPOCH, |_| true);
    assert_eq!(followed.await.unwrap_err(), FetchError::Redirects);
    assert!(began.elapsed() < Duration::from_secs(5));
    let body = fetch(&judged(), &format!("{}/site/fine", server.url())).await;
    let Ok(Fetched::Body(body)) = body else {
        panic!("{body:?}")
    };
    assert_eq!(body.etag.as_deref(), Some("\"1\""));
    assert_eq!(body.robots, "noindex");
}

#[tokio::test]
async fn redirects_into_our_own_network_are_not_followed() {
    let server = server().await;
    for private in [
        "http://127.0.0.1:6333/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:5432/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://localhost/",
        "http://a.localhost./",
        "http://rabbitmq:15672/",
        "http://metadata.google.internal/",
    ] {
        let url: Url = format!("{}/site/to?{private}", server.url())
            .parse()
            .unwrap();
        let fetcher = judged();
        let followed = fetcher.follow(&url, LIMITS, DateTime::UNIX_EPOCH, |_| true);
        assert_eq!(
            followed.await.unwrap_err(),
            FetchError::Private,
            "{private}"
        );
    }
}

#[tokio::test]
async fn a_name_that_leads_into_our_own_network_is_not_connected_to() {
    let server = server().await;
    let guarded = Fetcher::new(outbound::public_client(None).unwrap(), |_| true);
    let port = server.address().port();
    let answer = fetch(&guarded, &format!("http://localhost:{port}/site/fine")).await;
    let Err(FetchError::Unreachable(cause)) = answer else {
        panic!("{answer:?}")
    };
    assert!(cause.contains("no public address"), "{cause}");
    let open = Fetcher::new(outbound::client(None).unwrap(), |_| true);
    let answer = fetch(&open, &format!("http://localhost:{port}/site/fine")).await;
    assert!(matches!(answer, Ok(Fetched::Body(_))), "{answer:?}");
}
