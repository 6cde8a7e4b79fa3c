//! What was read is kept fresh, and what cannot be read again is not lost.

use chrono::TimeDelta;
use knowledge_ingest::website::queue_due;
use xin_contracts::RoutingKey;
use xin_contracts::messages::{CrawlWebsite, ForgetDocument};
use xin_domain::{PageState, WebsiteState};
use xin_storage::tenant::WebsiteSettings;
use xin_testkit::stand_in_server::Answer;

use crate::site::{Site, redirect, status, words};
use crate::work::{Work, crawl};

/// A home page that leads to these.
fn home(site: &Site, paths: &[&str]) {
    let links: Vec<String> = paths
        .iter()
        .map(|path| format!("<a href='{path}'>{path}</a>"))
        .collect();
    site.page(
        "/",
        "خانه",
        "",
        &(words("به خانهٔ ما خوش آمدید.") + &links.concat()),
    );
}

async fn three_pages() -> Work {
    let site = Site::start().await;
    home(&site, &["/price", "/hours"]);
    site.page("/price", "قیمت", "", &words("قیمت چای ۱۰۰ تومان است."));
    site.page("/hours", "ساعت", "", &words("از ۸ تا ۱۷ باز هستیم."));
    let work = Work::on(site, "/", crawl()).await;
    work.reads().await;
    assert_eq!(work.documents().await.len(), 3);
    work.site.asked();
    work
}

#[tokio::test]
async fn what_changed_gets_a_new_version_and_nothing_else() {
    let work = three_pages().await;
    let website = work.reads_again().await;
    assert_eq!((website.counts.unchanged, website.counts.changed), (3, 0));
    let asked = work.site.asked();
    let asked_again = asked
        .iter()
        .filter(|request| request.header("if-none-match").is_some());
    assert_eq!(asked_again.count(), 3, "{asked:?}");

    let price = words("قیمت چای ۱۲۰ تومان شد.");
    work.site.page("/price", "قیمت", "", &price);
    let website = work.reads_again().await;
    assert_eq!((website.counts.unchanged, website.counts.changed), (2, 1));
    let documents = work.documents().await;
    assert_eq!(
        (documents["/price"].version, documents["/hours"].version),
        (2, 1)
    );
    let stored = work.stored(&documents["/price"]).await;
    assert!(stored.contains("۱۲۰ تومان"), "{stored}");
    assert_eq!(documents.len(), 3);
}

#[tokio::test]
async fn a_page_that_fails_keeps_its_last_good_copy() {
    let work = three_pages().await;
    let empty = redirect(200, None);
    for answer in [status(500), empty, Answer::HangUp, status(404)] {
        work.site.answer("/price", answer.clone());
        work.reads_again().await;
        let documents = work.documents().await;
        assert!(documents.contains_key("/price"), "{answer:?}");
        assert_eq!(documents["/price"].version, 1);
    }
    assert_eq!(work.pages().await["/price"].state, PageState::Failed);
    // A second time gone, and it is.
    let website = work.reads_again().await;
    assert_eq!(website.counts.removed, 1);
    assert!(!work.documents().await.contains_key("/price"));
    let forgets: Vec<ForgetDocument> = work.outbox(RoutingKey::ForgetDocument).await;
    assert_eq!(forgets.len(), 1);
    work.site.page("/price", "قیمت", "", &words("قیمت برگشت."));
    work.reads_again().await;
    assert!(work.documents().await.contains_key("/price"));
}

#[tokio::test]
async fn a_page_that_nothing_leads_to_is_forgotten_after_two_runs() {
    let work = three_pages().await;
    home(&work.site, &["/price"]);
    work.reads_again().await;
    assert!(
        work.documents().await.contains_key("/hours"),
        "one run is no proof"
    );
    work.reads_again().await;
    assert!(!work.documents().await.contains_key("/hours"));
    assert!(!work.pages().await.contains_key("/hours"));
    // The whole site away says nothing about its pages.
    work.site.answer("/", status(500));
    for _ in 0..3 {
        let website = work.reads_again().await;
        assert_eq!(website.state, WebsiteState::Failed);
        assert_eq!(work.documents().await.len(), 2);
    }
}

#[tokio::test]
async fn what_the_patterns_leave_out_now_is_forgotten_at_once() {
    let work = three_pages().await;
    let tx = work.platform.database.tenant(work.tenant).await.unwrap();
    let now = work.platform.clock.now();
    let settings = WebsiteSettings {
        exclude: vec!["/hours*".to_owned()],
        ..crawl()
    };
    let websites = tx.websites();
    assert!(
        websites
            .configure(work.id, &settings, None, now)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let website = work.reads_again().await;
    assert_eq!(website.counts.removed, 1);
    assert_eq!(work.documents().await.len(), 2);
}

#[tokio::test]
async fn a_run_that_is_due_is_queued_once() {
    let work = three_pages().await;
    assert_eq!(queue_due(&work.platform).await.unwrap(), 0);
    let tx = work.platform.database.tenant(work.tenant).await.unwrap();
    let now = work.platform.clock.now();
    let due = Some(now - TimeDelta::seconds(1));
    let settings = WebsiteSettings {
        every_hours: Some(1),
        ..crawl()
    };
    tx.websites()
        .configure(work.id, &settings, due, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (one, other) = tokio::join!(queue_due(&work.platform), queue_due(&work.platform));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    let commands: Vec<CrawlWebsite> = work.outbox(RoutingKey::CrawlWebsite).await;
    assert_eq!(commands.len(), 1);
    let website = work.works(commands[0].run).await.unwrap();
    let next = website.next_run_at.unwrap();
    assert!(next > now + TimeDelta::minutes(59), "{next}");
    // The same message again: the run is over, and nothing is asked for.
    work.site.asked();
    work.works(commands[0].run).await.unwrap();
    work.works(1).await.unwrap();
    assert!(work.site.asked().is_empty());
}
