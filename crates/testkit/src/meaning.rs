//! Vectors for texts, as a model server's stand-in makes them.

use serde_json::{Value, json};

/// Which texts mean the same.
#[derive(Debug, Default)]
pub struct Meanings(Vec<Vec<String>>);

impl Meanings {
    /// Texts that contain any of these mean the same, whatever else they say.
    pub fn add(&mut self, alike: &[&str]) {
        let alike = alike.iter().map(|text| (*text).to_owned());
        self.0.push(alike.collect());
    }

    /// A vector that depends on what the text means, where that was told, and on its words.
    #[must_use]
    pub fn vector(&self, text: &str, dimension: usize) -> Vec<f32> {
        let mut vector = hashed_vector(text, dimension);
        let is_meant = |alike: &Vec<String>| alike.iter().any(|part| text.contains(part.as_str()));
        if let Some(meaning) = self.0.iter().position(is_meant)
            && let Some(number) = vector.get_mut(meaning % dimension.max(1))
        {
            *number += 5.0;
        }
        vector
    }
}

/// Scores documents by the words they share with the query; they stay in their own order.
#[must_use]
pub fn order(body: &Value, dimension: usize) -> Value {
    let vector = |text: &Value| hashed_vector(text.as_str().unwrap_or_default(), dimension);
    let query = vector(body.get("query").unwrap_or(&Value::Null));
    let documents = body.get("documents").and_then(Value::as_array);
    let results: Vec<Value> = documents
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(index, text)| {
            let pairs = query.iter().zip(vector(text));
            let score: f32 = pairs.map(|(one, other)| one * other).sum();
            json!({"index": index, "relevance_score": score})
        })
        .collect();
    json!({"results": results})
}

/// A vector of length one that depends on the text's words alone: texts with common words are
/// near to each other.
#[must_use]
pub fn hashed_vector(text: &str, dimension: usize) -> Vec<f32> {
    let mut vector = vec![0.0_f32; dimension];
    for word in text.split_whitespace() {
        // FNV-1a: the same on every machine and in every version.
        let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let places = u64::try_from(dimension.max(1)).unwrap_or(1);
        let place = usize::try_from(hash % places).unwrap_or_default();
        if let Some(number) = vector.get_mut(place) {
            *number += 1.0;
        }
    }
    let length = vector
        .iter()
        .map(|number| number * number)
        .sum::<f32>()
        .sqrt();
    if length > 0.0 {
        for number in &mut vector {
            *number /= length;
        }
    }
    vector
}
