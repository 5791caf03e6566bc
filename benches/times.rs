//! Times per request, of everyone side by side: in each round everyone answers one batch, in an
//! order that rotates, so that whatever else the machine does meets all of them alike. What is
//! reported are ratios within a round, with the middle half of all rounds.
//!
//! Criterion measures one benchmark after the other, and a busy minute would be one contestant's.

use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use cors_benches::contestants::{Contestant, SET};
use cors_benches::costs::{Costs, Results, Row, Spread, Verdict};
use cors_benches::limits::{of_replacing, of_times};
use cors_benches::workloads::{Asked, Group, Workload, groups, hundred_thousand, over_loopback};
use cors_benches::{page, service};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{self, Runtime};

const ROUNDS: usize = 500;
/// How long a batch takes about.
const BATCH: Duration = Duration::from_micros(200);
const BATCH_OVER_LOOPBACK: u32 = 20;

fn main() -> ExitCode {
    let mut rounds = vec![Costs::default(); ROUNDS];
    let mut results = Results::default();
    for group in groups() {
        let mut cases = cases(&group, InProcess::new);
        measure(&mut cases, &mut rounds);
        results.rows.extend(rows(&group, &rounds));
    }
    let group = over_loopback();
    let runtime = runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a runtime");
    let mut cases = cases(&group, |app, asked| OverLoopback::new(&runtime, app, asked));
    measure(&mut cases, &mut rounds);
    results.rows.extend(rows(&group, &rounds));

    results.verdicts = of_times()
        .iter()
        .map(|limit| limit.judge(&rounds))
        .collect();
    results.verdicts.extend(replacing());
    page::finish(vec![("times", results)])
}

struct Case<C> {
    workload: String,
    contestant: Contestant,
    client: C,
}

/// Who sends the requests of one workload to one contestant.
trait Client {
    /// The time of one request, as the mean of a batch.
    fn batch(&mut self) -> Duration;
}

fn cases<C>(group: &Group, client: impl Fn(&Router, &Asked) -> C) -> Vec<Case<C>> {
    let mut cases = Vec::new();
    for workload in &group.workloads {
        for (contestant, app) in &workload.apps {
            cases.push(Case {
                workload: workload.name.clone(),
                contestant: *contestant,
                client: client(app, &workload.asked),
            });
        }
    }
    cases
}

fn measure(cases: &mut [Case<impl Client>], rounds: &mut [Costs]) {
    for (number, costs) in rounds.iter_mut().enumerate() {
        for offset in 0..cases.len() {
            let at = (number + offset) % cases.len();
            let case = &mut cases[at];
            let nanoseconds = case.client.batch().as_secs_f64() * 1e9;
            costs.insert(&case.workload, case.contestant, nanoseconds);
        }
    }
}

fn rows(group: &Group, rounds: &[Costs]) -> Vec<Row> {
    let row = |workload: &Workload| {
        let name = &workload.name;
        let first = workload.apps[0].0;
        let spread = |of: &dyn Fn(&Costs, Contestant) -> f64| {
            let contestants = workload.apps.iter().map(|(contestant, _)| *contestant);
            contestants
                .map(|who| (who, Spread::of(rounds.iter().map(|costs| of(costs, who)))))
                .collect()
        };
        Row {
            group: group.title.to_owned(),
            workload: name.clone(),
            costs: spread(&|costs, who| costs.of(name, who)),
            ratios: spread(&|costs, who| costs.of(name, who) / costs.of(name, first)),
        }
    };
    group.workloads.iter().map(row).collect()
}

struct InProcess {
    app: Router,
    asked: Asked,
    requests: u32,
}

impl InProcess {
    fn new(app: &Router, asked: &Asked) -> Self {
        let mut client = Self {
            app: app.clone(),
            asked: asked.clone(),
            requests: 8,
        };
        // The first requests fill what axum and the allocator keep.
        client.batch();
        let one = client.batch().as_nanos().max(1);
        let requests = u32::try_from(BATCH.as_nanos() / one).unwrap_or(u32::MAX);
        client.requests = requests.clamp(2, 400);
        client
    }
}

impl Client for InProcess {
    fn batch(&mut self) -> Duration {
        let requests: Vec<Request> = (0..self.requests).map(|_| self.asked.request()).collect();
        let start = Instant::now();
        service::call_all(&mut self.app, requests.into_iter());
        start.elapsed() / self.requests
    }
}

/// A server of its own, and one connection that is kept alive. Both ends share one thread: with
/// two, the scheduler's choice of cores weighs more than everything that is measured here.
struct OverLoopback<'a> {
    runtime: &'a Runtime,
    connection: BufReader<TcpStream>,
    request: String,
}

impl<'a> OverLoopback<'a> {
    fn new(runtime: &'a Runtime, app: &Router, asked: &Asked) -> Self {
        let app = app.clone();
        let connection = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let addr = listener.local_addr()?;
            runtime.spawn(async { axum::serve(listener, app).await });
            let connection = TcpStream::connect(addr).await?;
            connection.set_nodelay(true)?;
            io::Result::Ok(connection)
        });
        let mut client = Self {
            runtime,
            connection: BufReader::new(connection.expect("a server")),
            request: asked.text(),
        };
        client.batch();
        client
    }
}

impl Client for OverLoopback<'_> {
    fn batch(&mut self) -> Duration {
        let start = Instant::now();
        let sent = self.runtime.block_on(async {
            for _ in 0..BATCH_OVER_LOOPBACK {
                send(&mut self.connection, &self.request).await?;
            }
            io::Result::Ok(())
        });
        sent.expect("the server answers");
        start.elapsed() / BATCH_OVER_LOOPBACK
    }
}

async fn send(connection: &mut BufReader<TcpStream>, request: &str) -> io::Result<()> {
    connection.write_all(request.as_bytes()).await?;
    let mut length = 0;
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if connection.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim_end().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    Ok(())
}

/// How long `OriginSet::replace` takes, and what a look-up takes meanwhile against just before.
fn replacing() -> [Verdict; 2] {
    const ROUNDS: usize = 15;
    let origins = hundred_thousand();
    SET.replace(&origins).expect("good origins");
    let look_up = || {
        let start = Instant::now();
        for origin in origins.iter().step_by(1000) {
            assert!(SET.contains(origin));
        }
        start.elapsed().as_secs_f64()
    };
    let (seconds, lookups): (Vec<f64>, Vec<f64>) = (0..ROUNDS)
        .map(|_| {
            let quiet = Spread::of((0..1000).map(|_| look_up())).median;
            thread::scope(|scope| {
                let replacing = scope.spawn(|| {
                    let start = Instant::now();
                    SET.replace(&origins).expect("good origins");
                    start.elapsed().as_secs_f64()
                });
                let mut meanwhile = vec![look_up()];
                while !replacing.is_finished() {
                    meanwhile.push(look_up());
                }
                let seconds = replacing.join().expect("the set is replaced");
                (seconds, Spread::of(meanwhile).median / quiet)
            })
        })
        .unzip();
    of_replacing(Spread::of(seconds), Spread::of(lookups))
}
