use kandian_platform::store::{AuditEntry, Notices, Page};
use kandian_proto::message::device::{AlarmNotifyRequest, ExceptionNotifyRequest, NotifyPictureRequest};
use kandian_proto::time::Timestamp;
use kandian_proto::value::{AlarmType, ExceptionType};

use super::world::{NOW, device, id, on_both};

const ALL: Page = Page { device: None, before: None, limit: 10 };

on_both! {
    async fn are_listed_newest_first(store) {
        store.add_devices(vec![device(1), device(2)], NOW).await.unwrap();
        let mut numbers = Vec::new();
        for (number, channel) in [(1, 0_u16), (2, 1), (1, 2)] {
            let alarm = AlarmNotifyRequest::new(id(number), channel, AlarmType(1), "移动侦测").file_name("a.jpg");
            numbers.push(store.add_alarm(alarm, Notices::default(), NOW).await.unwrap().0);
        }
        assert!(numbers.is_sorted());
        let channels = |alarms: Vec<kandian_platform::store::Alarm>| -> Vec<u16> {
            alarms.iter().map(|alarm| alarm.channel).collect()
        };
        assert_eq!(channels(store.alarms(ALL).await.unwrap()), [2, 1, 0]);
        let of_one = Page { device: Some(id(1)), ..ALL };
        assert_eq!(channels(store.alarms(of_one).await.unwrap()), [2, 0]);
        let older = Page { before: Some(numbers[2]), ..ALL };
        assert_eq!(channels(store.alarms(older).await.unwrap()), [1, 0]);
        let newest = &store.alarms(Page { limit: 1, ..ALL }).await.unwrap()[0];
        assert_eq!((newest.description.as_str(), newest.dido, newest.received_at), ("移动侦测", None, NOW));
    }
}

on_both! {
    /// the device's words are stored, whatever they are.
    async fn keep_hostile_words(store) {
        store.add_device(device(1), NOW).await.unwrap();
        let words = "<script>'; DROP TABLE alarms; --\u{0} \u{202E}";
        let report = ExceptionNotifyRequest::new(id(1), ExceptionType(4), words);
        store.add_exception(report, Notices::default(), NOW).await.unwrap();
        let found = store.exceptions(ALL).await.unwrap();
        assert_eq!(found[0].description, words.replace('\0', "\u{FFFD}"));
        let time = Timestamp::new(2014, 3, 18, 10, 30, 0).unwrap();
        store.add_picture(NotifyPictureRequest::new(id(1), 0_u16, "x.jpg", time), NOW).await.unwrap();
        assert_eq!(store.pictures(ALL).await.unwrap()[0].taken_at, "20140318103000");
    }
}

on_both! {
    async fn tell_who_did_what(store) {
        for action in ["device.add", "command.reboot"] {
            let entry = AuditEntry {
                at: NOW,
                actor: "cli".into(),
                action: action.into(),
                target: "81100000001".into(),
                detail: String::new(),
            };
            store.add_audit(entry).await.unwrap();
        }
        let actions: Vec<_> = store.audit(10).await.unwrap().into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, ["command.reboot", "device.add"]);
    }
}
