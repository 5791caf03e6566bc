//! Plots as SVG, which a few rectangles and lines don't need a library for.

use std::fmt::Write;

use crate::contestants::Contestant;
use crate::costs::{Row, Spread};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 70.0;

fn color(contestant: Contestant) -> &'static str {
    match contestant {
        Contestant::Axum => "#8c8c8c",
        Contestant::AxumOneMoreLayer => "#bdbdbd",
        Contestant::ByHand => "#4c78a8",
        Contestant::Ours => "#54a24b",
        Contestant::TowerHttp => "#e45756",
    }
}

fn text(svg: &mut String, [x, y]: [f64; 2], anchor: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        svg,
        r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#
    );
}

fn line(svg: &mut String, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], color: &str) {
    let _ = writeln!(
        svg,
        r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{color}"/>"#
    );
}

fn frame(title: &str, height: f64, inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"20\" font-weight=\"bold\">{title}</text>\n{inside}</svg>\n"
    )
}

/// A bar for each contestant of each row, as long as its ratio to the first, with the middle half
/// of all rounds.
#[must_use]
pub fn bars(title: &str, rows: &[&Row]) -> String {
    const BAR: f64 = 14.0;
    let all = rows.iter().flat_map(|row| &row.ratios);
    let longest = all.map(|(_, ratio)| ratio.upper).fold(0.0, f64::max);
    let scale = (WIDTH - LEFT - RIGHT) / longest;
    let mut svg = String::new();
    let mut y = 36.0;
    for row in rows {
        text(&mut svg, [10.0, y + BAR - 3.0], "start", &row.workload);
        for (contestant, ratio) in &row.ratios {
            y += BAR + 3.0;
            let Spread {
                lower,
                median,
                upper,
            } = ratio;
            let [end, middle] = [LEFT + median * scale, y + BAR / 2.0];
            text(
                &mut svg,
                [LEFT - 8.0, y + BAR - 3.0],
                "end",
                contestant.label(),
            );
            let _ = writeln!(
                svg,
                r#"<rect x="{LEFT}" y="{y:.1}" width="{:.1}" height="{BAR}" fill="{}"/>"#,
                median * scale,
                color(*contestant)
            );
            let whisker = [lower, upper].map(|at| [LEFT + at * scale, middle]);
            line(&mut svg, whisker[0], whisker[1], "black");
            let after = end.max(whisker[1][0]) + 6.0;
            text(
                &mut svg,
                [after, y + BAR - 3.0],
                "start",
                &format!("{median:.2}"),
            );
        }
        y += BAR + 16.0;
    }
    frame(title, y, &svg)
}

/// A line with its name and color: costs by counts, both on logarithmic axes.
#[derive(Debug)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Line {
    pub name: String,
    pub contestant: Contestant,
    pub points: Vec<(f64, f64)>,
}

/// Costs by counts.
#[must_use]
pub fn lines(title: &str, [x_name, y_name]: [&str; 2], lines: &[Line]) -> String {
    const TOP: f64 = 60.0;
    const BOTTOM: f64 = 340.0;
    let left = 80.0;
    let right = WIDTH - 170.0;
    let points = || lines.iter().flat_map(|line| &line.points);
    let decades = |of: fn(&(f64, f64)) -> f64| {
        let logs = || points().map(|point| of(point).log10());
        let low = logs().fold(f64::INFINITY, f64::min).floor();
        let high = logs().fold(f64::NEG_INFINITY, f64::max).ceil();
        (low, high)
    };
    let (x_low, x_high) = decades(|point| point.0);
    let (y_low, y_high) = decades(|point| point.1);
    let at = |x: f64, y: f64| {
        [
            left + (x.log10() - x_low) / (x_high - x_low) * (right - left),
            BOTTOM - (y.log10() - y_low) / (y_high - y_low) * (BOTTOM - TOP),
        ]
    };
    let ticks = |low: f64, high: f64| {
        std::iter::successors(Some(low), |tick| Some(tick + 1.0))
            .take_while(move |&tick| tick <= high)
            .map(|tick| 10_f64.powf(tick))
    };
    let [x_end, y_end] = [10_f64.powf(x_high), 10_f64.powf(y_high)];
    let [x_start, y_start] = [10_f64.powf(x_low), 10_f64.powf(y_low)];
    let mut svg = String::new();
    for tick in ticks(x_low, x_high) {
        line(&mut svg, at(tick, y_start), at(tick, y_end), "#e5e5e5");
        let [x, y] = at(tick, y_start);
        text(&mut svg, [x, y + 16.0], "middle", &format!("{tick}"));
    }
    for tick in ticks(y_low, y_high) {
        line(&mut svg, at(x_start, tick), at(x_end, tick), "#e5e5e5");
        let [x, y] = at(x_start, tick);
        text(&mut svg, [x - 6.0, y + 4.0], "end", &format!("{tick}"));
    }
    text(
        &mut svg,
        [f64::midpoint(left, right), BOTTOM + 34.0],
        "middle",
        x_name,
    );
    text(&mut svg, [10.0, TOP - 16.0], "start", y_name);
    let mut last_label = f64::INFINITY;
    let mut sorted: Vec<&Line> = lines.iter().collect();
    let end_of = |line: &Line| line.points.last().map_or(0.0, |point| point.1);
    sorted.sort_by(|a, b| end_of(a).total_cmp(&end_of(b)));
    for each in sorted {
        let color = color(each.contestant);
        for pair in each.points.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|(x, y)| at(x, y));
            line(&mut svg, from, to, color);
        }
        for &(x, y) in &each.points {
            let [x, y] = at(x, y);
            let _ = writeln!(
                svg,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{color}"/>"#
            );
        }
        if let Some(&(x, y)) = each.points.last() {
            let [x, y] = at(x, y);
            // Names don't stand on each other.
            last_label = (y + 4.0).min(last_label - 14.0);
            text(&mut svg, [x + 8.0, last_label], "start", &each.name);
        }
    }
    frame(title, BOTTOM + 48.0, &svg)
}
