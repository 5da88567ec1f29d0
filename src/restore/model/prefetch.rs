//! Telling the processor what will be read soon.
//!
//! The model is larger than the caches, and a word that is not there is waited for
//! as long as some hundred instructions take. What is asked for early comes
//! meanwhile.

/// Asks for the place of `idx`; nothing happens where there is none.
#[inline(always)]
pub(crate) fn prefetch<T>(slice: &[T], idx: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(place) = slice.get(idx) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint, without any effect that a program can see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(place).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, idx);
}
