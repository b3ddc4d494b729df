//! How values are written in the file.

/// Values that are written as the text of `Display` and read by `FromStr`.
pub(super) mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::config) fn serialize<T: Display, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(in crate::config) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The same for values that may be absent.
pub(super) mod maybe_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::config) fn serialize<T: Display, S: Serializer>(
        value: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    pub(in crate::config) fn deserialize<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map(Some).map_err(serde::de::Error::custom)
    }
}

/// Secrets are read in clear and written masked: what is printed is for people.
pub(super) mod secret {
    use kandian_proto::Secret;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::config) fn serialize<S: Serializer>(
        value: &Option<Secret>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(_) => to.serialize_str("***"),
            None => to.serialize_none(),
        }
    }

    pub(in crate::config) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Secret>, D::Error> {
        let text = String::deserialize(from)?;
        if text == "***" {
            return Err(serde::de::Error::custom(
                "`***` stands for a secret that was not shown; write the secret",
            ));
        }
        Ok(Some(Secret::from(text)))
    }
}

/// The same for several secrets.
pub(super) mod secrets {
    use kandian_proto::Secret;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::config) fn serialize<S: Serializer>(values: &[Secret], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(|_| "***"))
    }

    pub(in crate::config) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Secret>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        if texts.iter().any(|text| text == "***") {
            return Err(serde::de::Error::custom(
                "`***` stands for a secret that was not shown; write the secret",
            ));
        }
        Ok(texts.into_iter().map(Secret::from).collect())
    }
}
