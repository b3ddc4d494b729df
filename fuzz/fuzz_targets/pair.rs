//! Runs `kandian_proto::fuzz::pair`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::pair);
