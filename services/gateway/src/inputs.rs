//! Reading what clients send, and saying clearly what is wrong with it.

use std::future::{Ready, ready};
use std::ops::RangeInclusive;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use xin_domain::ErrorKind;
use xin_storage::PageRequest;

use crate::error::{Answer, ApiError, FieldMistake};

/// The largest JSON body: a document of a million letters, four bytes each, and its title.
pub const LARGEST_JSON: usize = 4 * 1024 * 1024 + 64 * 1024;
/// How many items a page has where nothing is asked for.
const USUAL_PAGE: u32 = 50;
const PAGE: RangeInclusive<u32> = 1..=200;

/// Reads a JSON body where a handler takes other kinds too.
pub async fn read_json<T: DeserializeOwned>(
    content_type: Option<&str>,
    body: web::Payload,
) -> Answer<T> {
    let essence = content_type
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        let detail = "send JSON or a form, and say so in the header Content-Type";
        let error = ApiError::new(ErrorKind::Invalid, "content_type", detail);
        return Err(error.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let Ok(read) = body.to_bytes_limited(LARGEST_JSON).await else {
        return Err(ApiError::too_large(LARGEST_JSON));
    };
    let malformed = |cause: String| ApiError::new(ErrorKind::Invalid, "malformed_json", cause);
    let bytes = read.map_err(|error| malformed(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))
}

/// The id in a path. What is no id of that kind is not found, like an id of another tenant.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Answer<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request
            .match_info()
            .get("id")
            .and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or_else(|| ApiError::not_found("id")))
    }
}

/// Another part of a path that names something.
pub fn path_part<T: FromStr>(request: &HttpRequest, name: &str) -> Answer<T> {
    let part = request.match_info().get(name);
    part.and_then(|part| part.parse().ok())
        .ok_or_else(|| ApiError::not_found(name))
}

/// What a list is searched for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words that what is listed holds, one after the other.
    pub search: Option<String>,
}

impl SearchQuery {
    /// The words as they are compared; nothing when there are none.
    #[must_use]
    pub fn folded(&self) -> Option<String> {
        // Neither sign of a pattern is a letter that anybody looks for.
        let search = self.search.as_deref()?.replace(['%', '_', '\\', '\0'], " ");
        let search = xin_text::fold(&search);
        let search = search.trim();
        (!search.is_empty()).then(|| search.to_owned())
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items at the most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Continue after this: the `next` of the page before.
    pub after: Option<String>,
}

impl PageQuery {
    /// The page, its cursor read by `cursor`.
    pub fn request<C>(&self, cursor: impl FnOnce(&str) -> Option<C>) -> Answer<PageRequest<C>> {
        let after = match self.after.as_deref().filter(|after| !after.is_empty()) {
            None => None,
            Some(text) => Some(cursor(text).ok_or_else(bad_cursor)?),
        };
        Ok(PageRequest {
            after,
            limit: self.limit()?,
        })
    }

    /// How many items at the most.
    pub fn limit(&self) -> Answer<u64> {
        let limit = self.limit.unwrap_or(USUAL_PAGE);
        if PAGE.contains(&limit) {
            return Ok(limit.into());
        }
        let message = format!("from {} to {}", PAGE.start(), PAGE.end());
        Err(ApiError::field("limit", "out_of_range", message))
    }
}

fn bad_cursor() -> ApiError {
    ApiError::field(
        "after",
        "invalid_cursor",
        "not a cursor that this list gave",
    )
}

/// Collects what is wrong with an input, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Checks {
    errors: Vec<FieldMistake>,
}

impl Checks {
    /// Notes a mistake.
    pub fn refuse(&mut self, field: &'static str, code: &'static str, message: impl Into<String>) {
        self.errors.push((field, code, message.into()));
    }

    /// The text, trimmed, if it has that many letters. What no database keeps is taken out.
    pub fn text(
        &mut self,
        field: &'static str,
        text: &str,
        letters: RangeInclusive<usize>,
    ) -> String {
        let text = clean(text);
        let count = text.chars().count();
        if count < *letters.start() && count == 0 {
            self.refuse(field, "required", "must not be empty");
        } else if count < *letters.start() {
            self.refuse(
                field,
                "too_short",
                format!("at least {} letters", letters.start()),
            );
        } else if count > *letters.end() {
            self.refuse(
                field,
                "too_long",
                format!("at most {} letters", letters.end()),
            );
        }
        text
    }

    /// Checks the id that a client's own program gave.
    pub fn client_id(&mut self, client_id: &str) {
        let is_plain = client_id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_plain || !(1..=64).contains(&client_id.len()) {
            self.refuse(
                "client_id",
                "invalid",
                "1 to 64 of the letters A-Z a-z 0-9 _ -",
            );
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn mistakes(self) -> Vec<FieldMistake> {
        self.errors
    }

    /// Goes on when nothing is wrong.
    pub fn done(self) -> Answer<()> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(ApiError::fields(self.errors))
        }
    }
}

/// The text without NUL, which `PostgreSQL` refuses, and without blanks around it.
#[must_use]
pub fn clean(text: &str) -> String {
    text.replace('\0', "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_counted_not_bytes() {
        let mut checks = Checks::default();
        assert_eq!(checks.text("name", "  سلام\0 ", 4..=4), "سلام");
        assert!(checks.done().is_ok());
        let mut checks = Checks::default();
        checks.text("name", " \0 ", 1..=4);
        checks.text("title", "abcde", 1..=4);
        assert_eq!(checks.errors.len(), 2);
        assert!(checks.done().is_err());
    }

    proptest! {
        #[test]
        fn any_page_is_read_or_refused(limit: Option<u32>, after: Option<String>) {
            let query = PageQuery { limit, after };
            if let Ok(page) = query.request(|text| text.parse::<u8>().ok()) {
                prop_assert!((1..=200).contains(&page.limit));
            }
        }
    }
}
