//! What is written here, given to a recorder that reads once, into a buffer, and watches nothing. It is written after
//! the firmware's behaviour and uses nothing of this crate.

use kandian_proto::http::{
    AnswerError, HttpErrorKind, Method, NoRoute, REDIRECT_ANSWER_BYTES, REGISTER_ANSWER_BYTES, Refusal,
    Status, Unassigned, answer, malformed, redirect_answer, register_answer,
};
use kandian_proto::message::redirect::{ProvinceAccess, RedirectResponse};
use kandian_proto::message::register::{RegisterGrant, RegisterResponse};
use kandian_proto::session::Exchange;
use kandian_proto::time::Timestamp;
use kandian_proto::value::{Host, Port, RedirectResult, RegisterResult, Url};
use kandian_proto::{DevId, Outcome, Profile};

/// What became of the recorder.
#[derive(Debug, PartialEq)]
enum Fate {
    /// It read this document.
    Read(String),
    /// It takes the exchange as failed, and tries again after some minutes.
    Failed,
    /// It wrote beyond a buffer, or followed a null pointer.
    Crashed,
}

/// One `recv` into a buffer whose last byte must be free, `sscanf` of three words, `strstr`.
fn recorder(buffer: usize, segment: &[u8]) -> Fate {
    if segment.len() >= buffer {
        return Fate::Crashed;
    }
    let text = String::from_utf8_lossy(segment);
    let mut words = text.split_ascii_whitespace();
    let (_version, status, reason) = (words.next(), words.next(), words.next());
    if reason.is_none_or(|word| word.len() > 3) {
        return Fate::Crashed;
    }
    if (status, reason) != (Some("200"), Some("OK")) {
        return Fate::Failed;
    }
    text.find("<?xml").map_or(Fate::Crashed, |at| Fate::Read(text[at..].to_owned()))
}

fn province(segment: &[u8]) -> Fate {
    recorder(1_024, segment)
}

fn group(segment: &[u8]) -> Fate {
    recorder(512, segment)
}

fn id() -> DevId {
    "85000012345".parse().unwrap()
}

fn now() -> Timestamp {
    "20141105093000".parse().unwrap()
}

fn host(text: &str) -> Host {
    text.parse().unwrap()
}

/// A grant with names of this length.
fn registered(name: usize) -> RegisterResponse {
    let name = "n".repeat(name);
    let grant = RegisterGrant::new(host(&name), host(&name), host(&name), host(&name))
        .access_port(Port(8588))
        .backup_access_port(Port(8588))
        .turn_port(Port(3478))
        .backup_turn_port(Port(3478))
        .ftp_ip(host(&name))
        .ftp_port(21)
        .ftp_account(name.as_str())
        .ftp_password(name.as_str());
    RegisterResponse::new(Outcome::Success(grant)).dev_id(id()).time(now())
}

fn redirected(url: &str, name: usize) -> RedirectResponse {
    let name = "n".repeat(name);
    let url: Url = url.parse().unwrap();
    let access = ProvinceAccess::new(url, host(&name), Port(3478), host(&name), Port(3478));
    RedirectResponse::new(Outcome::Success(access)).dev_id(id())
}

/// The recorder of this file crashes where the real one does.
#[test]
fn the_recorder_is_as_fragile_as_the_real_one() {
    assert_eq!(province(b"HTTP/1.1 200 OK\r\n\r\n"), Fate::Crashed, "no document in the first segment");
    assert_eq!(province(b"HTTP/1.1 401 Unauthorized\r\n\r\n"), Fate::Crashed);
    assert_eq!(province(b"HTTP/1.1 500 Internal Server Error\r\n\r\n"), Fate::Crashed);
    assert_eq!(province(b"HTTP/1.1 200\r\nServer: x\r\n\r\n<?xml"), Fate::Crashed, "no reason");
    assert_eq!(province(b"HTTP/1.1 404 Not Found\r\n\r\n"), Fate::Failed);
    assert_eq!(province(&[b'x'; 1_024]), Fate::Crashed);
    let h5 = crate::support::read("field/H5_REGISTER_RES.http");
    assert!(matches!(province(&h5), Fate::Read(document) if document.ends_with("</REGISTER_RES>")));
}

/// E-50: every answer to a registration is read, refusals as well.
#[test]
fn registrations() {
    for result in [RegisterResult::UNKNOWN_DEVICE, RegisterResult::BAD_DEV_KEY, RegisterResult::OTHER] {
        let response = RegisterResponse::new(Outcome::Failure(result)).dev_id(id()).time(now());
        let bytes = register_answer(&response, Profile::Spec).unwrap();
        let result = format!("<Result>{}</Result><DevID>85000012345</DevID>", result.0);
        assert!(matches!(province(&bytes), Fate::Read(document) if document.contains(&result)));
    }
    // The longest values that the recorder's own buffers hold.
    let bytes = register_answer(&registered(31), Profile::LegacyRecorder).unwrap();
    assert!(matches!(province(&bytes), Fate::Read(document) if document.ends_with("</REGISTER_RES>")));
}

/// E-27, E-28: so is every answer to a redirect, but for the 401, which is a failure as it is meant.
#[test]
fn redirects() {
    let url = format!("http://{}:8098/DeviceRegisterServlet", "p".repeat(28));
    assert_eq!(url.len(), 62);
    let bytes = redirect_answer(&redirected(&url, 31), Unassigned::default(), Profile::Spec).unwrap();
    assert!(matches!(group(&bytes), Fate::Read(document) if document.contains(&url)));
    for (result, unassigned, status) in [
        (RedirectResult::ADDRESS_UNKNOWN, Unassigned::Status401, 401),
        (RedirectResult::ADDRESS_UNKNOWN, Unassigned::Status200, 200),
        (RedirectResult::OTHER, Unassigned::Status401, 200),
        (RedirectResult::OTHER, Unassigned::Status200, 200),
    ] {
        let response = RedirectResponse::new(Outcome::Failure(result)).dev_id(id());
        let bytes = redirect_answer(&response, unassigned, Profile::Spec).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
        assert!(!text.contains("WWW-Authenticate"), "{text}");
        assert!(text.contains(&format!("<Result>{}</Result><DevID>85000012345</DevID>", result.0)), "{text}");
        match status {
            401 => assert_eq!(group(&bytes), Fate::Failed),
            _ => assert!(matches!(group(&bytes), Fate::Read(_))),
        }
    }
}

/// a request that cannot be read is refused in words the device understands.
#[test]
fn malformed_requests() {
    for (body, device) in [
        ("", ""),
        ("rubbish", ""),
        ("<REGISTER_REQ><DevID>85000012345</DevID><DevKey>", "85000012345"),
        ("<REGISTER_REQ><DevID>8500001", ""),
        ("<REGISTER_REQ><DevID>two words & <b>", ""),
        ("<X><DevID>85000012345</DevID></X>", "85000012345"),
    ] {
        let text = |exchange| String::from_utf8(malformed(exchange, body.as_bytes(), now())).unwrap();
        let expected = format!(
            "<REGISTER_RES><Result>255</Result><DevID>{device}</DevID><Time>20141105093000</Time></REGISTER_RES>"
        );
        let register = text(Exchange::Register);
        assert!(register.ends_with(&expected), "{body}: {register}");
        assert!(matches!(province(register.as_bytes()), Fate::Read(_)));
        let expected = format!("<REDIRECT_RES><Result>255</Result><DevID>{device}</DevID></REDIRECT_RES>");
        let redirect = text(Exchange::Redirect);
        assert!(redirect.ends_with(&expected), "{body}: {redirect}");
        assert!(matches!(group(redirect.as_bytes()), Fate::Read(_)));
    }
}

/// The longest answer fits exactly; one byte more is not sent.
#[test]
fn lengths_are_exact() {
    // The head around a document of three digits of length has 97 bytes.
    let document = |length: usize| format!("<?xml{}", "x".repeat(length - 5)).into_bytes();
    for (exchange, limit, recorder) in [
        (Exchange::Register, REGISTER_ANSWER_BYTES, province as fn(&[u8]) -> Fate),
        (Exchange::Redirect, REDIRECT_ANSWER_BYTES, group),
    ] {
        let longest = document(limit - 97);
        let full = answer(exchange, &longest).unwrap();
        assert_eq!(full.len(), limit);
        assert_eq!(recorder(&full), Fate::Read(String::from_utf8(longest).unwrap()));
        let error = answer(exchange, &document(limit - 96)).unwrap_err();
        assert_eq!(error, AnswerError::TooLong { exchange, bytes: limit + 1, limit });
        let (bytes, text) = (limit + 1, error.to_string());
        assert_eq!(
            text,
            format!(
                "the {exchange:?} answer has {bytes} bytes with its head; recorders read {limit} at most"
            )
        );
    }
    assert_eq!((REGISTER_ANSWER_BYTES, REDIRECT_ANSWER_BYTES), (1_023, 511));
}

/// E-37 bounds the values, not what they become in XML: an address full of `&` is refused by its length.
#[test]
fn escapes_count() {
    let url = format!("http://h/?{}", "&".repeat(53));
    let error = redirect_answer(&redirected(&url, 1), Unassigned::default(), Profile::Spec).unwrap_err();
    assert!(
        matches!(error, AnswerError::TooLong { exchange: Exchange::Redirect, bytes: 512.., .. }),
        "{error}"
    );
    let error =
        redirect_answer(&redirected("http://h/", 32), Unassigned::default(), Profile::Spec).unwrap_err();
    assert!(matches!(error, AnswerError::Encode(_)), "{error}");
}

/// Whatever else is answered, and to whomever: it survives that, too.
#[test]
fn refusals() {
    let mut refusals = vec![
        NoRoute::Path.refusal(),
        NoRoute::OtherExchange { offered: Exchange::Redirect }.refusal(),
        NoRoute::Method(Method::Get).refusal(),
        NoRoute::Method(Method::Other).refusal(),
        Refusal::new(Status::TOO_SLOW, "the request did not come in 10 seconds"),
        Refusal::new(Status::TOO_MANY, "too many requests from this address"),
        Refusal::new(Status::FAILED, "the database does not answer"),
        Refusal::new(Status::NOT_NOW, "the platform is stopping"),
    ];
    let kinds = [HttpErrorKind::Version, HttpErrorKind::Compressed, HttpErrorKind::LengthAndChunks];
    refusals.extend(kinds.map(|kind| kandian_proto::http::HttpError { kind, offset: 99 }.into()));
    for refusal in refusals {
        let bytes = refusal.to_bytes();
        assert_eq!(province(&bytes), Fate::Failed, "{refusal:?}");
        let short = Refusal::without_body(refusal).to_bytes();
        assert_eq!(group(&short), Fate::Failed);
    }
}
