use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let paste = cors_cli::read(&text).unwrap_or_else(|e| panic!("{e}"));
    if std::env::args().nth(1).is_some() {
        println!("{paste:#?}");
    }
    let d = cors_cli::diagnose(&paste, &cors_cli::Asked::default());
    println!(
        "{}",
        cors_cli::show::text(&paste, &d, cors_cli::show::Source::Stdin, None)
    );
}
