//! Whether the confidence tells the questions that are answered from those that are not.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use xin_knowledge::confidence::Features;
use xin_knowledge::{ANSWER_CONFIDENCE, Confidence};

use super::asked;
use super::indexed::Indexed;
use super::metrics::{auroc, rejected_at_95, share};
use super::sets::{Query, Set};
use super::small::Small;

/// Questions of other subjects that are asked, at the most.
const MOST_OFF_TOPIC: usize = 800;

/// The measurements of one set.
pub struct Abstention {
    name: String,
    answered: Vec<Features>,
    /// The same questions with the documents that answer them left out.
    removed: Vec<Features>,
    /// Questions that the set says have no answer.
    unanswerable: Vec<Features>,
    off_topic: Vec<Features>,
    pub small: Small,
}

pub async fn measure(
    set: &Set,
    indexed: &Indexed,
    off_topic: &[Query],
) -> anyhow::Result<Abstention> {
    let mut measured = Abstention {
        name: set.name.clone(),
        answered: Vec::new(),
        removed: Vec::new(),
        unanswerable: Vec::new(),
        off_topic: Vec::new(),
        small: Small::default(),
    };
    for query in &set.queries {
        let question = asked(query);
        let found = indexed.search(&question).await?;
        let features = indexed.features(&question, &found.passages);
        match set.answers.get(&query.id).filter(|_| query.answerable) {
            Some(relevant) => {
                measured.answered.push(features);
                let left = indexed.without(&found.passages, relevant);
                measured.removed.push(indexed.features(&question, &left));
            }
            None => measured.unanswerable.push(features),
        }
    }
    let asked_of_all = strangers(set, off_topic);
    let step = asked_of_all.len().div_ceil(MOST_OFF_TOPIC).max(1);
    for query in asked_of_all.into_iter().step_by(step) {
        let question = asked(query);
        let found = indexed.search(&question).await?;
        measured
            .off_topic
            .push(indexed.features(&question, &found.passages));
    }
    Ok(measured)
}

/// Questions of other subjects. A bank's own questions are not asked of a bank.
fn strangers<'a>(set: &Set, off_topic: &'a [Query]) -> Vec<&'a Query> {
    let is_bank = set.name == "tau2-banking";
    off_topic
        .iter()
        .filter(|query| !is_bank || query.id.starts_with("oos"))
        .collect()
}

pub fn report(all: &[Abstention]) {
    println!(
        "\n# Abstention: AUROC of the confidence; rejected while 95 % of the answered are kept;"
    );
    println!("# and what the calibrated threshold itself keeps and rejects");
    println!(
        "{:<14}{:>9}{:>9}{:>9}{:>11}{:>11}{:>9}{:>9}{:>9}{:>9}",
        "set",
        "removed",
        "unansw.",
        "off-topic",
        "off@95",
        "removed@95",
        "kept",
        "-removed",
        "-unansw.",
        "-off"
    );
    for measured in all {
        let value = |features: &Vec<Features>| -> Vec<f32> {
            features
                .iter()
                .map(|features| Confidence::weighed(*features))
                .collect()
        };
        let answered = value(&measured.answered);
        let (removed, unanswerable, off) = (
            value(&measured.removed),
            value(&measured.unanswerable),
            value(&measured.off_topic),
        );
        let below = |value: f32| value < ANSWER_CONFIDENCE;
        println!(
            "{:<14}{:>9.3}{:>9.3}{:>9.3}{:>11.3}{:>11.3}{:>9.3}{:>9.3}{:>9.3}{:>9.3}",
            measured.name,
            auroc(&answered, &removed),
            auroc(&answered, &unanswerable),
            auroc(&answered, &off),
            rejected_at_95(&answered, &off),
            rejected_at_95(&answered, &removed),
            1.0 - share(&answered, below),
            share(&removed, below),
            share(&unanswerable, below),
            share(&off, below),
        );
    }
}

/// Writes the measurements, one line per question: what it is, then the features.
pub fn keep(all: &[Abstention], folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for measured in all {
        let mut text = String::new();
        for (what, features) in [
            ("answered", &measured.answered),
            ("removed", &measured.removed),
            ("unanswerable", &measured.unanswerable),
            ("off_topic", &measured.off_topic),
            ("small_answered", &measured.small.answered),
            ("small_missing", &measured.small.missing),
        ] {
            for features in features {
                write!(text, "{what}")?;
                for value in features.values() {
                    write!(text, "\t{value}")?;
                }
                text.push('\n');
            }
        }
        fs::write(folder.join(format!("{}.tsv", measured.name)), text)?;
    }
    Ok(())
}
