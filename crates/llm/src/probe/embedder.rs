//! Tries an embedder: how long its vectors are, and which languages it knows.

use std::time::Instant;

use super::sentences::{LANGUAGES, Triplet};
use super::{Endpoint, LanguageScore, ProbeReport};
use crate::embed::Embedder;
use crate::error::LlmError;
use crate::model::milliseconds_since;
use crate::openai::{OpenAiEmbedder, OpenAiEmbedderSettings, native_dimension};

/// The share of sentences that must find their paraphrase among all others. Measured:
/// all-MiniLM-L6-v2 has 0.8 in English and 0 in Persian and Arabic, which it spells.
const LEAST_SCORE: f32 = 0.6;
/// How much nearer a paraphrase must be than an unrelated sentence, as a share of the room there
/// is: models differ in how near unrelated sentences are.
const LEAST_GAP: f32 = 0.2;
/// Unrelated sentences nearer than this are one point.
const ONE_POINT: f32 = 0.98;

/// Measures the vectors and what they know.
pub async fn probe_embedder(http: reqwest::Client, endpoint: &Endpoint) -> ProbeReport {
    match measure(http, endpoint).await {
        Ok(report) => report,
        Err(error) => ProbeReport::failed(&error, endpoint),
    }
}

async fn measure(http: reqwest::Client, endpoint: &Endpoint) -> Result<ProbeReport, LlmError> {
    let mut settings = OpenAiEmbedderSettings {
        base_url: endpoint.base_url.clone(),
        api_key: endpoint.api_key.clone(),
        model: endpoint.model.clone(),
        dimension: 0,
        timeout: endpoint.timeout,
    };
    let began = Instant::now();
    settings.dimension = native_dimension(http.clone(), &settings).await?;
    let latency = milliseconds_since(began);
    let dimension = settings.dimension;
    let embedder = OpenAiEmbedder::new(http, settings)?;
    let (languages, problems) = judge(&embedder).await?;
    Ok(ProbeReport {
        works: true,
        latency_milliseconds: Some(latency),
        dimension: Some(dimension),
        languages,
        problems,
        ..ProbeReport::default()
    })
}

/// The codes of the languages that an embedder knows.
pub async fn known_languages(embedder: &dyn Embedder) -> Result<Vec<String>, LlmError> {
    let (languages, _problems) = judge(embedder).await?;
    let known = languages.iter().filter(|score| score.known);
    Ok(known.map(|score| score.language.to_owned()).collect())
}

/// Sentences of a language with their paraphrases: an embedder that knows it has both near to each
/// other.
#[must_use]
pub fn paraphrases(language: &str) -> Vec<[&'static str; 2]> {
    let of_language = LANGUAGES.iter().filter(|(code, _)| *code == language);
    of_language
        .flat_map(|(_, triplets)| triplets)
        .map(|[sentence, paraphrase, _]| [*sentence, *paraphrase])
        .collect()
}

/// How well each language is known, and what to do about those that are not.
async fn judge(embedder: &dyn Embedder) -> Result<(Vec<LanguageScore>, Vec<String>), LlmError> {
    let mut scores = Vec::new();
    let mut problems = Vec::new();
    for (language, triplets) in LANGUAGES {
        let texts: Vec<String> = triplets.concat().into_iter().map(str::to_owned).collect();
        let vectors = embedder.embed(&texts).await?;
        let score = score(language, &triplets, &vectors);
        if !score.known {
            let name = match language {
                "fa" => "Persian",
                "ar" => "Arabic",
                _ => "English",
            };
            problems.push(format!(
                "The model does not know {name} ({:.0} of 100 test sentences found their \
                 paraphrase): {name} knowledge is searched by words alone. If you have {name} \
                 customers, choose a multilingual embedder, such as bge-m3 or multilingual-e5.",
                score.score * 100.0
            ));
        }
        scores.push(score);
    }
    Ok((scores, problems))
}

/// One language's score from its vectors, three per triplet.
fn score(language: &'static str, triplets: &[Triplet], vectors: &[Vec<f32>]) -> LanguageScore {
    let groups: Vec<&[Vec<f32>]> = vectors.chunks(3).take(triplets.len()).collect();
    let mut right = 0_u16;
    let (mut near, mut far) = (Mean::default(), Mean::default());
    for (own, group) in groups.iter().enumerate() {
        let [sentence, paraphrase, distractor] = group else {
            continue;
        };
        let wanted = cosine(sentence, paraphrase);
        near.add(wanted);
        let mut nearest_other = cosine(sentence, distractor);
        for (other, group) in groups.iter().enumerate().filter(|(other, _)| *other != own) {
            for (place, vector) in group.iter().enumerate() {
                let similarity = cosine(sentence, vector);
                if place > 0 {
                    nearest_other = nearest_other.max(similarity);
                } else if other > own {
                    far.add(similarity);
                }
            }
        }
        right += u16::from(wanted > nearest_other);
    }
    let count = u16::try_from(triplets.len()).unwrap_or(u16::MAX).max(1);
    let score = f32::from(right) / f32::from(count);
    let (near, far) = (near.value(), far.value());
    let gap = (near - far) / (1.0 - far).max(f32::EPSILON);
    LanguageScore {
        language,
        score,
        known: score >= LEAST_SCORE && gap >= LEAST_GAP && far < ONE_POINT,
    }
}

#[derive(Default)]
struct Mean {
    sum: f32,
    count: u16,
}

impl Mean {
    fn add(&mut self, value: f32) {
        self.sum += value;
        self.count = self.count.saturating_add(1);
    }

    fn value(&self) -> f32 {
        self.sum / f32::from(self.count.max(1))
    }
}

/// The cosine of two vectors; 0 when one has no direction.
fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |one: &[f32], other: &[f32]| -> f32 {
        one.iter().zip(other).map(|(one, other)| one * other).sum()
    };
    let length = (dot(one, one) * dot(other, other)).sqrt();
    if length > 0.0 {
        dot(one, other) / length
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    /// Embeds by a rule.
    struct By(fn(&str) -> Vec<f32>);

    #[async_trait]
    impl Embedder for By {
        async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, LlmError> {
            Ok(texts.iter().map(|text| (self.0)(text)).collect())
        }

        fn dimension(&self) -> usize {
            (self.0)("").len()
        }
    }

    async fn known(by: fn(&str) -> Vec<f32>) -> Vec<&'static str> {
        let (scores, problems) = judge(&By(by)).await.unwrap();
        let known: Vec<_> = scores
            .iter()
            .filter(|score| score.known)
            .map(|score| score.language)
            .collect();
        assert_eq!(known.len() + problems.len(), LANGUAGES.len());
        known
    }

    fn by_pieces<'a>(pieces: impl Iterator<Item = &'a [char]>) -> Vec<f32> {
        let mut vector = vec![0.0; 997];
        for piece in pieces {
            let place = piece.iter().fold(7_u32, |hash, letter| {
                hash.wrapping_mul(31).wrapping_add(u32::from(*letter))
            });
            vector[usize::try_from(place % 997).unwrap()] += 1.0;
        }
        vector
    }

    fn by_letters(text: &str) -> Vec<f32> {
        let letters: Vec<char> = text.chars().collect();
        by_pieces(letters.chunks(1))
    }

    fn by_trigrams(text: &str) -> Vec<f32> {
        let letters: Vec<char> = text.chars().collect();
        by_pieces(letters.windows(3))
    }

    fn by_words(text: &str) -> Vec<f32> {
        let words: Vec<Vec<char>> = text
            .split_whitespace()
            .map(|word| word.chars().collect())
            .collect();
        by_pieces(words.iter().map(Vec::as_slice))
    }

    /// Knows what the sentences mean, and leans towards one direction as real models do.
    fn by_meaning(text: &str) -> Vec<f32> {
        let mut vector = by_trigrams(text);
        for number in &mut vector {
            *number *= 0.1;
        }
        let sentences = LANGUAGES.iter().flat_map(|(_, triplets)| triplets);
        let found = sentences.enumerate().find_map(|(number, triplet)| {
            let place = triplet.iter().position(|sentence| *sentence == text)?;
            Some(if place < 2 { number } else { 100 + number })
        });
        vector.extend(vec![0.0; 200]);
        if let Some(number) = found {
            vector[997 + number] = 1.0;
        }
        vector[1196] = 1.0;
        vector
    }

    #[tokio::test]
    async fn whoever_spells_does_not_know_the_language() {
        for spelling in [by_letters, by_trigrams, by_words] {
            assert_eq!(known(spelling).await, Vec::<&str>::new());
        }
        assert_eq!(known(|_| vec![1.0; 8]).await, Vec::<&str>::new());
        assert_eq!(known(|_| vec![0.0; 8]).await, Vec::<&str>::new());
    }

    #[tokio::test]
    async fn whoever_knows_the_meaning_knows_the_language() {
        assert_eq!(known(by_meaning).await, ["fa", "ar", "en"]);
    }

    #[tokio::test]
    async fn the_spelling_of_one_script_does_not_hide_what_is_known_of_another() {
        let english_only = |text: &str| {
            if text.is_ascii() {
                by_meaning(text)
            } else {
                let mut vector = by_letters(text);
                vector.extend(vec![0.0; 200]);
                vector
            }
        };
        assert_eq!(known(english_only).await, ["en"]);
    }
}
