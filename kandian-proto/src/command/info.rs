//! What is known about an operation.

use kandian_codec::{Command, Side};

use super::Operation;
use crate::{Erratum, Message, MessageInfo};

/// A request type that knows its response and its row in the table.
///
/// ```
/// use kandian_proto::{Call, message::device::HeartbeatRequest};
/// assert_eq!(HeartbeatRequest::OPERATION.info().section, "7.5.3");
/// ```
pub trait Call: Message {
    /// The message that answers it.
    type Response: Message;
    /// Its row.
    const OPERATION: Operation;
}

/// Who takes part in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Party {
    /// Camera or recorder (终端设备).
    Device,
    /// Province platform (省平台, 轻平台).
    Province,
    /// Group platform (集团平台).
    Group,
    /// Phone or web client (MCU, CU).
    Client,
}

/// Which way the messages of an operation travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interface {
    /// HTTP POST of XML by a device (Spec §5, §7.2.1).
    DeviceHttp,
    /// A TCP frame with this command word (Spec §7.4, §7.5).
    Frame(Command),
    /// Province to group platform: XML over HTTP, SOAP accepted (Spec §6, E-38).
    Provision,
    /// Client interface: SOAP over HTTP (Spec §8, §9, E-151).
    Client,
    /// HTTP on the device's own Wi-Fi hotspot (Spec §11).
    Hotspot,
}

/// One row of the table.
#[derive(Debug)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The row's key.
    pub operation: Operation,
    /// Section of the specification, such as `7.5.3`; the two sections 9.1 are `9.1a` and `9.1b`.
    pub section: &'static str,
    /// Snake-case id in the catalogue of the specification.
    pub id: &'static str,
    /// How the messages travel.
    pub interface: Interface,
    /// Who sends the request.
    pub requester: Party,
    /// Who answers.
    pub responder: Party,
    /// The request message.
    pub request: &'static MessageInfo,
    /// The response message.
    pub response: &'static MessageInfo,
    /// Source file below `src/`.
    pub file: &'static str,
    /// Title in the specification.
    pub title_zh: &'static str,
    /// What it does.
    pub title_en: &'static str,
    /// Name of the SOAP operation (chapters 6, 8, 9).
    pub soap_operation: Option<&'static str>,
    /// Errata about the operation and its fields.
    pub errata: &'static [Erratum],
}

impl OperationInfo {
    /// The command word, for operations in TCP frames.
    #[must_use]
    pub fn command(&self) -> Option<Command> {
        match self.interface {
            Interface::Frame(command) => Some(command),
            _ => None,
        }
    }

    /// The end of the TCP link that sends the request.
    #[must_use]
    pub fn requesting_side(&self) -> Side {
        if self.requester == Party::Device { Side::Device } else { Side::Platform }
    }
}
