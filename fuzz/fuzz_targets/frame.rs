//! Runs `kandian_codec::fuzz::frame`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_codec::fuzz::frame);
