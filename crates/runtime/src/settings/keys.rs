//! The master key: given, or made once and kept.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// As many as the ciphers use.
const KEY_BYTES: usize = 32;

/// Reads a key written in hexadecimal.
pub fn parse(text: &str) -> Result<Vec<u8>, String> {
    let key = hex::decode(text.trim())
        .map_err(|_wrong| format!("must be {} hexadecimal digits", KEY_BYTES * 2))?;
    if key.len() < KEY_BYTES {
        return Err(format!(
            "must be at least {} hexadecimal digits",
            KEY_BYTES * 2
        ));
    }
    Ok(key)
}

/// Whether a key is one that somebody typed instead of drawing it.
pub fn is_sample(key: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in key {
        if let Some(place) = seen.get_mut(usize::from(*byte)) {
            *place = true;
        }
    }
    seen.iter().filter(|seen| **seen).count() < KEY_BYTES / 4
}

/// The key kept in a file; made when there is none. Programs that start at the same moment end up
/// with the same key: one makes the file, the others read it.
pub fn kept_in(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    // Written aside and linked, so that nobody reads half a key.
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    if !path.exists() {
        let mut file = File::options()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&aside)
            .map_err(failed)?;
        let key: [u8; KEY_BYTES] = rand::random();
        writeln!(file, "{}", hex::encode(key)).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        match fs::hard_link(&aside, path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(error) => return Err(failed(error)),
        }
        fs::remove_file(&aside).map_err(failed)?;
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))
}
