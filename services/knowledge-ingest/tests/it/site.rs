//! A website whose pages a test can change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use xin_testkit::stand_in_server::{Answer, Request, Respond, StandInServer};

/// What the site is asked, and what it answers.
#[derive(Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<Request>>,
    pause: Mutex<Duration>,
}

/// A website.
pub struct Site {
    shared: Arc<Shared>,
    server: StandInServer,
}

#[async_trait]
impl Respond for Shared {
    async fn respond(&self, request: Request) -> Answer {
        let pause = *self.pause.lock().unwrap();
        tokio::time::sleep(pause).await;
        self.asked.lock().unwrap().push(request.clone());
        let answer = self.answers.lock().unwrap().get(&request.path).cloned();
        let Some(answer) = answer else {
            return status(404);
        };
        // As servers do: what the asker has already is not sent again.
        if let Answer::Whole { headers, .. } = &answer {
            let etag = headers.iter().find(|(name, _)| name == "etag");
            let has_it = etag
                .is_some_and(|(_, etag)| request.header("if-none-match") == Some(etag.as_str()));
            if has_it {
                return status(304);
            }
        }
        answer
    }
}

pub fn status(status: u16) -> Answer {
    redirect(status, None)
}

pub fn redirect(status: u16, to: Option<&str>) -> Answer {
    Answer::Whole {
        status,
        headers: to
            .map(|to| ("location".to_owned(), to.to_owned()))
            .into_iter()
            .collect(),
        content_type: "text/html",
        body: String::new(),
    }
}

/// A page like those of shops: a menu, the text, a footer.
pub fn html(title: &str, head: &str, text: &str) -> String {
    format!(
        "<!doctype html><html lang=fa><head><meta charset=utf-8><title>{title}</title>{head}</head>\
         <body><header><nav><ul><li><a href='/'>خانهٔ فهرست</a></li><li><a href='/cart'>سبد خرید \
         فهرست</a></li></ul></nav></header><main><article><h1>{title}</h1>{text}</article></main>\
         <footer><p>همهٔ حقوق این پانوشت محفوظ است</p></footer></body></html>"
    )
}

/// A few sentences with a fact in them.
pub fn words(fact: &str) -> String {
    format!(
        "<p>در این صفحه دربارهٔ کارهای فروشگاه می‌خوانید و پاسخ پرسش‌های خود را می‌یابید.</p>\
         <p>{fact}</p><p>اگر باز هم پرسشی داشتید، همکاران ما هر روز هفته پاسخگوی شما هستند.</p>"
    )
}

impl Site {
    pub async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let respond: Arc<dyn Respond> = shared.clone();
        let server = StandInServer::start(respond).await.unwrap();
        let site = Self { shared, server };
        site.page(
            "/cart",
            "سبد",
            "<meta name=robots content=noindex>",
            "خالی است",
        );
        site
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// A page with an `ETag` of its content.
    pub fn page(&self, path: &str, title: &str, head: &str, text: &str) {
        let body = html(title, head, text);
        let etag = format!("\"{}-{}\"", body.len(), text.chars().count());
        self.answer(
            path,
            Answer::Whole {
                status: 200,
                headers: vec![("etag".to_owned(), etag)],
                content_type: "text/html; charset=utf-8",
                body,
            },
        );
    }

    pub fn text(&self, path: &str, content_type: &'static str, body: String) {
        self.answer(
            path,
            Answer::Whole {
                status: 200,
                headers: Vec::new(),
                content_type,
                body,
            },
        );
    }

    pub fn answer(&self, path: &str, answer: Answer) {
        // As it stands in a request.
        let path = url::Url::parse(&self.url(path)).unwrap();
        let path = match path.query() {
            Some(query) => format!("{}?{query}", path.path()),
            None => path.path().to_owned(),
        };
        self.shared.answers.lock().unwrap().insert(path, answer);
    }

    /// From now on every answer takes this long.
    pub fn slow_down(&self, pause: Duration) {
        *self.shared.pause.lock().unwrap() = pause;
    }

    /// What was asked for since the last time, in order.
    pub fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }

    pub fn count_asked(&self) -> usize {
        self.shared.asked.lock().unwrap().len()
    }
}
