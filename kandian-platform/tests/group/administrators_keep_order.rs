use super::cameras_find_their_province::{add, owner};
use super::device::{boots, redirect};
use super::nation::{Nation, SHANGHAI, enter, group};
use super::phone::{ANNA, BERT, CAMERA, KEY, session};

/// E-33, E-34: an administrator releases a device, or gives it to another province; it is on record who did.
#[tokio::test(flavor = "multi_thread")]
async fn devices_are_released_and_moved() {
    let nation = Nation::start().await;
    nation.shanghai.open(ANNA, 4).await;
    nation.jiangsu.open(BERT, 4).await;
    let anna = session(&nation.shanghai.world, ANNA).await;
    let bert = session(&nation.jiangsu.world, BERT).await;
    let group = &nation.group;
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    assert_eq!(add(&nation.shanghai.world, ANNA, &anna, CAMERA, KEY).await, "0");
    let at_shanghai = boots(&group.world, CAMERA).await;
    let place = format!("/api/v1/enrolments/{CAMERA}");
    let (_, record) = group.rest("GET", &place, "").await;
    assert_eq!((&record["state"], &record["province"]), (&"redirected".into(), &SHANGHAI.into()));
    assert!(!record.to_string().contains(KEY));
    let (status, record) = group.rest("POST", &format!("{place}/release"), "").await;
    assert_eq!((status, &record["state"]), (200, &"unclaimed".into()));
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    assert_eq!(add(&nation.jiangsu.world, BERT, &bert, CAMERA, KEY).await, "0");
    assert_ne!(boots(&group.world, CAMERA).await, at_shanghai);
    let move_to = async |id: &str, province: &str| {
        let body = format!("{{\"province\":\"{province}\"}}");
        group.rest("PUT", &format!("/api/v1/enrolments/{id}/province"), &body).await.0
    };
    assert_eq!(move_to(CAMERA, SHANGHAI).await, 200);
    assert_eq!(boots(&group.world, CAMERA).await, at_shanghai);
    assert_eq!(owner(&nation, CAMERA).await.as_deref(), Some(SHANGHAI));
    assert_eq!((move_to(CAMERA, "9900-01").await, move_to(CAMERA, "0000-00").await), (422, 422));
    assert_eq!((move_to("81100000009", SHANGHAI).await, move_to(CAMERA, "3100").await), (404, 422));
    // Lists by province and state, without a device whose key looks like a province.
    assert_eq!(redirect(&group.world, "81100000002", "3100-01 x").await.0, 401);
    let listed = async |query: &str| {
        let (status, list) = group.rest("GET", &format!("/api/v1/enrolments?{query}"), "").await;
        assert_eq!(status, 200, "{list}");
        list["enrolments"].as_array().unwrap().iter().map(|r| r["device"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(listed("province=3100-01").await, [format!("\"{CAMERA}\"")]);
    assert_eq!(listed("state=unclaimed").await, ["\"81100000002\""]);
    assert_eq!(listed("limit=1").await.len() + listed(&format!("after={CAMERA}")).await.len(), 2);
    let (_, audit) = group.rest("GET", "/api/v1/audit", "").await;
    let audit = audit.to_string();
    // The one move that changed something, and no other.
    assert_eq!(
        (audit.matches("enrolment.release").count(), audit.matches("enrolment.assign").count()),
        (1, 1)
    );
    // A province platform is not taken off while devices belong to it.
    assert_eq!(group.rest("DELETE", "/api/v1/provinces/3100-01", "").await.0, 409);
    assert_eq!(group.rest("DELETE", "/api/v1/provinces/3200-01", "").await.0, 204);
    assert_eq!(group.rest("DELETE", "/api/v1/provinces/3200-01", "").await.0, 404);
}

/// a province platform that is off the record, or has another password, is told so.
#[tokio::test(flavor = "multi_thread")]
async fn province_platforms_come_and_go() {
    let group = group().await;
    let first = enter(&group, SHANGHAI, "上海").await;
    let call = |password: &str| {
        format!(
            "<SERVICE_CANCEL_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>{password}</CmsPassword>\
             <MobileTel>{ANNA}</MobileTel></SERVICE_CANCEL_REQ>"
        )
    };
    let result = async |password: &str| {
        let (_, answer) = group.post(&call(password)).await;
        super::phone::text(&answer, "Result").to_owned()
    };
    assert_eq!(result(&first).await, "3");
    let (status, made) = group.rest("POST", "/api/v1/provinces/3100-01/password", "").await;
    let second = made["password"].as_str().unwrap();
    assert_eq!((status, result(&first).await, result(second).await), (200, "2".to_owned(), "3".to_owned()));
    let (status, renamed) = group.rest("PATCH", "/api/v1/provinces/3100-01", "{\"name\":\"沪\"}").await;
    assert_eq!((status, &renamed["name"]), (200, &"沪".into()));
    for body in [
        "{\"id\":\"3100-01\",\"name\":\"again\"}",
        "{\"id\":\"310000-01\",\"name\":\"x\"}",
        "{\"id\":\"0000-00\",\"name\":\"own\"}",
        "{\"id\":\"3300-01\",\"name\":\" \"}",
        "{\"id\":\"3300-01\",\"name\":\"x\",\"password\":\"short\"}",
    ] {
        let (status, problem) = group.rest("POST", "/api/v1/provinces", body).await;
        assert!(status == 409 || status == 422, "{body}: {problem}");
    }
    assert_eq!(group.rest("DELETE", "/api/v1/provinces/3100-01", "").await.0, 204);
    assert_eq!(result(second).await, "1");
    let (_, list) = group.rest("GET", "/api/v1/provinces", "").await;
    assert_eq!(list["provinces"].as_array().map(Vec::len), Some(0));
    // A province platform has no province platforms.
    let nation = Nation::start().await;
    assert_eq!(nation.shanghai.rest("GET", "/api/v1/provinces", "").await.0, 404);
    assert_eq!(nation.shanghai.rest("GET", "/api/v1/enrolments", "").await.0, 404);
}

/// E-26: whoever comes first with a device's number does not keep the device out for ever; a key may also be known before.
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_put_right() {
    let nation = Nation::start().await;
    let group = &nation.group;
    nation.shanghai.open(ANNA, 4).await;
    let anna = session(&nation.shanghai.world, ANNA).await;
    assert_eq!(redirect(&group.world, CAMERA, "SQUATTER").await.0, 401);
    assert_eq!(boots(&group.world, CAMERA).await, "255");
    let set = async |id: &str, key: &str| {
        let body = format!("{{\"key\":\"{key}\"}}");
        let (status, record) = group.rest("PUT", &format!("/api/v1/enrolments/{id}/key"), &body).await;
        assert!(!record.to_string().contains(KEY), "{record}");
        status
    };
    assert_eq!(
        (set(CAMERA, KEY).await, set("81100000002", KEY).await, set(CAMERA, "").await),
        (200, 200, 422)
    );
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    for device in [CAMERA, "81100000002"] {
        assert_eq!(add(&nation.shanghai.world, ANNA, &anna, device, KEY).await, "0");
    }
    assert_eq!(owner(&nation, "81100000002").await.as_deref(), Some(SHANGHAI));
    let (_, audit) = group.rest("GET", "/api/v1/audit", "").await;
    assert!(audit.to_string().contains("enrolment.key") && !audit.to_string().contains(KEY), "{audit}");
}
