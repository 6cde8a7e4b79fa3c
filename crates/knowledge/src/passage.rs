//! A passage: the piece of a document that an answer quotes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use xin_domain::DocumentId;
use xin_text::sparse::{self, SparseVector};

/// One piece of one version of a document, with the place it was found in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The same piece of the same version always has the same id ([`Passage::id_of`]).
    pub id: Uuid,
    /// The document it was cut from.
    pub document_id: DocumentId,
    /// The version of that document; a newer one replaces it as a whole.
    pub version: i64,
    /// Its place among the passages of the document, from 0.
    pub ordinal: u32,
    /// The title of the document, or the question of an FAQ pair.
    pub title: String,
    /// The headings above it, outermost first.
    #[serde(default)]
    pub heading_path: Vec<String>,
    /// The page it begins on, where the source has pages.
    #[serde(default)]
    pub page: Option<u32>,
    /// The code of its language, for instance `fa`.
    pub language: String,
    /// What is quoted, as it was written.
    pub text: String,
    /// Another way to ask what this passage answers: such a copy is found by these words only, and
    /// what it found is the passage itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrasing: Option<String>,
    /// Whether the title is a question that the text answers as a whole.
    #[serde(default)]
    pub is_faq: bool,
}

impl Passage {
    /// The id of a piece: a repeated job writes over its own passages and adds none.
    #[must_use]
    pub fn id_of(document_id: DocumentId, version: i64, ordinal: u32) -> Uuid {
        let place = format!("{version}/{ordinal}");
        Uuid::new_v5(&document_id.uuid(), place.as_bytes())
    }

    /// A copy that is found by `question`, the one of that number.
    #[must_use]
    pub fn phrased(&self, number: u32, question: &str) -> Self {
        let place = format!("{}/{}/q{number}", self.version, self.ordinal);
        Self {
            id: Uuid::new_v5(&self.document_id.uuid(), place.as_bytes()),
            phrasing: Some(question.to_owned()),
            ..self.clone()
        }
    }

    /// What it is found by beside its own words: the document's title and the headings above it.
    #[must_use]
    pub fn searchable_title(&self) -> String {
        let mut whole = self.title.clone();
        for heading in &self.heading_path {
            whole.push(' ');
            whole.push_str(heading);
        }
        whole
    }

    /// Title, headings and text together: everything a question may be about.
    #[must_use]
    pub fn whole_text(&self) -> String {
        let mut whole = self.title.clone();
        for heading in &self.heading_path {
            whole.push('\n');
            whole.push_str(heading);
        }
        whole.push('\n');
        whole.push_str(&self.text);
        whole
    }
}

/// What a passage is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct PassageVectors {
    /// Its words and pieces of words (`xin_text::sparse::document`).
    pub sparse: SparseVector,
    /// Its meaning, when an embedder is configured that knows its language.
    pub dense: Option<Vec<f32>>,
}

impl PassageVectors {
    /// What a passage is found by without an embedder.
    #[must_use]
    pub fn words_of(passage: &Passage) -> Self {
        let sparse = match &passage.phrasing {
            Some(question) => sparse::faq(question, &passage.text),
            None if passage.is_faq => sparse::faq(&passage.title, &passage.text),
            None => sparse::document(&passage.searchable_title(), &passage.text),
        };
        Self {
            sparse,
            dense: None,
        }
    }
}

/// A passage that matches a query, and how well.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredPassage {
    /// What was found.
    pub passage: Passage,
    /// What the order follows; comparable only within one result.
    pub score: f32,
    /// The score of its words, absent when none of them match.
    pub sparse_score: Option<f32>,
    /// The cosine to the question, absent when it is not among the nearest.
    pub dense_score: Option<f32>,
}

/// A question, as the index understands it.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexQuery {
    /// The words of the question (`xin_text::sparse::query`).
    pub sparse: SparseVector,
    /// The meaning of the question.
    pub dense: Option<Vec<f32>>,
    /// How many passages are wanted.
    pub limit: usize,
}
