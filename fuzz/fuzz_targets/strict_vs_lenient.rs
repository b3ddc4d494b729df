//! Runs `kandian_proto::fuzz::strict_vs_lenient`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::strict_vs_lenient);
