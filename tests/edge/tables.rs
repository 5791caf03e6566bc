//! Tables that only have to pass the program's own check.

use cors_edge::{Edge, Options};
use serde_json::{Value, json};

use super::exported;
use super::program::{Checked, Kind};

/// A row with these values in place of common ones.
fn row(values: &Value) -> Value {
    let mut row = json!({
        "path": "/", "methods": ["GET", "PUT"], "handler": "api::handler", "file": "src/api.rs", "line": 1,
        "origins": ["https://app.example"], "headers": ["content-type"], "expose_headers": ["etag"],
        "max_age": 600, "credentials": true, "enforce": false, "writes_refused": true,
    });
    for (key, value) in values.as_object().expect("an object") {
        row[key] = value.clone();
    }
    row
}

fn test(edge: Edge, kind: Kind, name: &str, rows: &[Value]) {
    let Some(program) = kind.find() else {
        return;
    };
    let table = json!({ "version": 1, "handlers": rows, "plain": [] }).to_string();
    let table = table.parse().expect("a table");
    let configuration = exported(edge, &table, &Options::default());
    drop(Checked::new(kind, program, name, &configuration));
}

/// Texts that mean something in the configuration of some edge, or in a regular expression.
pub(crate) fn test_any_text(edge: Edge, kind: Kind) {
    let texts = r#"' " ` \ \\ # ; {{ }} {{x}} {{http.host}} {$HOME} $host ${x} %[src] %REQ(a)% \n [ ] ( | * + ? ^ . é"#;
    let mut rows: Vec<Value> = texts
        .split(' ')
        .map(|text| row(&json!({ "path": format!("/x{text}"), "handler": text, "file": text })))
        .collect();
    rows.push(row(
        &json!({ "path": "/lines", "handler": "a\n}\r\nb", "file": "a\nb" }),
    ));
    let names = ["x-!#%&'+.^_`|~a", "x-!#%&'+.^_`|~-*"];
    rows.push(row(
        &json!({ "path": "/headers", "headers": names, "expose_headers": [names[0]] }),
    ));
    test(edge, kind, "text", &rows);
}

/// More handlers, origins and headers than an application has.
pub(crate) fn test_large(edge: Edge, kind: Kind) {
    let mut rows: Vec<Value> = (0..200)
        .map(|number| {
            let origin = format!("https://{number}.app.example");
            row(&json!({ "path": format!("/api/v1/{number}/{{id}}"), "origins": [origin, "https://*.b.example"] }))
        })
        .collect();
    let origins: Vec<String> = (0..500)
        .map(|number| format!("https://tenant-{number}.example"))
        .collect();
    rows.push(row(&json!({ "path": "/tenants", "origins": origins })));
    let headers: Vec<String> = (0..60).map(|number| format!("x-header-{number}")).collect();
    rows.push(row(&json!({ "path": "/headers", "headers": headers })));
    test(edge, kind, "large", &rows);
}
