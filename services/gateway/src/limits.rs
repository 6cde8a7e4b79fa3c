//! How often somebody may do something, and how many may stay at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use xin_domain::ContactId;

use crate::error::{Answer, ApiError};

/// More keys than this, and those at rest are dropped before the next minute.
const MANY_KEYS: usize = 50_000;

/// How often visitors may write, and how many may come from one address.
pub struct Limits {
    messages: DefaultKeyedRateLimiter<ContactId>,
    visitors: DefaultKeyedRateLimiter<IpAddr>,
    /// None where nobody counts.
    sign_ups: Option<DefaultKeyedRateLimiter<IpAddr>>,
    clock: DefaultClock,
}

impl Limits {
    /// With so many messages per visitor, and so many visitors per address, in a minute; so many
    /// sign-ups per address in an hour, 0 for any number.
    #[must_use]
    pub fn new(messages_per_minute: u32, visitors_per_minute: u32, sign_ups_per_hour: u32) -> Self {
        let quota = |most| Quota::per_minute(NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN));
        Self {
            messages: RateLimiter::keyed(quota(messages_per_minute)),
            visitors: RateLimiter::keyed(quota(visitors_per_minute)),
            sign_ups: NonZeroU32::new(sign_ups_per_hour)
                .map(|most| RateLimiter::keyed(Quota::per_hour(most))),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a message of a visitor, or refuses it.
    pub fn message(&self, visitor: ContactId) -> Answer<()> {
        if self.messages.len() > MANY_KEYS {
            self.messages.retain_recent();
        }
        self.messages.check_key(&visitor).map_err(|refusal| {
            let wait = refusal.wait_time_from(self.clock.now());
            ApiError::rate_limited("too many messages in a short time", wait)
        })
    }

    /// Counts a new visitor from an address, or refuses them.
    pub fn visitor(&self, address: IpAddr) -> Answer<()> {
        if self.visitors.len() > MANY_KEYS {
            self.visitors.retain_recent();
        }
        self.visitors.check_key(&address).map_err(|refusal| {
            let wait = refusal.wait_time_from(self.clock.now());
            ApiError::rate_limited("too many new visitors from one address", wait)
        })
    }

    /// Counts a business that signs up from an address, or refuses it.
    pub fn sign_up(&self, address: IpAddr) -> Answer<()> {
        let Some(sign_ups) = &self.sign_ups else {
            return Ok(());
        };
        sign_ups.check_key(&address).map_err(|refusal| {
            let wait = refusal.wait_time_from(self.clock.now());
            ApiError::rate_limited("too many businesses signed up from one address", wait)
        })
    }

    /// Drops what is at rest, so that memory follows the present and not the past.
    pub fn tidy(&self) {
        self.messages.retain_recent();
        self.messages.shrink_to_fit();
        self.visitors.retain_recent();
        self.visitors.shrink_to_fit();
        if let Some(sign_ups) = &self.sign_ups {
            sign_ups.retain_recent();
            sign_ups.shrink_to_fit();
        }
    }
}

/// How many screens one tenant may keep open.
pub const SCREENS_PER_TENANT: usize = 100;
/// How many sockets one visitor may keep open: one for each tab they forgot.
pub const SOCKETS_PER_VISITOR: usize = 8;

/// Counts who stays, by whom they belong to.
pub struct Places<K> {
    most: usize,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

/// One taken place; given back when dropped.
pub struct Place<K: Copy + Eq + Hash> {
    taken: Arc<Mutex<HashMap<K, usize>>>,
    holder: K,
}

impl<K: Copy + Eq + Hash> Places<K> {
    /// At most so many for each.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: Arc::default(),
        }
    }

    /// Takes a place, if the holder has one left.
    pub fn take(&self, holder: K) -> Answer<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(holder).or_default();
        if *count >= self.most {
            let detail = "too many connections are open";
            return Err(ApiError::rate_limited(detail, Duration::from_secs(30)));
        }
        *count += 1;
        Ok(Place {
            taken: Arc::clone(&self.taken),
            holder,
        })
    }
}

impl<K: Copy + Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.holder) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_holder_leaves() {
        let places = Places::new(3);
        let mut held: Vec<_> = (0..3).map(|_| places.take('a').unwrap()).collect();
        assert!(places.take('a').is_err());
        assert!(places.take('b').is_ok());
        held.pop();
        assert!(places.take('a').is_ok());
        drop(held);
        assert!(places.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn one_visitor_who_writes_too_much_does_not_silence_another() {
        let limits = Limits::new(2, 2, 1);
        let [one, other] = [1, 2].map(|number| ContactId::from_uuid(Uuid::from_u128(number)));
        assert!(limits.message(one).is_ok());
        assert!(limits.message(one).is_ok());
        assert!(limits.message(one).is_err());
        assert!(limits.message(other).is_ok());
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().unwrap());
        assert!(limits.sign_up(here).is_ok());
        assert!(limits.sign_up(here).is_err());
        assert!(limits.sign_up(there).is_ok());
    }
}
