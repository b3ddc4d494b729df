use super::nation::{Nation, Place, SHANGHAI, enter, group};
use super::phone::{enveloped, text};
use super::world::http;

async fn ask(place: &Place, path: &str, body: &str) -> String {
    let (status, answer) = http(place.world.platform.http(), "POST", path, "", body.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(status, 200, "{answer}");
    answer
}

fn check(version: &str, cms_url: &str) -> String {
    format!(
        "<MCU_CHECK_VERSION_REQ><MobileTel>18900000001</MobileTel><CmsUrl>{cms_url}</CmsUrl><CmsName>上海</CmsName>\
         <Version>{version}</Version></MCU_CHECK_VERSION_REQ>"
    )
}

const QUERY: &str = "<MCU_QUERY_CMS_REQ><Version>I-1.0</Version></MCU_QUERY_CMS_REQ>";

/// E-39, E-152, E-169: the list has what province platforms reported, and their names; in an envelope and bare.
#[tokio::test(flavor = "multi_thread")]
async fn in_a_list() {
    let nation = Nation::start().await;
    enter(&nation.group, "3300-01", "浙江").await;
    let url = |place: &Place| format!("http://{}/MobileService", place.world.platform.http());
    let entry =
        |name: &str, url: String| format!("<Cms><CmsName>{name}</CmsName><CmsUrl>{url}</CmsUrl></Cms>");
    // The third has not reported, so that nobody could log in there.
    let expected = entry("上海", url(&nation.shanghai)) + &entry("江苏", url(&nation.jiangsu));
    for path in ["/GroupService", "/MobileService", "/cxf/MobileService"] {
        let bare = ask(&nation.group, path, QUERY).await;
        assert!(bare.contains(&format!("<MCU_QUERY_CMS_RES>{expected}</MCU_QUERY_CMS_RES>")), "{bare}");
        let soap = ask(&nation.group, path, &enveloped(QUERY)).await;
        assert!(soap.contains(&expected) && soap.contains("Envelope"), "{soap}");
    }
    // E-169: a province platform lists itself at most, and only when it has a name.
    assert!(!ask(&nation.shanghai, "/MobileService", QUERY).await.contains("<Cms>"));
    let own = nation.shanghai.down().await.with(|config| config.province.name = "上海".to_owned()).up().await;
    let list = ask(&own, "/MobileService", QUERY).await;
    assert!(list.contains(&entry("上海", url(&own))) && !list.contains("江苏"), "{list}");
}

/// E-155, E-165, E-169, E-171: below the minimum 1 and where to get another; any other text is not checked.
#[tokio::test(flavor = "multi_thread")]
async fn and_whether_they_are_too_old() {
    let nation = Nation::start().await;
    let cms = format!("http://{}/MobileService", nation.shanghai.world.platform.http());
    let result = async |version: &str, cms_url: &str| {
        let answer = ask(&nation.group, "/MobileService", &enveloped(&check(version, cms_url))).await;
        let url = answer.contains("UpdateUrl").then(|| text(&answer, "UpdateUrl").to_owned());
        (text(&answer, "Result").to_owned(), url)
    };
    let current = ("0".to_owned(), None);
    assert_eq!(result("A-0.1", &cms).await, current);
    for (from, version, minimum) in [("1.0", "A-1.3", "A-1.2"), ("1.6", "A-3.0", "A-2.5")] {
        let body = format!(
            "{{\"version\":\"{version}\",\"minimum\":\"{minimum}\",\"url\":\"https://dl.example/{version}\"}}"
        );
        let (status, set) =
            nation.group.rest("PUT", &format!("/api/v1/releases/android/{from}"), &body).await;
        assert_eq!(status, 200, "{set}");
    }
    let old = ("1".to_owned(), Some("https://dl.example/A-1.3".to_owned()));
    assert_eq!(result("A-1.1", &cms).await, old);
    assert_eq!(result("A-1.1", "http://nobody.example/").await, old);
    assert_eq!(result("A-1.1.9", &cms).await, old);
    for version in ["A-1.2", "A-1.10", "A-9", "I-0.1", "W-0.1", "beta", "A-", "一"] {
        assert_eq!(result(version, &cms).await, current, "{version}");
    }
    let bare = ask(&nation.group, "/GroupService", &check("A-1.0", &cms)).await;
    assert!(bare.contains("<MCU_CHECK_VERSION_RES><Result>1</Result>"), "{bare}");
    // E-154: a province platform checks no versions; it does not even serve the question.
    let at = nation.shanghai.world.platform.http();
    let (status, fault) =
        http(at, "POST", "/MobileService", "", enveloped(&check("A-0.1", &cms)).as_bytes()).await;
    assert_eq!(status, 500, "{}", String::from_utf8_lossy(&fault));
}

/// The newer platform gets the newer client, and is held to its minimum.
#[tokio::test(flavor = "multi_thread")]
async fn of_the_platform_they_use() {
    let group = group().await;
    let password = enter(&group, SHANGHAI, "上海").await;
    let report = format!(
        "<ADDRESS_REPORT_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>{password}</CmsPassword>\
         <CmsVer>1.6.2</CmsVer><McuUrl>http://new.example/MobileService</McuUrl>\
         <DevUrl>http://new.example/register</DevUrl></ADDRESS_REPORT_REQ>"
    );
    assert_eq!(text(&group.post(&report).await.1, "Result"), "0");
    for (from, version) in [("1.0", "A-1.3"), ("1.6", "A-3.0")] {
        let body = format!(
            "{{\"version\":\"{version}\",\"minimum\":\"{version}\",\"url\":\"https://dl.example/{version}\"}}"
        );
        assert_eq!(group.rest("PUT", &format!("/api/v1/releases/android/{from}"), &body).await.0, 200);
    }
    let result = async |cms_url| text(&group.post(&check("A-2.0", cms_url)).await.1, "Result").to_owned();
    assert_eq!(result("http://new.example/MobileService").await, "1");
    assert_eq!(result("http://old.example/MobileService").await, "0");
}
