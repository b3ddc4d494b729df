//! Which exchange a request is about, and what others hear. Spec §5, §7.2.1; R-5.7, R-7.15, E-36.

use kandian_proto::http::{Method, NoRoute, Request, Routes, Status};
use kandian_proto::session::Exchange::{self, Redirect, Register};

use crate::delivery::request;

const REDIRECT: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><REDIRECT_REQ><DevID>1</DevID></REDIRECT_REQ>";
const REGISTER: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>< REGISTER_REQ><DevID>1</DevID></ REGISTER_REQ>";

fn post(target: &str, body: &str) -> Request {
    request(format!("POST {target} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

#[track_caller]
fn leads(routes: &Routes, target: &str, body: &str, to: Result<Exchange, NoRoute>) {
    assert_eq!(routes.find(&post(target, body)), to, "{target} {body}");
}

/// The targets that lead to both exchanges without being configured.
const USUAL: [&str; 8] = [
    "",
    "/",
    "/?a=b",
    "/DeviceRegisterServlet",
    "/tykd/DeviceRegisterServlet",
    "/tykd/DeviceRegisterServlet;jsessionid=0?x=y",
    "http://198.51.100.10:8098",
    "http://198.51.100.10:8098/DeviceRegisterServlet",
];

#[test]
fn the_document_decides_at_the_usual_paths() {
    let routes = Routes::new();
    assert_eq!(routes, Routes::default());
    for target in USUAL {
        leads(&routes, target, REDIRECT, Ok(Redirect));
        leads(&routes, target, REGISTER, Ok(Register));
    }
}

/// R-7.16: what cannot be told is a registration, which is answered with 255.
#[test]
fn a_document_that_tells_nothing_is_a_registration() {
    for target in USUAL {
        for body in ["", "rubbish", "<LOGIN_REQ/>", "{}", "<REGISTER_REQX/>", "REDIRECT_REQ"] {
            leads(&Routes::new(), target, body, Ok(Register));
            leads(&Routes::only(Register), target, body, Ok(Register));
            leads(&Routes::only(Redirect), target, body, Ok(Redirect));
        }
    }
}

/// E-36: the paths are the operator's choice. There, too, a document that tells nothing is answered (R-5.8).
#[test]
fn configured_paths() {
    let routes = Routes::new().redirect_at("/ISMPGroupManager").register_at("reg");
    for target in ["/ISMPGroupManager", "/ISMPGroupManager?x", "http://h/ISMPGroupManager"] {
        leads(&routes, target, REDIRECT, Ok(Redirect));
        leads(&routes, target, "rubbish", Ok(Redirect));
        leads(&routes, target, REGISTER, Err(NoRoute::OtherExchange { offered: Redirect }));
    }
    leads(&routes, "/reg", REGISTER, Ok(Register));
    leads(&routes, "/reg", REDIRECT, Err(NoRoute::OtherExchange { offered: Register }));
    for target in ["/ISMPGroupManager/", "/ismpgroupmanager", "/regx", "/a", "*", "reg"] {
        leads(&routes, target, REGISTER, Err(NoRoute::Path));
    }
    // The usual ones stay.
    leads(&routes, "", REDIRECT, Ok(Redirect));
}

/// A platform with one role.
#[test]
fn one_exchange_only() {
    for target in USUAL {
        leads(&Routes::only(Register), target, REGISTER, Ok(Register));
        leads(&Routes::only(Register), target, REDIRECT, Err(NoRoute::OtherExchange { offered: Register }));
        leads(&Routes::only(Redirect), target, REGISTER, Err(NoRoute::OtherExchange { offered: Redirect }));
    }
    let both = Routes::only(Redirect).register_at("/r");
    leads(&both, "/r", REGISTER, Err(NoRoute::OtherExchange { offered: Redirect }));
}

/// R-5.7: by POST. A person with a browser is told what this is.
#[test]
fn other_methods() {
    let refusal = |name: &str| {
        let read = request(format!("{name} / HTTP/1.1\r\n\r\n"));
        let why = Routes::new().find(&read).unwrap_err();
        assert!(matches!(why, NoRoute::Method(_)));
        assert_eq!(why.refusal().status(), Status::NOT_ALLOWED);
        String::from_utf8(why.refusal().to_bytes()).unwrap()
    };
    for (name, word) in [("GET", "REGISTER_REQ"), ("PUT", "the method is not POST")] {
        let text = refusal(name);
        assert!(text.starts_with("HTTP/1.1 405 Not Allowed\r\n"), "{text}");
        assert!(text.contains("\r\nAllow: POST\r\n") && text.contains("\r\nConnection: close\r\n"), "{text}");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{text}");
        assert!(body.contains(word) && text.len() < 1_024, "{text}");
    }
    assert!(refusal("HEAD").ends_with("\r\n\r\n"));
}

/// Every reason is a sentence, and its status a safe one.
#[test]
fn reasons() {
    for (why, text) in [
        (NoRoute::Path, "nothing for devices at this path"),
        (NoRoute::OtherExchange { offered: Redirect }, "only REDIRECT_REQ is answered here"),
        (NoRoute::Method(Method::Other), "the method is not POST, which devices use"),
    ] {
        assert_eq!(why.to_string(), text);
        let bytes = String::from_utf8(why.refusal().to_bytes()).unwrap();
        assert!(bytes.ends_with(&format!("\r\n\r\n{text}\n")), "{bytes}");
    }
    assert_eq!(NoRoute::Path.refusal().status().code(), 404);
}
