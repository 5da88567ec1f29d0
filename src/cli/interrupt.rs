//! Ctrl-C and `kill`: a first one asks for an orderly end, a second one ends the
//! process as ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Becomes true when the person or the system asks this process to end.
pub(super) fn stop_flag() -> Arc<AtomicBool> {
    let flag = STOP.get_or_init(Arc::default);
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // Safety: the handler stores into an atomic, which is all that a handler
        // may do; the flag was made before it.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            let handler: extern "C" fn(libc::c_int) = ask_to_stop;
            action.sa_sigaction = handler as libc::sighandler_t;
            action.sa_flags = libc::SA_RESTART | libc::SA_RESETHAND;
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
    Arc::clone(flag)
}

extern "C" fn ask_to_stop(_signal: libc::c_int) {
    if let Some(flag) = STOP.get() {
        flag.store(true, Ordering::Relaxed);
    }
}
