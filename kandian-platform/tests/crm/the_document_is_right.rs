use super::client::{Order, signature};

/// The worked example of docs/platform.md, recomputed from what stands there: whoever follows it gets through.
#[test]
fn about_signatures() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/platform.md");
    let document = std::fs::read_to_string(path).unwrap();
    let (_, chapter) = document.split_once("\n## CRM\n").expect("a chapter CRM");
    let chapter = chapter.split("\n## ").next().unwrap();
    let value = |name: &str| {
        let (_, rest) = chapter.split_once(&format!("\n{name}='")).unwrap_or_else(|| panic!("{name}"));
        rest.split('\'').next().unwrap().to_owned()
    };
    let order = Order {
        method: "POST",
        target: value("TARGET"),
        client: value("CLIENT"),
        timestamp: value("TIMESTAMP"),
        key: value("KEY"),
        body: value("BODY"),
    };
    let expected = signature(&order, &value("SECRET"));
    assert!(chapter.contains(&expected), "the document should say {expected}");
}
