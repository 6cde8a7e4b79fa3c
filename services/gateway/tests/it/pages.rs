//! The description of the API, and the web pages.

use reqwest::header::CONTENT_TYPE;

use crate::gateway::{Answer, Running};

#[actix_web::test]
async fn the_description_is_whole_and_always_the_same() {
    let running = Running::start().await;
    let served = Answer::to(running.request("GET", "/openapi.json"))
        .await
        .body;
    let printed = serde_json::to_value(gateway::openapi()).unwrap();
    assert_eq!(served, printed);
    let paths = served["paths"].as_object().unwrap();
    for (path, methods) in [
        ("/api/v1/auth/sign-up", "post"),
        ("/api/v1/me", "get"),
        ("/api/v1/channels/{id}", "patch"),
        ("/api/v1/knowledge/documents", "post"),
        ("/api/v1/brand", "put"),
        ("/api/v1/conversations/{id}/take-over", "post"),
        ("/api/v1/events", "get"),
        ("/api/v1/widget/{channel_public_id}/visitors", "post"),
        ("/api/v1/widget/socket", "get"),
    ] {
        assert!(paths.contains_key(path), "{path} in {:?}", paths.keys());
        assert!(
            paths[path][methods]["operationId"].is_string(),
            "{methods} {path}"
        );
    }
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            let has_problems = operation["responses"].get("default").is_some();
            assert!(
                has_problems || path.ends_with("openapi.json"),
                "{method} {path}"
            );
        }
    }
    // Every schema that is pointed to is there.
    let text = served.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(
            served["components"]["schemas"].get(name).is_some(),
            "{name} is missing"
        );
    }
}

#[actix_web::test]
async fn pages_say_what_is_missing_and_keep_browsers_safe() {
    let running = Running::start().await;
    for path in [
        "/",
        "/conversations/cnv_1",
        "/demo/some-public-id",
        "/widget.js",
    ] {
        let answer = running
            .http
            .get(format!("{}{path}", running.url))
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let content_type = headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        let words = answer.text().await.unwrap();
        if status == 404 {
            assert!(words.contains("make web"), "{path}: {words}");
            continue;
        }
        assert_eq!(status, 200, "{path}");
        if content_type.starts_with("text/html") {
            assert_eq!(headers["cache-control"], "no-cache");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        }
    }
    for path in ["/", "/widget.js"] {
        let url = format!("{}{path}", running.url);
        let head = running.http.head(&url).send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(head.bytes().await.unwrap().len(), 0);
        let first = running.http.get(&url).send().await.unwrap();
        let again = running
            .http
            .get(&url)
            .header("if-none-match", &first.headers()["etag"]);
        assert_eq!(again.send().await.unwrap().status(), 304, "{path}");
        let other = running.http.get(&url).header("if-none-match", "\"other\"");
        assert_eq!(other.send().await.unwrap().status(), 200, "{path}");
    }
    for path in [
        "/missing.js",
        "/assets/missing.js",
        "/widget/missing.js",
        "/../Cargo.toml",
    ] {
        let answer = Answer::to(running.http.get(format!("{}{path}", running.url))).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}
