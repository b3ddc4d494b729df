//! Runs `kandian_proto::fuzz::rtsp_server`.

#![cfg_attr(fuzzing, no_main)]

kandian_fuzz::target!(kandian_proto::fuzz::rtsp_server);
