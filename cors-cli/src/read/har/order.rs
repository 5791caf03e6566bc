//! The entries of a HAR file in the order of a page: each preflight in front of its request, and each
//! redirect in front of the request that follows it. Chromium lists preflights behind their requests.

use std::collections::{HashMap, VecDeque};

use super::entry::Entry;

/// The entries that matter, in order.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    pub(super) entries: Vec<Entry>,
    /// The number of redirects that lead to no request of another origin.
    pub(super) left_out: usize,
}

/// The indexes of entries by a key, in their order in the file.
type Queues<K> = HashMap<K, VecDeque<usize>>;

pub(super) fn ordered(entries: Vec<Entry>) -> Ordered {
    let mut preflights: Queues<[String; 2]> = HashMap::new();
    let mut requests: Queues<String> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if entry.is_preflight() {
            let method = entry.requested_method().unwrap_or_default();
            preflights
                .entry(key(entry, method))
                .or_default()
                .push_back(index);
        } else {
            requests
                .entry(entry.url.to_string())
                .or_default()
                .push_back(index);
        }
    }
    // The preflight of each request. Without one, the browser remembered an earlier one.
    let mut own: Vec<Option<usize>> = entries
        .iter()
        .map(|entry| {
            let queue = preflights.get_mut(&key(entry, &entry.request.method));
            queue.filter(|_| !entry.is_preflight())?.pop_front()
        })
        .collect();
    let mut starts = vec![true; entries.len()];
    for preflight in own.iter().flatten() {
        starts[*preflight] = false;
    }
    let mut slots: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    let mut ordered = Ordered::default();
    for (start, _) in starts.iter().enumerate().filter(|(_, starts)| **starts) {
        let chain = chain(start, &slots, &mut requests);
        let is_relevant = |index: &usize| {
            slots[*index]
                .as_ref()
                .is_some_and(|entry| entry.is_relevant)
        };
        if !chain.iter().any(is_relevant) {
            ordered.left_out += chain.len();
            for index in chain {
                slots[index] = None;
            }
            continue;
        }
        for index in chain {
            let preflight = own[index]
                .take()
                .and_then(|preflight| slots[preflight].take());
            ordered.entries.extend(preflight);
            ordered.entries.extend(slots[index].take());
        }
    }
    ordered
}

/// Returns a request and those to which it is redirected.
fn chain(start: usize, slots: &[Option<Entry>], requests: &mut Queues<String>) -> Vec<usize> {
    let mut chain = Vec::new();
    let mut next = slots[start].as_ref().map(|_| start);
    while let Some(index) = next {
        chain.push(index);
        let location = slots[index].as_ref().and_then(Entry::location);
        let queue = location.and_then(|mut url| {
            url.set_fragment(None);
            requests.get_mut(url.as_str())
        });
        next = queue.and_then(|queue| {
            while queue
                .front()
                .is_some_and(|&found| found <= index || slots[found].is_none())
            {
                queue.pop_front();
            }
            queue.pop_front()
        });
    }
    chain
}

/// The URL and the method by which preflights are found. Requests that failed have no origin in Chromium.
fn key(entry: &Entry, method: &str) -> [String; 2] {
    [entry.url.to_string(), method.to_owned()]
}
