use cors_runtime::Policy;

const SITE: Policy = Policy::new(&["https://app.example"]);

// rustc proposes public methods only.
const _: Policy = SITE.dev_origins(&["http://localhost:5173"]);
const _: Policy = SITE.tolerance(true, true);
const _: Policy = SITE.origins_from_attribute();

fn main() {}
