//! Times per request, measured side by side: in each round each peer answers one batch, in an order
//! that rotates, so that other load of the machine affects all peers alike. The report has ratios
//! within a round, with their quartiles over all rounds.
//!
//! Criterion measures one benchmark after the other, so that a busy minute would affect one peer.

use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use cors_benches::costs::{Costs, spread};
use cors_benches::limits::{of_replacing, of_times};
use cors_benches::peers::{Peer, SET};
use cors_benches::report::{Figure, Section, Spread, number};
use cors_benches::service;
use cors_benches::workloads::{Group, Head, Workload, groups, hundred_thousand, over_loopback};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{self, Runtime};

const ROUNDS: usize = 500;
/// The approximate time of a batch.
const BATCH: Duration = Duration::from_micros(200);
const BATCH_OVER_LOOPBACK: u32 = 20;

fn main() -> io::Result<ExitCode> {
    let mut rounds = vec![Costs::default(); ROUNDS];
    let mut section = Section::new("times");
    let groups = groups();
    for group in &groups {
        let mut cases = cases(group, InProcess::new);
        measure(&mut cases, &mut rounds);
    }
    let server = over_loopback();
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let mut cases = cases(&server, |app, head| OverLoopback::new(&runtime, app, head));
    measure(&mut cases, &mut rounds);

    section.figures(of_times(&rounds));
    section.figures(replacing());
    for group in groups.iter().chain([&server]) {
        group.report(&mut section, |workload, peer| cell(&rounds, workload, peer));
    }
    section.finish()
}

/// The time itself for the first peer, and the ratio to it for the others.
fn cell(rounds: &[Costs], workload: &Workload, peer: Peer) -> String {
    let name = &workload.name;
    let (first, _) = workload.apps[0];
    if peer == first {
        let nanoseconds = spread(rounds, |costs| costs.of(name, peer)).median;
        format!("{} ns", number(nanoseconds.round()))
    } else {
        let ratio = |costs: &Costs| costs.of(name, peer) / costs.of(name, first);
        spread(rounds, ratio).to_string()
    }
}

struct Case<C> {
    workload: String,
    peer: Peer,
    client: C,
}

/// A sender of the requests of one workload to one peer.
trait Client {
    /// Returns the mean time of a request in one batch.
    fn batch(&mut self) -> Duration;
}

fn cases<C>(group: &Group, client: impl Fn(&Router, &Head) -> C) -> Vec<Case<C>> {
    let mut cases = Vec::new();
    for workload in &group.workloads {
        for (peer, app) in &workload.apps {
            cases.push(Case {
                workload: workload.name.clone(),
                peer: *peer,
                client: client(app, &workload.head),
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
            costs.insert(&case.workload, case.peer, nanoseconds);
        }
    }
}

struct InProcess {
    app: Router,
    head: Head,
    requests: u32,
}

impl InProcess {
    fn new(app: &Router, head: &Head) -> Self {
        let mut client = Self {
            app: app.clone(),
            head: head.clone(),
            requests: 8,
        };
        // The first requests fill the caches of axum and the allocator.
        client.batch();
        let one = client.batch().as_nanos().max(1);
        let requests = u32::try_from(BATCH.as_nanos() / one).unwrap_or(u32::MAX);
        client.requests = requests.clamp(2, 400);
        client
    }
}

impl Client for InProcess {
    fn batch(&mut self) -> Duration {
        let requests: Vec<Request> = (0..self.requests).map(|_| self.head.request()).collect();
        let start = Instant::now();
        service::call_all(&mut self.app, requests.into_iter());
        start.elapsed() / self.requests
    }
}

/// A server with one connection that is kept alive. Both ends share one thread, because with two
/// the scheduler's choice of cores has more effect than the peers.
struct OverLoopback<'a> {
    runtime: &'a Runtime,
    connection: BufReader<TcpStream>,
    request: String,
}

impl<'a> OverLoopback<'a> {
    fn new(runtime: &'a Runtime, app: &Router, head: &Head) -> Self {
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
            request: head.text(),
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

/// Measures `OriginSet::replace`, and look-ups during it and just before.
fn replacing() -> [Figure; 2] {
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
