use std::time::{Duration, Instant};

use super::calls::post_document;
use super::phone::{ANNA, PASSWORD, log_in_from, text, world};

fn login(inside: &str) -> String {
    format!("<MCU_LOGIN_REQ><Account>{ANNA}</Account><Password>{inside}</Password></MCU_LOGIN_REQ>")
}

fn envelope(before: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>{before}<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>{inside}\
         </e:Body></e:Envelope>"
    )
}

/// E-151: documents that grow when they are read, name files, or have no end of depth or length are refused with a
/// fault, at once, and change nothing.
#[tokio::test]
async fn however_they_are_written() {
    let world = world().await;
    let bomb: String =
        (1..10).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))).collect();
    let bomb = format!("<!DOCTYPE x [<!ENTITY a0 \"{}\">{bomb}]>", "lol".repeat(10));
    let file = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    let parameter = "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p;]>";
    let deep = format!("{}{}", "<a>".repeat(9_000), "</a>".repeat(9_000));
    let open = "<a>".repeat(20_000);
    let wide = format!("<x {}/>", (0..4_000).map(|n| format!("a{n}=\"1\" ")).collect::<String>());
    let many = format!("<MCU_LOGIN_REQ>{}</MCU_LOGIN_REQ>", "<Account>1</Account>".repeat(2_500));
    let documents = [
        envelope(&bomb, &login("&a9;")),
        envelope(file, &login("&f;")),
        envelope(parameter, &login("x")),
        envelope("", &deep),
        envelope("", &open),
        envelope("", &wide),
        envelope("", &many),
        envelope("", ""),
        open,
        deep,
        "<".repeat(60_000),
        "&".repeat(60_000),
        "\u{0}".repeat(60_000),
        "<![CDATA[".repeat(5_000),
        "<!--".repeat(10_000),
        "<?x".repeat(10_000),
    ];
    for document in &documents {
        let begin = Instant::now();
        let (status, answer) = post_document(&world, document.as_bytes()).await;
        let shown: String = document.chars().take(120).collect();
        // A fault of the caller: 400 in SOAP 1.2, 500 in 1.1, which is spoken where no envelope says which.
        assert!([400, 500].contains(&status) && answer.contains("Fault"), "{status} {shown}\n{answer}");
        assert!(answer.len() < 4_096 && !answer.contains("root:"), "{shown}\n{answer}");
        assert!(begin.elapsed() < Duration::from_secs(10), "{shown}");
    }
    let (status, _) = post_document(&world, &vec![b' '; 65 << 10]).await;
    assert_eq!(status, 413);
    assert_eq!(text(&log_in_from(&world, "127.0.0.1", ANNA, PASSWORD).await, "Result"), "0");
}
