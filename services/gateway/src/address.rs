//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;

/// The proxies whose word on where a request comes from is taken.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<Network>);

impl Proxies {
    /// Proxies at these addresses and networks (CIDR). What is neither is left out, and said.
    #[must_use]
    pub fn new(networks: &[String]) -> Self {
        let read = |text: &String| {
            let network = Network::parse(text.trim());
            if network.is_none() {
                tracing::error!(network = text, "not a network, this proxy is not trusted");
            }
            network
        };
        Self(networks.iter().filter_map(read).collect())
    }

    /// The client's address, for counting. Each trusted proxy has added, at the end, whom it was
    /// asked by; the first that is not ours is the client, and what stands before it anybody can
    /// write. One household has a whole /64 of IPv6, so that counts as one.
    #[must_use]
    pub fn client(&self, request: &HttpRequest) -> IpAddr {
        let mut address = request
            .peer_addr()
            .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
        let forwarded: Vec<IpAddr> = request
            .headers()
            .get_all("X-Forwarded-For")
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(','))
            // What cannot be read ends the chain: nothing before it can be believed.
            .map(|part| part.trim().parse().ok())
            .fold(Vec::new(), |mut chain, part| {
                match part {
                    Some(part) => chain.push(part),
                    None => chain.clear(),
                }
                chain
            });
        for asked_by in forwarded.into_iter().rev() {
            if !self.is_trusted(address) {
                break;
            }
            address = asked_by;
        }
        household(address)
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|network| network.contains(address.to_canonical()))
    }
}

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(whole);
        (prefix <= whole).then_some(Self { address, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differs = ours.to_bits() ^ theirs.to_bits();
                differs.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let differs = ours.to_bits() ^ theirs.to_bits();
                differs.leading_zeros() >= self.prefix
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &str) -> String {
        let trusted: Vec<_> = trusted.iter().map(|&text| text.to_owned()).collect();
        let request = TestRequest::default()
            .peer_addr(format!("{peer}:1").parse().unwrap())
            .insert_header(("X-Forwarded-For", forwarded))
            .to_http_request();
        Proxies::new(&trusted).client(&request).to_string()
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(
            client(&["10.0.0.0/8"], "10.0.0.9", "6.6.6.6, 203.0.113.7"),
            "203.0.113.7"
        );
        let two = ["10.0.0.0/8", "192.0.2.1"];
        assert_eq!(
            client(&two, "10.0.0.9", "6.6.6.6, 203.0.113.7, 192.0.2.1"),
            "203.0.113.7"
        );
        assert_eq!(client(&[], "10.0.0.9", "203.0.113.7"), "10.0.0.9");
        assert_eq!(client(&["10.0.0.9"], "10.0.0.8", "203.0.113.7"), "10.0.0.8");
        assert_eq!(client(&["10.0.0.9"], "10.0.0.9", "unknown"), "10.0.0.9");
        assert_eq!(
            client(&["0.0.0.0/0"], "10.0.0.9", "1.1.1.1, nonsense, 2.2.2.2"),
            "2.2.2.2"
        );
    }

    #[test]
    fn a_household_is_one_address() {
        let household_of = |text: &str| household(text.parse().unwrap());
        assert_eq!(
            household_of("2001:db8:1:2:aaaa::1"),
            household_of("2001:db8:1:2:bbbb::2")
        );
        assert_ne!(
            household_of("2001:db8:1:2::1"),
            household_of("2001:db8:1:3::1")
        );
        assert_eq!(household_of("::ffff:192.0.2.1"), household_of("192.0.2.1"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_network_or_none(text in ".{0,40}") {
            let _either = Network::parse(&text);
        }

        #[test]
        fn an_address_is_in_every_network_around_it(bits: u32, prefix in 0u32..=32) {
            let address = IpAddr::V4(bits.into());
            let network = Network { address, prefix };
            prop_assert!(network.contains(address));
        }
    }
}
