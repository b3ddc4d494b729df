//! Runs `kandian_codec::fuzz::resync`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_codec::fuzz::resync);
