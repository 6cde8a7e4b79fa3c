//! Files built by `make web`, read into the program when it is compiled.

use std::borrow::Cow;

use actix_web::http::header::EntityTag;
use rust_embed::Embed;

/// The widget: its loader, its app, its demo page.
#[derive(Embed)]
#[folder = "../../web/widget/dist"]
struct WidgetFiles;

/// The console.
#[derive(Embed)]
#[folder = "../../web/console/dist"]
struct ConsoleFiles;

/// Which of the two builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// The widget's.
    Widget,
    /// The console's.
    Console,
}

/// A file with what browsers must know about it.
pub struct File {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// What it is.
    pub media_type: String,
    /// Changes with the bytes.
    pub tag: EntityTag,
}

impl Build {
    /// The file of that path, if the build has it.
    #[must_use]
    pub fn file(self, path: &str) -> Option<File> {
        let file = match self {
            Self::Widget => WidgetFiles::get(path),
            Self::Console => ConsoleFiles::get(path),
        }?;
        let media_type = file.metadata.mimetype();
        let is_text = media_type.starts_with("text/") || media_type.ends_with("javascript");
        let tag = EntityTag::new_strong(hex::encode(&file.metadata.sha256_hash()[..16]));
        let charset = if is_text { "; charset=utf-8" } else { "" };
        Some(File {
            media_type: format!("{media_type}{charset}"),
            bytes: file.data,
            tag,
        })
    }
}
