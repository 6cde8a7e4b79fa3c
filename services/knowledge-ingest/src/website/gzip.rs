//! Unpacks gzip up to a bound: a few bytes may stand for very many.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use super::fetch::FetchError;

/// What every gzip begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Whether these bytes are packed.
#[must_use]
pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Unpacks, up to `most` bytes.
pub fn unpack(bytes: &[u8], most: usize) -> Result<Bytes, FetchError> {
    let mut whole = Vec::new();
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(bytes)
        .take(bound)
        .read_to_end(&mut whole)
        .map_err(|_broken| FetchError::Encoding)?;
    if whole.len() > most {
        return Err(FetchError::TooLarge(most));
    }
    Ok(whole.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn a_bomb_is_cut() {
        let bomb = pack(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert_eq!(unpack(&bomb, 1000), Err(FetchError::TooLarge(1000)));
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(bytes: Vec<u8>) {
            let packed = pack(&bytes);
            prop_assert!(is_packed(&packed));
            prop_assert_eq!(unpack(&packed, bytes.len()).unwrap(), bytes);
        }

        #[test]
        fn any_bytes_are_unpacked_or_refused(bytes: Vec<u8>) {
            let _either = unpack(&bytes, 1000);
        }
    }
}
