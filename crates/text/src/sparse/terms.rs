//! Terms as indices: the hash, and the pieces of a word.

/// What kind of term an index stands for; part of what is hashed.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Word,
    Piece,
    Title,
}

const OFFSET: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// FNV-1a in 32 bits: stable across versions and machines, which stored vectors need.
pub(super) fn index(field: Field, term: &str) -> u32 {
    term.bytes().fold(start(field), step)
}

fn start(field: Field) -> u32 {
    let tag = match field {
        Field::Word => b'w',
        Field::Piece => b'c',
        Field::Title => b't',
    };
    step(OFFSET, tag)
}

fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(PRIME)
}

/// Cuts words into pieces: three and four letters in a row of the padded word. Keeps its buffer
/// from word to word.
#[derive(Default)]
pub(super) struct Pieces {
    padded: Vec<char>,
}

impl Pieces {
    /// Adds the indices of a word's pieces. A word of one letter gives itself.
    pub(super) fn add(&mut self, word: &str, found: &mut Vec<u32>) {
        self.padded.clear();
        self.padded.push('_');
        self.padded.extend(word.chars());
        self.padded.push('_');
        found.extend(self.padded.windows(3).map(hash_piece));
        if self.padded.len() > 4 {
            found.extend(self.padded.windows(4).map(hash_piece));
        }
    }
}

fn hash_piece(piece: &[char]) -> u32 {
    let mut hash = start(Field::Piece);
    let mut buffer = [0; 4];
    for character in piece {
        hash = character.encode_utf8(&mut buffer).bytes().fold(hash, step);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // The published vector of "foobar", begun after its first letter's like any field.
        let hash = "foobar".bytes().fold(OFFSET, step);
        assert_eq!(hash, 0xbf9c_f968);
        assert_eq!(index(Field::Word, ""), step(OFFSET, b'w'));
        assert_ne!(index(Field::Word, "سلام"), index(Field::Title, "سلام"));
    }

    #[test]
    fn a_word_has_these_pieces() {
        for (word, wanted) in [
            ("سلام", vec!["_سل", "سلا", "لام", "ام_", "_سلا", "سلام", "لام_"]),
            ("خط", vec!["_خط", "خط_"]),
            ("ج", vec!["_ج_"]),
            ("usd", vec!["_us", "usd", "sd_", "_usd", "usd_"]),
        ] {
            let mut found = Vec::new();
            Pieces::default().add(word, &mut found);
            let wanted: Vec<u32> = wanted
                .into_iter()
                .map(|piece| index(Field::Piece, piece))
                .collect();
            assert_eq!(found, wanted, "{word}");
        }
    }
}
