//! What of a website becomes knowledge.

use std::time::{Duration, Instant};

use xin_contracts::RoutingKey;
use xin_contracts::messages::IngestDocument;
use xin_domain::{WebsiteMode, WebsiteState};
use xin_storage::tenant::WebsiteSettings;
use xin_testkit::stand_in_server::Answer;

use crate::site::{Site, redirect, words};
use crate::work::{Work, crawl};

fn keys<T>(map: &std::collections::BTreeMap<String, T>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_site_is_read_by_its_links() {
    let site = Site::start().await;
    let robots = "User-agent: *\nDisallow: /private\n".to_owned();
    site.text("/robots.txt", "text/plain", robots);
    let links = "<a href='/ارسال?utm_source=menu#top'>ارسال</a> \
        <a href='/%d8%a7%d8%b1%d8%b3%d8%a7%d9%84'>باز هم</a> <a href='/blog/1'>خبر</a> \
        <a href='/private/x'>نهان</a> <a href='/a.jpg'>عکس</a> <a href='/draft/1'>پیش‌نویس</a> \
        <a href='http://127.0.0.1:9/'>دیگری</a> <a href='mailto:a@b.c'>نامه</a>";
    site.page(
        "/",
        "فروشگاه",
        "",
        &(words("به فروشگاه گلستان خوش آمدید.") + links),
    );
    let fact = "هزینهٔ ارسال کتاب‌ها ۴۵ هزار تومان است.";
    site.page("/ارسال", "شرایط ارسال", "", &words(fact));
    let deeper = words("خبر نخست این است که می‌آییم.") + "<a href='/blog/2'>بعدی</a>";
    site.page("/blog/1", "خبر ۱", "", &deeper);
    site.page("/blog/2", "خبر ۲", "", &words("این خبر دور است."));
    let settings = WebsiteSettings {
        exclude: vec!["/draft/*".to_owned()],
        max_depth: 1,
        ..crawl()
    };
    let work = Work::on(site, "", settings).await;
    let website = work.reads().await;
    assert_eq!(
        (website.state, website.failure),
        (WebsiteState::Ready, None)
    );

    let documents = work.documents().await;
    assert_eq!(keys(&documents), ["/", "/blog/1", "/ارسال"]);
    let shipping = &documents["/ارسال"];
    assert_eq!(
        (shipping.title.as_str(), shipping.kind.as_str()),
        ("شرایط ارسال", "markdown")
    );
    let stored = work.stored(shipping).await;
    assert!(stored.contains("کتاب\u{200c}ها ۴۵ هزار تومان"), "{stored}");
    assert!(stored.contains("می\u{200c}خوانید"), "{stored}");
    for boilerplate in ["فهرست", "پانوشت"] {
        assert!(!stored.contains(boilerplate), "{stored}");
    }
    let commands: Vec<IngestDocument> = work.outbox(RoutingKey::IngestDocument).await;
    assert_eq!(commands.len(), 3);

    let causes = work.causes().await;
    assert_eq!(causes["/private/x"], "robots_disallowed");
    assert_eq!(causes["/cart"], "no_index");
    let asked = work.site.asked();
    let paths: Vec<&str> = asked.iter().map(|request| request.path.as_str()).collect();
    let mut once = paths.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), paths.len(), "asked twice: {paths:?}");
    for never in ["/private/x", "/a.jpg", "/draft/1", "/blog/2"] {
        assert!(!paths.contains(&never), "{paths:?}");
    }
    let agent = asked[0].header("user-agent").unwrap();
    assert!(agent.starts_with("XinBot/") && agent.contains("https://xinbot.ir/bot"));
    assert_eq!(website.counts.found, 5);
    assert_eq!((website.counts.changed, website.counts.skipped), (3, 2));
}

#[tokio::test]
async fn a_site_is_read_by_its_sitemap() {
    let site = Site::start().await;
    let robots = format!("Sitemap: {}\n", site.url("/maps/index.xml"));
    site.text("/robots.txt", "text/plain", robots);
    let index = format!(
        "<?xml version='1.0'?><sitemapindex><sitemap><loc>{}</loc></sitemap><sitemap><loc>\
         http://127.0.0.1:9/other.xml</loc></sitemap></sitemapindex>",
        site.url("/maps/1.xml")
    );
    site.text("/maps/index.xml", "application/xml", index);
    let pages = format!(
        "<!DOCTYPE x [<!ENTITY a 'b'>]><urlset><url><loc>{}</loc></url><url><loc>{}</loc></url>\
         <url><loc>{}</loc></url><url><loc>https://elsewhere.example/</loc></url></urlset>",
        site.url("/کتاب/۱"),
        site.url("/کتاب/۲"),
        site.url("/درباره"),
    );
    site.text("/maps/1.xml", "application/xml", pages);
    for number in ["۱", "۲"] {
        let fact = format!("کتاب شمارهٔ {number} موجود است.");
        let text = words(&fact) + "<a href='/unlisted'>دیگر</a>";
        site.page(&format!("/کتاب/{number}"), number, "", &text);
    }
    let settings = WebsiteSettings {
        mode: WebsiteMode::Sitemap,
        include: vec!["/کتاب/*".to_owned()],
        ..crawl()
    };
    let work = Work::on(site, "/", settings).await;
    let website = work.reads().await;
    assert_eq!(website.state, WebsiteState::Ready, "{website:?}");
    assert_eq!(keys(&work.documents().await), ["/کتاب/۱", "/کتاب/۲"]);
    let asked = work.site.asked();
    assert_eq!(asked.len(), 5, "robots, two sitemaps, two pages: {asked:?}");
}

#[tokio::test]
async fn copies_redirects_and_files_are_told_apart() {
    let site = Site::start().await;
    let links = "<a href='/old'>1</a><a href='/copy'>2</a><a href='/twin'>3</a><a href='/loop'>4</a>\
        <a href='/out'>5</a><a href='/price.pdf'>6</a><a href='/secret'>7</a><a href='/empty'>8</a>\
        <a href='/image'>9</a><a href='/new'>10</a>";
    site.page("/", "خانه", "", &(words("خانهٔ ما اینجاست.") + links));
    let fact = words("ضمانت هر کالا دوازده ماه است.");
    site.page("/new", "ضمانت", "", &fact);
    site.answer("/old", redirect(301, Some("/new")));
    site.page(
        "/copy",
        "رونوشت",
        "<link rel=canonical href='/new'>",
        &words("چیز دیگر."),
    );
    site.page("/twin", "ضمانت", "", &fact);
    site.answer("/loop", redirect(302, Some("/loop?a=1")));
    site.answer("/loop?a=1", redirect(302, Some("/loop")));
    site.answer("/out", redirect(302, Some("https://elsewhere.example/")));
    site.answer("/secret", redirect(302, Some("http://127.0.0.1:9/")));
    site.text(
        "/price.pdf",
        "application/pdf",
        "%PDF-1.4\nwords".to_owned(),
    );
    let empty = "<html><body><script>draw()</script></body></html>".to_owned();
    site.text("/empty", "text/html", empty);
    site.text("/image", "image/png", "no picture".to_owned());
    let settings = WebsiteSettings {
        with_files: true,
        ..crawl()
    };
    let work = Work::on(site, "/", settings).await;
    let website = work.reads().await;
    assert_eq!(website.state, WebsiteState::Ready);
    let documents = work.documents().await;
    let kept = keys(&documents);
    assert!(kept.contains(&"/price.pdf"), "{kept:?}");
    assert_eq!(documents["/price.pdf"].kind, "pdf");
    let guarantee = kept.iter().filter(|path| ["/new", "/twin"].contains(path));
    assert_eq!(guarantee.count(), 1, "the same words once: {kept:?}");
    assert_eq!(kept.len(), 3, "{kept:?}");
    let causes = work.causes().await;
    for (path, code) in [
        ("/old", "redirected"),
        ("/copy", "canonical"),
        ("/loop", "redirected"),
        ("/loop?a=1", "redirected"),
        ("/out", "redirected_elsewhere"),
        ("/secret", "private_address"),
        ("/image", "no_page"),
        ("/empty", "no_text"),
    ] {
        assert_eq!(causes.get(path).map(String::as_str), Some(code), "{path}");
    }
    let problems: Vec<&str> = website
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert!(problems.contains(&"private_address") && problems.contains(&"redirected_elsewhere"));
}

#[tokio::test]
async fn a_cap_is_a_cap_and_a_busy_site_is_left_alone() {
    let site = Site::start().await;
    let links: Vec<String> = (0..30).map(|n| format!("<a href='/{n}'>{n}</a>")).collect();
    site.page(
        "/",
        "خانه",
        "",
        &(words("اینجا پیوندها هستند.") + &links.concat()),
    );
    for number in 0..30 {
        let fact = format!("صفحهٔ شمارهٔ {number} این است.");
        site.page(&format!("/{number}"), "صفحه", "", &words(&fact));
    }
    let settings = WebsiteSettings {
        max_pages: 5,
        ..crawl()
    };
    let mut work = Work::on(site, "/", settings).await;
    work.platform.crawling.delay = Duration::from_millis(100);
    let began = Instant::now();
    let website = work.reads().await;
    assert!(
        began.elapsed() >= Duration::from_millis(500),
        "no pause between pages"
    );
    assert_eq!(website.counts.found, 5);
    assert!(website.is_cut);
    assert_eq!(work.site.asked().len(), 6);

    // Other links every time: what is kept does not grow.
    work.platform.crawling.delay = Duration::ZERO;
    let others: Vec<String> = (10..30)
        .map(|n| format!("<a href='/{n}'>{n}</a>"))
        .collect();
    work.site.page(
        "/",
        "خانه",
        "",
        &(words("پیوندهای دیگر.") + &others.concat()),
    );
    work.reads_again().await;
    assert_eq!(work.documents().await.len(), 5);

    let busy = Answer::Whole {
        status: 503,
        headers: vec![("retry-after".to_owned(), "300".to_owned())],
        content_type: "text/html",
        body: String::new(),
    };
    work.site.answer("/", busy);
    let tx = work.platform.database.tenant(work.tenant).await.unwrap();
    let now = work.platform.clock.now();
    let run = tx
        .websites()
        .queue_run(work.id, now)
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
    let error = work.works(run).await.unwrap_err();
    assert_eq!(error.retry_after, Some(Duration::from_secs(300)));
    assert_eq!(work.website().await.state, WebsiteState::Crawling);
}

#[tokio::test]
async fn a_site_that_cannot_be_read_says_why() {
    for (path, answer, code) in [
        (
            "/robots.txt",
            Some("User-agent: xinbot\nDisallow: /\n"),
            "robots_disallowed",
        ),
        ("/", None, "http_404"),
    ] {
        let site = Site::start().await;
        if let Some(text) = answer {
            site.text(path, "text/plain", text.to_owned());
            site.page("/", "خانه", "", &words("این هم هست."));
        }
        let work = Work::on(site, "/", crawl()).await;
        let website = work.reads().await;
        assert_eq!(website.state, WebsiteState::Failed);
        assert_eq!(website.failure.unwrap().code, code);
        assert!(work.documents().await.is_empty());
    }
    let site = Site::start().await;
    site.answer("/robots.txt", redirect(500, None));
    let work = Work::on(site, "/", crawl()).await;
    assert_eq!(
        work.reads().await.failure.unwrap().code,
        "robots_unavailable"
    );
    let site = Site::start().await;
    let settings = WebsiteSettings {
        mode: WebsiteMode::Sitemap,
        ..crawl()
    };
    let work = Work::on(site, "/", settings).await;
    assert_eq!(work.reads().await.failure.unwrap().code, "no_sitemap");
}
