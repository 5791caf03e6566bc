//! The compiled policies of all registered handlers, by their companions.
//!
//! A handler finds its policy by its type, because then it has no field for it: axum clones a handler
//! for each request, and a clone of a type without size does not allocate. A static for each handler
//! would do the same, but checking one takes the compiler longer than the rest of a handler's
//! expansion.

use std::any::TypeId;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use crate::policy::Registration;

/// The policy of the handler with this companion, if it has been registered.
#[inline]
pub(super) fn get(companion: TypeId) -> Option<&'static Registration> {
    POLICIES.get(companion)
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
    match POLICIES.get(companion) {
        Some(policy) => Ok(policy),
        None => make().map(|policy| POLICIES.insert(companion, policy)),
    }
}

static POLICIES: Policies = Policies::new();

/// A map without locks for its readers. Entries are never removed.
///
/// Each level has one slot for a type. A type is in the first level whose slot was free.
struct Policies([OnceLock<Box<[Slot]>>; LEVELS]);

type Slot = OnceLock<(TypeId, Registration)>;

/// Each level has four times the slots of the one before. With this many, memory ends first.
const LEVELS: usize = 16;

/// The slots of the first level: enough that most programs need no other.
const FIRST: usize = 256;

impl Policies {
    const fn new() -> Self {
        Self([const { OnceLock::new() }; LEVELS])
    }

    #[inline]
    fn get(&self, companion: TypeId) -> Option<&Registration> {
        let hash = hash(companion);
        for level in &self.0 {
            let slots = level.get()?;
            let (found, policy) = slots[hash & (slots.len() - 1)].get()?;
            if *found == companion {
                return Some(policy);
            }
        }
        None
    }

    /// Inserts a policy, unless the companion has one, and returns that of the companion.
    fn insert(&self, companion: TypeId, policy: Registration) -> &Registration {
        let hash = hash(companion);
        let mut new = Some((companion, policy));
        for (level, slots) in self.0.iter().enumerate() {
            let slots = slots.get_or_init(|| {
                let length = FIRST << (2 * level);
                (0..length).map(|_| Slot::new()).collect()
            });
            let slot = &slots[hash & (slots.len() - 1)];
            if let Some(entry) = new.take() {
                // Gives the entry back if another thread has been faster.
                let mut unused = Some(entry);
                let (found, policy) = slot.get_or_init(|| unused.take().expect("called once"));
                if *found == companion {
                    return policy;
                }
                new = unused;
            }
        }
        unreachable!("two types with equal hashes, or more than memory holds")
    }
}

/// The lower bits, because `TypeId` is a hash already.
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
