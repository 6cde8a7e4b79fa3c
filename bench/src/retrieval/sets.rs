//! The evaluation sets: documents, questions and which answers which.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A document of a set.
#[derive(Debug, Deserialize)]
pub struct Document {
    pub id: String,
    #[serde(default)]
    pub title: String,
    pub text: String,
}

/// A question of a set.
#[derive(Clone, Debug, Deserialize)]
pub struct Query {
    pub id: String,
    pub text: String,
    #[serde(default)]
    pub answers: Vec<String>,
    #[serde(default = "yes")]
    pub answerable: bool,
    #[serde(default)]
    pub history: Vec<Said>,
}

/// What was said before a question.
#[derive(Clone, Debug, Deserialize)]
pub struct Said {
    pub speaker: String,
    pub text: String,
}

fn yes() -> bool {
    true
}

/// A set.
pub struct Set {
    pub name: String,
    pub documents: Vec<Document>,
    pub queries: Vec<Query>,
    /// The same questions as keyboards write them.
    pub noisy: Vec<Query>,
    /// Per question the documents that answer it.
    pub answers: HashMap<String, HashSet<String>>,
}

impl Set {
    /// Whether its documents are questions with their answers: the same title stands for several.
    pub fn is_faq(&self) -> bool {
        self.name == "stackfaq"
    }

    /// Questions that some document answers.
    pub fn answerable(&self) -> impl Iterator<Item = &Query> {
        self.queries
            .iter()
            .filter(|query| query.answerable && self.answers.contains_key(&query.id))
    }
}

/// Reads every set of a folder, those first that have documents of their own.
pub fn read_all(folder: &Path, split: &str) -> anyhow::Result<Vec<Set>> {
    let mut sets = Vec::new();
    let listed = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut folders: Vec<_> = listed.collect::<Result<Vec<_>, _>>()?;
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for entry in folders {
        let path = entry.path();
        if !path.join("corpus.jsonl").is_file() || !path.join(split).is_dir() {
            continue;
        }
        sets.push(read(&path, split)?);
    }
    anyhow::ensure!(!sets.is_empty(), "no set in {}", folder.display());
    Ok(sets)
}

fn read(folder: &Path, split: &str) -> anyhow::Result<Set> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let split = folder.join(split);
    let noisy = split.join("queries_noisy.jsonl");
    let mut answers: HashMap<String, HashSet<String>> = HashMap::new();
    for line in fs::read_to_string(split.join("qrels.tsv"))?.lines() {
        let mut cells = line.split('\t');
        if let (Some(query), Some(document)) = (cells.next(), cells.next()) {
            answers
                .entry(query.to_owned())
                .or_default()
                .insert(document.to_owned());
        }
    }
    Ok(Set {
        name: name.into_owned(),
        documents: lines(&folder.join("corpus.jsonl"))?,
        queries: lines(&split.join("queries.jsonl"))?,
        noisy: if noisy.is_file() {
            lines(&noisy)?
        } else {
            Vec::new()
        },
        answers,
    })
}

/// The questions that no set's documents answer.
pub fn off_topic(folder: &Path, split: &str) -> anyhow::Result<Vec<Query>> {
    let mut queries = Vec::new();
    let folder = folder.join("offtopic").join(split);
    if folder.is_dir() {
        let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        files.sort_by_key(std::fs::DirEntry::file_name);
        for file in files {
            queries.extend(lines::<Query>(&file.path())?);
        }
    }
    Ok(queries)
}

pub fn lines<T: DeserializeOwned>(file: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        // Python writes an absent number as NaN, which JSON does not know.
        .map(|line| line.replace(": NaN", ": null"))
        .map(|line| serde_json::from_str(&line).with_context(|| format!("{}", file.display())))
        .collect()
}
