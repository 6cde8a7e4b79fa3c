//! The engine's write-ahead log. This version of it never reads the log back and never shortens
//! it, so we do before a store is opened: every batch is flushed to the segments at once, and the
//! log is only needed for the number its next entry gets.

use std::io;
use std::path::{Path, PathBuf};

/// So many closed pieces, of 1 MiB each, are worth opening the store again for.
const LONG: usize = 8;

/// Whether the log should be shortened soon.
pub(super) fn is_long(store_folder: &Path) -> bool {
    closed_pieces(store_folder).is_ok_and(|closed| closed.len() >= LONG)
}

/// Deletes the closed pieces of the log but the newest, from which the engine counts on. The store
/// must not be open.
pub(super) fn shorten(store_folder: &Path) -> io::Result<()> {
    let mut closed = closed_pieces(store_folder)?;
    closed.pop();
    // Oldest first: a crash in between leaves a log without gaps.
    for path in closed {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// The closed pieces, oldest first.
fn closed_pieces(store_folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut closed: Vec<(u64, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(store_folder.join("wal"))? {
        let entry = entry?;
        let name = entry.file_name();
        let first_index = name
            .to_str()
            .and_then(|name| name.strip_prefix("closed-"))
            .and_then(|digits| digits.parse::<u64>().ok());
        if let Some(first_index) = first_index {
            closed.push((first_index, entry.path()));
        }
    }
    closed.sort_unstable();
    Ok(closed.into_iter().map(|(_, path)| path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_closed_piece_and_the_open_one_stay() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("wal");
        std::fs::create_dir(&log).unwrap();
        for name in [
            "closed-0",
            "closed-120",
            "closed-90",
            "open-4",
            "first-index",
        ] {
            std::fs::write(log.join(name), b"").unwrap();
        }
        shorten(folder.path()).unwrap();
        let mut left: Vec<String> = std::fs::read_dir(&log)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["closed-120", "first-index", "open-4"]);
    }
}
