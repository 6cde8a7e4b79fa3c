//! Reads an uploaded form, never keeping more of it than may be taken.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt};
use xin_domain::ErrorKind;

use super::content::Content;
use crate::error::{Answer, ApiError};

/// How long an upload may take: enough for the largest file over a slow line.
const PATIENCE: Duration = Duration::from_mins(5);
const LARGEST_TITLE: usize = 4 * 1024;
/// A client that is still sending reads no answer, so what is too large is read on for a while,
/// and dropped.
const READ_ON: usize = 8;

/// A file in a form, as it came.
pub struct File {
    /// What it is called.
    pub name: String,
    /// What the form calls it.
    pub title: Option<String>,
    /// Its content.
    pub bytes: Bytes,
}

/// The document in a form with the field `file`, and perhaps `title`.
pub async fn read(form: Multipart, largest: usize) -> Answer<Content> {
    let file = read_file(form, largest).await?;
    Content::of_file(file.title.as_deref(), &file.name, file.bytes)
}

/// The file in a form with the field `file`, and perhaps `title`.
pub async fn read_file(form: Multipart, largest: usize) -> Answer<File> {
    tokio::time::timeout(PATIENCE, read_fields(form, largest))
        .await
        .map_err(|_elapsed| {
            ApiError::new(
                ErrorKind::Timeout,
                "upload_too_slow",
                "the upload took too long",
            )
        })?
}

async fn read_fields(mut form: Multipart, largest: usize) -> Answer<File> {
    let mut title = None;
    let mut file = None;
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "title" => {
                let bytes = read_field(&mut field, LARGEST_TITLE).await?;
                title = Some(String::from_utf8_lossy(&bytes).into_owned());
            }
            "file" if file.is_none() => {
                let name = field
                    .content_disposition()
                    .and_then(|field| field.get_filename());
                let name = name.unwrap_or_default().to_owned();
                file = Some((name, read_field(&mut field, largest).await?));
            }
            _ => {
                read_field(&mut field, largest).await?;
            }
        }
    }
    let (name, bytes) =
        file.ok_or_else(|| ApiError::field("file", "required", "the form has no field `file`"))?;
    Ok(File { name, title, bytes })
}

async fn read_field(field: &mut Field, largest: usize) -> Answer<Bytes> {
    let mut kept = BytesMut::new();
    let mut read: usize = 0;
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(broken)?;
        read = read.saturating_add(chunk.len());
        if read <= largest {
            kept.extend_from_slice(&chunk);
        } else if read > largest.saturating_mul(READ_ON) {
            break;
        }
    }
    if read > largest {
        return Err(ApiError::too_large(largest));
    }
    Ok(kept.freeze())
}

fn broken(error: impl std::fmt::Display) -> ApiError {
    ApiError::new(ErrorKind::Invalid, "invalid_form", error.to_string())
}
