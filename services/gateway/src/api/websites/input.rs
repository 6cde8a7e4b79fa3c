//! What a client may say of a website.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer};
use url::Url;
use utoipa::ToSchema;
use xin_domain::WebsiteMode;
use xin_domain::website::{Pattern, start_address};
use xin_storage::tenant::WebsiteSettings;

use crate::api::names::WebsiteModeName;
use crate::inputs::{Checks, clean};

const MOST_PATTERNS: usize = 50;
const DEPTHS: RangeInclusive<i32> = 0..=10;
const PAGES: RangeInclusive<i32> = 1..=5_000;
const HOURS: RangeInclusive<i32> = 1..=720;

/// What is read of a website where nothing else is said.
pub fn usual() -> WebsiteSettings {
    WebsiteSettings {
        mode: WebsiteMode::Crawl,
        include: Vec::new(),
        exclude: Vec::new(),
        max_depth: 3,
        max_pages: 500,
        with_files: false,
        every_hours: Some(24),
    }
}

/// A website to read.
#[derive(Deserialize, ToSchema)]
pub struct NewWebsite {
    /// Where it begins; or the address of its sitemap.
    #[schema(max_length = 2000, example = "https://example.com/")]
    pub start_url: String,
    #[serde(flatten)]
    pub settings: WebsiteChange,
}

/// What of a website is read, and how often. What is absent stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct WebsiteChange {
    /// `crawl` follows links; `sitemap` reads what the site lists.
    #[schema(value_type = Option<WebsiteModeName>, default = "crawl")]
    mode: Option<WebsiteMode>,
    /// Only what one of these patterns means is read, for instance /blog/*; empty: everything.
    #[schema(max_items = 50)]
    include: Option<Vec<String>>,
    /// What one of these patterns means is not read.
    #[schema(max_items = 50)]
    exclude: Option<Vec<String>>,
    /// How many links away from the start a page may be.
    #[schema(minimum = 0, maximum = 10, default = 3)]
    max_depth: Option<i32>,
    /// How many pages are read in a run at the most.
    #[schema(minimum = 1, maximum = 5000, default = 500)]
    max_pages: Option<i32>,
    /// Whether linked PDF, DOCX, PPTX and XLSX files are taken too.
    with_files: Option<bool>,
    /// How many hours lie between two runs; null: it is read only when asked to.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 720, default = 24)]
    every_hours: Schedule,
}

/// How often a website is read, as a client may say it: null is not the same as nothing.
#[derive(Clone, Copy, Default)]
enum Schedule {
    #[default]
    AsItIs,
    WhenAsked,
    Every(i32),
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let hours = Option::<i32>::deserialize(from)?;
        Ok(hours.map_or(Self::WhenAsked, Self::Every))
    }
}

impl WebsiteChange {
    /// Whether the schedule changes.
    pub const fn is_rescheduled(&self) -> bool {
        !matches!(self.every_hours, Schedule::AsItIs)
    }

    /// The settings with this change.
    pub fn apply(self, settings: &mut WebsiteSettings, checks: &mut Checks) {
        if let Some(mode) = self.mode {
            settings.mode = mode;
        }
        if let Some(include) = self.include {
            settings.include = patterns("include", &include, checks);
        }
        if let Some(exclude) = self.exclude {
            settings.exclude = patterns("exclude", &exclude, checks);
        }
        if let Some(depth) = self.max_depth {
            settings.max_depth = within("max_depth", depth, &DEPTHS, checks);
        }
        if let Some(pages) = self.max_pages {
            settings.max_pages = within("max_pages", pages, &PAGES, checks);
        }
        if let Some(with_files) = self.with_files {
            settings.with_files = with_files;
        }
        match self.every_hours {
            Schedule::AsItIs => {}
            Schedule::WhenAsked => settings.every_hours = None,
            Schedule::Every(hours) => {
                settings.every_hours = Some(within("every_hours", hours, &HOURS, checks));
            }
        }
    }
}

fn within(
    field: &'static str,
    value: i32,
    range: &RangeInclusive<i32>,
    checks: &mut Checks,
) -> i32 {
    if !range.contains(&value) {
        let message = format!("from {} to {}", range.start(), range.end());
        checks.refuse(field, "out_of_range", message);
    }
    value
}

fn patterns(field: &'static str, given: &[String], checks: &mut Checks) -> Vec<String> {
    if given.len() > MOST_PATTERNS {
        checks.refuse(field, "too_many", format!("at most {MOST_PATTERNS}"));
    }
    let patterns: Vec<String> = given
        .iter()
        .map(|text| clean(text))
        .filter(|text| !text.is_empty())
        .collect();
    let wrong = patterns.iter().find_map(|text| Pattern::parse(text).err());
    if let Some(wrong) = wrong {
        checks.refuse(field, "invalid_pattern", wrong.to_string());
    }
    patterns
}

/// The address where a website begins, if it may be asked for; else what is wrong with it.
pub fn start(text: &str, may_fetch: fn(&Url) -> bool, checks: &mut Checks) -> Option<Url> {
    match start_address(&clean(text)) {
        Ok(url) if may_fetch(&url) => Some(url),
        Ok(_) => {
            let message = "the address leads into a private network; give one that the public \
                           can reach";
            checks.refuse("start_url", "private_address", message);
            None
        }
        Err(error) => {
            checks.refuse("start_url", "invalid_url", error.to_string());
            None
        }
    }
}
