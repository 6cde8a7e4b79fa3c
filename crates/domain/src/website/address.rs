//! One page, one address: two ways to write the same address are told to be the same, so that a
//! page is read once.

use url::Url;

/// Longer addresses are not read: they are nearly always made by a trap.
pub const LONGEST_ADDRESS: usize = 2_000;

/// Parameters that say where a visitor came from and change nothing on the page.
const TRACKING: [&str; 8] = [
    "gclid", "fbclid", "gbraid", "wbraid", "msclkid", "yclid", "mc_cid", "mc_eid",
];

/// Why a text is no address of a website.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("write the whole address, for instance https://example.com/")]
    NotAnAddress,
    /// It is no address of the web.
    #[error("the address must begin with http:// or https://")]
    Scheme,
    /// It holds a user name or a password.
    #[error("leave the user name and the password out: only public pages are read")]
    Credentials,
    /// It is longer than [`LONGEST_ADDRESS`].
    #[error("the address is too long")]
    TooLong,
}

/// The address where a website begins, as somebody typed it; without a scheme it is taken for
/// `https`.
pub fn start_address(text: &str) -> Result<Url, AddressError> {
    let text = text.trim();
    if text.len() > LONGEST_ADDRESS {
        return Err(AddressError::TooLong);
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) if !text.starts_with('/') => {
            Url::parse(&format!("https://{text}")).map_err(|_wrong| AddressError::NotAnAddress)?
        }
        Err(_) => return Err(AddressError::NotAnAddress),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    normal_form(&url).ok_or(AddressError::TooLong)
}

/// The one way to write the address of a page of the web: without fragment and tracking
/// parameters, percent-encoded only where it must be. Nothing for what is no page of the web.
#[must_use]
pub fn normal_form(url: &Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || url.as_str().len() > LONGEST_ADDRESS * 2 {
        return None;
    }
    let mut normal = url.clone();
    normal.set_fragment(None);
    // What an address of the web always has can be set, and these are addresses of the web.
    normal.set_username("").ok()?;
    normal.set_password(None).ok()?;
    let host = normal.host_str()?;
    if let Some(host) = host.strip_suffix('.').map(str::to_owned) {
        normal.set_host(Some(&host)).ok()?;
    }
    let path = encoding_in_order(normal.path());
    normal.set_path(&path);
    let query = normal.query().and_then(query_in_order);
    normal.set_query(query.as_deref());
    (normal.as_str().len() <= LONGEST_ADDRESS).then_some(normal)
}

fn query_in_order(query: &str) -> Option<String> {
    let kept: Vec<String> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !is_tracking(parameter))
        .map(encoding_in_order)
        .collect();
    (!kept.is_empty()).then(|| kept.join("&"))
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or(parameter);
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

/// Letters that need no encoding stand plainly; the digits of an encoding are capitals.
fn encoding_in_order(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        whole.push_str(before);
        match after.get(..2).and_then(byte_of) {
            Some(byte) => {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                    whole.push(char::from(byte));
                } else {
                    whole.push('%');
                    whole.push_str(&after.get(..2).unwrap_or_default().to_ascii_uppercase());
                }
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                // A lone sign stands for itself; written so, it reads the same every time.
                whole.push_str("%25");
                rest = after;
            }
        }
    }
    whole.push_str(rest);
    whole
}

fn byte_of(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    plain.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// The text that an encoded path stands for; what is no text is kept as near as can be.
#[must_use]
pub fn readable(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        if let Some(byte) = after.get(..2).and_then(byte_of) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'%');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        normal_form(&Url::parse(text).unwrap()).unwrap().into()
    }

    #[test]
    fn two_ways_to_write_a_page_are_one() {
        for (one, other) in [
            (
                "https://example.com/درباره-ما",
                "https://example.com/%d8%af%D8%b1%D8%A8%D8%A7%D8%B1%D9%87-%D9%85%D8%A7",
            ),
            (
                "https://example.com/کتاب\u{200c}ها",
                "https://EXAMPLE.com:443/%DA%A9%D8%AA%D8%A7%D8%A8%E2%80%8C%D9%87%D8%A7#top",
            ),
            (
                "https://example.com",
                "https://example.com./?utm_source=x&UTM_medium=y",
            ),
            (
                "https://example.com/~a-b_c.html",
                "https://example.com/%7Ea%2Db%5Fc%2Ehtml",
            ),
            (
                "https://example.com/?b=2&a=1",
                "https://u:p@example.com/?fbclid=7&b=2&&a=1&gclid=",
            ),
            ("https://example.com/a/../b", "https://example.com/./b"),
            ("https://example.com/100%", "https://example.com/100%25"),
        ] {
            assert_eq!(normal(one), normal(other));
        }
        // What may be two pages stays two.
        for (one, other) in [
            ("https://example.com/a", "https://example.com/a/"),
            ("https://example.com/a", "https://example.com/A"),
            ("https://example.com/a%2Fb", "https://example.com/a/b"),
            (
                "https://example.com/?a=1&b=2",
                "https://example.com/?b=2&a=1",
            ),
            ("https://example.com/", "http://example.com/"),
        ] {
            assert_ne!(normal(one), normal(other));
        }
    }

    #[test]
    fn what_somebody_typed_is_an_address_or_told() {
        let start = |text: &str| start_address(text).map(String::from);
        assert_eq!(
            start(" example.com/فروشگاه "),
            start("https://example.com/فروشگاه")
        );
        assert_eq!(
            start("http://example.com"),
            Ok("http://example.com/".to_owned())
        );
        assert_eq!(start("ftp://example.com/"), Err(AddressError::Scheme));
        assert_eq!(start("javascript:alert(1)"), Err(AddressError::Scheme));
        assert_eq!(
            start("https://a:b@example.com"),
            Err(AddressError::Credentials)
        );
        assert_eq!(start("سلام دنیا"), Err(AddressError::NotAnAddress));
        assert_eq!(start(""), Err(AddressError::NotAnAddress));
        assert_eq!(start("/etc/passwd"), Err(AddressError::NotAnAddress));
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own(
            path in "[a-z%/.0-9آ-ی\u{200c} ?&=+~_-]{0,40}",
            fragment in "(#[a-z]{0,5})?",
        ) {
            let url = Url::parse(&format!("https://example.com/{path}{fragment}")).unwrap();
            let once = normal_form(&url).unwrap();
            prop_assert_eq!(normal_form(&once).unwrap(), once.clone());
            prop_assert_eq!(Url::parse(once.as_str()).unwrap(), once.clone());
            prop_assert!(once.fragment().is_none());
            prop_assert!(once.as_str().is_ascii());
        }

        #[test]
        fn any_text_is_an_address_or_a_clear_error(text in ".{0,80}") {
            if let Ok(url) = start_address(&text) {
                prop_assert_eq!(normal_form(&url), Some(url));
            }
        }
    }
}
