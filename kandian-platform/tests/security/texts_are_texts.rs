use kandian_proto::Operation;
use kandian_proto::xml::ScalarKind;
use serde_json::{Value, json};

use super::calls::{call, escaped, fields, operations, post};
use super::person::Person;
use super::phone::{ANNA, BERT, CAMERA, KEY, anna, world};
use super::requests::{described, encoded, filled, gaps};
use super::world::World;

/// What means something to a database, to XML, to a shell, a path, a log or a page.
const TEXTS: [&str; 14] = [
    "' OR '1'='1",
    "'; DROP TABLE accounts; --",
    "\" OR \"\"=\"",
    "x'); DELETE FROM devices; --",
    "%' OR account LIKE '%",
    "\\'; SELECT pg_sleep(9); --",
    "</NewName><Result>0</Result><x>",
    "]]><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>&y;",
    "<script>alert(1)</script>",
    "${jndi:ldap://127.0.0.1/x}",
    "../../../../etc/passwd",
    "\u{202e}\u{feff}\u{1f4a5}",
    "$(reboot)`reboot`",
    "{\"$ne\":null}",
];

/// Everything that must be as before.
async fn state(world: &World) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/api/v1/accounts", "/api/v1/devices"] {
        let (status, page) = world.rest("GET", path, "").await;
        assert_eq!(status, 200);
        all.push(page);
    }
    for number in [ANNA, BERT] {
        let path = format!("/api/v1/accounts/{number}/devices");
        all.push(world.rest("GET", &path, "").await.1);
    }
    all
}

/// The same, without what a login leaves.
fn without_logins(mut state: Vec<Value>) -> Vec<Value> {
    for account in state[0]["accounts"].as_array_mut().unwrap() {
        account["login_at"] = Value::Null;
    }
    state
}

/// E-151: whatever stands in a text of any operation is refused or taken as it is, and nothing else is touched.
#[tokio::test]
async fn in_every_operation() {
    let world = world().await;
    let session = anna(&world).await;
    let before = without_logins(state(&world).await);
    let login = kandian_proto::command::OPERATIONS.iter().find(|row| row.operation == Operation::ClientLogin);
    for operation in operations().chain(login) {
        let names =
            fields(operation).filter(|(_, kind)| matches!(kind, ScalarKind::Text | ScalarKind::Secret));
        for (field, _) in names {
            for text in TEXTS {
                let request = call(operation, ANNA, &session, Some((field.name, text)));
                let (status, answer) = post(&world, &request).await;
                let is_answer = status == 200 && answer.contains("<Result>");
                let is_fault = status == 400 && answer.contains("Fault");
                assert!(is_answer || is_fault, "{} {} {text}: {status} {answer}", operation.id, field.name);
                assert!(!answer.contains("root:"), "{answer}");
            }
        }
        // The one text that is kept and shown.
        if operation.operation == Operation::ClientSetName {
            let text = TEXTS[6];
            let request = call(operation, ANNA, &session, Some(("NewName", text)));
            assert!(post(&world, &request).await.1.contains("<Result>0</Result>"));
            let list = operations().find(|row| row.operation == Operation::ClientGetDevices).unwrap();
            let (_, answer) = post(&world, &call(list, ANNA, &session, None)).await;
            assert!(answer.contains(&format!("<Name>{}</Name>", escaped(text))), "{answer}");
            let request = call(operation, ANNA, &session, Some(("NewName", "81100000001_0")));
            assert!(post(&world, &request).await.1.contains("<Result>0</Result>"));
        }
    }
    assert_eq!(without_logins(state(&world).await), before);
}

/// The same for every route, in its path, its query and its body: an answer, and never the platform's own failure. Commands to
/// devices have the device's own refusals; here it is offline.
#[tokio::test]
async fn in_every_route() {
    let world = world().await;
    let anna = Person::log_in(&world, ANNA).await;
    assert_eq!(anna.binds(CAMERA, KEY).await.0, 201);
    let ask = async |is_users: bool, method: &str, path: &str, body: &str| {
        let (status, answer) = match is_users {
            true => anna.ask(method, path, body).await,
            false => world.rest(method, path, body).await,
        };
        assert!(status < 500, "{method} {path} {body}: {status} {answer}");
        assert!(!answer.to_string().contains("root:"), "{answer}");
        status
    };
    for request in described() {
        let is_command = request.path.contains("/commands/");
        let texts = if is_command { &TEXTS[..2] } else { &TEXTS[..] };
        let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
        for text in texts {
            for gap in gaps(&request.path) {
                let path = filled(&request.path, Some((gap, text)));
                let status = ask(request.is_users, &request.method, &path, &body).await;
                assert!(status >= 400, "{} {path}: {status}", request.method);
            }
            for name in &request.query {
                let path = format!("{}?{name}={}", filled(&request.path, None), encoded(text));
                ask(request.is_users, &request.method, &path, &body).await;
            }
            let members = request.body.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
            for name in members.iter().filter(|(_, value)| value.is_string()).map(|(name, _)| name) {
                let mut changed = members.clone();
                changed.insert(name.clone(), json!(text));
                // What a path names stays; what the body names is of the text's making.
                let path = filled(&request.path, Some(("number", "18900000000")));
                ask(request.is_users, &request.method, &path, &Value::Object(changed).to_string()).await;
            }
        }
    }
    let (_, accounts) = world.rest("GET", "/api/v1/accounts", "").await;
    let numbers: Vec<_> =
        accounts["accounts"].as_array().unwrap().iter().map(|a| a["number"].clone()).collect();
    assert_eq!(numbers, [json!(ANNA), json!(BERT)]);
    assert_eq!(world.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await.0, 200);
}
