//! From a message of any kind to its fields.

use kandian_proto::xml::{EncodeError, FieldWriter, Group};
use kandian_proto::{Payload, Request, Response};

macro_rules! dispatch {
    ($($variant:ident)*) => {
        fn request(message: &Request, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
            match message {
                $( Request::$variant(message) => Group::write(message, writer), )*
                _ => Ok(()),
            }
        }

        fn response(message: &Response, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
            match message {
                $( Response::$variant(message) => Group::write(message, writer), )*
                _ => Ok(()),
            }
        }

        #[cfg(test)]
        const COVERED: &[kandian_proto::Operation] = &[$( kandian_proto::Operation::$variant, )*];
    };
}

dispatch! {
    Redirect AddressReport ServiceOpen ServiceChange ServiceCancel DeviceUse Register Login AbilityUp
    Heartbeat ExceptionNotify VideoPlay SetChannel GetChannel GetWifi SetWifi VideoPtz SetEstore
    GetEstore AddRecordPolicy QueryRecordPolicy DelRecordPolicy Reboot Upgrade NvrLinkIpcam
    NvrModifyIpcam NvrDelIpcam NvrQueryIpcam FileQuery RecordPlay AddPicturePolicy QueryPicturePolicy
    DelPicturePolicy NotifyPicture SetRecordFull GetRecordFull SetRecordLoop GetRecordLoop SetAlarm
    GetAlarm AlarmNotify LogUpload StoreQuery StoreFormat EstoreActivate ResetDefault ClientSms
    ClientLogin ClientLogout ClientGetDevices ClientAddDevice ClientDelDevice ClientVideoPlay
    ClientVideoPtz ClientGetChannel ClientSetChannel ClientGetWifi ClientSetWifi ClientReboot
    ClientGetDevVer ClientUpgrade ClientGetAlarm ClientSetAlarm ClientSetName ClientQueryAlarm
    CheckVersion QueryCms HotspotGetWifi HotspotSetWifi
}

/// Writes the fields of a message; none for one that is not defined.
pub(super) fn write_fields(message: &Payload, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
    match message {
        Payload::Request(message) => request(message, writer),
        Payload::Response(message) => response(message, writer),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_covered() {
        let all: Vec<_> = kandian_proto::command::OPERATIONS.iter().map(|row| row.operation).collect();
        assert_eq!(COVERED, all);
    }
}
