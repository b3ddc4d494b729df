use super::*;
use crate::Secret;
use crate::rtsp::message::{Response, Status};

fn who(user: &str, password: &str) -> Credentials {
    Credentials { user: user.to_owned(), password: Secret::from(password) }
}

fn challenge(fields: &[&str]) -> Option<Challenge> {
    let answer = Response::new(Status::UNAUTHORIZED);
    let answer = fields.iter().fold(answer, |answer, field| answer.header("WWW-Authenticate", field));
    Challenge::of(&answer.headers)
}

/// The example of RFC 2617 §3.5, with the method it has there and the client's number it has there.
#[test]
fn rfc_2617_example() {
    let secret = hash("Mufasa:testrealm@host.com:Circle Of Life");
    let asked = hash("GET:/dir/index.html");
    let proof = hash(&format!("{secret}:dcd98b7102dd2f0e8b11d0f600bfb0c093:00000001:0a4f113b:auth:{asked}"));
    assert_eq!(proof, "6629fae49393a05397450978507c4ef1");
}

/// What a camera asked and ffmpeg answered; computed once more with `md5sum`.
#[test]
fn digest_without_quality() {
    let field = r#"Digest realm="IP Camera(12345)", nonce="4e4449794d7a4d364e6a49774d54", stale="FALSE""#;
    let challenge = challenge(&[field]).unwrap();
    let url = "rtsp://192.0.2.64:554/Streaming/Channels/101";
    let answer = challenge.answer(&who("admin", "12345"), Method::Describe, url, 1, 7);
    let secret = hash("admin:IP Camera(12345):12345");
    let asked = hash(&format!("DESCRIBE:{url}"));
    let proof = hash(&format!("{secret}:4e4449794d7a4d364e6a49774d54:{asked}"));
    assert_eq!(
        answer,
        format!(
            "Digest username=\"admin\", realm=\"IP Camera(12345)\", nonce=\"4e4449794d7a4d364e6a49774d54\", \
             uri=\"{url}\", response=\"{proof}\""
        )
    );
    assert!(!challenge.is_stale());
}

#[test]
fn digest_with_quality_counts() {
    let field =
        r#"Digest realm="r", nonce="n", qop="auth-int,auth", algorithm=MD5, opaque="o\"x", stale=true"#;
    let challenge = challenge(&[field]).unwrap();
    let answer = |count| challenge.answer(&who("u", "p"), Method::Play, "rtsp://h/", count, 7);
    assert!(challenge.is_stale());
    assert!(answer(1).contains(r#"qop=auth, nc=00000001, cnonce=""#), "{}", answer(1));
    assert!(answer(1).ends_with(r#"opaque="o\"x", algorithm=MD5"#), "{}", answer(1));
    assert_ne!(answer(1), answer(2));
}

/// The best one is chosen, however the server writes them.
#[test]
fn choice() {
    let kind = |fields: &[&str]| challenge(fields).map(|challenge| format!("{challenge:?}"));
    let (digest, basic) = (Some("Digest".to_owned()), Some("Basic".to_owned()));
    assert_eq!(kind(&[r#"Basic realm="/""#, r#"Digest realm="a, b", nonce="1""#]), digest);
    assert_eq!(kind(&[r#"Basic realm="/", Digest realm="a, Basic b", nonce="1""#]), digest);
    assert_eq!(kind(&["basic"]), basic);
    assert_eq!(kind(&[r#"Digest realm="a", nonce="1", algorithm=SHA-256"#, r#"Basic realm="a""#]), basic);
    for none in
        ["", "Negotiate", "Digest", r#"Digest realm="a""#, r#"Digest realm="a",nonce="1",qop="auth-int""#]
    {
        assert_eq!(kind(&[none]), None, "{none}");
    }
    let long = format!(r#"Digest realm="{}", nonce="1""#, "r".repeat(MAX_TEXT_BYTES + 1));
    assert_eq!(kind(&[&long]), None);
}

#[test]
fn basic() {
    let answer = Challenge::Basic.answer(&who("Aladdin", "open sesame"), Method::Options, "*", 1, 0);
    assert_eq!(answer, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "RFC 7617 §2");
}
