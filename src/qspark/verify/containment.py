"""Kernel containment through ctypes: namespaces, Landlock, seccomp, capabilities.

Linux only, on x86-64 and arm64; system call numbers, flags and structures are those of the
kernel's uapi headers. Every function raises OSError with the kernel's errno when the kernel
refuses.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

LINUX = sys.platform == "linux"
ISOLATIONS = (  # least first
    "limits",
    "landlock+seccomp",
    "namespaces+landlock+seccomp",
    "container+namespaces+landlock+seccomp",
)
SYSTEM_READABLE = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/etc/fonts",
    "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/random", "/dev/zero",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_CLONE_NEW_ANY = 0x7E020000  # those, and the cgroup namespace
_CLONE_THREAD = 0x00010000

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = -100, 0x8000, 1

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT, _MOUNT_SETATTR = 444, 445, 446, 442
_CAPSET = {"x86_64": 126, "aarch64": 91}

# Landlock access rights: bit number by name; how many of them each ABI version knows.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE = 1 << 14
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_FS_BITS_LATEST = 16


def python_folders() -> list[str]:
    """Where the interpreter and its packages live, but not folders of source code on the path."""
    folders = [sys.prefix, sys.base_prefix]
    folders += [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    return [folder for folder in folders if folder != "/"]


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def _syscall(number: int, what: str, *args: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *args), what)


def _prctl(option: int, value: int, what: str) -> None:
    zero = ctypes.c_ulong(0)
    _check(_libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero), what)


def threads() -> int:
    """How many threads this process has; 1 where the system does not tell."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send this process a signal when the thread that forked it ends."""
    _prctl(_PR_SET_PDEATHSIG, signal_number, "PR_SET_PDEATHSIG")


def adopt_orphans() -> None:
    """Make orphans among this process's descendants its own children, so that it can end them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1, "PR_SET_CHILD_SUBREAPER")


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` (a PID namespace: from the next fork on)."""
    _check(_libc.unshare(flags), "unshare")


def rejoin_pid_namespace(descriptor: int) -> None:
    """Fork again into the PID namespace that `descriptor` (a `/proc/self/ns/pid`) names."""
    _check(_libc.setns(descriptor, CLONE_NEWPID), "setns")


def enter_user_namespace(flags: int) -> None:
    """Unshare a user namespace that keeps the own uid and gid, and the namespaces in `flags`."""
    uid, gid = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER | flags)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def seal_filesystem(scratch: str, megabytes: int) -> None:
    """Make every mount private and read-only, and put a writable tmpfs on `scratch`.

    Needs an own mount namespace. The tmpfs holds at most `megabytes` MiB and 20,000 files.
    """
    _check(_libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "mount private")
    attributes = struct.pack("=QQQQ", _MOUNT_ATTR_RDONLY, 0, 0, 0)
    _syscall(
        _MOUNT_SETATTR, "mount_setattr", _AT_FDCWD, b"/", _AT_RECURSIVE, attributes,
        ctypes.c_size_t(len(attributes)),
    )  # fmt: skip
    options = f"size={megabytes}m,nr_inodes=20000,mode=0700".encode()
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _check(_libc.mount(b"tmpfs", scratch.encode(), b"tmpfs", flags, options), "mount tmpfs")


def bound_capabilities() -> None:
    """Let no program that this process or a child executes gain a capability."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break  # past the last one, or not allowed to: `drop_privileges` suffices


def drop_privileges() -> None:
    """Give up every capability for good, forbid regaining any, and make the process undumpable."""
    header, data = struct.pack("=Ii", 0x20080522, 0), bytes(24)
    _syscall(_CAPSET[platform.machine()], "capset", header, data)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "PR_SET_NO_NEW_PRIVS")
    _prctl(_PR_SET_DUMPABLE, 0, "PR_SET_DUMPABLE")


def landlock_abi() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    if not LINUX or platform.machine() not in _CAPSET:
        return 0
    version = _libc.syscall(ctypes.c_long(_LANDLOCK_CREATE), None, ctypes.c_size_t(0), 1)
    return max(version, 0)


def landlock_ruleset(readable: Iterable[str], writable: Iterable[str]) -> int:
    """A descriptor of a ruleset: `readable` trees may be read, `writable` trees also be changed.

    Nothing may be executed, no device be made, no TCP port be used, and (from version 6 on) no
    abstract socket and no process outside be reached. Paths that do not exist are passed over.
    """
    abi = landlock_abi()
    everything = (1 << _FS_BITS.get(abi, _FS_BITS_LATEST)) - 1
    fields = [everything]
    if abi >= 4:
        fields.append(0b11)
    if abi >= 6:
        fields.append(0b11)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    size = ctypes.c_size_t(len(attributes))
    ruleset = _syscall(_LANDLOCK_CREATE, "landlock_create_ruleset", attributes, size, 0)
    reading = _READ_FILE | _READ_DIR
    changing = everything & ~(_EXECUTE | _MAKE_CHAR | _MAKE_BLOCK)
    for rights, paths in ((reading, readable), (changing, writable)):
        for path in paths:
            if Path(path).exists():
                _allow(ruleset, path, rights)
    return ruleset


def _allow(ruleset: int, path: str, rights: int) -> None:
    if not Path(path).is_dir():
        rights &= _READ_FILE | _WRITE_FILE | (_TRUNCATE if landlock_abi() >= 3 else 0)
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights, descriptor)
    _syscall(_LANDLOCK_ADD, "landlock_add_rule", ruleset, 1, rule, 0)
    os.close(descriptor)


def landlock_restrict(ruleset: int) -> None:
    """Put this process, and all that it will start, under the ruleset. Needs no_new_privs."""
    _syscall(_LANDLOCK_RESTRICT, "landlock_restrict_self", ruleset, 0)


# Denied system calls, as (x86-64, arm64) numbers; None where the architecture has no such call.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp":
    (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "process_madvise": (440,
    440), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431,
    431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "unshare":
    (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218), "keyctl":
    (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176,
    106), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon":
    (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "sethostname":
    (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227,
    112), "adjtimex": (159, 171), "syslog": (103, 116), "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264), "fanotify_init": (300, 262), "iopl": (172, None), "ioperm":
    (173, None), "modify_ldt": (154, None), "personality": (135, 92), "shmget": (29, 194),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "socket": (41, 198),
    "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "execve": (59, 221), "execveat": (322, 281), "setpriority": (141,
    140), "ioprio_set": (251, 30),
}  # fmt: skip
_PROCESS_CALLS = {"fork": (57, None), "vfork": (58, None)}
_SIGNAL_CALLS = {
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
}  # fmt: skip
_SOCKETPAIR = (53, 199)
_CLONE, _CLONE3, _TGKILL, _PRLIMIT = (56, 220), (435, 435), (234, 131), (302, 261)
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD, _AND, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOWED, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def seccomp_filter(only_process: int | None) -> bytes:
    """A deny-list as a BPF program.

    Tracing, mounts, namespaces, sockets, executing files, System V memory and administration
    answer EPERM; clone3 answers ENOSYS, so that libc takes clone. With `only_process` (a pid, for
    where there is no PID namespace) that process may besides start threads only, and signal and
    limit only itself.
    """
    machine = platform.machine()
    column = ("x86_64", "aarch64").index(machine)
    code = [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, _AUDIT_ARCH[machine]), (_RETURN, 0, 0, _KILL)]
    code.append((_LOAD, 0, 0, 0))
    if machine == "x86_64":
        code += [(_JGE, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]  # no x32 calls

    def deny(number: int | None, code_number: int) -> None:
        if number is not None:
            code.append((_JEQ, 0, 1, number))
            code.append((_RETURN, 0, 0, _ERRNO | code_number))

    def guard(number: int, argument: list[tuple[int, int, int, int]]) -> None:
        code.append((_JEQ, 0, len(argument), number))
        code.extend(argument)

    for numbers in _DENIED.values():
        deny(numbers[column], errno.EPERM)
    deny(_CLONE3[column], errno.ENOSYS)
    low_word = (_LOAD, 0, 0, 16)  # the first argument's low 32 bits
    second_word = (_LOAD, 0, 0, 24)
    allow, refuse = (_RETURN, 0, 0, _ALLOWED), (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    # Pairs of stream sockets only: others can be sent to a socket file outside. 0xF is the mask of
    # the type; 1 and 5 are SOCK_STREAM and SOCK_SEQPACKET.
    streams = [second_word, (_AND, 0, 0, 0xF), (_JEQ, 2, 0, 1), (_JEQ, 1, 0, 5), refuse, allow]
    guard(_SOCKETPAIR[column], streams)
    if only_process is None:
        guard(_CLONE[column], [low_word, (_JSET, 0, 1, _CLONE_NEW_ANY), refuse, allow])
    else:
        again = (_RETURN, 0, 0, _ERRNO | errno.EAGAIN)
        guard(_CLONE[column], [low_word, (_JSET, 1, 0, _CLONE_THREAD), again, allow])
        for numbers in _PROCESS_CALLS.values():
            deny(numbers[column], errno.EAGAIN)
        for numbers in _SIGNAL_CALLS.values():
            deny(numbers[column], errno.EPERM)
        guard(_TGKILL[column], [low_word, (_JEQ, 1, 0, only_process), refuse, allow])
        guard(_PRLIMIT[column], [low_word, (_JEQ, 1, 0, 0), refuse, allow])
    code.append(allow)
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def seccomp_enforce(program: bytes) -> None:
    """Put this process under the BPF program, for good. Needs no_new_privs."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    zero = ctypes.c_ulong(0)
    result = _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), header, zero, zero)
    _check(result, "PR_SET_SECCOMP")
