//! Where a server's API begins, from what people paste into a settings field.

use url::Url;

use crate::error::LlmError;

/// What people paste along with the address.
const ENDPOINTS: [&str; 3] = ["/chat/completions", "/embeddings", "/rerank"];

/// The base address that the endpoints' paths are appended to, without a slash at its end. A path
/// without a version gets `/v1`, since every server without a version in its address has it there.
pub(crate) fn api_base(pasted: &str) -> Result<String, LlmError> {
    let wrong = |message: &str| LlmError::settings(format!("the address {message}"));
    let mut url =
        Url::parse(pasted.trim()).map_err(|error| wrong(&format!("is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("must begin with http:// or https://"));
    }
    url.set_query(None);
    url.set_fragment(None);
    let mut path = url.path().trim_end_matches('/').to_owned();
    for endpoint in ENDPOINTS {
        if let Some(base) = path.strip_suffix(endpoint) {
            path = base.to_owned();
        }
    }
    if !path.split('/').any(is_version) {
        path.push_str("/v1");
    }
    url.set_path(&path);
    Ok(url.to_string())
}

/// `v1`, `v4`, and Google's `v1beta`.
fn is_version(segment: &str) -> bool {
    let Some(rest) = segment.strip_prefix('v') else {
        return false;
    };
    rest.starts_with(|first: char| first.is_ascii_digit())
        && rest.chars().all(|letter| letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_there_once() {
        let cases = [
            ("http://h", "http://h/v1"),
            ("http://h/", "http://h/v1"),
            ("http://h/v1", "http://h/v1"),
            ("http://h/v1/", "http://h/v1"),
            ("http://h:11434", "http://h:11434/v1"),
            ("https://x/openai", "https://x/openai/v1"),
            ("https://x/openai/v1", "https://x/openai/v1"),
            ("https://x/openai/v1//", "https://x/openai/v1"),
            ("https://x/api/paas/v4/", "https://x/api/paas/v4"),
            ("https://x/v1beta/openai/", "https://x/v1beta/openai"),
            ("https://x/vendor", "https://x/vendor/v1"),
            (" https://x/v1/chat/completions ", "https://x/v1"),
            ("https://x/embeddings", "https://x/v1"),
        ];
        for (pasted, base) in cases {
            assert_eq!(api_base(pasted).unwrap(), base, "{pasted}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for pasted in ["", "api.openai.com", "ftp://h/v1", "file:///v1"] {
            assert!(
                matches!(api_base(pasted), Err(LlmError::Settings { .. })),
                "{pasted}"
            );
        }
    }
}
