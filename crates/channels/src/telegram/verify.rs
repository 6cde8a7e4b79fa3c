//! Whether a webhook call comes from Telegram.

use subtle::ConstantTimeEq;

/// The header in which Telegram repeats the secret that the webhook was set with.
pub const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// Whether the header holds the channel's secret. No secret on either side is a no.
#[must_use]
pub fn verify(secret: Option<&[u8]>, expected: &[u8]) -> bool {
    match secret {
        // The comparison takes as long for a wrong secret as for the right one, so that it cannot
        // be guessed letter by letter.
        Some(secret) if !expected.is_empty() => secret.ct_eq(expected).into(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::verify;

    #[test]
    fn only_the_secret_itself_passes() {
        assert!(verify(Some(b"secret"), b"secret"));
        for (given, expected) in [
            (Some(&b"secreT"[..]), &b"secret"[..]),
            (Some(b"secre"), b"secret"),
            (Some(b"secret "), b"secret"),
            (Some(b""), b"secret"),
            (None, b"secret"),
            (Some(b""), b""),
            (Some(b"secret"), b""),
            (None, b""),
        ] {
            assert!(!verify(given, expected));
        }
    }
}
