//! Maps and sets with a fast hasher. Seeds differ from run to run, so that no input can be written
//! for it; what is written never comes in the order of a map.

use foldhash::fast::RandomState;

/// [`std::collections::HashMap`]
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// [`std::collections::HashSet`]
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;
