//! Runs `kandian_proto::fuzz::http`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::http);
