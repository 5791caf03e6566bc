//! Growth as a picture.

use std::fmt::Write as _;

/// A name, and handlers with the seconds of plain axum and of `#[cors]`.
pub(crate) type Curves = (String, Vec<(f64, f64, f64)>);

type Seconds = fn(&(f64, f64, f64)) -> f64;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 50.0;
const TOP: f64 = 30.0;

/// One panel for each command, from no handlers and no seconds.
pub(crate) fn growth(panels: &[Curves]) -> String {
    let mut drawn = String::new();
    for (index, (command, points)) in (0_u8..).zip(panels) {
        let left = LEFT + f64::from(index) * (WIDTH + 70.0);
        panel(&mut drawn, left, command, points);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 790 300\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"790\" height=\"300\" fill=\"white\"/>\n{drawn}</svg>\n"
    )
}

fn panel(drawn: &mut String, left: f64, command: &str, points: &[(f64, f64, f64)]) {
    let most = points.iter().fold((1.0, 1.0), |most: (f64, f64), point| {
        (most.0.max(point.0), most.1.max(point.1).max(point.2))
    });
    let bottom = TOP + HEIGHT;
    let x = |handlers: f64| left + handlers / most.0 * WIDTH;
    let y = |seconds: f64| bottom - seconds / most.1 * HEIGHT;
    let _ = writeln!(
        drawn,
        "<text x=\"{left:.0}\" y=\"18\">{command}: seconds by handlers</text>\n\
         <path d=\"M{left:.0} {TOP}V{bottom:.0}H{:.0}\" fill=\"none\" stroke=\"black\"/>",
        left + WIDTH
    );
    for (handlers, _, _) in points {
        let _ = writeln!(
            drawn,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{handlers}</text>",
            x(*handlers),
            bottom + 18.0
        );
    }
    let _ = writeln!(
        drawn,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{:.1}</text>",
        left - 5.0,
        TOP + 5.0,
        most.1
    );
    let curves: [(&str, &str, Seconds); 2] = [
        ("plain axum", "#555", |point| point.1),
        ("#[cors]", "#c40", |point| point.2),
    ];
    for (row, (label, color, seconds)) in (0_u8..).zip(curves) {
        let line: Vec<String> = points
            .iter()
            .map(|point| format!("{:.1},{:.1}", x(point.0), y(seconds(point))))
            .collect();
        let _ = writeln!(
            drawn,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n\
             <text x=\"{:.0}\" y=\"{:.0}\" fill=\"{color}\">{label}</text>",
            line.join(" "),
            left + 12.0,
            TOP + 14.0 + f64::from(row) * 16.0
        );
        for point in line {
            if let Some((x, y)) = point.split_once(',') {
                let _ = writeln!(
                    drawn,
                    "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{color}\"/>"
                );
            }
        }
    }
}
