"""What the worker does to lock itself and its forks in, on Linux, inside the namespaces that bubblewrap has made (bubblewrap.py).

Like worker.py it needs nothing else of the project. The worker itself becomes an unprivileged user who may make namespaces and
mounts of his own (`enter`). Each fork gets a process namespace, mounts and shared memory that nothing else sees and that end
with it, loses all rights, and is left without the system calls that no exercise needs (`lock`).
"""

import ctypes
import os
import platform
import resource
import struct

USER = 65534  # inside; outside it is whoever runs the command, or an unused number where that is root
PROCESSES, OPEN_FILES, FILE_BYTES = 6, 32, 8 * 2**20  # of one question; three of the processes are the worker's own
SCRATCH, SIZE = b"/scratch", b"size=8m,nr_inodes=256,mode=1777"  # where it may write

NEW_MOUNTS, NEW_IPC, NEW_USERS, NEW_PROCESSES = 0x00020000, 0x08000000, 0x10000000, 0x20000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 1, 2, 4, 8  # of a mount
NO_NEW_PRIVILEGES, DUMPABLE, SECCOMP = 38, 4, 22  # of prctl

# Numbers of system calls. The first list is made to look as if the kernel did not have them, so that the C library uses older ones.
CALLS = {
    "x86_64": {
        "audit": 0xC000003E, "absent": [435], "clone": 56,
        "denied": {
            "socket": 41, "socketpair": 53, "shmget": 29, "semget": 64, "msgget": 68, "ptrace": 101, "personality": 135, "pivot_root": 155,
            "chroot": 161, "acct": 163, "mount": 165, "umount2": 166, "init_module": 175, "mq_open": 240, "kexec_load": 246, "add_key": 248,
            "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304,
            "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "memfd_create": 319,
            "bpf": 321, "userfaultfd": 323},
    },
    "aarch64": {
        "audit": 0xC00000B7, "absent": [435], "clone": 220,
        "denied": {
            "socket": 198, "socketpair": 199, "shmget": 194, "semget": 190, "msgget": 186, "ptrace": 117, "personality": 92,
            "pivot_root": 41, "chroot": 51, "acct": 89, "mount": 40, "umount2": 39, "init_module": 105, "mq_open": 180,
            "kexec_load": 104, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "perf_event_open": 241,
            "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
            "kcmp": 272, "finit_module": 273, "memfd_create": 279, "bpf": 280, "userfaultfd": 282},
    },
}
DENIED_EVERYWHERE = (  # newer calls, whose numbers are the same on all machines
    *range(424, 435),  # pidfd_send_signal, io_uring_*, open_tree, move_mount, fs*, pidfd_open
    438, 440, 442, 443, 447,  # pidfd_getfd, process_madvise, mount_setattr, quotactl_fd, memfd_secret
)
LOAD, EQUAL, GREATER_OR_EQUAL, BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of a filter
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000  # what it answers; REFUSE + errno
NOT_PERMITTED, NO_SUCH_CALL = 1, 38


def seccomp_filter(machine):
    """Return the filter of system calls as bytes, for the kernel's `struct sock_filter`; None for a machine that is not listed."""
    calls = CALLS.get(machine)
    if calls is None:
        return None
    denied = sorted({*calls["denied"].values(), *DENIED_EVERYWHERE})
    code = [
        (LOAD, 0, 0, 4), (EQUAL, 1, 0, calls["audit"]), (RETURN, 0, 0, KILL),  # the same machine's calls only
        (LOAD, 0, 0, 0), (GREATER_OR_EQUAL, 0, 1, 0x40000000), (RETURN, 0, 0, REFUSE + NO_SUCH_CALL),
    ]
    for number in calls["absent"]:
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE + NO_SUCH_CALL)]
    for number in denied:
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE + NOT_PERMITTED)]
    code += [  # clone: threads and processes, but no namespace
        (EQUAL, 0, 3, calls["clone"]), (LOAD, 0, 0, 16), (BITS, 0, 1, 0x7E020080), (RETURN, 0, 0, REFUSE + NOT_PERMITTED),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *line) for line in code)


FILTER = seccomp_filter(platform.machine())
libc = ctypes.CDLL(None, use_errno=True)


def _do(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)


def enter():
    """Leave the rights of who started this process, and go on as the first process of an own process namespace.

    The process that called this waits for that one and ends with it. Raises OSError where the system does not allow it.
    """
    if os.getuid() == 0:
        number = 64_000 + os.getpid() % 1000  # of nobody; so the limits of processes of two workers do not add up
        os.setgroups([])
        os.setresgid(number, number, number)
        os.setresuid(number, number, number)
    user, group = os.getuid(), os.getgid()
    _do(libc.prctl(DUMPABLE, 1, 0, 0, 0))  # or the files below would belong to root
    _do(libc.unshare(NEW_USERS | NEW_PROCESSES))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{USER} {user} 1")
    _write("/proc/self/gid_map", f"{USER} {group} 1")
    _do(libc.prctl(DUMPABLE, 0, 0, 0, 0))
    first = os.fork()
    if first:
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        _, status = os.waitpid(first, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 255)


def fork():
    """Fork with the C library's fork.

    os.fork then has every module put its locks and random states in order, which takes longer than all else and is not needed
    in a process that has one thread; so each child has the same random state.
    """
    child = ctypes.PyDLL(None, use_errno=True).fork()
    _do(child)
    return child


class Forks:
    """Forks whose processes all end with them."""

    def __init__(self):
        self.own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self):
        """Fork; the child is the first process of a namespace of its own."""
        _do(libc.setns(self.own, 0))
        _do(libc.unshare(NEW_PROCESSES))
        return fork()


def lock(seconds, address_space):
    """Let this process keep nothing but processor time, memory and a small place for files."""
    _do(libc.unshare(NEW_MOUNTS | NEW_IPC))
    _do(libc.mount(b"none", b"/proc", b"tmpfs", READ_ONLY | NO_SETUID | NO_DEVICES | NO_PROGRAMS, b"size=4k,mode=555"))
    _do(libc.mount(b"none", SCRATCH, b"tmpfs", NO_SETUID | NO_DEVICES | NO_PROGRAMS, SIZE))
    os.chdir(SCRATCH)
    for limit, value in (
        (resource.RLIMIT_AS, address_space), (resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, PROCESSES), (resource.RLIMIT_NOFILE, OPEN_FILES), (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_MEMLOCK, 0), (resource.RLIMIT_MSGQUEUE, 0), (resource.RLIMIT_SIGPENDING, 64),
    ):
        resource.setrlimit(limit, (value, value))
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _do(libc.capset(header, (ctypes.c_uint32 * 6)()))
    _do(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    if FILTER:
        _do(libc.prctl(SECCOMP, 2, _program(), 0, 0))


def _program():
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    return ctypes.byref(Program(len(FILTER) // 8, FILTER))
