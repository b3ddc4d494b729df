//! Finds tests in source files, and the errata and requirements that their comments name.

use std::io;
use std::path::{Path, PathBuf};

/// A test function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Test {
    /// Path below the root of the workspace, with `/`.
    pub(super) file: String,
    pub(super) name: String,
    /// Errata in comments directly above the function or inside it.
    pub(super) errata: Vec<u16>,
    /// Requirements there, as chapter and number.
    pub(super) rules: Vec<Rule>,
}

/// A requirement: the chapter and the number of `R-7.28`.
pub(super) type Rule = (u16, u16);

/// What the comments above a function name.
#[derive(Default)]
struct Named {
    errata: Vec<u16>,
    rules: Vec<Rule>,
}

impl Named {
    fn add(&mut self, comment: &str) {
        self.errata.extend(errata(comment));
        self.rules.extend(rules(comment));
    }

    fn test(self, file: &str, name: &str) -> Test {
        Test { file: file.to_owned(), name: name.to_owned(), errata: self.errata, rules: self.rules }
    }
}

/// The tests of all files below `folders`, in the order of paths and lines.
pub(super) fn tests(root: &Path, folders: &[&str]) -> io::Result<Vec<Test>> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut tests = Vec::new();
    for path in files {
        let below = path.strip_prefix(root).unwrap_or(&path);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        tests.extend(in_source(&parts.join("/"), &std::fs::read_to_string(&path)?));
    }
    Ok(tests)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The tests of one file. Its form is rustfmt's: the brace that closes a function stands as far in as
/// the line that opens it.
fn in_source(file: &str, source: &str) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    let mut above = Named::default();
    let mut marked = false;
    let mut end: Option<String> = None;
    for line in source.lines() {
        let text = line.trim_start();
        let comment = line.split_once("//").map_or("", |(_, comment)| comment);
        if let Some(brace) = &end {
            if let Some(test) = tests.last_mut() {
                test.errata.extend(errata(comment));
                test.rules.extend(rules(comment));
            }
            if line == brace {
                end = None;
            }
        } else if let Some((name, _)) = golden(text) {
            tests.push(std::mem::take(&mut above).test(file, name));
        } else if text.starts_with("//") {
            above.add(comment);
        } else if text.starts_with("#[") {
            marked |= text.starts_with("#[test]") || text.starts_with("#[tokio::test");
        } else if let Some(name) = function(text).filter(|_| marked) {
            above.add(comment);
            tests.push(std::mem::take(&mut above).test(file, name));
            let indent = line.len() - text.len();
            end = (!line.ends_with('}')).then(|| format!("{}}}", line.get(..indent).unwrap_or_default()));
            marked = false;
        } else {
            above = Named::default();
            marked = false;
        }
    }
    for test in &mut tests {
        test.errata.sort_unstable();
        test.errata.dedup();
        test.rules.sort_unstable();
        test.rules.dedup();
    }
    tests
}

/// The macro by which a message file makes its two golden tests.
fn golden(text: &str) -> Option<(&str, &str)> {
    text.split_once("golden!(").filter(|(before, _)| !before.contains("//"))?.1.split_once(',')
}

fn function(text: &str) -> Option<&str> {
    let text = text.strip_prefix("pub ").unwrap_or(text);
    let text = text.strip_prefix("async ").unwrap_or(text);
    text.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// The errata in a text, such as 61 in `E-61`.
fn errata(text: &str) -> impl Iterator<Item = u16> {
    text.split("E-").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end).filter(|digits| digits.len() >= 2)?.parse().ok()
    })
}

/// The requirements in a text, such as (7, 28) in `R-7.28`.
pub(super) fn rules(text: &str) -> impl Iterator<Item = Rule> {
    text.split("R-").skip(1).filter_map(|rest| {
        let (chapter, rest) = rest.split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some((chapter.parse().ok()?, rest.get(..end)?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_above_and_inside() {
        let source = "\
//! Nothing about E-99 here.

// E-12, E-100
#[test]
#[ignore]
fn first() {
    let a = 1; // E-13
}

// E-50 belongs to no test.
const X: u8 = 1;

mod tests {
    /// E-14, R-7.28: why. R-5.* is no id, R-10.2 is one.
    #[test]
    fn second() {
        if true {
            // E-7 is no id
        }
    }

    // E-15
    fn helper() {}

    #[test]
    fn third() {}

    crate::golden!(request, LoginRequest, \"canonical/LOGIN_REQ.xml\");
}
";
        let found: Vec<_> =
            in_source("a.rs", source).into_iter().map(|test| (test.name, test.errata)).collect();
        let rules: Vec<_> = in_source("a.rs", source).into_iter().flat_map(|test| test.rules).collect();
        assert_eq!(rules, [(7, 28), (10, 2)]);
        let expected =
            [("first", vec![12, 13, 100]), ("second", vec![14]), ("third", vec![]), ("request", vec![])];
        assert_eq!(found, expected.map(|(name, errata)| (name.to_owned(), errata)));
    }
}
