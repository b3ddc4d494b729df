//! The cameras of a recorder.

use std::net::Ipv4Addr;

use kandian_proto::message::device::{
    AddRecordPolicyRequest, NvrDelIpcamRequest, NvrLinkIpcamRequest, NvrModifyIpcamRequest,
    NvrQueryIpcamRequest, QueryRecordPolicyRequest, WeekPolicy,
};
use kandian_proto::time::ClockTime;
use kandian_proto::value::{Port, Weekday};
use kandian_proto::{DevId, Response, Secret};

use super::*;

fn camera(n: u8) -> DevId {
    format!("8110000010{n}").parse().unwrap()
}

fn link(channel: u16, n: u8) -> NvrLinkIpcamRequest {
    let address = Ipv4Addr::new(192, 168, 1, n);
    NvrLinkIpcamRequest::new(id(), channel, camera(n), address, Port(80), "admin", Secret::from("onvif"))
}

fn modify(n: u8, port: u16) -> NvrModifyIpcamRequest {
    let address = Ipv4Addr::new(10, 0, 0, n);
    NvrModifyIpcamRequest::new(id(), camera(n), address, Port(port), "root", Secret::from("new"))
}

async fn bound(bench: &Bench) -> Vec<(u16, DevId)> {
    let Response::NvrQueryIpcam(response) = bench.ask(NvrQueryIpcamRequest::new(id())).await.response else {
        panic!()
    };
    let channels = response.outcome.into_result().unwrap().channels;
    channels.iter().map(|channel| (channel.channel_no, channel.ipcam_dev_id)).collect()
}

/// E-127: a channel takes one camera, the same one again with new data, no other.
#[tokio::test]
async fn binding() {
    let bench = Bench::new(DevType::NVR);
    assert_eq!(bound(&bench).await, []);
    assert_eq!(bench.code(link(2, 1)).await, 0);
    assert_eq!(bench.code(link(0, 2)).await, 0);
    assert_eq!(bound(&bench).await, [(0, camera(2)), (2, camera(1))]);
    assert_eq!(bench.code(link(2, 1).onvif_port(Port(8080))).await, 0);
    assert_eq!(bench.state().bindings.get(&2).map(|bound| bound.onvif.port), Some(Port(8080)));
    bench.refuses(link(2, 3), OTHER, "E-127").await;
    bench.refuses(link(3, 1), OTHER, "R-7.83").await;
    bench.refuses(link(4, 3), NOT_FOUND, "E-15").await;
    bench.refuses(link(3, 3).onvif_port(Port::NONE), OTHER, "R-7.81").await;
}

/// E-128: the channel is found by the camera; an unknown camera changes nothing.
#[tokio::test]
async fn modifying() {
    let bench = Bench::new(DevType::NVR);
    bench.ask(link(1, 1)).await;
    assert_eq!(bench.code(modify(1, 8000)).await, 0);
    let state = bench.state();
    let binding = state.bindings.get(&1).unwrap();
    assert_eq!(binding.address.to_string(), "10.0.0.1");
    assert_eq!((binding.onvif.port, binding.onvif.account.as_str()), (Port(8000), "root"));
    bench.refuses(modify(2, 8000), NOT_FOUND, "E-128").await;
}

/// E-129: camera and policies of the channel go, those of other channels stay; unbound is unbound.
#[tokio::test]
async fn unbinding() {
    let bench = Bench::new(DevType::NVR);
    let hours = || {
        let (from, to): (ClockTime, ClockTime) = ("08:00".parse().unwrap(), "09:00".parse().unwrap());
        vec![WeekPolicy::new(Weekday::MONDAY, from, to)]
    };
    for (channel, n) in [(0, 1), (1, 2)] {
        bench.ask(link(channel, n)).await;
        assert_eq!(bench.code(AddRecordPolicyRequest::new(id(), channel, hours())).await, 0);
    }
    assert_eq!(bench.code(NvrDelIpcamRequest::new(id(), 0_u16)).await, 0);
    assert_eq!(bound(&bench).await, [(1, camera(2))]);
    let policies = async |channel: u16| {
        let answer = bench.ask(QueryRecordPolicyRequest::new(id(), channel)).await;
        xml(&answer.response).matches("<WeekPolicy>").count()
    };
    assert_eq!((policies(0).await, policies(1).await), (0, 1));
    assert_eq!(bench.code(NvrDelIpcamRequest::new(id(), 0_u16)).await, 0);
    bench.refuses(NvrDelIpcamRequest::new(id(), 9_u16), NOT_FOUND, "E-15").await;
}
