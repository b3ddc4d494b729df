use kandian_platform::rules::{Mobile, NoticeRule};
use kandian_platform::store::{
    AccountOrigin, MessageKind, MessageState, NewMessage, Queued, Quota, Settled, Store,
};
use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;

use super::world::{NOW, device, id, on_both};

const QUOTA: Quota = Quota { pause: 60_000, per_hour: 2, per_day: 3, in_all: 0, day_began: UnixMillis(0) };
const HOUR: i64 = 3_600_000;

fn mobile(number: u64) -> Mobile {
    format!("189000{number:05}").parse().unwrap()
}

fn later(by: i64) -> UnixMillis {
    UnixMillis(NOW.0 + by)
}

fn message(to: u64, kind: MessageKind, about: &str) -> NewMessage {
    NewMessage {
        to: mobile(to),
        kind,
        about: about.to_owned(),
        body: Secret::from("482913\0"),
        expires_at: later(2 * HOUR),
    }
}

async fn queue(store: &Store, message: NewMessage, at: i64) -> Queued {
    store.queue_message(message, QUOTA, later(at)).await.unwrap()
}

on_both! {
    /// So many for a number in an hour and in a day, with a pause between; notices are counted apart, and wait for others
    /// about the same only.
    async fn within_a_quota(store) {
        let ask = async |at| queue(&store, message(1, MessageKind::Password, ""), at).await;
        assert!(matches!(ask(0).await, Queued::Yes(_)));
        assert_eq!(ask(59_999).await, Queued::TooSoon);
        // Anybody asks for passwords; the owner alone asks for a key, and they are counted apart.
        assert!(matches!(queue(&store, message(1, MessageKind::Key, "x"), 59_999).await, Queued::Yes(_)));
        assert_eq!(queue(&store, message(1, MessageKind::Key, "y"), 60_000).await, Queued::TooSoon);
        // What was made before the clock was set back keeps nobody waiting.
        assert!(matches!(queue(&store, message(4, MessageKind::Key, "x"), HOUR).await, Queued::Yes(_)));
        assert!(matches!(queue(&store, message(4, MessageKind::Key, "x"), 0).await, Queued::Yes(_)));
        assert!(matches!(ask(60_000).await, Queued::Yes(_)));
        assert_eq!(ask(120_000).await, Queued::EnoughForNumber);
        assert!(matches!(queue(&store, message(2, MessageKind::Password, ""), 120_000).await, Queued::Yes(_)));
        assert!(matches!(ask(HOUR + 60_000).await, Queued::Yes(_)));
        assert_eq!(ask(2 * HOUR + 60_000).await, Queued::EnoughForNumber);
        assert!(matches!(ask(25 * HOUR).await, Queued::Yes(_)));

        let tell = async |about, at| queue(&store, message(1, MessageKind::Alarm, about), at).await;
        assert!(matches!(tell("door", 0).await, Queued::Yes(_)));
        assert!(matches!(tell("window", 1).await, Queued::Yes(_)));
        assert_eq!(tell("door", 2).await, Queued::TooSoon);
        assert_eq!(tell("door", 60_000).await, Queued::EnoughForNumber);
        let all = |in_all| Quota { in_all, ..QUOTA };
        let one = async |in_all| {
            store.queue_message(message(3, MessageKind::Alarm, ""), all(in_all), later(26 * HOUR)).await.unwrap()
        };
        assert_eq!(one(1).await, Queued::EnoughForToday);
        assert!(matches!(one(100).await, Queued::Yes(_)));
    }
}

on_both! {
    /// Who waits for a password comes before who is told of an alarm; a secret that is through is not kept; a receipt
    /// counts for what was sent.
    async fn and_sent_in_turn(store) {
        assert_eq!(store.next_message_due().await.unwrap(), None);
        for (kind, about) in [(MessageKind::Alarm, "a"), (MessageKind::Password, ""), (MessageKind::Exception, "b")] {
            assert!(matches!(queue(&store, message(1, kind, about), 0).await, Queued::Yes(_)));
        }
        assert_eq!(store.next_message_due().await.unwrap(), Some(NOW));
        let due = store.due_messages(NOW, 10).await.unwrap();
        let kinds: Vec<_> = due.iter().map(|message| message.kind).collect();
        assert_eq!(kinds, [MessageKind::Password, MessageKind::Alarm, MessageKind::Exception]);
        let [password, alarm, exception] = [due[0].id, due[1].id, due[2].id];
        let settle = async |id, settled| store.settle_message(id, settled, later(1)).await.unwrap();
        settle(password, Settled::Sent("M1".into())).await;
        settle(alarm, Settled::Again(later(5_000), "busy".into())).await;
        settle(exception, Settled::Kept).await;
        assert_eq!(store.next_message_due().await.unwrap(), Some(later(5_000)));
        assert!(store.due_messages(later(4_999), 10).await.unwrap().is_empty());
        let listed = store.short_messages(Some(mobile(1)), None, 10).await.unwrap();
        let states: Vec<_> = listed.iter().rev().map(|m| (m.state, m.body.reveal().is_empty(), m.attempts)).collect();
        let (waiting, sent, kept) =
            ((MessageState::Waiting, false, 1), (MessageState::Sent, true, 1), (MessageState::Kept, false, 1));
        assert_eq!(states, [waiting, sent, kept]);

        let receipt = async |id: &str, arrived| {
            store.note_receipt(id.to_owned(), arrived, "DELIVRD".into(), later(2)).await.unwrap()
        };
        assert!(!receipt("", true).await && !receipt("M2", true).await);
        assert!(receipt("M1", true).await && !receipt("M1", false).await);
        let older = store.short_messages(None, Some(exception), 1).await.unwrap();
        assert_eq!((older[0].id, older[0].state), (password, MessageState::Delivered));
        // What waits is not forgotten.
        assert_eq!(store.forget_messages(later(HOUR), later(HOUR)).await.unwrap(), 2);
        assert_eq!(store.short_messages(None, None, 10).await.unwrap().len(), 1);
    }
}

on_both! {
    /// A password that was sent is used once; a message that the quota refuses leaves the one before as it is.
    async fn passwords_are_used_up(store) {
        store.add_account(mobile(1), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
        let send = async |hash: &str, at| {
            let message = message(1, MessageKind::Password, "");
            store.send_code(hash.to_owned(), message, QUOTA, later(at)).await.unwrap()
        };
        assert!(matches!(send("first", 0).await, Queued::Yes(_)));
        assert_eq!(send("second", 1).await, Queued::TooSoon);
        assert_eq!(store.code(mobile(1), NOW).await.unwrap().as_deref(), Some("first"));
        assert!(matches!(send("third", 60_000).await, Queued::Yes(_)));
        let using = async |hash: &str, at| store.use_code(mobile(1), hash.to_owned(), later(at)).await.unwrap();
        assert!(!using("first", 0).await && !using("third", 2 * HOUR).await);
        assert!(using("third", 0).await && !using("third", 0).await);
        assert_eq!(store.code(mobile(1), NOW).await.unwrap(), None);
    }
}

on_both! {
    /// Rules are those of who may read the alarms, and go with device and account.
    async fn rules_are_kept(store) {
        store.add_devices(vec![device(1)], NOW).await.unwrap();
        for number in [1, 2] {
            store.add_account(mobile(number), None, 4, AccountOrigin::Crm, NOW).await.unwrap();
        }
        store.bind(id(1), mobile(1), NOW).await.unwrap();
        let rule = |account, channel, alarms: &str| NoticeRule {
            account: mobile(account),
            device: id(1),
            channel,
            alarms: alarms.parse().unwrap(),
            exceptions: true,
            begins: 60,
            ends: 120,
        };
        for rule in [rule(1, None, "1"), rule(1, Some(0), "1,2"), rule(2, None, "1"), rule(1, None, "4")] {
            assert!(store.set_notice(rule).await.unwrap());
        }
        let expected = [rule(1, None, "4"), rule(1, Some(0), "1,2")];
        assert_eq!(store.notices_for(id(1), NOW).await.unwrap(), expected);
        assert_eq!(store.notices_of(mobile(2)).await.unwrap(), [rule(2, None, "1")]);
        for channel in 1..=254 {
            assert!(store.set_notice(rule(1, Some(channel), "1")).await.unwrap());
        }
        assert!(!store.set_notice(rule(1, Some(255), "1")).await.unwrap(), "there is no end of them");
        assert!(store.set_notice(rule(1, Some(254), "2")).await.unwrap());
        assert!(!store.set_notice(NoticeRule { device: id(2), ..rule(1, None, "1") }).await.unwrap());
        assert!(store.remove_notice(mobile(1), id(1), None).await.unwrap());
        assert!(!store.remove_notice(mobile(1), id(1), None).await.unwrap());
        store.remove_account(mobile(1)).await.unwrap();
        assert!(store.notices_for(id(1), NOW).await.unwrap().is_empty());
    }
}
