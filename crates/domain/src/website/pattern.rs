//! Which pages of a site are meant: `/blog/*` and the like.

use url::Url;

use super::address::readable;

/// The longest pattern, in letters.
pub const LONGEST_PATTERN: usize = 200;

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It begins with neither a slash nor a star.
    #[error("write the path with its slash, for instance /blog/* (a * stands for anything)")]
    NoPath,
    /// It is longer than [`LONGEST_PATTERN`].
    #[error("a pattern has at most {LONGEST_PATTERN} letters")]
    TooLong,
}

/// A pattern over the path of a page (and its query, where the pattern has a `?`): `*` stands for
/// any letters, also for none and for slashes; everything else for itself, encoded or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    letters: Vec<char>,
    with_query: bool,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = text.trim();
        if !text.starts_with(['/', '*']) {
            return Err(PatternError::NoPath);
        }
        if text.chars().count() > LONGEST_PATTERN {
            return Err(PatternError::TooLong);
        }
        let text = readable(text);
        Ok(Self {
            with_query: text.contains('?'),
            letters: text.chars().collect(),
        })
    }

    /// Whether the page is meant.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        let mut text = readable(url.path());
        if let Some(query) = url.query().filter(|_| self.with_query) {
            text.push('?');
            text.push_str(&readable(query));
        }
        let letters: Vec<char> = text.chars().collect();
        is_match(&self.letters, &letters)
    }
}

/// Greedy, with one way back: to the last star. Takes at most the product of both lengths.
fn is_match(pattern: &[char], text: &[char]) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        let wanted = pattern.get(at_pattern);
        if wanted == Some(&'*') {
            star = Some((at_pattern, at_text));
            at_pattern += 1;
        } else if wanted.is_some() && wanted == text.get(at_text) {
            at_pattern += 1;
            at_text += 1;
        } else if let Some((place, taken)) = star {
            star = Some((place, taken + 1));
            at_pattern = place + 1;
            at_text = taken + 1;
        } else {
            return false;
        }
    }
    pattern
        .get(at_pattern..)
        .is_some_and(|rest| rest.iter().all(|letter| *letter == '*'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let url = Url::parse(&format!("https://example.com{path}")).unwrap();
        Pattern::parse(pattern).unwrap().matches(&url)
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("/blog/*", "/blog/2026/news"));
        assert!(matches("/blog/*", "/blog/"));
        assert!(!matches("/blog/*", "/blog"));
        assert!(!matches("/blog", "/blog/x"));
        assert!(matches("*.html", "/a/b.html"));
        assert!(matches("*/print/*", "/fa/print/7"));
        assert!(matches("/a*c*e", "/abcde"));
        assert!(!matches("/a*c*e", "/abcd"));
        assert!(matches(
            "/فروشگاه/*",
            "/%D9%81%D8%B1%D9%88%D8%B4%DA%AF%D8%A7%D9%87/x"
        ));
        assert!(matches("/%D9%81*", "/فروشگاه"));
        assert!(matches("/list", "/list?page=2"));
        assert!(matches("*?page=*", "/list?page=2"));
        assert!(!matches("*?page=*", "/list"));
        assert_eq!(Pattern::parse("blog/*"), Err(PatternError::NoPath));
        assert_eq!(Pattern::parse(&"/".repeat(201)), Err(PatternError::TooLong));
    }

    proptest! {
        #[test]
        fn a_path_matches_itself_and_its_beginning(path in "(/[a-zآ-ی0-9-]{1,8}){1,5}", cut in 1usize..10) {
            prop_assert!(matches(&path, &path));
            let beginning: String = path.chars().take(cut).collect();
            let pattern = format!("{beginning}*");
            prop_assert!(matches(&pattern, &path), "{}", pattern);
        }

        #[test]
        fn any_text_is_a_pattern_or_a_clear_error(text in ".{0,60}", path in "[a-z*?%/]{0,60}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                let url = Url::parse(&format!("https://example.com/{path}")).unwrap();
                let _either = pattern.matches(&url);
            }
        }
    }
}
