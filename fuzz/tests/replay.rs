//! Every stored input of every target, replayed. An input that once broke a law stays in the corpus.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kandian_fuzz::{Law, TARGETS, corpus, files, replay};

/// Fewer would mean that a corpus got lost; the smallest has one input per SOAP sample.
const FEWEST_INPUTS: usize = 40;

#[test]
fn no_stored_input_breaks_a_law() {
    let mut broken = Vec::new();
    for (target, law) in TARGETS {
        let inputs = files(&corpus(target)).unwrap();
        assert!(inputs.len() >= FEWEST_INPUTS, "{target} has {} inputs", inputs.len());
        let failed = inputs.iter().filter(|input| catch_unwind(|| replay(law, input).unwrap()).is_err());
        broken.extend(failed.cloned());
        println!("{target}: {} inputs", inputs.len());
    }
    assert!(broken.is_empty(), "broken by {broken:#?}");
}

/// The test above can fail.
#[test]
fn a_broken_law_is_noticed() {
    let law: Law = |data| assert!(data.len() < 10, "too long");
    let input = files(&corpus("frame")).unwrap().remove(0);
    assert!(catch_unwind(AssertUnwindSafe(|| replay(law, &input))).is_err());
}

/// Each target has its corpus, and no corpus is left over from a target that is gone.
#[test]
fn one_corpus_per_target() {
    let folders = std::fs::read_dir(corpus("frame").parent().unwrap()).unwrap();
    let mut folders: Vec<_> = folders.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    let mut targets = TARGETS.map(|(name, _)| name.to_owned());
    folders.sort();
    targets.sort();
    assert_eq!(folders, targets);
}
