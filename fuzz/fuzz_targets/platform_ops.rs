//! Runs `kandian_proto::fuzz::platform_ops`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::platform_ops);
