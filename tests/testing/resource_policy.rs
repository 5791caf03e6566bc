//! `Cross-Origin-Resource-Policy`: which pages may embed a resource.

use cors_testing::{Credentials, Load};
use expect_test::expect;

use super::server::{PAGE, Scene};
use cors_test_support::Failures;

#[tokio::test]
async fn resource_policies_block_opaque_responses() {
    const SISTER: &str = "https://www.api.test";
    const OWN: &str = "https://api.test";
    let cases = [
        (PAGE, "same-origin", "image", "response, resource policy"),
        (PAGE, "same-site", "image", "response, resource policy"),
        (PAGE, "cross-origin", "image", "opaque"),
        (PAGE, "SAME-ORIGIN", "image", "opaque"),
        (PAGE, "same-origin, same-site", "image", "opaque"),
        (SISTER, "same-origin", "image", "response, resource policy"),
        (SISTER, "same-site", "image", "opaque"),
        (
            "http://www.api.test",
            "same-site",
            "image",
            "response, resource policy",
        ),
        (OWN, "same-origin", "image", "visible"),
        ("null", "same-site", "image", "response, resource policy"),
        (PAGE, "same-origin", "script", "response, resource policy"),
        // Under CORS it does not count, and a frame is not embedded by it.
        (PAGE, "same-origin", "image under CORS", "visible"),
        (PAGE, "same-origin", "frame", "visible"),
    ];
    let mut failures = Failures::default();
    for (page, policy, kind, expected) in cases {
        let answer = format!(
            "200 | access-control-allow-origin: * | cross-origin-resource-policy: {policy}"
        );
        let scene = Scene::new(page, &[("GET", &answer)]);
        let element = match kind {
            "image" => Load::Image.into(),
            "script" => Load::Script.into(),
            "frame" => Load::Frame.into(),
            _ => Load::Image.cross_origin(Credentials::SameOrigin),
        };
        let found = match scene.browser.load(&scene.server, element, "/").await {
            Ok(seen) if seen.is_opaque() => "opaque",
            Ok(_) => "visible",
            Err(error) => error.step().as_str(),
        };
        failures.compare(|| format!("{page}: {kind}, {policy}"), &expected, &found);
    }
    failures.finish();
}

#[tokio::test]
async fn message_of_a_resource_policy() {
    let answer = "200 | cross-origin-resource-policy: same-origin";
    let scene = Scene::new(PAGE, &[("GET", answer)]);
    let error = scene
        .browser
        .load(&scene.server, Load::Image, "/a.png")
        .await;
    let expected = expect![[r#"
        response, resource policy: the page of `https://app.test` cannot use the response of `https://api.test`, because it has `cross-origin-resource-policy: same-origin`
        help: send `cross-origin-resource-policy: cross-origin`, if every site may embed the resource
        > GET https://api.test/a.png
        < 200 OK"#]];
    expected.assert_eq(&error.expect_err("blocked").to_string());
}
