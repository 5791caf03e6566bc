//! The arguments of the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use cors_edge::Edge;
use cors_testing::Credentials;

/// Finds the cause of a CORS error, and exports policies to gateways.
#[derive(Debug, Parser)]
#[command(name = "cors", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Explain(Box<Explain>),
    Export(Export),
    /// Prints a script that completes the arguments in a shell.
    Completions {
        /// The shell that reads the script.
        shell: Shell,
    },
    /// Prints the manual, or that of a command, as a page for `man`.
    Man {
        /// The command.
        #[arg(value_parser = ["explain", "export"])]
        command: Option<String>,
    },
}

/// Finds the cause of a CORS error, in a paste or by trying a URL.
///
/// A paste is anything that has a request, a response or a message: `curl -v`, the network panel and
/// the console of a browser, "Copy as cURL", "Copy as fetch", a HAR file, the log of a program.
///
/// A URL is tried as a browser would: with the preflight of just this request, then the request. The
/// differences between origins, paths and versions of HTTP take further requests, twelve at most in
/// all, and only to the host of the URL.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 a browser allows it; 1 it refuses it; 2 wrong arguments or unreadable input; 3 no connection.

Examples:
  curl -v https://api.example/jobs 2>&1 | cors explain
  cors explain network.har
  cors explain \"Access to fetch at 'https://api.example/jobs' from origin ...\"
  cors explain https://api.example/jobs -X PUT -H 'content-type: application/json' --origin https://app.example
  cors explain :3000/jobs")]
pub(crate) struct Explain {
    /// A URL, `:3000/path` for localhost, a file, or the text itself. Without it, and with `-`, the
    /// text is read from standard input.
    pub(crate) input: Option<String>,

    /// The origin of the page, such as `https://app.example`, or `null`.
    #[arg(long, env = "CORS_ORIGIN", value_name = "ORIGIN")]
    pub(crate) origin: Option<String>,
    /// The method of the request.
    #[arg(
        short = 'X',
        long = "method",
        visible_alias = "request",
        value_name = "METHOD"
    )]
    pub(crate) method: Option<String>,
    /// The option `credentials` of `fetch`; without a value `include`, which sends cookies.
    #[arg(long, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "include")]
    pub(crate) credentials: Option<CredentialsMode>,
    /// The page uses the mode `no-cors`.
    #[arg(long)]
    pub(crate) no_cors: bool,
    /// Reports everything that is allowed too much, such as origins that resemble the allowed one.
    #[arg(long)]
    pub(crate) audit: bool,

    /// The format of the output.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(crate) format: Format,
    /// Prints the case as a test with the crate cors-testing.
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(crate) test: bool,

    #[command(flatten)]
    pub(crate) live: Live,
}

/// The arguments that count only for a URL.
#[derive(Debug, Args)]
#[command(next_help_heading = "For a URL")]
pub(crate) struct Live {
    /// A header that the page sets, as `name: value`.
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(crate) headers: Vec<String>,
    /// The body, as of a form; `@FILE` reads it from a file. The method is then POST.
    #[arg(short = 'd', long = "data", value_name = "DATA")]
    pub(crate) data: Vec<String>,
    /// Sets the header `authorization`, as a page would.
    #[arg(short = 'u', long = "user", value_name = "USER:PASSWORD")]
    pub(crate) user: Option<String>,
    /// The page listens to the progress of the upload, so that there is always a preflight.
    #[arg(long)]
    pub(crate) upload_listener: bool,
    /// Sends the request even if its preflight is refused, and even if its method writes.
    #[arg(long)]
    pub(crate) send: bool,
    /// Continues although the certificate is not trusted. Browsers do not.
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
    /// The address of a host, instead of that of DNS.
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub(crate) resolve: Vec<String>,
    /// The host and the port that are connected to, instead of those of the URL.
    #[arg(long, value_name = "HOST:PORT:HOST:PORT")]
    pub(crate) connect_to: Vec<String>,
    /// The time limit of each request, in seconds: 10 by default.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_time: Option<f64>,
}

impl Live {
    /// Returns the arguments that are given.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        [
            ("`--header`", !self.headers.is_empty()),
            ("`--data`", !self.data.is_empty()),
            ("`--user`", self.user.is_some()),
            ("`--upload-listener`", self.upload_listener),
            ("`--send`", self.send),
            ("`--insecure`", self.insecure),
            ("`--resolve`", !self.resolve.is_empty()),
            ("`--connect-to`", !self.connect_to.is_empty()),
            ("`--max-time`", self.max_time.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
        .collect()
    }
}

/// The option `credentials` of `fetch`.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum CredentialsMode {
    /// Never sends cookies.
    Omit,
    /// Sends cookies only to the origin of the page.
    SameOrigin,
    /// Sends cookies to other origins, too.
    Include,
}

impl From<CredentialsMode> for Credentials {
    fn from(mode: CredentialsMode) -> Self {
        match mode {
            CredentialsMode::Omit => Self::Omit,
            CredentialsMode::SameOrigin => Self::SameOrigin,
            CredentialsMode::Include => Self::Include,
        }
    }
}

/// A format of the output.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    #[default]
    Text,
    /// For a program, with a version and stable names.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

/// Exports policies as configuration of a gateway.
///
/// The policies are the JSON of `CorsRouter::policies`, such as a file `cors.lock`. A policy that the
/// gateway cannot have exactly is an error.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 it is written, or not stale; 1 the file of `--check` is stale; 2 wrong arguments, or policies that the gateway cannot have.

Examples:
  cors export envoy cors.lock > envoy.yaml
  cors export envoy cors.lock --check envoy.yaml
  cors export gateway-api cors.lock --upstream api:80 --accept 403 --accept vary
  cors export nginx cors.lock --set tenants=tenants.txt")]
pub(crate) struct Export {
    /// The gateway.
    #[arg(value_parser = edges(), ignore_case = true)]
    pub(crate) edge: Edge,
    /// The file with the policies. Without it they are read from standard input.
    pub(crate) file: Option<PathBuf>,
    /// The address of the application, as the gateway reaches it: `127.0.0.1:3000` by default. For the
    /// Gateway API, the name and the port of its Service: `application:80` by default.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) upstream: Option<String>,
    /// The address that the gateway listens on: `0.0.0.0:8000` by default. For the Gateway API, the
    /// name of the Gateway: `gateway` by default.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// A file with the origins of a set that the program makes at run time, one on each line.
    #[arg(long = "set", value_name = "NAME=FILE")]
    pub(crate) sets: Vec<String>,
    /// A difference between the Gateway API and the application that is accepted: `403`, `vary` or
    /// `regex`. The export names those that there are.
    #[arg(long = "accept", value_name = "DIFFERENCE")]
    pub(crate) accepted: Vec<String>,
    /// Compares the result with a file instead of printing it. The exit code is 1 if they differ.
    #[arg(long, value_name = "FILE")]
    pub(crate) check: Option<PathBuf>,
}

/// Parses the name of a gateway. Help and completions list all of them.
fn edges() -> impl TypedValueParser<Value = Edge> {
    let names = Edge::ALL.iter().map(|edge| edge.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.to_ascii_lowercase().parse::<Edge>())
}
