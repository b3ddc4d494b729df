use super::client::{
    CARL, NEXT_SECRET, Order, PATH, SECRET, order, place, send, send_with, signature, world,
};
use super::person::kind;
use super::phone;

fn opening() -> String {
    format!("{{\"operation\":\"open\",\"number\":\"{CARL}\",\"points\":4}}")
}

/// E-188: whatever part of a signed order is changed on the way, it is refused and changes nothing; so is one with the
/// secret of another client, with none, or with a name that is nobody's.
#[tokio::test]
async fn by_who_has_the_secret() {
    let world = world().await;
    let good = order(&world, "order-1", &opening());
    let right = signature(&good, SECRET);
    let changed = [
        Order { client: "other".into(), ..good.clone() },
        Order { client: "nobody".into(), ..good.clone() },
        Order { client: String::new(), ..good.clone() },
        Order { timestamp: (good.timestamp.parse::<i64>().unwrap() + 1).to_string(), ..good.clone() },
        Order { timestamp: String::new(), ..good.clone() },
        Order { key: "order-2".into(), ..good.clone() },
        Order { target: format!("{PATH}?x=1"), ..good.clone() },
        Order { body: good.body.replace("4}", "9}"), ..good.clone() },
        Order { body: format!("{} ", good.body), ..good.clone() },
    ];
    for order in &changed {
        let answer = send_with(&world, order, &right).await;
        assert_eq!(kind(&answer), (401, "not_authentic"), "{}", order.body);
    }
    for wrong in [
        "",
        "v1=",
        "v1=00",
        &right[3..],
        &right.to_uppercase(),
        &signature(&good, "another secret that is long enough"),
    ] {
        assert_eq!(kind(&send_with(&world, &good, wrong).await), (401, "not_authentic"), "{wrong}");
    }
    // A token of an administrator is no signature either.
    assert_eq!(kind(&world.rest("POST", PATH, &good.body).await), (401, "not_authentic"));
    let account = format!("/api/v1/accounts/{CARL}");
    assert_eq!(world.rest("GET", &account, "").await.0, 404);
    // Either secret counts while they are replaced.
    assert_eq!(send_with(&world, &good, &signature(&good, NEXT_SECRET)).await.0, 201);
    assert_eq!(world.rest("GET", &account, "").await.1["origin"], "crm");
    let (_, audit) = world.rest("GET", "/api/v1/audit", "").await;
    assert_eq!(audit["audit"][0]["actor"], "crm:billing");
    assert_eq!(audit["audit"][0]["action"], "account.open");
}

/// The clock of a client may be five minutes off, and no more; it goes by the time of day.
#[tokio::test]
async fn within_five_minutes() {
    let world = world().await;
    let at = |secs: i64| {
        let mut order = order(&world, &format!("order{secs}"), &opening());
        order.timestamp = (order.timestamp.parse::<i64>().unwrap() + secs).to_string();
        order
    };
    for (secs, status) in [(-310, 401), (310, 401), (-290, 201), (290, 409)] {
        assert_eq!(send(&world, &at(secs)).await.0, status, "{secs}");
    }
    for odd in ["now", "-9223372036854775808", "99999999999999999999", "1e9"] {
        let order = Order { timestamp: odd.into(), ..at(0) };
        assert_eq!(kind(&send(&world, &order).await), (401, "not_authentic"), "{odd}");
    }
    let old = at(0);
    world.platform.app().clock.jump(301_000);
    assert_eq!(send(&world, &old).await.0, 401);
}

/// What is signed and is no order is refused with what is wrong about it.
#[tokio::test]
async fn and_is_an_order() {
    let world = world().await;
    for body in [
        "",
        "[]",
        "{}",
        "{\"operation\":\"burn\",\"number\":\"18912345680\"}",
        "{\"operation\":\"open\",\"number\":\"18912345680\"}",
        "{\"operation\":\"open\",\"number\":\"12\",\"points\":1}",
        "{\"operation\":\"open\",\"number\":\"18912345680\",\"points\":-1}",
        "{\"operation\":\"open\",\"number\":\"18912345680\",\"points\":10001}",
        "{\"operation\":\"open\",\"number\":\"18912345680\",\"points\":1,\"admin\":true}",
        "{\"operation\":\"suspend\",\"number\":\"18912345680\",\"points\":1}",
        "{\"operation\":\"open\",\"number\":\"' OR 1=1 --\",\"points\":1}",
    ] {
        assert_eq!(kind(&place(&world, "k", body).await), (422, "invalid_input"), "{body}");
    }
    for key in ["", " ", "a b", "schlüssel", &"k".repeat(65), "a/b"] {
        let answer = place(&world, key, &opening()).await;
        assert!([401, 422].contains(&answer.0), "{key}: {}", answer.1);
    }
    let long = format!("{}{}", opening(), " ".repeat(17 << 10));
    assert_eq!(place(&world, "k", &long).await.0, 413);
    assert_eq!(place(&world, "k", &opening()).await.0, 201);
}

/// Who has not set it up has no such interface.
#[tokio::test]
async fn where_it_is_switched_on() {
    let world = phone::world().await;
    assert_eq!(kind(&place(&world, "k", &opening()).await), (404, "no_crm"));
}
