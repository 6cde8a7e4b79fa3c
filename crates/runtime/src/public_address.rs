//! Which addresses a tenant may have us call: those of the public internet, so that nobody reads
//! our own network through us.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Whether an address is of the public internet: global unicast and not of a special-purpose block
/// of the IANA registries (<https://www.iana.org/assignments/iana-ipv4-special-registry>, and the
/// same for IPv6).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Whether a URL may lead to the public internet: what a literal address says for itself. A name is
/// judged by [`PublicOnly`] when it is resolved.
#[must_use]
pub fn may_be_public(url: &Url) -> bool {
    match url.host() {
        None => false,
        Some(Host::Ipv4(address)) => is_public_v4(address),
        Some(Host::Ipv6(address)) => is_public_v6(address),
        // Behind a proxy no name is resolved here: what is never public is known by its name.
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name.contains('.')
                && ![".localhost", ".local", ".internal", ".home.arpa"]
                    .iter()
                    .any(|private| name.ends_with(private))
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        // Shared by carriers.
        || (first == 100 && second & 0b1100_0000 == 64)
        // Protocol assignments, and the old relay of 6to4.
        || (first == 192 && second == 0 && third == 0)
        || (first == 192 && second == 88 && third == 99)
        // Benchmarks.
        || (first == 198 && second & 0b1111_1110 == 18)
        // Multicast, reserved, broadcast.
        || first >= 224;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, third, _, _, _, high, low] = address.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match (first, second) {
        // Translated to IPv4 on the way.
        (0x64, 0xff9b) => is_public_v4(inner(high, low)),
        (0x2002, _) => is_public_v4(inner(second, third)),
        // Protocol assignments, Teredo among them; documentation.
        (0x2001, 0..=0x01ff | 0x0db8) | (0x3fff, 0..=0x0fff) => false,
        // The only block that is given out for global unicast.
        _ => first & 0xe000 == 0x2000,
    }
}

/// Resolves names to public addresses only. The connection is made to what was judged: a second
/// answer of the name server cannot slip in between.
#[derive(Clone, Copy, Debug)]
pub struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
            if public.is_empty() {
                let refused = io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "the name leads to no public address",
                );
                return Err(refused.into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_ours_is_not_public() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(IpAddr::from_str(private).unwrap()), "{private}");
        }
        for public in [
            "149.154.167.220",
            "8.8.8.8",
            "2a0a:f280::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(IpAddr::from_str(public).unwrap()), "{public}");
        }
    }

    #[test]
    fn a_url_is_judged_by_its_host() {
        for private in [
            "http://127.0.0.1:6333",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://rabbitmq:15672/",
            "http://metadata.google.internal/",
        ] {
            assert!(!may_be_public(&private.parse().unwrap()), "{private}");
        }
        assert!(may_be_public(&"https://tapi.bale.ai".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_name_of_a_private_address_is_refused() {
        let name = Name::from_str("localhost").unwrap();
        assert!(PublicOnly.resolve(name).await.is_err());
    }

    proptest! {
        #[test]
        fn an_address_in_disguise_is_judged_alike(bits in any::<u32>()) {
            let plain = Ipv4Addr::from(bits);
            let mapped = plain.to_ipv6_mapped();
            prop_assert_eq!(is_public(plain.into()), is_public(mapped.into()));
        }
    }
}
