//! Runs `kandian_proto::fuzz::decode_message`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::decode_message);
