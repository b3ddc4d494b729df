//! What no field asked for: repetitions, unknown elements, the body of a refusal.

use super::{DecodeError, Erratum, FieldInfo, GroupReader, Kind};
use crate::xml::unknown::UnknownElement;

impl GroupReader<'_, '_> {
    /// Ignores the body of a message whose Result is not success (E-12).
    #[doc(hidden)]
    pub fn ignore_body(&mut self, fields: &'static [FieldInfo]) -> Result<(), DecodeError> {
        for info in fields {
            for index in self.document.children(self.node) {
                let node = &self.document.nodes[index];
                if !node.taken.get() && info.is_called(node.name) && info.received_only.is_none() {
                    self.mark(index);
                    self.passed_over = true;
                    self.next = self.next.max(self.document.nodes[index].end);
                    self.note(Kind::BodyOnFailure(info.name), Some(Erratum(12)), index)?;
                }
            }
        }
        Ok(())
    }

    /// The field that an element of this name belongs to.
    fn field_called(&self, name: &str) -> Option<&'static FieldInfo> {
        let all = self.fields.iter().flat_map(|f| core::iter::once(f).chain(f.body));
        all.into_iter().find(|f| f.is_called(name))
    }

    pub(super) fn is_known(&self, name: &str) -> bool {
        self.field_called(name).is_some()
    }

    /// Says what no field asked for: repetitions and unknown elements.
    pub(crate) fn finish(mut self) -> Result<(), DecodeError> {
        for index in self.document.children(self.node) {
            let node = &self.document.nodes[index];
            if node.taken.get() {
                continue;
            }
            match self.field_called(node.name) {
                Some(info) => {
                    let erratum = self.repetition_erratum(info, node.name);
                    self.note(Kind::Duplicate(info.name), erratum, index)?;
                }
                None => self.keep_unknown(index)?,
            }
        }
        Ok(())
    }

    /// A repetition under another spelling is what the erratum about the spelling is about: a sender
    /// that is not sure which one is read sends both.
    fn repetition_erratum(&self, info: &'static FieldInfo, name: &str) -> Option<Erratum> {
        let nodes = &self.document.nodes;
        let first = self.document.children(self.node).find(|&i| info.is_called(nodes[i].name))?;
        let first = nodes[first].name;
        if first == name { None } else { alias_erratum(name).or_else(|| alias_erratum(first)) }
    }

    pub(super) fn keep_unknown(&mut self, index: usize) -> Result<(), DecodeError> {
        let name = self.document.nodes[index].name;
        let erratum = unknown_erratum(self.place.root(), self.place.step.name, name);
        self.note(Kind::UnknownElement(self.document.label(index)), Some(Erratum(erratum)), index)?;
        let offset = self.document.nodes[index].offset;
        let element = self.document.to_raw(index);
        self.notes.unknown.push(UnknownElement { parent: self.place.steps(), element, offset });
        Ok(())
    }
}

/// The erratum about an element that a group of a message does not define: one that speaks of this
/// element, or the one about unknown elements.
fn unknown_erratum(root: &str, group: &str, name: &str) -> u16 {
    let is_client_answer = root.starts_with("MCU_") && root.ends_with("_RES");
    match (root, name) {
        ("MCU_QUERY_ALARM_RES", "DevID" | "ChannelNo" | "FileName" | "PictureUrl") if group == "Alarm" => 163,
        (_, "DevID") if is_client_answer => 167,
        (_, "Result") => 10,
        ("GET_WIFI_REQ" | "GET_WIFI_RES" | "SET_WIFI_REQ" | "SET_WIFI_RES", "DevID") => 8,
        ("REGISTER_RES", "StunIP" | "StunPort" | "BackupStunIP" | "BackupStunPort") => 31,
        ("GET_CHANNEL_RES", "ChannelNo" | "StreamType") => 101,
        ("ALARM_NOTIFY_REQ", "Time") => 137,
        _ => 73,
    }
}

/// The erratum about a second spelling.
pub(super) fn alias_erratum(name: &str) -> Option<Erratum> {
    Some(Erratum(match name {
        "UpnpPort" | "LocalPort" | "TurnRealyIP" => 3,
        "Model" => 23,
        "EStorgeSpace" => 77,
        "PTZFlag" | "PtzFlag" => 82,
        "InUse" | "InUser" => 106,
        "StorgeSpace" => 112,
        "StorageFlag" | "StorgeFlag" => 133,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    // E-08, E-10, E-31, E-73, E-101, E-137, E-163, E-167
    #[test]
    fn errata_about_elements_that_are_not_defined() {
        for (root, group, name, erratum) in [
            ("MCU_QUERY_ALARM_RES", "Alarm", "DevID", 163),
            ("MCU_QUERY_ALARM_RES", "Alarm", "ChannelNo", 163),
            ("MCU_QUERY_ALARM_RES", "Alarm", "FileName", 163),
            ("MCU_QUERY_ALARM_RES", "Alarm", "PictureUrl", 163),
            ("MCU_QUERY_ALARM_RES", "Alarm", "Colour", 73),
            ("MCU_QUERY_ALARM_RES", "MCU_QUERY_ALARM_RES", "DevID", 167),
            ("MCU_QUERY_ALARM_RES", "MCU_QUERY_ALARM_RES", "FileName", 73),
            ("MCU_LOGIN_RES", "MCU_LOGIN_RES", "DevID", 167),
            ("MCU_LOGIN_REQ", "MCU_LOGIN_REQ", "DevID", 73),
            ("CHECK_VERSION_RES", "CHECK_VERSION_RES", "DevID", 73),
            ("HEARTBEAT_RES", "HEARTBEAT_RES", "Result", 10),
            ("GET_WIFI_REQ", "GET_WIFI_REQ", "DevID", 8),
            ("GET_WIFI_RES", "GET_WIFI_RES", "DevID", 8),
            ("SET_WIFI_REQ", "SET_WIFI_REQ", "DevID", 8),
            ("SET_WIFI_RES", "SET_WIFI_RES", "DevID", 8),
            ("REGISTER_RES", "REGISTER_RES", "StunIP", 31),
            ("REGISTER_RES", "REGISTER_RES", "BackupStunPort", 31),
            ("GET_CHANNEL_RES", "GET_CHANNEL_RES", "ChannelNo", 101),
            ("GET_CHANNEL_RES", "GET_CHANNEL_RES", "StreamType", 101),
            ("ALARM_NOTIFY_REQ", "ALARM_NOTIFY_REQ", "Time", 137),
            ("LOGIN_REQ", "LOGIN_REQ", "Time", 73),
        ] {
            assert_eq!(unknown_erratum(root, group, name), erratum, "{name} in {group} of {root}");
        }
    }

    // E-03, E-23, E-77, E-82, E-106, E-112, E-133
    #[test]
    fn errata_about_second_spellings() {
        for (name, erratum) in [
            ("UpnpPort", 3),
            ("LocalPort", 3),
            ("TurnRealyIP", 3),
            ("Model", 23),
            ("EStorgeSpace", 77),
            ("PTZFlag", 82),
            ("PtzFlag", 82),
            ("InUse", 106),
            ("InUser", 106),
            ("StorgeSpace", 112),
            ("StorageFlag", 133),
            ("StorgeFlag", 133),
        ] {
            assert_eq!(alias_erratum(name), Some(Erratum(erratum)), "{name}");
        }
        assert_eq!(alias_erratum("DevID"), None);
    }
}
