use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level};

/// The events of this thread at a level or above it, as `tracing-subscriber` writes them: one line
/// for each.
#[derive(Debug)]
pub struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    _subscriber: DefaultGuard,
}

/// Two subscribers that stay alive, because with a single one tracing caches for all threads whether
/// the first thread that met an event had a subscriber.
static LISTENERS: LazyLock<[Dispatch; 2]> = LazyLock::new(|| {
    [(); 2].map(|()| {
        let listener = tracing_subscriber::fmt().with_max_level(Level::DEBUG);
        Dispatch::new(listener.with_writer(io::sink).finish())
    })
});

impl Log {
    /// Starts to listen, until it is dropped.
    #[must_use]
    pub fn of(level: Level) -> Self {
        LazyLock::force(&LISTENERS);
        let text = Arc::new(Mutex::new(Vec::new()));
        let writer = text.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .without_time()
            .with_writer(move || Writer(writer.clone()))
            .finish();
        Self {
            text,
            _subscriber: tracing::subscriber::set_default(subscriber),
        }
    }

    /// The lines since the last call.
    ///
    /// # Panics
    ///
    /// If a line is no text.
    #[must_use]
    pub fn take(&self) -> String {
        let text = std::mem::take(&mut *self.text.lock().expect("the log"));
        String::from_utf8(text).expect("text")
    }
}

struct Writer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
