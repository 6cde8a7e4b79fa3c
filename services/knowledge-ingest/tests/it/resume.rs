//! A worker that dies loses nothing, and nothing is asked for twice for no reason.

use std::collections::HashMap;
use std::time::Duration;

use xin_broker::Handler;
use xin_contracts::RoutingKey;
use xin_contracts::messages::{CrawlWebsite, IngestDocument};
use xin_domain::{ErrorKind, WebsiteState};

use crate::site::{Site, words};
use crate::work::{Work, crawl};

const PAGES: usize = 12;

async fn many_pages() -> Work {
    let site = Site::start().await;
    let links: Vec<String> = (0..PAGES)
        .map(|number| format!("<a href='/{number}'>{number}</a>"))
        .collect();
    site.page(
        "/",
        "خانه",
        "",
        &(words("از اینجا به همه جا می‌رسید.") + &links.concat()),
    );
    for number in 0..PAGES {
        let fact = format!("واقعیت شمارهٔ {number} همین است.");
        site.page(&format!("/{number}"), "صفحه", "", &words(&fact));
    }
    Work::on(site, "/", crawl()).await
}

#[tokio::test]
async fn a_killed_run_goes_on_where_it_was() {
    let work = many_pages().await;
    work.site.slow_down(Duration::from_millis(30));
    let mut kills = 0;
    for seen in [3, 7, 11] {
        // The future dropped in the middle of whatever it does is a process that was killed.
        let (handler, message) = (work.handler(), work.message(1));
        tokio::select! {
            ended = handler.handle(&message) => panic!("too soon: {ended:?}"),
            () = async {
                while work.site.count_asked() < seen {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            } => kills += 1,
        }
        // Another worker waits until the dead one's lease is over.
        let error = work.handler().handle(&work.message(1)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        tokio::time::sleep(work.platform.lease).await;
    }
    let website = work.reads().await;
    assert_eq!(website.state, WebsiteState::Ready);
    assert_eq!(work.documents().await.len(), PAGES + 1, "none lost");
    let commands: Vec<IngestDocument> = work.outbox(RoutingKey::IngestDocument).await;
    assert_eq!(commands.len(), PAGES + 1, "none doubled");
    let mut times: HashMap<String, usize> = HashMap::new();
    for request in work.site.asked() {
        *times.entry(request.path).or_default() += 1;
    }
    times.remove("/robots.txt");
    let again: usize = times.values().map(|times| times - 1).sum();
    assert!(again <= kills, "more than what was under way: {times:?}");
}

#[tokio::test]
async fn a_long_run_lets_others_have_their_turn() {
    let mut work = many_pages().await;
    work.platform.crawling.slice = Duration::ZERO;
    let handler = work.handler();
    handler.handle(&work.message(1)).await.unwrap();
    assert_eq!(work.website().await.state, WebsiteState::Crawling);
    let next: Vec<CrawlWebsite> = work.outbox(RoutingKey::CrawlWebsite).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].run, 1);
    work.platform.crawling.slice = Duration::from_millis(20);
    work.site.slow_down(Duration::from_millis(15));
    let website = work.reads().await;
    assert_eq!(website.state, WebsiteState::Ready);
    assert_eq!(work.documents().await.len(), PAGES + 1);
}

#[tokio::test]
async fn a_website_that_is_removed_while_it_is_read_leaves_nothing() {
    let work = many_pages().await;
    work.site.slow_down(Duration::from_millis(20));
    let (handler, message) = (work.handler(), work.message(1));
    let removing = async {
        while work.site.count_asked() < 5 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let tx = work.platform.database.tenant(work.tenant).await.unwrap();
        let now = work.platform.clock.now();
        let removed = tx.websites().remove(work.id, now).await.unwrap();
        tx.commit().await.unwrap();
        removed.unwrap().len()
    };
    let (ended, removed) = tokio::join!(handler.handle(&message), removing);
    ended.unwrap();
    assert!(removed > 0);
    assert!(work.documents().await.is_empty());
    assert!(work.pages().await.is_empty());
    assert!(work.site.count_asked() < PAGES);
}
