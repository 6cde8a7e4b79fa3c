//! Another tenant's things are not found, on every route that takes an id.

use serde_json::{Value, json};
use xin_domain::Author;

use crate::gateway::{Running, text};

/// Every route with an id: the method, the path with `{}` for the id, the kind of id, a body.
fn routes() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let none = || Value::Null;
    vec![
        ("GET", "/channels/{}", "channel", none()),
        ("PATCH", "/channels/{}", "channel", json!({"name": "taken"})),
        ("DELETE", "/channels/{}", "channel", none()),
        ("GET", "/knowledge/documents/{}", "document", none()),
        ("DELETE", "/knowledge/documents/{}", "document", none()),
        ("GET", "/knowledge/websites/{}", "website", none()),
        ("GET", "/knowledge/websites/{}/pages", "website", none()),
        (
            "PATCH",
            "/knowledge/websites/{}",
            "website",
            json!({"max_pages": 1}),
        ),
        ("POST", "/knowledge/websites/{}/refresh", "website", none()),
        ("DELETE", "/knowledge/websites/{}", "website", none()),
        ("GET", "/conversations/{}", "conversation", none()),
        ("GET", "/conversations/{}/messages", "conversation", none()),
        (
            "POST",
            "/conversations/{}/messages",
            "conversation",
            json!({"text": "taken"}),
        ),
        (
            "POST",
            "/conversations/{}/take-over",
            "conversation",
            none(),
        ),
        (
            "POST",
            "/conversations/{}/hand-back",
            "conversation",
            none(),
        ),
        ("POST", "/conversations/{}/resolve", "conversation", none()),
        ("GET", "/ai/playground/{}", "trial", none()),
        ("POST", "/knowledge/gaps/{}/resolve", "gap", none()),
    ]
}

#[actix_web::test]
async fn what_belongs_to_another_is_not_found() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let baran = running.sign_up("baran@example.com").await;
    let site = golestan.site(&[]).await;
    let document = golestan.document("کد تخفیف زعفران۴۲ است").await;
    let website = golestan.website("https://golestan.example/").await;
    let conversation = golestan.conversation(&site, "سلام").await;
    let message = golestan.says(conversation, Author::Ai, "بفرمایید").await;
    let trial = golestan.trial("کد تخفیف زعفران۴۲ است؟").await;
    let gap = golestan.gap(conversation, message, "کد زعفران۴۲؟").await;
    let id_of = |kind: &str| match kind {
        "channel" => text(&site["id"]),
        "document" => text(&document["id"]),
        "website" => text(&website["id"]),
        "trial" => text(&trial["id"]),
        "gap" => gap.to_string(),
        _ => conversation.to_string(),
    };
    let state = async || {
        let paths = [
            "/channels",
            "/knowledge/documents",
            "/knowledge/websites",
            "/conversations",
            "/knowledge/gaps",
        ]
        .map(str::to_owned);
        let messages = format!("/conversations/{conversation}/messages");
        let mut all = Vec::new();
        for path in paths.into_iter().chain([messages]) {
            all.push(golestan.get(&path).await);
        }
        all
    };
    let before = state().await;
    for (method, path, kind, body) in routes() {
        let unknown = format!("{}_{}", &id_of(kind)[..3], "0".repeat(32));
        for id in [
            id_of(kind),
            unknown,
            "nonsense".to_owned(),
            "%00".to_owned(),
        ] {
            let path = path.replace("{}", &id);
            let answer = baran.send(method, &path, body.clone()).await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
            answer.is_problem(404, "not_found");
            assert!(!answer.body.to_string().contains("زعفران"));
        }
    }
    for path in [
        "/channels",
        "/knowledge/documents",
        "/knowledge/websites",
        "/conversations",
        "/knowledge/gaps",
        "/ai/settings/versions",
    ] {
        assert_eq!(baran.get(path).await["items"], json!([]), "{path}");
    }
    assert_eq!(state().await, before);

    // A foreign message as a cursor, in a conversation of one's own.
    let own_site = baran.site(&[]).await;
    let own = baran.conversation(&own_site, "سلام").await;
    let path = format!("/conversations/{own}/messages?after={message}");
    baran.ask("GET", &path).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn the_same_content_of_two_tenants_is_two_documents() {
    let running = Running::start().await;
    let golestan = running.sign_up("golestan@example.com").await;
    let baran = running.sign_up("baran@example.com").await;
    let first = golestan.document("همان متن").await;
    let second = baran.document("همان متن").await;
    assert_ne!(first["id"], second["id"]);
}

#[actix_web::test]
async fn without_a_token_every_route_is_shut() {
    let running = Running::start().await;
    let more = [
        ("GET", "/me"),
        ("GET", "/channels"),
        ("POST", "/channels"),
        ("GET", "/knowledge/documents"),
        ("POST", "/knowledge/documents"),
        ("GET", "/knowledge/websites"),
        ("POST", "/knowledge/websites"),
        ("GET", "/brand"),
        ("PUT", "/brand"),
        ("GET", "/ai/settings"),
        ("PUT", "/ai/settings"),
        ("POST", "/ai/settings/publish"),
        ("GET", "/ai/settings/versions"),
        ("POST", "/ai/settings/versions/1/restore"),
        ("POST", "/ai/playground"),
        ("GET", "/knowledge/gaps"),
        ("GET", "/ai/models"),
        ("PUT", "/ai/models/chat"),
        ("POST", "/ai/models/test"),
        ("GET", "/ai/budgets"),
        ("PUT", "/ai/budgets"),
        ("GET", "/ai/usage"),
        ("GET", "/conversations"),
        ("GET", "/events"),
        ("GET", "/widget/messages"),
        ("POST", "/widget/messages"),
        ("GET", "/widget/socket"),
    ];
    let with_ids = routes()
        .into_iter()
        .map(|(method, path, _, _)| (method, path));
    for (method, path) in more.into_iter().chain(with_ids) {
        for token in [None, Some("nonsense"), Some("a.b.c")] {
            let mut request = running.request(method, path).json(&json!({}));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = crate::gateway::Answer::to(request).await;
            assert_eq!(answer.status, 401, "{method} {path}: {answer:?}");
            answer.is_problem(401, "unauthenticated");
        }
    }
}
