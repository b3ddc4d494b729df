//! The JSON twin of every message, through serde.
//!
//! A message is an object with the wire names as keys, in wire order: integers are numbers, texts and
//! times are strings, lists are arrays, nested groups are objects, absent optional fields are left
//! out. Secrets, and the passwords and tokens in URLs, are masked unless the message is wrapped in [`Reveal`]; reading the mask back is an
//! error. Keys may come in any order; unknown keys, repeated keys and values outside the
//! specification are errors, because whoever writes JSON writes it for us.
//!
//! ```
//! use kandian_proto::{json::Reveal, message::device::SetWifiRequest, value::WifiSecurity, DevId};
//! let device: DevId = "81100000001".parse()?;
//! let request = SetWifiRequest::new(device, "shop", WifiSecurity::WPA2_PSK).password("hunter22");
//! assert_eq!(
//!     serde_json::to_string(&request)?,
//!     r#"{"DevID":"81100000001","SSID":"shop","Security":4,"Password":"***"}"#,
//! );
//! let clear = serde_json::to_string(&Reveal(&request))?;
//! assert_eq!(serde_json::from_str::<SetWifiRequest>(&clear)?, request);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod write;

use serde::ser::{Error as _, SerializeMap};
use serde::{Deserializer, Serialize, Serializer};

use crate::xml::{Group, redacted};
use crate::{Operation, Payload, Request, Response};

pub(crate) use read::deserialize;
pub(crate) use write::serialize;

/// Serialises a message with its secrets in clear. Every use is a place where a secret may leak.
#[derive(Clone, Copy, Debug)]
pub struct Reveal<'a, T: ?Sized>(pub &'a T);

impl<T: Group> Serialize for Reveal<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(|writer| self.0.write(writer), true, serializer)
    }
}

impl Serialize for Request {
    /// `{"ROOT": {…}}`, secrets masked.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        under_root(self.operation().info().request.root, &Fields(self, false), serializer)
    }
}

impl Serialize for Response {
    /// `{"ROOT": {…}}`, secrets masked.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        under_root(self.operation().info().response.root, &Fields(self, false), serializer)
    }
}

impl Serialize for Payload {
    /// `{"ROOT": {…}}`, secrets masked; an opaque message as `{"xml": "…"}`, see [`redacted`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Request(m) => m.serialize(serializer),
            Self::Response(m) => m.serialize(serializer),
            Self::Opaque(m) => under_root("xml", &redacted(&m.xml), serializer),
        }
    }
}

impl Serialize for Reveal<'_, Payload> {
    /// `{"ROOT": {…}}` with secrets in clear.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Payload::Request(m) => Reveal(m).serialize(serializer),
            Payload::Response(m) => Reveal(m).serialize(serializer),
            Payload::Opaque(m) => under_root("xml", &String::from_utf8_lossy(&m.xml), serializer),
        }
    }
}

impl Serialize for Reveal<'_, Request> {
    /// `{"ROOT": {…}}` with secrets in clear.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        under_root(self.0.operation().info().request.root, &Fields(self.0, true), serializer)
    }
}

impl Serialize for Reveal<'_, Response> {
    /// `{"ROOT": {…}}` with secrets in clear.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        under_root(self.0.operation().info().response.root, &Fields(self.0, true), serializer)
    }
}

/// Reads the request of an operation from its JSON twin, without the root.
///
/// # Errors
/// When the value is not that message.
pub fn request<'de, D: Deserializer<'de>>(
    operation: Operation,
    deserializer: D,
) -> Result<Request, D::Error> {
    let root = operation.info().request.root;
    read::read(root, deserializer, |document, node, notes| Request::read(operation, document, node, notes))
}

/// Reads the response of an operation from its JSON twin, without the root.
///
/// # Errors
/// When the value is not that message.
pub fn response<'de, D: Deserializer<'de>>(
    operation: Operation,
    deserializer: D,
) -> Result<Response, D::Error> {
    let root = operation.info().response.root;
    read::read(root, deserializer, |document, node, notes| Response::read(operation, document, node, notes))
}

fn under_root<S: Serializer>(root: &str, value: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(root, value)?;
    map.end()
}

/// The fields of a message of an enum, with or without secrets.
struct Fields<'a, T>(&'a T, bool);

impl Serialize for Fields<'_, Request> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(|writer| self.0.write(writer), self.1, serializer)
    }
}

impl Serialize for Fields<'_, Response> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(|writer| self.0.write(writer), self.1, serializer)
    }
}

/// An error of ours as one of the serializer.
fn failed<S: Serializer>(error: &crate::EncodeError) -> S::Error {
    S::Error::custom(error)
}

/// Gives a message its serde implementations.
macro_rules! json_twin {
    ($name:ident, $called:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serialize(|writer| $crate::xml::Group::write(self, writer), false, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::deserialize($called, deserializer)
            }
        }
    };
}

pub(crate) use json_twin;
