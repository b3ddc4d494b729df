use kandian_proto::session::device::{Config, Device, Event, Obstacle, Restart, Saved};
use kandian_proto::session::{Exchange, HttpAnswer, Input, Output, Server, Ticket, TimerKind};
use kandian_proto::time::Millis;
use kandian_proto::value::RedirectResult;

use super::world::{
    Delivery, Entry, GROUP, PROVINCE, Script, World, config, moment, not_redirected, redirected,
};

fn fresh() -> Config {
    let mut config = config();
    config.province_url = None;
    config.group_url = Some(GROUP.parse().unwrap());
    config
}

fn exchanges(world: &World) -> Vec<Exchange> {
    world.pick(|e| match e {
        Entry::Http(exchange) => Some(*exchange),
        _ => None,
    })
}

fn saved() -> Saved {
    let stun = |host: &str| Server { host: host.parse().unwrap(), port: 3478 };
    Saved {
        province_url: Some(PROVINCE.parse().unwrap()),
        stun_servers: vec![stun("stun.example"), stun("stun2.example")],
    }
}

/// redirect, save, register, E-31: the STUN servers are saved as well.
#[test]
fn and_registers_with_the_province() {
    let mut world = World::new(fresh(), Script::default(), Delivery::Whole);
    world.run_for(1);
    assert_eq!(exchanges(&world), [Exchange::Redirect, Exchange::Register]);
    assert!(world.log.iter().any(|(_, e)| *e == Entry::Device(Event::Save(saved()))));
    assert!(world.device.is_online());
}

/// a manual address: a saved one. The group platform is not asked, over ten restarts.
#[test]
fn not_when_a_province_is_known() {
    let mut with_saved = fresh();
    with_saved.saved = saved();
    let mut manual = fresh();
    manual.province_url = Some(PROVINCE.parse().unwrap());
    for config in [with_saved, manual] {
        let mut world = World::new(config, Script::default(), Delivery::Whole);
        for _ in 0..10 {
            world.run_for(60);
            let now = world.moment();
            world.device.restart(now, Restart::Reboot);
        }
        world.run_for(60);
        assert_eq!(exchanges(&world), [Exchange::Register; 11]);
    }
}

/// E-29, E-27: one request per start, whatever the failure; a restart permits one more.
#[test]
fn once_per_start() {
    type Answer = fn() -> Option<(u16, Vec<u8>)>;
    let cases: [(Answer, Obstacle); 6] = [
        (|| None, Obstacle::NoAnswer),
        (|| Some((401, Vec::new())), Obstacle::NotAssigned),
        (|| Some((401, not_redirected(RedirectResult(1)))), Obstacle::NotAssigned),
        (|| Some((200, not_redirected(RedirectResult(1)))), Obstacle::NotAssigned),
        (|| Some((200, not_redirected(RedirectResult(255)))), Obstacle::Redirect(RedirectResult(255))),
        (|| Some((302, Vec::new())), Obstacle::Status(302)),
    ];
    for (answer, obstacle) in cases {
        let script = Script { redirect: Box::new(answer), ..Script::default() };
        let mut world = World::new(fresh(), script, Delivery::Whole);
        world.run_for(3600);
        assert_eq!(exchanges(&world), [Exchange::Redirect]);
        let told = Entry::Device(Event::Unassigned(obstacle.clone()));
        assert!(world.log.iter().any(|(_, e)| *e == told), "{obstacle:?}: {:?}", world.log);
        let now = world.moment();
        world.device.restart(now, Restart::Reboot);
        world.run_for(3600);
        assert_eq!(exchanges(&world), [Exchange::Redirect; 2]);
    }
}

/// E-30: a reset erases the saved address, and the group platform is asked again; a reboot does not.
#[test]
fn again_after_a_reset() {
    let mut world = World::new(fresh(), Script::default(), Delivery::Whole);
    world.run_for(60);
    world.log.clear();
    let now = world.moment();
    world.device.restart(now, Restart::Reset);
    world.run_for(60);
    assert_eq!(exchanges(&world), [Exchange::Redirect, Exchange::Register]);
    let saves = world.pick(|e| match e {
        Entry::Device(Event::Save(saved)) => Some(saved.clone()),
        _ => None,
    });
    assert_eq!(saves, [Saved::default(), saved()]);
    assert!(world.device.is_online());
}

/// an address that somebody wrote into the device is kept through a reset, until it is taken away; the
/// group platform is asked once none is left.
#[test]
fn again_after_a_manual_address_is_taken_away() {
    let mut config = fresh();
    config.province_url = Some(PROVINCE.parse().unwrap());
    let mut world = World::new(config, Script::default(), Delivery::Whole);
    world.run_for(60);
    let now = world.moment();
    world.device.restart(now, Restart::Reset);
    world.run_for(60);
    assert_eq!(exchanges(&world), [Exchange::Register; 2]);
    world.device.set_province_url(None);
    let now = world.moment();
    world.device.restart(now, Restart::Reset);
    world.run_for(60);
    assert_eq!(exchanges(&world)[2..], [Exchange::Redirect, Exchange::Register]);
}

/// The answer to an exchange of an earlier start is not taken for that of the present one.
#[test]
fn and_reads_no_answer_to_an_earlier_question() {
    let mut device = Device::new(fresh(), moment(Millis(0)));
    let asked = |device: &mut Device| -> Vec<Ticket> {
        let mut tickets = Vec::new();
        loop {
            match device.poll_output() {
                Output::Http(request) => tickets.push(request.ticket),
                Output::Timeout(_) => return tickets,
                _ => {}
            }
        }
    };
    let first = asked(&mut device);
    device.restart(moment(Millis(5)), Restart::Reboot);
    let second = asked(&mut device);
    assert_eq!((first.len(), second.len()), (1, 1));
    let body = not_redirected(RedirectResult(255));
    let late = HttpAnswer { ticket: first[0], status: Some(200), body: &body };
    device.handle_input(moment(Millis(6)), Input::HttpAnswer(late));
    assert_eq!(device.poll_output(), Output::Timeout(Some((Millis(30_005), TimerKind::HttpAnswer))));
    let body = redirected();
    let answer = HttpAnswer { ticket: second[0], status: Some(200), body: &body };
    device.handle_input(moment(Millis(7)), Input::HttpAnswer(answer));
    assert_eq!(asked(&mut device).len(), 1, "registers");
}
