//! Pastes with a symptom of each kind: the cause by its stable name, and every diagnosis as a person reads
//! it, in `symptoms.expected`.

mod by_options;
mod probes;
mod robust;
mod symptoms;
