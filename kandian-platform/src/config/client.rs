//! How clients may speak.

use serde::{Deserialize, Serialize};

/// The SOAP interface of phones and web clients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Client {
    /// Dialects of the family that are understood besides chapter 8, which has no WSDL of its own (E-151). None of them is
    /// normative, and what nobody needs nobody should have to think about: so none is spoken unless it is named here.
    pub dialects: Vec<Dialect>,
}

/// A dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Document/literal in the namespace `http://www.sttri.com.cn/ns1MobileServices/`.
    Sttri,
    /// RPC in the namespace `urn:cu`, at the path `/` as well.
    UrnCu,
}
