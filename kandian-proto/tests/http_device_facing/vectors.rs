//! Requests and answers as equipment in the field sends and accepts them, byte for byte.

use kandian_proto::http::{Method, Routes, Version, register_answer};
use kandian_proto::message::redirect::RedirectRequest;
use kandian_proto::message::register::{RegisterRequest, RegisterResponse};
use kandian_proto::session::Exchange;
use kandian_proto::{Erratum, Profile, decode, decode_strict};

use crate::delivery::{answer, answer_up_to_the_end, request};
use crate::support::read;

/// The vector; it must read the same when others follow it on the connection.
fn vector(name: &str) -> kandian_proto::http::Request {
    let stream = read(&format!("field/{name}.http"));
    let read = request(&stream);
    assert_eq!(request([stream.as_slice(), b"POST /other HTTP/1.1\r\n\r\n"].concat()), read);
    assert_eq!((read.method, read.version), (Method::Post, Version::Http11));
    let field = |name| read.fields.first(name).unwrap().into_owned();
    assert_eq!(field("user-agent"), "IPCM/1.3");
    assert_eq!(field("HOST"), "198.51.100.10:8098");
    assert_eq!(read.fields.len(), 6);
    assert_eq!(read.body.len().to_string(), field("Content-Length"));
    assert_eq!(read.body.last(), Some(&b'\n'), "the body of a recorder ends with a line feed");
    read
}

/// H1. The document is read strictly once its line feed is off.
#[test]
fn h1_registration() {
    let read = vector("H1_REGISTER_REQ");
    assert_eq!((read.target.as_str(), read.path()), ("/DeviceRegisterServlet", "/DeviceRegisterServlet"));
    assert_eq!(Routes::new().find(&read), Ok(Exchange::Register));
    let message: RegisterRequest = decode(read.document()).unwrap().message;
    assert_eq!(message.dev_id.as_str(), "85000012345");
}

/// H2: E-24. Bytes of a stack follow the manufacturer's code.
#[test]
fn h2_registration_with_rubbish() {
    let read = vector("H2_REGISTER_REQ");
    assert_eq!(read.body.len(), 203);
    assert_eq!(Routes::new().find(&read), Ok(Exchange::Register));
    let decoded = decode::<RegisterRequest>(read.document()).unwrap();
    assert!(decoded.diagnostics.iter().any(|d| d.erratum == Some(Erratum(24))));
}

/// H3: the empty target of a recorder whose URL has no path.
#[test]
fn h3_registration_without_a_path() {
    let read = vector("H3_REGISTER_REQ");
    assert_eq!((read.target.as_str(), read.path()), ("", ""));
    assert_eq!(Routes::new().find(&read), Ok(Exchange::Register));
    assert_eq!(read.body, vector("H1_REGISTER_REQ").body);
}

/// H4. A redirect at the same path; only the document tells it from a registration.
#[test]
fn h4_redirect() {
    let read = vector("H4_REDIRECT_REQ");
    assert_eq!(read.path(), "/DeviceRegisterServlet");
    assert_eq!(Routes::new().find(&read), Ok(Exchange::Redirect));
    let message: RedirectRequest = decode(read.document()).unwrap().message;
    assert_eq!(message.dev_id.as_str(), "85000012345");
}

/// H5: an answer that recorders take. What is written here has the same head, byte for byte.
#[test]
fn h5_answer() {
    let stream = read("field/H5_REGISTER_RES.http");
    let read = answer(&stream);
    assert_eq!((read.status, read.reason.as_str(), read.body.len()), (200, "OK", 490));
    let message: RegisterResponse = decode(read.document()).unwrap().message;
    let written = register_answer(&message, Profile::LegacyRecorder).unwrap();
    // The empty port is written as 0, one byte longer (E-75).
    assert_eq!(written.len(), stream.len() + 1);
    let expected = String::from_utf8(stream).unwrap().replace("Content-Length: 490", "Content-Length: 491");
    let expected =
        expected.replace("<BackupTurnPort></BackupTurnPort>", "<BackupTurnPort>0</BackupTurnPort>");
    assert_eq!(String::from_utf8(written).unwrap(), expected);
}

/// The answer of a front end of 2017: two sends, a content type for JSON, a cookie, names in lower case, somebody
/// else's device id.
#[test]
fn answer_of_a_front_end() {
    let document = read("field/B_REGISTER_RES.xml");
    let document = document.trim_ascii();
    let head = |length: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nServer: x\r\nContent-type: application/json;charset=utf-8\r\n\
             Connection: Keep-Alive\r\n{length}Match-request: /tykd/DeviceRegisterServlet\r\n\
             Set-Cookie: JSESSIONID=0123456789ABCDEF; Path=/tykd\r\n\r\n"
        )
    };
    let with_length = head(&format!("Content-length: {}\r\n", document.len()));
    let read = answer([with_length.as_bytes(), document].concat());
    assert_eq!((read.status, read.document()), (200, document));
    let without = answer_up_to_the_end([head("").as_bytes(), b"\r\n", document, b"\n"].concat());
    assert_eq!(without.document(), document);
    let message: RegisterResponse = decode(read.document()).unwrap().message;
    assert!(message.outcome.success().is_some());
}

/// the canonical requests as this crate posts them, read as this crate reads them.
#[test]
fn canonical_documents() {
    for (name, exchange) in [("REGISTER_REQ", Exchange::Register), ("REDIRECT_REQ", Exchange::Redirect)] {
        let document = read(&format!("canonical/{name}.xml"));
        let (server, bytes) = kandian_proto::http::request("http://192.0.2.1:8098", &document).unwrap();
        assert_eq!(server.to_string(), "192.0.2.1:8098");
        let read = request(bytes);
        assert_eq!(read.body, document);
        assert_eq!(Routes::new().find(&read), Ok(exchange));
        assert_eq!(read.fields.first("content-type").as_deref(), Some("text/xml;charset=UTF-8"));
        if exchange == Exchange::Register {
            decode_strict::<RegisterRequest>(read.document()).unwrap();
        }
    }
}
