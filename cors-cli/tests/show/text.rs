//! Text for a person.

use cors_cli::show::{self, Source};
use cors_cli::{Diagnosis, Paste};
use expect_test::{Expect, expect};

use crate::by_hand::redirected;

fn plain(paste: &Paste, diagnosis: &Diagnosis, source: Source<'_>, width: Option<usize>) -> String {
    let styled = show::text(paste, diagnosis, source, width);
    anstream::adapter::strip_str(&styled).to_string()
}

fn check((paste, diagnosis): (Paste, Diagnosis), width: Option<usize>, expected: &Expect) {
    expected.assert_eq(&plain(&paste, &diagnosis, Source::Stdin, width));
}

#[test]
fn the_cause_is_first() {
    check(
        redirected(),
        None,
        &expect![[r#"
        error: the preflight is redirected to `https://login.example/?state=***`, and browsers follow no redirect of a preflight
         --> stdin:7:3
          |
        7 | < HTTP/1.1 302 Found
          |   ^^^^^^^^^^^^^^^^^^ a redirect
        8 | < Server: nginx/1.27.0
        9 | < Location: https://login.example/?state=***
          |             -------------------------------- to a login page
          |
          = follows from it: the response has no `access-control-allow-origin`
          = answered by: nginx, by `Server: nginx/1.27.0` in line 8

        help: answer OPTIONS before the login, without a redirect
            HTTP/1.1 204 No Content
            access-control-allow-origin: https://app.example
        help for nginx: let OPTIONS pass
            if ($request_method = OPTIONS) {
                return 204;
            }

        next: browsers do not send `next` to another site
          --> stdin:10:15
           |
        10 | < Set-Cookie: next=***; Path=/; HttpOnly
           |               ^^^^^^^^^^^^^^^^^^^^^^^^^^ no `SameSite=None`

        assumed: the page uses `credentials: "include"`, because there is a cookie
    "#]],
    );
}
