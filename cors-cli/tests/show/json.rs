//! JSON, whose schema is in the guide `explain`.

use cors_cli::show::{self, Source};
use expect_test::expect;
use serde_json::{Map, Value};

use crate::by_hand::{REDIRECTED, case, diagnosis, finding, paste, redirected};

#[test]
fn members_and_their_order() {
    let (paste, diagnosis) = redirected();
    let json = show::json(&paste, &diagnosis, Source::Stdin);
    expect![[r#"
        {
          "version": 1,
          "source": "stdin",
          "verdict": "refused",
          "cases": [
            {
              "title": "PUT https://api.example/jobs?access_token=***",
              "count": 1,
              "verdict": "refused",
              "is_preflight_only": false,
              "requests": [],
              "cause": {
                "id": "preflight-redirect",
                "sentence": "the preflight is redirected to `https://login.example/?state=***`, and browsers follow no redirect of a preflight",
                "is_not_cors": false,
                "evidence": [
                  {
                    "label": "a redirect",
                    "line": 7,
                    "column": 3,
                    "start": 161,
                    "end": 179,
                    "text": "HTTP/1.1 302 Found"
                  },
                  {
                    "label": "to a login page",
                    "line": 9,
                    "column": 13,
                    "start": 215,
                    "end": 250,
                    "text": "https://login.example/?state=***"
                  }
                ],
                "remedies": [
                  {
                    "layer": null,
                    "text": "answer OPTIONS before the login, without a redirect",
                    "code": "HTTP/1.1 204 No Content\naccess-control-allow-origin: https://app.example"
                  },
                  {
                    "layer": "nginx",
                    "text": "let OPTIONS pass",
                    "code": "if ($request_method = OPTIONS) {\n    return 204;\n}"
                  }
                ]
              },
              "consequences": [
                {
                  "id": "preflight-origin",
                  "sentence": "the response has no `access-control-allow-origin`",
                  "is_not_cors": false,
                  "evidence": [],
                  "remedies": []
                }
              ],
              "next": [
                {
                  "id": "cookie",
                  "sentence": "browsers do not send `next` to another site",
                  "is_not_cors": false,
                  "evidence": [
                    {
                      "label": "no `SameSite=None`",
                      "line": 10,
                      "column": 15,
                      "start": 265,
                      "end": 294,
                      "text": "next=***; Path=/; HttpOnly"
                    }
                  ],
                  "remedies": []
                }
              ],
              "answered_by": [
                {
                  "layer": "nginx",
                  "line": 8,
                  "column": 3,
                  "start": 182,
                  "end": 202,
                  "text": "Server: nginx/1.27.0"
                }
              ]
            }
          ],
          "assumptions": [
            "the page uses `credentials: \"include\"`, because there is a cookie"
          ],
          "left_out": 0,
          "unread": [],
          "requests": []
        }
    "#]].assert_eq(&json);
}

/// The bytes are those of the paste, and the columns count characters.
#[test]
fn places() {
    let (paste, diagnosis) = redirected();
    let json = show::json(&paste, &diagnosis, Source::Stdin);
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    let place = &json["cases"][0]["cause"]["evidence"][1];
    let offset = |name: &str| place[name].as_u64().and_then(|it| usize::try_from(it).ok());
    let (start, end) = (
        offset("start").expect("a start"),
        offset("end").expect("an end"),
    );
    assert_eq!(
        &REDIRECTED[start..end],
        "https://login.example/?state=5ec7e7"
    );
    assert_eq!(place["text"], "https://login.example/?state=***");
    let before = &REDIRECTED[..start];
    let column = before.len() - before.rfind('\n').expect("a line before");
    assert_eq!(offset("line"), Some(before.lines().count()));
    assert_eq!(offset("column"), Some(column));
}

/// The guide has a row for each member, with its type.
#[test]
fn the_guide_has_every_member() {
    let guide = include_str!("../../../cors-runtime/docs/guide/explain.md");
    let (paste, diagnosis) = redirected();
    let json = show::json(&paste, &diagnosis, Source::Stdin);
    let mut members = Vec::new();
    collect(
        &serde_json::from_str(&json).expect("it is JSON"),
        &mut members,
    );
    members.sort_unstable();
    members.dedup();
    assert!(members.len() > 20, "{members:?}");
    for member in members {
        assert!(
            guide.contains(&format!("| `{member}` |")),
            "the guide lacks `{member}`"
        );
    }
}

fn collect(value: &Value, members: &mut Vec<String>) {
    let empty = Map::new();
    for (name, value) in value.as_object().unwrap_or(&empty) {
        members.push(name.clone());
        collect(value, members);
    }
    for value in value.as_array().into_iter().flatten() {
        collect(value, members);
    }
}

#[test]
fn all_cases() {
    let failing = |number| case(&format!("GET /{number}"), Some(finding("origin", "wrong")));
    let failing = diagnosis((0..30).map(failing).collect());
    let json = show::json(&paste(""), &failing, Source::Stdin);
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["cases"].as_array().map(Vec::len), Some(30));
    assert_eq!(json["verdict"], "refused");
}
