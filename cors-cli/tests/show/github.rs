//! Annotations of GitHub Actions.

use cors_cli::show::{self, Source};
use expect_test::expect;

use crate::by_hand::{case, diagnosis, finding, paste, redirected};

#[test]
fn places_of_a_file() {
    let (paste, diagnosis) = redirected();
    let annotations = show::github(&paste, &diagnosis, Source::File("cors,log:1.txt"));
    expect![[r#"
        ::error file=cors%2Clog%3A1.txt,line=7,col=3,title=PUT https%3A//api.example/jobs?access_token=***::the preflight is redirected to `https://login.example/?state=***`, and browsers follow no redirect of a preflight%0Afollows from it: the response has no `access-control-allow-origin`%0Ahelp: answer OPTIONS before the login, without a redirect%0A    HTTP/1.1 204 No Content%0A    access-control-allow-origin: https://app.example%0Ahelp: let OPTIONS pass%0A    if ($request_method = OPTIONS) {%0A        return 204;%0A    }
        ::warning file=cors%2Clog%3A1.txt,line=10,col=15,title=PUT https%3A//api.example/jobs?access_token=***::browsers do not send `next` to another site
    "#]].assert_eq(&annotations);
}

#[test]
fn a_har_file_has_no_lines() {
    let (paste, diagnosis) = redirected();
    for source in [
        Source::Stdin,
        Source::Har("a.har"),
        Source::Url("https://a.example/"),
    ] {
        let annotations = show::github(&paste, &diagnosis, source);
        assert!(
            annotations.starts_with("::error title=PUT https%3A//api"),
            "{annotations}"
        );
        assert!(!annotations.contains("line="), "{annotations}");
    }
}

#[test]
fn percent_signs_and_line_ends_are_escaped() {
    let mut cause = finding("origin", "100%\r\n::error::fake");
    cause.sentence.push('\u{1b}');
    let case = case("GET /%0A\n::warning::fake, too", Some(cause));
    let annotations = show::github(&paste(""), &diagnosis(vec![case]), Source::Stdin);
    expect![[r#"
        ::error title=GET /%250A%0A%3A%3Awarning%3A%3Afake%2C too::100%25␍%0A::error::fake␛
    "#]]
    .assert_eq(&annotations);
}

#[test]
fn as_many_as_github_shows() {
    let fine = show::github(&paste(""), &diagnosis(Vec::new()), Source::Stdin);
    assert_eq!(fine, "::notice title=cors::no problem\n");

    let failing = |number| case(&format!("GET /{number}"), Some(finding("origin", "wrong")));
    let failing = diagnosis((0..30).map(failing).collect());
    let annotations = show::github(&paste(""), &failing, Source::Stdin);
    assert_eq!(annotations.matches("::error ").count(), 10, "{annotations}");
    assert!(
        annotations.ends_with("::notice title=cors::20 more cases fail\n"),
        "{annotations}"
    );
}
