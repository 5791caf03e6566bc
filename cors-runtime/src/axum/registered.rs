//! The compiled policies of all registered handlers, by their companions.
//!
//! A handler finds its policy by its type, because then it has no field for it: axum clones a handler
//! for each request, and a clone of a type without size does not allocate. A static for each handler
//! would do the same, but checking one takes the compiler longer than the rest of a handler's
//! expansion.

use std::any::TypeId;
use std::hash::{Hash, Hasher};
use std::iter;
use std::sync::OnceLock;

use crate::policy::Registration;

/// The place of a handler's policy.
#[derive(Clone, Copy)]
pub(super) struct Place {
    companion: TypeId,
    first: &'static Slot,
}

impl Place {
    /// The place for a companion, which is a constant after optimisation.
    #[inline]
    pub(super) fn of<C: 'static>() -> Self {
        let companion = TypeId::of::<C>();
        Self {
            companion,
            first: POLICIES.first(companion),
        }
    }

    /// The policy, if the handler has been registered.
    #[inline]
    pub(super) fn get(self) -> Option<&'static Registration> {
        POLICIES.get(self.companion, self.first)
    }
}

/// The policy of the handler with this companion. The first registration compiles it with `make`.
///
/// # Errors
///
/// The errors of `make`.
pub(super) fn get_or_try<E>(
    companion: TypeId,
    make: impl FnOnce() -> Result<Registration, E>,
) -> Result<&'static Registration, E> {
    match POLICIES.get(companion, POLICIES.first(companion)) {
        Some(policy) => Ok(policy),
        None => make().map(|policy| POLICIES.insert(companion, policy)),
    }
}

static POLICIES: Policies = Policies::new();

/// A map without locks for its readers. Entries are never removed.
///
/// Each level has one slot for a type. A type is in the first level whose slot was free.
struct Policies {
    first: [Slot; FIRST],
    others: [OnceLock<Box<[Slot]>>; OTHERS],
}

/// Boxed, so that an empty slot is small.
type Slot = OnceLock<(TypeId, Box<Registration>)>;

/// The slots of the first level: enough that few handlers are in another one.
const FIRST: usize = 256;

/// Each of these levels has four times the slots of the one before. With so many, memory ends first.
const OTHERS: usize = 16;

impl Policies {
    const fn new() -> Self {
        Self {
            first: [const { OnceLock::new() }; FIRST],
            others: [const { OnceLock::new() }; OTHERS],
        }
    }

    #[inline]
    fn first(&self, companion: TypeId) -> &Slot {
        &self.first[hash(companion) % FIRST]
    }

    #[inline]
    fn get<'a>(&'a self, companion: TypeId, first: &'a Slot) -> Option<&'a Registration> {
        let (found, policy) = first.get()?;
        if *found == companion {
            return Some(policy);
        }
        self.get_of_others(companion)
    }

    #[inline(never)]
    fn get_of_others(&self, companion: TypeId) -> Option<&Registration> {
        let hash = hash(companion);
        for level in &self.others {
            let slots = level.get()?;
            let (found, policy) = slots[hash % slots.len()].get()?;
            if *found == companion {
                return Some(policy);
            }
        }
        None
    }

    /// Inserts a policy, unless the companion has one, and returns that of the companion.
    fn insert(&self, companion: TypeId, policy: Registration) -> &Registration {
        let hash = hash(companion);
        let others = self.others.iter().enumerate().map(|(level, slots)| {
            let length = FIRST << (2 * (level + 1));
            let slots = slots.get_or_init(|| (0..length).map(|_| Slot::new()).collect());
            &slots[hash % length]
        });
        let mut entry = Some((companion, Box::new(policy)));
        for slot in iter::once(&self.first[hash % FIRST]).chain(others) {
            // Another type or another thread may have been faster. Then the entry is still there.
            let (found, policy) = slot.get_or_init(|| entry.take().expect("taken once"));
            if *found == companion {
                return policy;
            }
        }
        unreachable!("more types with equal hashes than memory holds")
    }
}

/// The lower bits, because `TypeId` is a hash already.
#[inline]
fn hash(companion: TypeId) -> usize {
    let mut bits = Bits(0);
    companion.hash(&mut bits);
    bits.0
}

struct Bits(usize);

impl Hasher for Bits {
    #[allow(clippy::cast_possible_truncation, reason = "the lower bits are enough")]
    #[inline]
    fn write_u64(&mut self, bits: u64) {
        self.0 = bits as usize;
    }

    // `TypeId` calls the function above; any other would be right as well.
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ usize::from(byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;
    use std::collections::HashSet;
    use std::sync::Barrier;
    use std::thread;

    use super::Policies;
    use crate::policy::{HandlerLocation, Policy, Registration};

    /// Distinct types.
    struct Number<const N: usize>;

    macro_rules! types {
        ($($digit:literal)*) => { types!(@ [$($digit)*] [$($digit)*]) };
        (@ [$($high:literal)*] $low:tt) => { [$(types!(@@ $high $low)),*].concat() };
        (@@ $high:literal [$($low:literal)*]) => {
            [$(TypeId::of::<Number<{ $high * 32 + $low }>>()),*]
        };
    }

    /// 1,024 types, so that some are in each of the first three levels.
    fn types() -> Vec<TypeId> {
        types!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
    }

    fn policy(line: usize) -> Registration {
        let location = HandlerLocation {
            path: "app::handler",
            file: "src/main.rs",
            line: u32::try_from(line).expect("a small number"),
        };
        Registration::of_handler(&Policy::new(&[]), None, location)
    }

    #[test]
    fn each_type_has_its_policy() {
        let policies = Box::leak(Box::new(Policies::new()));
        for (line, companion) in types().into_iter().enumerate() {
            assert!(policies.get(companion, policies.first(companion)).is_none());
            policies.insert(companion, policy(line));
            // The first one stays.
            policies.insert(companion, policy(line + 1));
        }
        for (line, companion) in types().into_iter().enumerate() {
            let found = policies
                .get(companion, policies.first(companion))
                .expect("it was inserted");
            assert_eq!(found.location().line as usize, line);
        }
        let others = policies.others.iter().filter(|level| level.get().is_some());
        assert!(others.count() > 1);
    }

    #[test]
    fn threads_agree_on_the_policy() {
        let policies: &'static Policies = Box::leak(Box::new(Policies::new()));
        let start: &'static Barrier = Box::leak(Box::new(Barrier::new(4)));
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                thread::spawn(move || {
                    start.wait();
                    let inserted = types().into_iter().map(|companion| {
                        let policy = policies.insert(companion, policy(thread));
                        policy.location().line
                    });
                    inserted.collect::<Vec<_>>()
                })
            })
            .collect();
        let results: HashSet<Vec<u32>> = threads
            .into_iter()
            .map(|thread| thread.join().expect("no thread panics"))
            .collect();
        assert_eq!(results.len(), 1);
    }
}
