//! Measures retrieval and the answers without a key on public sets, through the same code and the
//! same index as the product (`make bench-retrieval`).
//!
//! `EVAL_DIR` and `SPLIT` choose the sets, `RUN_DIR` keeps what was ranked and answered for their
//! own scorer, `FEATURES_DIR` keeps the measurements that the confidence is trained from.

mod abstention;
mod answers;
mod indexed;
mod metrics;
pub mod sets;
mod small;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use xin_knowledge::{IndexOptions, KnowledgeIndex};
use xin_text::sparse::Question;

use self::indexed::Indexed;
use self::metrics::Ranking;
pub use self::metrics::percentile;
use self::sets::{Query, Set};

/// Other phrasings per thread that the measurement of learned questions indexes.
const PHRASINGS: usize = 5;
/// Parts that questions are held out in, one at a time.
const FOLDS: usize = 5;

/// Where everything is.
struct Places {
    sets: PathBuf,
    split: String,
    run: Option<PathBuf>,
    features: Option<PathBuf>,
}

pub async fn run() -> anyhow::Result<()> {
    let setting = |name: &str| std::env::var_os(name);
    let places = Places {
        sets: setting("EVAL_DIR").map_or_else(|| PathBuf::from("../shared/eval"), PathBuf::from),
        split: setting("SPLIT").map_or_else(
            || "dev".to_owned(),
            |split| split.to_string_lossy().into_owned(),
        ),
        run: setting("RUN_DIR").map(PathBuf::from),
        features: setting("FEATURES_DIR").map(PathBuf::from),
    };
    let sets = sets::read_all(&places.sets, &places.split)?;
    let off_topic = sets::off_topic(&places.sets, &places.split)?;
    let folder = tempfile::tempdir()?;
    let url = setting("VECTOR_URL").map_or_else(
        || format!("embedded:{}", folder.path().display()),
        |url| url.to_string_lossy().into_owned(),
    );
    let index = KnowledgeIndex::open(&url, IndexOptions::default())?;
    println!("\n# Ranking");
    println!(
        "{:<14}{:<9}{:>6}{:>7}{:>7}{:>7}{:>8}{:>9}{:>9}{:>9}",
        "set", "asked", "n", "R@1", "R@5", "R@10", "MRR@10", "nDCG@10", "p50 ms", "p99 ms"
    );
    let mut abstentions = Vec::new();
    let mut all = Vec::new();
    let only = setting("SETS").map(|only| only.to_string_lossy().into_owned());
    for set in &sets {
        if only
            .as_ref()
            .is_some_and(|only| !only.split(',').any(|name| name == set.name))
        {
            continue;
        }
        let indexed = Indexed::build(&index, set, &HashMap::new()).await?;
        let mut indexed = rank(&places, set, indexed, &set.queries, "clean").await?;
        if !set.noisy.is_empty() {
            indexed = rank(&places, set, indexed, &set.noisy, "noisy").await?;
        }
        if set.is_faq() {
            learned(&places, &index, set).await?;
        }
        let mut measured = abstention::measure(set, &indexed, &off_topic).await?;
        measured.small = small::measure(&index, set).await?;
        abstentions.push(measured);
        all.push((set, indexed));
    }
    println!("\n# Answers without a key, when it must answer");
    println!(
        "{:<14}{:>6}{:>13}{:>11}{:>12}",
        "set", "n", "containment", "token-F1", "characters"
    );
    for (set, indexed) in &all {
        answers::measure(set, indexed, places.run.as_deref()).await?;
    }
    abstention::report(&abstentions);
    if let Some(folder) = &places.features {
        abstention::keep(&abstentions, folder)?;
    }
    Ok(())
}

/// A question with its conversation.
fn asked(query: &Query) -> Question<'_> {
    let last = |speaker: &str| {
        let said = query.history.iter().rev();
        said.into_iter()
            .find(|said| (said.speaker == "user") == (speaker == "user"))
            .map(|said| said.text.as_str())
    };
    Question {
        text: &query.text,
        previous: last("user"),
        last_reply: last("agent"),
    }
}

async fn rank(
    places: &Places,
    set: &Set,
    indexed: Indexed,
    queries: &[Query],
    label: &str,
) -> anyhow::Result<Indexed> {
    let asked = [(indexed, queries.to_vec())];
    rank_all(places, set, &asked, label).await?;
    let [(indexed, _)] = asked;
    Ok(indexed)
}

/// Ranks questions, each against the index beside it.
async fn rank_all(
    places: &Places,
    set: &Set,
    all: &[(Indexed, Vec<Query>)],
    label: &str,
) -> anyhow::Result<()> {
    let mut ranking = Ranking::default();
    let mut milliseconds = Vec::new();
    let mut run = String::new();
    let pairs = all
        .iter()
        .flat_map(|(indexed, queries)| queries.iter().map(move |query| (indexed, query)));
    for (indexed, query) in pairs {
        let found = indexed.search(&asked(query)).await?;
        milliseconds.push(found.milliseconds);
        let ranked = indexed.documents(&found.passages)?;
        for (document, score) in ranked.iter().take(10) {
            writeln!(run, "{}\t{document}\t{score}", query.id)?;
        }
        if let (true, Some(relevant)) = (query.answerable, set.answers.get(&query.id)) {
            let names: Vec<&str> = ranked.iter().map(|(name, _)| *name).collect();
            ranking.add(&names, relevant);
        }
    }
    let [one, five, ten] = if set.answers.values().any(|relevant| relevant.len() > 1) {
        ranking.hit()
    } else {
        ranking.recall()
    };
    println!(
        "{:<14}{label:<9}{:>6}{one:>7.3}{five:>7.3}{ten:>7.3}{:>8.3}{:>9.3}{:>9.2}{:>9.2}",
        set.name,
        ranking.questions,
        ranking.mrr(),
        ranking.ndcg(),
        percentile(&mut milliseconds, 0.5),
        percentile(&mut milliseconds, 0.99),
    );
    if let Some(folder) = &places.run {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{}-{label}.tsv", set.name)), run)?;
    }
    Ok(())
}

/// The same with five other questions of each thread learned: every question is asked once, of an
/// index that has not seen it.
async fn learned(places: &Places, index: &KnowledgeIndex, set: &Set) -> anyhow::Result<()> {
    let mut threads: HashMap<Vec<&str>, Vec<&Query>> = HashMap::new();
    for query in set.answerable() {
        let relevant = set.answers.get(&query.id).into_iter().flatten();
        let mut thread: Vec<&str> = relevant.map(String::as_str).collect();
        thread.sort_unstable();
        threads.entry(thread).or_default().push(query);
    }
    let mut asked = Vec::new();
    for fold in 0..FOLDS {
        let mut phrasings: HashMap<String, Vec<String>> = HashMap::new();
        let mut unseen = Vec::new();
        for (thread, queries) in &threads {
            let (held_out, seen): (Vec<_>, Vec<_>) = (0..)
                .zip(queries)
                .partition(|(place, _)| place % FOLDS == fold);
            unseen.extend(held_out.into_iter().map(|(_, query)| (*query).clone()));
            for (_, query) in seen.into_iter().take(PHRASINGS) {
                for document in thread {
                    let known = phrasings.entry((*document).to_owned()).or_default();
                    known.push(query.text.clone());
                }
            }
        }
        asked.push((Indexed::build(index, set, &phrasings).await?, unseen));
    }
    rank_all(places, set, &asked, "learned").await
}
