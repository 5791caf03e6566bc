//! A diagnosis for a program.

use serde::Serialize;

use crate::diagnosis::{Answerer, Case, Diagnosis, Evidence, Finding, Remedy};
use crate::exchange::{Exchange, Paste, Span};
use crate::show::names;
use crate::show::source::Source;
use crate::show::view::{View, printable};

/// The version of the schema. It grows when a member is removed or changes its meaning.
const VERSION: u32 = 1;

/// Writes a diagnosis as JSON, with a newline at its end.
///
/// The guide [`explain`](https://docs.rs/cors-runtime/latest/cors_runtime/guide/explain/index.html#json)
/// has the schema.
#[must_use]
pub fn json(paste: &Paste, diagnosis: &Diagnosis, source: Source<'_>) -> String {
    let view = View::new(paste, source);
    let report = Report {
        version: VERSION,
        source: &view.name,
        verdict: names::of_verdict(diagnosis.verdict()),
        cases: diagnosis.cases.iter().map(|it| case(&view, it)).collect(),
        assumptions: diagnosis
            .assumptions
            .iter()
            .map(|it| printable(it))
            .collect(),
        left_out: paste.left_out,
        unread: paste.unread.iter().map(|it| place(&view, it)).collect(),
        requests: paste.exchanges.iter().map(request).collect(),
    };
    let mut json = serde_json::to_string_pretty(&report).unwrap_or_default();
    json.push('\n');
    json
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    source: &'a str,
    verdict: &'static str,
    cases: Vec<CaseJson>,
    assumptions: Vec<String>,
    left_out: usize,
    unread: Vec<PlaceJson>,
    requests: Vec<RequestJson>,
}

#[derive(Serialize)]
struct CaseJson {
    title: String,
    count: usize,
    verdict: &'static str,
    is_preflight_only: bool,
    requests: Vec<usize>,
    cause: Option<FindingJson>,
    consequences: Vec<FindingJson>,
    next: Vec<FindingJson>,
    answered_by: Vec<AnswererJson>,
}

#[derive(Serialize)]
struct FindingJson {
    id: &'static str,
    sentence: String,
    is_not_cors: bool,
    evidence: Vec<EvidenceJson>,
    remedies: Vec<RemedyJson>,
}

#[derive(Serialize)]
struct EvidenceJson {
    label: String,
    #[serde(flatten)]
    place: PlaceJson,
}

#[derive(Serialize)]
struct AnswererJson {
    layer: &'static str,
    #[serde(flatten)]
    place: PlaceJson,
}

#[derive(Serialize)]
struct PlaceJson {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    /// In bytes, from 0.
    start: usize,
    end: usize,
    /// The first line of it.
    text: String,
}

#[derive(Serialize)]
struct RemedyJson {
    layer: Option<&'static str>,
    text: String,
    code: Option<String>,
}

#[derive(Serialize)]
struct RequestJson {
    purpose: &'static str,
    method: Option<String>,
    url: Option<String>,
    status: Option<u16>,
    failure: Option<&'static str>,
}

fn case(view: &View<'_>, case: &Case) -> CaseJson {
    let findings = |found: &[Finding]| found.iter().map(|it| finding(view, it)).collect();
    CaseJson {
        title: printable(&case.title),
        count: case.count,
        verdict: names::of_verdict(case.verdict),
        is_preflight_only: case.is_preflight_only,
        requests: case.exchanges.clone(),
        cause: case.cause.as_ref().map(|it| finding(view, it)),
        consequences: findings(&case.consequences),
        next: findings(&case.next),
        answered_by: case
            .answered_by
            .iter()
            .map(|it| answerer(view, it))
            .collect(),
    }
}

fn finding(view: &View<'_>, finding: &Finding) -> FindingJson {
    FindingJson {
        id: finding.id,
        sentence: printable(&finding.sentence),
        is_not_cors: finding.is_not_cors,
        evidence: finding
            .evidence
            .iter()
            .map(|it| evidence(view, it))
            .collect(),
        remedies: finding.remedies.iter().map(remedy).collect(),
    }
}

fn evidence(view: &View<'_>, evidence: &Evidence) -> EvidenceJson {
    EvidenceJson {
        label: printable(&evidence.label),
        place: place(view, &evidence.at),
    }
}

fn answerer(view: &View<'_>, answerer: &Answerer) -> AnswererJson {
    AnswererJson {
        layer: names::of_layer(answerer.layer),
        place: place(view, &answerer.at),
    }
}

fn place(view: &View<'_>, at: &Span) -> PlaceJson {
    let at = view.places.clamp(at);
    PlaceJson {
        line: view.places.line_of(at.start) + 1,
        column: view.places.column_of(at.start),
        text: view.quote(&at),
        start: at.start,
        end: at.end,
    }
}

fn remedy(remedy: &Remedy) -> RemedyJson {
    // Lines are kept.
    let code = |code: &String| code.lines().map(printable).collect::<Vec<_>>().join("\n");
    RemedyJson {
        layer: remedy.layer.map(names::of_layer),
        text: printable(&remedy.text),
        code: remedy.code.as_ref().map(code),
    }
}

fn request(exchange: &Exchange) -> RequestJson {
    let request = exchange.request.as_ref();
    let response = exchange.response.as_ref();
    let url = request.map(|it| {
        it.url
            .as_ref()
            .map_or(it.target.as_str(), |url| url.value.as_str())
    });
    RequestJson {
        purpose: names::of_purpose(exchange.purpose).0,
        method: request.map(|it| printable(&it.method.value)),
        url: url.map(printable),
        status: response
            .and_then(|it| it.status.as_ref())
            .map(|it| it.value),
        failure: exchange
            .failure
            .as_ref()
            .map(|it| names::of_failure(it.kind)),
    }
}
