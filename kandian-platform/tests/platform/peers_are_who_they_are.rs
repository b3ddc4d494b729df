use ipnet::IpNet;
use kandian_platform::config::ForwardedHeader;

use super::world::{World, http};

async fn world(proxies: &[&str], header: ForwardedHeader) -> World {
    let proxies: Vec<IpNet> = proxies.iter().map(|net| net.parse().unwrap()).collect();
    World::with(|config| {
        // Whether two requests come from one peer shows in what this limit says.
        config.limits.new_devices_per_address = 1;
        config.device_http.trusted_proxies = proxies;
        config.device_http.forwarded_header = header;
    })
    .await
}

async fn is_taken_in(world: &World, id: u64, head: &str) -> bool {
    let body = format!(
        "<REGISTER_REQ><ManufacturerNo>811</ManufacturerNo><Mode>KD-1</Mode><DevType>1</DevType>\
         <DevID>{id}</DevID><DevKey>K7M2P9Q4</DevKey></REGISTER_REQ>"
    );
    let (_, answer) =
        http(world.platform.device_http(), "POST", "/DeviceRegisterServlet", head, body.as_bytes()).await;
    String::from_utf8(answer).unwrap().contains("<Result>0</Result>")
}

/// Whoever is no proxy of the settings cannot pretend to be somebody else.
#[tokio::test]
async fn strangers_are_not_believed() {
    for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
        let world = world(&["192.0.2.0/24"], header).await;
        assert!(is_taken_in(&world, 811_0000_0001, "X-Forwarded-For: 203.0.113.1\r\n").await);
        for head in [
            "X-Forwarded-For: 203.0.113.2\r\n",
            "X-Forwarded-For: 192.0.2.1\r\n",
            "Forwarded: for=203.0.113.3\r\n",
            "",
        ] {
            assert!(!is_taken_in(&world, 811_0000_0002, head).await, "{head}");
        }
    }
}

/// A proxy is believed, in the header of the settings alone, and what its client wrote before it is not.
#[tokio::test]
async fn proxies_are() {
    let world = world(&["127.0.0.0/8"], ForwardedHeader::XForwardedFor).await;
    assert!(is_taken_in(&world, 811_0000_0001, "X-Forwarded-For: 203.0.113.1\r\n").await);
    assert!(is_taken_in(&world, 811_0000_0002, "X-Forwarded-For: 203.0.113.2\r\n").await);
    for head in [
        "X-Forwarded-For: 203.0.113.1\r\n",
        "X-Forwarded-For: 198.51.100.7, 203.0.113.1\r\n",
        "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.1, 127.0.0.9\r\n",
        "X-Forwarded-For: 203.0.113.2\r\nForwarded: for=198.51.100.7\r\n",
    ] {
        assert!(!is_taken_in(&world, 811_0000_0003, head).await, "{head}");
    }
}

/// The same with the header of RFC 7239.
#[tokio::test]
async fn in_either_header() {
    let world = world(&["127.0.0.1/32"], ForwardedHeader::Forwarded).await;
    assert!(is_taken_in(&world, 811_0000_0001, "Forwarded: for=203.0.113.1;proto=http\r\n").await);
    assert!(is_taken_in(&world, 811_0000_0002, "Forwarded: for=\"[2001:db8::7]:80\"\r\n").await);
    for head in [
        "Forwarded: for=198.51.100.7, for=203.0.113.1\r\n",
        "Forwarded: for=\"[2001:db8::8]\"\r\n",
        "Forwarded: for=203.0.113.1\r\nX-Forwarded-For: 198.51.100.7\r\n",
    ] {
        assert!(!is_taken_in(&world, 811_0000_0003, head).await, "{head}");
    }
}
