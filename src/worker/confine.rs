//! What a page worker gives up before it sees a file from outside.
//!
//! * memory: address space bounded (`RLIMIT_AS`);
//! * files: none may be opened, created or changed (a system-call filter;
//!   Landlock; `RLIMIT_FSIZE` 0);
//! * network, processes and programs of its own, signals to others, tracing:
//!   refused by the filter, and by Landlock what it knows of;
//! * time: alarms end a worker whose parent is no longer there to do it.
//!
//! Landlock came with Linux 5.13 and may be switched off; the filter stands
//! alone then. What is open already (the socket to the parent, the file the
//! parent hands over) stays usable.

use super::limit::WorkLimit;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, Scope,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, sock_filter,
};
use std::collections::BTreeMap;
use std::time::Duration;

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
    Filter(#[from] BackendError),
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

/// The parent, which looks at a child's clocks itself, ends it sooner by this.
const ALARM_GRACE_S: u64 = 5;

/// Ends this process by a signal a little after it has gone beyond a limit,
/// should its parent be gone meanwhile; `None` takes that back.
pub fn set_alarms(limit: Option<WorkLimit>) {
    let seconds = |length: Duration| {
        let seconds = length.as_secs().saturating_add(ALARM_GRACE_S);
        u32::try_from(seconds).unwrap_or(u32::MAX)
    };
    let of_clock = limit.map_or(0, |limit| seconds(limit.clock));
    let of_processor = libc::itimerval {
        it_interval: libc::timeval {
            tv_sec: 0,
            tv_usec: 0,
        },
        it_value: libc::timeval {
            tv_sec: limit.map_or(0, |limit| seconds(limit.processor)).into(),
            tv_usec: 0,
        },
    };
    // Safety: both calls only arm timers, whose default action ends the process.
    unsafe {
        libc::alarm(of_clock);
        libc::setitimer(
            libc::ITIMER_PROF,
            &raw const of_processor,
            std::ptr::null_mut(),
        );
    }
}

fn limit(resource: Resource, value: u64, what: &'static str) -> Result<(), ConfineError> {
    // Nobody but root may raise what the user's `ulimit` has set already.
    let value = getrlimit(resource)
        .maximum
        .map_or(value, |hard| hard.min(value));
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

/// Calls refused whatever their arguments.
#[rustfmt::skip]
const REFUSED_CALLS: &[i64] = &[
    // Opening files. Landlock says the same, but not every kernel has it.
    libc::SYS_openat, libc::SYS_openat2, libc::SYS_open_by_handle_at,
    // Changing files by their path, or by the descriptor of the page's file:
    // modes, owners, times and attributes are no concern of Landlock.
    libc::SYS_truncate, libc::SYS_linkat, libc::SYS_symlinkat, libc::SYS_unlinkat,
    libc::SYS_renameat2, libc::SYS_mkdirat, libc::SYS_mknodat,
    libc::SYS_fchmod, libc::SYS_fchmodat, libc::SYS_fchown, libc::SYS_fchownat,
    libc::SYS_utimensat, libc::SYS_setxattr, libc::SYS_lsetxattr, libc::SYS_fsetxattr,
    libc::SYS_removexattr, libc::SYS_lremovexattr, libc::SYS_fremovexattr,
    // Talking to anybody but the parent.
    libc::SYS_socket, libc::SYS_socketpair, libc::SYS_connect, libc::SYS_bind,
    libc::SYS_listen, libc::SYS_accept, libc::SYS_accept4,
    libc::SYS_shmget, libc::SYS_msgget, libc::SYS_semget, libc::SYS_mq_open,
    // Other programs and processes.
    libc::SYS_execve, libc::SYS_execveat,
    libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev,
    libc::SYS_kill, libc::SYS_tkill, libc::SYS_rt_sigqueueinfo, libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open, libc::SYS_pidfd_getfd, libc::SYS_pidfd_send_signal,
    libc::SYS_setrlimit,
    // The rest of the kernel's large surfaces.
    libc::SYS_mount, libc::SYS_umount2, libc::SYS_unshare, libc::SYS_setns,
    libc::SYS_bpf, libc::SYS_perf_event_open, libc::SYS_io_uring_setup,
    libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_request_key,
    libc::SYS_userfaultfd,
];

/// The same under the older names that only this architecture has.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const REFUSED_OLD_CALLS: &[i64] = &[
    libc::SYS_open, libc::SYS_creat, libc::SYS_link, libc::SYS_symlink, libc::SYS_unlink,
    libc::SYS_rename, libc::SYS_renameat, libc::SYS_mkdir, libc::SYS_rmdir, libc::SYS_mknod,
    libc::SYS_chmod, libc::SYS_chown, libc::SYS_lchown,
    libc::SYS_utime, libc::SYS_utimes, libc::SYS_futimesat,
    libc::SYS_fork, libc::SYS_vfork,
];
#[cfg(target_arch = "aarch64")]
const REFUSED_OLD_CALLS: &[i64] = &[libc::SYS_renameat];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const REFUSED_OLD_CALLS: &[i64] = &[];

fn filter_system_calls() -> Result<(), ConfineError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = REFUSED_CALLS
        .iter()
        .chain(REFUSED_OLD_CALLS)
        .map(|call| (*call, Vec::new()))
        .collect();
    // A process of its own would outlive the worker; threads end with it.
    let is_thread = libc::CLONE_THREAD as u64;
    let no_thread = condition(0, SeccompCmpOp::MaskedEq(is_thread), 0)?;
    rules.insert(libc::SYS_clone, vec![no_thread]);
    // Signals to itself only: `abort` sends one.
    let other_process = condition(0, SeccompCmpOp::Ne, u64::from(std::process::id()))?;
    rules.insert(libc::SYS_tgkill, vec![other_process]);
    // Limits may be asked for, of itself; not set.
    let of_others = condition(0, SeccompCmpOp::Ne, 0)?;
    let set = condition(2, SeccompCmpOp::Ne, 0)?;
    rules.insert(libc::SYS_prlimit64, vec![of_others, set]);
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM as u32),
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter_all_threads(&program)?;
    Ok(seccompiler::apply_filter_all_threads(&unknown_calls())?)
}

/// Refuses a call whose argument number `index` compares so.
fn condition(index: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, BackendError> {
    let condition = SeccompCondition::new(index, SeccompCmpArgLen::Qword, operator, value)?;
    SeccompRule::new(vec![condition])
}

/// `cachestat`, of Linux 6.5: the newest call that [`REFUSED_CALLS`] was made
/// in knowledge of. From 424 on all architectures number their calls alike.
const NEWEST_KNOWN_CALL: u32 = 451;

/// A filter for which later calls do not exist, nor does the x32 interface of
/// x86-64, which has all calls a second time with numbers above 2^30. It denies
/// `clone3` too: its flags lie in memory, where no filter can see them, and
/// the C library then takes `clone`.
fn unknown_calls() -> BpfProgram {
    const LOAD_CALL_NUMBER: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const IF_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    const IF_GREATER: u16 = (libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    let step = |code, k, jt, jf| sock_filter { code, jt, jf, k };
    vec![
        step(LOAD_CALL_NUMBER, 0, 0, 0),
        step(IF_EQUAL, libc::SYS_clone3 as u32, 1, 0),
        step(IF_GREATER, NEWEST_KNOWN_CALL, 0, 1),
        step(RETURN, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32, 0, 0),
        step(RETURN, libc::SECCOMP_RET_ALLOW, 0, 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind::PermissionDenied;
    use std::net::{TcpListener, UdpSocket};
    use std::os::unix::net::{UnixDatagram, UnixStream};
    use std::process::Command;

    const FOLDER: &str = "VANTHU_TEST_CONFINED_IN";
    const MEMORY_BYTES: u64 = 4 << 30;

    /// Confining cannot be undone: the test starts itself again and confines
    /// that process.
    #[test]
    fn a_confined_process_reaches_nothing_and_can_still_work() {
        if let Some(folder) = std::env::var_os(FOLDER) {
            return try_everything(std::path::Path::new(&folder));
        }
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture", "--test-threads=1"])
            .arg("worker::confine::tests::a_confined_process_reaches_nothing_and_can_still_work")
            .env(FOLDER, dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?}: {said}", output.status);
        let ran = String::from_utf8_lossy(&output.stdout);
        assert!(ran.contains("1 passed"), "{ran}");
        assert_eq!(
            std::fs::read_dir(dir.path()).unwrap().count(),
            1,
            "a file was made"
        );
    }

    fn try_everything(folder: &std::path::Path) {
        let secret = folder.join("secret");
        let open_before = std::fs::File::open(&secret).unwrap();
        let parent = std::os::unix::process::parent_id();
        let (here, _there) = UnixStream::pair().unwrap();
        confine(MEMORY_BYTES).unwrap();

        let is_refused = |what: &str, error: std::io::Error| {
            assert_eq!(error.kind(), PermissionDenied, "{what}: {error}");
        };
        is_refused("read", std::fs::read(&secret).unwrap_err());
        is_refused(
            "write",
            std::fs::write(folder.join("new"), "x").unwrap_err(),
        );
        is_refused(
            "folder",
            std::fs::create_dir(folder.join("new")).unwrap_err(),
        );
        is_refused("remove", std::fs::remove_file(&secret).unwrap_err());
        is_refused(
            "rename",
            std::fs::rename(&secret, folder.join("y")).unwrap_err(),
        );
        let permissions = open_before.metadata().unwrap().permissions();
        is_refused(
            "mode",
            std::fs::set_permissions(&secret, permissions.clone()).unwrap_err(),
        );
        is_refused(
            "mode of an open file",
            open_before.set_permissions(permissions).unwrap_err(),
        );
        is_refused(
            "times of an open file",
            open_before
                .set_modified(std::time::SystemTime::UNIX_EPOCH)
                .unwrap_err(),
        );
        is_refused("listen", TcpListener::bind("127.0.0.1:0").unwrap_err());
        is_refused("datagrams", UdpSocket::bind("127.0.0.1:0").unwrap_err());
        is_refused("local sockets", UnixDatagram::unbound().unwrap_err());
        is_refused("socket pairs", UnixStream::pair().unwrap_err());
        is_refused("program", Command::new("/bin/true").spawn().unwrap_err());
        let last = std::io::Error::last_os_error;
        // Safety: calls that only ask the kernel; a fork that succeeded against
        // all expectation ends at once.
        unsafe {
            let forked = libc::fork();
            if forked == 0 {
                libc::_exit(0);
            }
            is_refused("fork", last());
            assert_eq!(forked, -1);
            let parent = parent as libc::pid_t;
            assert_eq!(libc::kill(parent, 0), -1, "signalled its parent");
            is_refused("signal", last());
            let signalled = libc::syscall(libc::SYS_tgkill, parent, parent, 0);
            assert_eq!(signalled, -1, "signalled its parent's thread");
            is_refused("signal to a thread", last());
            let call = libc::syscall(i64::from(NEWEST_KNOWN_CALL) + 1, 0, 0, 0, 0);
            assert_eq!((call, last().raw_os_error()), (-1, Some(libc::ENOSYS)));
        }

        // What a worker lives on: its socket, memory, threads.
        std::io::Write::write_all(&mut &here, b"alive").unwrap();
        assert_eq!(
            std::thread::spawn(|| vec![1_u8; 1 << 20].len())
                .join()
                .unwrap(),
            1 << 20
        );
        assert!(
            Vec::<u8>::new()
                .try_reserve_exact(MEMORY_BYTES as usize)
                .is_err()
        );
    }

    #[test]
    fn a_limit_that_is_lower_already_is_kept() {
        let nofile = rustix::process::getrlimit(Resource::Nofile);
        let hard = nofile.maximum.unwrap_or(u64::MAX);
        limit(Resource::Nofile, hard.saturating_add(1), "open files").unwrap();
        assert_eq!(
            rustix::process::getrlimit(Resource::Nofile).maximum,
            nofile.maximum
        );
    }
}
