//! Runs `kandian_proto::fuzz::depacketise`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::depacketise);
