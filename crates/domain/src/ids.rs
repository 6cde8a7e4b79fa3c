//! Every id is its own type, time-ordered (UUID version 7) and written with a prefix that says
//! what it names: `ten_0190c1…`, the prefix and 32 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Makes new unique ids. Passed in, so that tests can foretell them.
pub trait IdSource: Send + Sync + 'static {
    /// A new id whose order follows `now`.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// Ids of the time and 74 random bits: not guessable, ordered by creation.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let random: [u8; 10] = rand::random();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// A text that is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id of this kind is written {prefix}_ and 32 hexadecimal digits")]
pub struct ParseIdError {
    /// What the id must begin with.
    pub prefix: &'static str,
}

macro_rules! define_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// What the written form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id.
            #[must_use]
            pub fn new(ids: &dyn IdSource, now: DateTime<Utc>) -> Self {
                Self(ids.next(now))
            }

            /// The id as the database keeps it.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id as the database keeps it.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let digits = text
                    .strip_prefix(concat!($prefix, "_"))
                    .filter(|digits| digits.len() == 32)
                    .ok_or(ParseIdError { prefix: $prefix })?;
                let number = u128::from_str_radix(digits, 16)
                    .ok()
                    .filter(|_| !digits.starts_with('+'))
                    .ok_or(ParseIdError { prefix: $prefix })?;
                Ok(Self(Uuid::from_u128(number)))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

define_id!(
    /// A business that uses the platform.
    TenantId, "ten");
define_id!(
    /// A person who signs in to the console.
    UserId, "usr");
define_id!(
    /// One connected channel of one tenant.
    ChannelId, "chn");
define_id!(
    /// A customer, as one channel knows them.
    ContactId, "con");
define_id!(
    /// The one thread between a contact and the tenant on a channel.
    ConversationId, "cnv");
define_id!(
    /// One message in a conversation.
    MessageId, "msg");
define_id!(
    /// One piece of a tenant's knowledge.
    DocumentId, "doc");
define_id!(
    /// A website that a tenant's knowledge comes from.
    WebsiteId, "web");
define_id!(
    /// Another way to ask what a document answers.
    PhrasingId, "phr");
define_id!(
    /// A key that a tenant's own program signs in with.
    ApiKeyId, "key");
define_id!(
    /// Questions of the same meaning that the tenant's knowledge does not answer.
    GapGroupId, "gap");
define_id!(
    /// One question tried out in the playground.
    PlaygroundRunId, "run");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_written_form_reads_back(number: u128) {
            let id = ChannelId::from_uuid(Uuid::from_u128(number));
            prop_assert_eq!(id.to_string().parse::<ChannelId>(), Ok(id));
        }

        #[test]
        fn any_text_is_an_id_or_a_clear_error(text in ".{0,60}") {
            if let Ok(id) = text.parse::<TenantId>() {
                prop_assert_eq!(id.to_string(), text.to_lowercase());
            }
        }
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7)).to_string();
        assert!(tenant.parse::<ChannelId>().is_err());
    }

    #[test]
    fn ids_are_ordered_by_creation() {
        let first = DateTime::from_timestamp_millis(1_000).unwrap();
        let second = DateTime::from_timestamp_millis(2_000).unwrap();
        assert!(RandomIds.next(first) < RandomIds.next(second));
    }
}
