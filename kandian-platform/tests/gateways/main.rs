//! Gateways of short messages, over real sockets: an HTTP server that stands for an operator's, named a mock, and a short
//! message centre that is somebody else's work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../platform/camera.rs"]
#[allow(dead_code)]
mod camera;
#[path = "../platform/world.rs"]
#[allow(dead_code)]
mod world;

mod centre;
mod smpp_centres_take_messages;
mod webhooks_take_messages;

use std::time::Duration;

use kandian_platform::service::accounts::{NewAccount, open_account};
use kandian_platform::service::short_messages::send_password;
use kandian_platform::store::{AccountOrigin, MessageState, ShortMessage};

use world::{PATIENCE, World};

const ANNA: &str = "18912345678";

/// Asks for a password for an account, which is opened for that.
async fn ask(world: &World, number: &str) {
    let app = world.platform.app();
    let number = number.parse().unwrap();
    let account = NewAccount { number, password: None, device_limit: 1, origin: AccountOrigin::Admin };
    open_account(&app.store, &app.passwords, account, app.clock.wall()).await.unwrap();
    send_password(app, number, [127, 0, 0, 1].into()).await.unwrap();
}

/// The only message, once it is so far.
async fn until(world: &World, reached: impl Fn(&ShortMessage) -> bool) -> ShortMessage {
    let store = &world.platform.app().store;
    let waiting = async {
        loop {
            let found = store.short_messages(None, None, 2).await.unwrap();
            if let [message] = found.as_slice()
                && reached(message)
            {
                return message.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("a message so far")
}

async fn until_state(world: &World, state: MessageState) -> ShortMessage {
    until(world, |message| message.state == state).await
}

/// Lets a message that is to be tried again be tried now.
fn hurry(world: &World) {
    world.platform.app().clock.jump(60_000);
    world.platform.app().post.wake();
}
