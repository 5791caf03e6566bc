pub(crate) mod actual;
pub(crate) mod preflight;
