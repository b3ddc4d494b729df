//! What a platform answers, byte by byte, E-36.

use kandian_proto::http::{AnswerError, answer, malformed, unassigned_answer};
use kandian_proto::session::Exchange;
use kandian_proto::time::Timestamp;

const DOCUMENT: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\" ?><X></X>";

/// the content type and a length; no chunks, and no second exchange.
#[test]
fn bytes() {
    for exchange in [Exchange::Redirect, Exchange::Register] {
        let bytes = String::from_utf8(answer(exchange, DOCUMENT).unwrap()).unwrap();
        assert_eq!(
            bytes,
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: 46\r\nConnection: close\r\n\r\n\
             <?xml version=\"1.0\" encoding=\"UTF-8\" ?><X></X>"
        );
    }
    let bytes = String::from_utf8(unassigned_answer(DOCUMENT).unwrap()).unwrap();
    assert_eq!(
        bytes,
        "HTTP/1.1 401 NO\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: 46\r\nConnection: close\r\n\r\n\
         <?xml version=\"1.0\" encoding=\"UTF-8\" ?><X></X>"
    );
}

/// Without a declaration the recorder of 2014 finds no document, and follows a null pointer.
#[test]
fn the_declaration_is_no_option() {
    for document in [&b""[..], b"<X/>", b" <?xml version=\"1.0\"?><X/>", b"<?XML"] {
        assert_eq!(answer(Exchange::Register, document), Err(AnswerError::NoDeclaration));
        assert_eq!(unassigned_answer(document), Err(AnswerError::NoDeclaration));
    }
}

/// Nothing of what a stranger sends comes back, but for a device id.
#[test]
fn nothing_is_echoed() {
    let time = Timestamp::new(2014, 3, 18, 10, 30, 0).unwrap();
    for body in [
        "<REGISTER_REQ><DevID><script>alert(1)</script></DevID>",
        "<REGISTER_REQ><DevID>&lt;b&gt;</DevID></REGISTER_REQ>",
        "<REGISTER_REQ><DevID>811\r\nX: y</DevID></REGISTER_REQ>",
        "<REGISTER_REQ><DevKey>K7M2P9Q4</DevKey></REGISTER_REQ>",
    ] {
        let bytes = String::from_utf8(malformed(Exchange::Register, body.as_bytes(), time)).unwrap();
        assert!(bytes.contains("<DevID></DevID>"), "{body}: {bytes}");
        assert!(!bytes.contains("K7M2P9Q4") && !bytes.contains("script"), "{bytes}");
    }
}
