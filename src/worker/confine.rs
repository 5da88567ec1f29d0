//! What a page worker gives up before it sees a file from outside.
//!
//! * memory: address space bounded (`RLIMIT_AS`);
//! * files: none may be opened, created or written (Landlock; `RLIMIT_FSIZE` 0);
//! * network, starting programs, tracing: refused by a system-call filter;
//! * time: an alarm ends a worker whose parent is no longer there to do it.
//!
//! Landlock came with Linux 5.13 and may be switched off; then the other walls
//! stand alone. What is open already (the socket to the parent) stays usable.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, Scope,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use std::collections::BTreeMap;

/// Why a worker could not be confined.
#[derive(Debug, thiserror::Error)]
pub enum ConfineError {
    #[error("cannot set the limit on {what}")]
    Limit {
        what: &'static str,
        source: rustix::io::Errno,
    },
    #[error("cannot set up Landlock")]
    Landlock(#[from] landlock::RulesetError),
    #[error("cannot set up the system-call filter")]
    Filter(#[from] seccompiler::BackendError),
    #[error("cannot install the system-call filter")]
    Install(#[from] seccompiler::Error),
}

/// Takes away this process's rights, for good. `memory_bytes` bounds the
/// address space.
///
/// # Errors
/// When a limit or a filter is refused; the process must then not go on. That
/// the kernel has no Landlock is no error.
pub fn confine(memory_bytes: u64) -> Result<(), ConfineError> {
    limit(Resource::As, memory_bytes, "memory")?;
    limit(Resource::Fsize, 0, "written files")?;
    limit(Resource::Core, 0, "memory dumps")?;
    give_up_files()?;
    filter_system_calls()
}

/// Ends this process by `SIGALRM` after so many seconds, unless set anew.
pub fn set_alarm(seconds: u32) {
    // Safety: `alarm` only arms a timer; the default action ends the process.
    unsafe { libc::alarm(seconds) };
}

fn limit(resource: Resource, value: u64, what: &'static str) -> Result<(), ConfineError> {
    let both = Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    setrlimit(resource, both).map_err(|source| ConfineError::Limit { what, source })
}

fn give_up_files() -> Result<(), ConfineError> {
    let abi = ABI::V6;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(())
}

fn filter_system_calls() -> Result<(), ConfineError> {
    #[rustfmt::skip]
    let refused = [
        libc::SYS_socket, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen,
        libc::SYS_accept, libc::SYS_accept4,
        libc::SYS_execve, libc::SYS_execveat,
        libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev,
        libc::SYS_kill, libc::SYS_tkill, libc::SYS_pidfd_open, libc::SYS_pidfd_getfd,
        libc::SYS_mount, libc::SYS_umount2, libc::SYS_unshare, libc::SYS_setns,
        libc::SYS_bpf, libc::SYS_perf_event_open, libc::SYS_io_uring_setup,
        libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_request_key,
        libc::SYS_userfaultfd, libc::SYS_open_by_handle_at,
    ];
    let rules: BTreeMap<i64, Vec<_>> = refused.iter().map(|call| (*call, Vec::new())).collect();
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM as u32),
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    Ok(seccompiler::apply_filter_all_threads(&program)?)
}
