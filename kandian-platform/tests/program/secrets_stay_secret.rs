use std::path::Path;

use kandian_codec::Command;
use serde_json::Value;

use super::program::{Program, prepared, serve};
use super::wire::{Camera, http, registration, rest};

const CAMERA: &str = "81100000001";
/// Secrets that occur nowhere else by chance.
const KEY: &str = "dKeyQ7zW3x";
const WRONG_KEY: &str = "wKeyV8yU4t";
const NEW_KEY: &str = "nKeyP2sR6m";
const WIFI: &str = "wifiPassH5jK9";
const CLOUD: &str = "cloudSecretB3nM";
const ACCESS: &str = "accessKeyL4dF8";
const FTP: &str = "ftpPassG7hJ2k";
const PASSWORD: &str = "userPassD4sT1v";
const NEXT_PASSWORD: &str = "userPassE5uW2x";
const GUESS: &str = "guessR8yB3n";
/// The number of a user: on record in full, masked in the log.
const NUMBER: &str = "18912345678";

/// What a user brings: passwords, keys, sessions; the session that he held last.
fn exercise_as_user(program: &Program, admin: &dyn Fn(&str, &str, &str) -> (u16, Value)) -> String {
    let opened = format!("{{\"number\":\"{NUMBER}\",\"password\":\"{PASSWORD}\"}}");
    assert_eq!(admin("POST", "/api/v1/accounts", &opened).0, 201);
    let log_in = |password: &str| {
        let body = format!("{{\"number\":\"{NUMBER}\",\"password\":\"{password}\"}}");
        rest(program.rest, "kd_none", "POST", "/api/v1/session", &body)
    };
    assert_eq!((log_in(GUESS).0, log_in(&format!("{PASSWORD}\",,\"")).0), (401, 400));
    let session = log_in(PASSWORD).1["session"].as_str().unwrap().to_owned();
    let user = |method: &str, path: &str, body: &str| rest(program.rest, &session, method, path, body);
    for (method, path, body, status) in [
        ("PUT", "/api/v1/me/password", format!("{{\"old\":\"{GUESS}\",\"new\":\"{NEXT_PASSWORD}\"}}"), 403),
        ("PUT", "/api/v1/me/password", format!("{{\"old\":\"{PASSWORD}\",\"{GUESS}\":1}}"), 422),
        (
            "PUT",
            "/api/v1/me/password",
            format!("{{\"old\":\"{PASSWORD}\",\"new\":\"{NEXT_PASSWORD}\"}}"),
            204,
        ),
        ("POST", "/api/v1/me/devices", format!("{{\"id\":\"{CAMERA}\",\"key\":\"{WRONG_KEY}\"}}"), 403),
        ("POST", "/api/v1/me/devices", format!("{{\"id\":\"{CAMERA}\",\"key\":\"{KEY}\"}}"), 201),
    ] {
        assert_eq!(user(method, path, &body).0, status, "{path} {body}");
    }
    for (account, password) in
        [(NUMBER, GUESS), (NUMBER, NEXT_PASSWORD), (GUESS, PASSWORD), ("18900000000", GUESS)]
    {
        let call = format!(
            "<MCU_LOGIN_REQ><Account>{account}</Account><Password>{password}</Password><Version>A-1.0</Version></MCU_LOGIN_REQ>"
        );
        http(program.rest, "POST", "/MobileService", "", &call);
        http(program.rest, "POST", "/MobileService", "", &call.replace("</Password>", "<"));
    }
    let call = format!(
        "<MCU_REBOOT_REQ><Account>{NUMBER}</Account><LoginSession>{session}x</LoginSession><DevID>{CAMERA}</DevID></MCU_REBOOT_REQ>"
    );
    http(program.rest, "POST", "/MobileService", "", &call);
    // With a token that counts for nothing, and with the session where a token belongs.
    http(program.rest, "GET", &format!("/api/v1/accounts/{NUMBER}"), "", "");
    user("GET", &format!("/api/v1/accounts/{NUMBER}"), "");
    session
}

/// Everything that brings a secret to the platform; what it shows afterwards, and a session.
fn exercise(program: &Program, token: &str) -> (String, String) {
    let operator = |method: &str, path: &str, body: &str| rest(program.rest, token, method, path, body);
    // Keys: at registration, right and wrong, in a document that breaks off, and in none at all.
    let broken = registration(CAMERA, KEY).replace("</DevKey></REGISTER_REQ>", "<");
    for (path, body) in [
        ("/DeviceRegisterServlet", registration(CAMERA, KEY)),
        ("/", registration(CAMERA, WRONG_KEY)),
        ("/", registration("81100000002", WRONG_KEY)),
        ("/ISMPGroupManager", registration(CAMERA, KEY).replace("REGISTER", "REDIRECT")),
        ("/ISMPGroupManager", registration(CAMERA, WRONG_KEY).replace("REGISTER", "REDIRECT")),
        ("/DeviceRegisterServlet", broken),
        ("/DeviceRegisterServlet", format!("DevKey={KEY}&Password={WRONG_KEY}")),
        ("/nowhere", registration(CAMERA, KEY)),
    ] {
        http(program.device_http, "POST", path, "", &body);
    }
    http(program.device_http, "GET", &format!("/x?DevKey={KEY}"), &format!("Authorization: {KEY}\r\n"), "");
    // At logins: wrong, unreadable, in another device's name, right.
    let mut camera = Camera::connect(program.access, CAMERA);
    assert!(camera.login(WRONG_KEY).contains("<Result>2</Result>"));
    camera.send(
        Command::LOGIN,
        7,
        &format!("<LOGIN_REQ><DevID>{CAMERA}</DevID><DevKey>{KEY}</DevKey></LOGIN_REQ>"),
    );
    camera.send(Command::LOGIN, 8, &format!("<LOGIN_REQ><DevKey>{KEY}</DevKey><DevKey>{WRONG_KEY}"));
    camera.send(Command::LOGIN, 9, &format!("{KEY} {WRONG_KEY}"));
    camera.asked(Command::LOGIN);
    assert!(camera.login(KEY).contains("<Result>0</Result>"));
    // What is no message, on a link that is logged in.
    camera.send(Command::ALARM_NOTIFY, 10, &format!("<NOTIFY_ALARM_REQ><X>{KEY}</X>"));
    camera.send(Command(0x95), 11, &format!("<VENDOR><Password>{KEY}</Password></VENDOR>"));
    // In commands, as operators and devices write them.
    for (name, body, command, root) in [
        (
            "wifi_config",
            format!("{{\"SSID\":\"shop\",\"Security\":4,\"Password\":\"{WIFI}\"}}"),
            Command::SET_WIFI,
            "SET_WIFI",
        ),
        (
            "cloud_account_set",
            format!(
                "{{\"URL\":\"http://cloud.example/\",\"Account\":\"{ACCESS}\",\"Password\":\"{CLOUD}\",\
                 \"ERecordBucket\":\"r\",\"EPictureBucket\":\"p\"}}"
            ),
            Command::SET_ESTORE,
            "SET_ESTORE",
        ),
        (
            "firmware_upgrade",
            format!(
                "{{\"NewDevVer\":\"V1.7_20150101\",\"FtpIP\":\"192.0.2.1\",\"FtpPort\":21,\"FtpAccount\":\"up\",\
                 \"FtpPassword\":\"{FTP}\",\"FtpFileName\":\"f.bin\"}}"
            ),
            Command::UPGRADE,
            "UPGRADE",
        ),
    ] {
        let path = format!("/api/v1/devices/{CAMERA}/commands/{name}");
        let (status, answer) = std::thread::scope(|scope| {
            let sent = scope.spawn(|| operator("POST", &path, &body));
            camera.obey(command, root);
            sent.join().unwrap()
        });
        assert_eq!(status, 200, "{name}: {answer}");
        // The same with a mistake in it.
        let (status, _) = operator("POST", &path, &body.replace("\",", "\",,"));
        assert_eq!(status, 422, "{name}");
    }
    // In what administrators enter, rightly and wrongly.
    for (method, path, body) in [
        ("POST", "/api/v1/devices", format!("{{\"id\":\"81100000003\",\"key\":\"{NEW_KEY}\"}}")),
        ("POST", "/api/v1/devices", format!("{{\"id\":\"81100000003\",\"key\":[\"{NEW_KEY}\"]}}")),
        ("POST", "/api/v1/devices/import", format!("id,key\n81100000004,{NEW_KEY}\nx,{NEW_KEY}\n")),
        ("PATCH", "/api/v1/devices/81100000003", format!("{{\"key\":\"{NEW_KEY}\",\"{NEW_KEY}\":1}}")),
    ] {
        operator(method, path, &body);
    }
    // By a user, rightly and wrongly, at both interfaces.
    let session = exercise_as_user(program, &operator);
    // Tokens, right and wrong.
    http(program.rest, "GET", "/api/v1/devices", &format!("Authorization: Bearer {token}x\r\n"), "");
    let (status, messages) = operator("GET", &format!("/api/v1/devices/{CAMERA}/messages"), "");
    assert_eq!(status, 200);
    let text = messages.to_string();
    assert!(text.contains("SET_WIFI") && text.contains("LOGIN_REQ"), "{text}");
    let mut shown = text;
    for path in ["/api/v1/devices", "/api/v1/audit", "/metrics"] {
        shown += &http(program.rest, "GET", path, &format!("Authorization: Bearer {token}\r\n"), "").1;
    }
    (shown, session)
}

fn assert_without_secrets(text: &str, what: &str, token: &str, session: &str) {
    let half = token.rsplit('_').next().unwrap();
    let keys = [KEY, WRONG_KEY, NEW_KEY, WIFI, ACCESS, CLOUD, FTP, half];
    for secret in keys.into_iter().chain([PASSWORD, NEXT_PASSWORD, GUESS, session]) {
        let found = text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{secret} in {what}: {}", found.unwrap_or_default());
    }
}

fn run(format: &str, directory: &Path) {
    let data = directory.join("data");
    std::fs::create_dir(&data).unwrap();
    let logs = directory.join("logs");
    let token = prepared(&data, CAMERA, KEY);
    let mut command = serve(&[], &data);
    command.args(["--log", format]).env("KANDIAN_LOG", "trace");
    let program = Program::start(command, &logs);
    let (shown, session) = exercise(&program, &token);
    assert_eq!(program.stop(), Some(0));
    let logged = std::fs::read_to_string(&logs).unwrap();
    // It did log, in detail, and about this device.
    assert!(logged.contains("DEBUG") && logged.contains(CAMERA), "{}", logged.len());
    assert!(logged.contains("a login cannot be read") && logged.contains("login refused"));
    assert_without_secrets(&logged, "the log", &token, &session);
    assert_without_secrets(&shown, "an answer", &token, &session);
    // Whom it is about can be recognised by who knows him.
    assert!(logged.contains("189****5678"));
    let found = logged.lines().find(|line| line.contains(NUMBER));
    assert!(found.is_none(), "a number in full in the log: {}", found.unwrap_or_default());
}

/// Keys, passwords and tokens are not logged, however much is logged and however badly they were written, nor shown
/// again by the messages of a device, the audit or the figures.
#[test]
fn in_the_log_for_people() {
    run("text", tempfile::tempdir().unwrap().path());
}

/// The same with a log for machines.
#[test]
fn in_the_log_for_machines() {
    run("json", tempfile::tempdir().unwrap().path());
}
