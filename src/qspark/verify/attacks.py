"""The attacks by which `doctor.py` proves what the sandbox guarantees."""

from dataclasses import dataclass

from qspark.verify.containment import ISOLATIONS

TEST = "def check(candidate):\n    assert candidate() == 42\n"
OPERATOR_TEST = """from qiskit.quantum_info import Operator
def check(candidate):
    assert Operator(candidate()).equiv(Operator([[0, 1], [1, 0]]))
"""

PROGRAM = """
import ctypes, errno, mmap, os, resource, signal, socket, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
worked = []
def say(what, how): print(f"@{what}: {how}", flush=True)
def attempt(what, act, good="worked"):
    try: act()
    except (OSError, MemoryError) as error:
        say(what, "refused " + errno.errorcode.get(getattr(error, "errno", 0), "MemoryError"))
    except BaseException as error: say(what, "failed " + repr(error)[:80])
    else:
        if good == "worked": worked.append(what)
        say(what, good)
def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1: raise OSError(ctypes.get_errno(), name)
def show(path): print(open(path, "rb").read().partition(b"DOCTOR_SECRET=")[2][:16], flush=True)
def answer():
BODY
    say("end", "ended")
    return 42 if worked else 0
"""


@dataclass(frozen=True)
class Attack:
    """Programs, as bodies of answer(), judged one after the other.

    `least` is the lowest rung that promises to hold. `ends`, where the program is not to reach its
    own end, are the categories that prove it; `refusals` count besides errors of permission.
    """

    name: str
    attack: str
    least: int
    bodies: tuple[str, ...]
    ends: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    test: str = TEST


ATTACKS = (
    Attack("no network", "Connects, and sends datagrams, to sockets that listen outside.", 1, ("""
def to_file(kind):
    one, _ = socket.socketpair(socket.AF_UNIX, kind)
    one.sendto(b"x", S["datagram"])
attempt("TCP", lambda: socket.create_connection(("127.0.0.1", S["tcp"]), 2))
attempt("UDP", lambda: socket.socket(2, 2).sendto(b"x", ("127.0.0.1", S["udp"])))
attempt("a socket file", lambda: socket.socket(1, 1).connect(S["stream"]))
attempt("a datagram from a socket pair", lambda: to_file(socket.SOCK_DGRAM))
attempt("a raw one", lambda: to_file(socket.SOCK_RAW))""",), (), ("ECONNREFUSED", "ENETUNREACH")),
    Attack("no reading of home", "Lists the home folder and opens private files.", 1, ("""
for path in (S["home"], S["outside"]): attempt("listing", lambda: os.listdir(path))
for path in S["files"]: attempt("opening", lambda: open(path, "rb").read(1))
attempt("a secret", lambda: show(S["outside"] + "/old"))""",)),
    Attack("no reading of other processes", "Reads another process through /proc.", 1, ("""
attempt("its environment", lambda: show(f"/proc/{S['victim']}/environ"))
attempt("its command", lambda: show(f"/proc/{S['victim']}/cmdline"))
attempt("the list of processes", lambda: os.listdir("/proc"))""",)),
    Attack("no writing outside the scratch folder", "Makes, changes and removes files outside.", 1, ("""
new, old = S["outside"] + "/new", S["outside"] + "/old"
attempt("making", lambda: open(new, "w").close())
attempt("folder", lambda: os.mkdir(new + "folder"))
attempt("link", lambda: os.symlink("x", new + "link"))
attempt("appending", lambda: os.write(os.open(old, os.O_WRONLY | os.O_APPEND), b"x"))
attempt("truncating", lambda: os.truncate(old, 0))
attempt("renaming", lambda: os.rename(old, old + "er"))
attempt("removing", lambda: os.unlink(old))
attempt("beside the scratch folder", lambda: open("../mine", "w").close())
attempt("a package", lambda: open(os.__file__, "ab").close())""",)),
    Attack("no changing of permissions outside", "Changes the mode and times of a file outside.", 2, ("""
attempt("mode", lambda: os.chmod(S["outside"] + "/old", 0o777))
attempt("times", lambda: os.utime(S["outside"] + "/old", (1, 1)))""",)),
    Attack("no new programs", "Runs the interpreter and a script of its own.", 1, ("""
with open("script", "w") as file: file.write(f"#!{sys.executable}\\nprint('@script: worked')")
os.chmod("script", 0o700)
attempt("subprocess", lambda: subprocess.run([sys.executable, "-c", ""]))
attempt("spawn", lambda: os.posix_spawn("./script", ["script"], {}))
attempt("exec", lambda: os.execv(sys.executable, ["x", "-c", "print('@exec: worked')"]))""",),
            (), ("EAGAIN",)),
    Attack("no processes left behind", "Leaves a daemon in a session of its own.", 0, ("""
reader, writer = os.pipe()
def daemon():
    if os.fork() == 0:
        try:
            os.setsid()
            if os.fork() == 0:
                libc.prctl(15, S["name"].encode(), 0, 0, 0)
                os.write(writer, b"x")
                time.sleep(100)
        finally: os._exit(0)
    os.close(writer)
    if not os.read(reader, 1): raise ValueError("it did not start")
attempt("daemon", daemon, "started")""",), (), ("EAGAIN",)),
    Attack("CPU time is limited", "Computes without end.", 0, ("while True: pass",),
            ("resource/*",)),
    Attack("memory is limited", "Takes 3 GiB piece by piece, and 8 GiB in one.", 0, ("""
attempt("in pieces", lambda: [mmap.mmap(-1, 1 << 26) for _ in range(48)])
attempt("in one", lambda: bytearray(1 << 33))""",), ("resource/memory",),
            ("MemoryError", "ENOMEM")),
    Attack("output is limited", "Prints without end.", 0, ("while True: print('x' * 65536)",),
            ("resource/output",)),
    Attack("file size is limited", "Writes a file of twice the size allowed.", 0, ("""
def write():
    with open("big", "wb", 0) as file:
        for _ in range(16): file.write(bytes(1 << 20))
attempt("writing", write)""",), (), ("EFBIG",)),
    Attack("number of processes is limited", "Starts four times the processes allowed.", 0, ("""
def start():
    for _ in range(64):
        if os.fork() == 0:
            time.sleep(4)
            os._exit(0)
    time.sleep(2)
attempt("processes", start)""",), ("resource/process",), ("EAGAIN",)),
    Attack("environment is empty of secrets", "Looks for a variable of the judge's caller.", 0, ("""
attempt("os.environ", lambda: print(os.environ.get("QSPARK_DOCTOR_SECRET")), "tried")
for process in ("self", os.getppid()):
    attempt(f"/proc/{process}", lambda: show(f"/proc/{process}/environ"), "tried")""",),
            (), ("ENOENT",)),
    Attack("no tracing of other processes", "Traces a process and opens its memory.", 1, ("""
victim = S["victim"]
attempt("ptrace", lambda: call("ptrace", 0x4206, victim, 0, 0))
attempt("its memory", lambda: open(f"/proc/{victim}/mem", "rb"))
attempt("process_vm_readv", lambda: call("process_vm_readv", victim, None, 0, None, 0, 0))
attempt("pidfd_open", lambda: call("syscall", 434, victim, 0))""",), (), ("ESRCH",)),
    Attack("signals reach nobody outside", "Kills another process in three ways.", 1, ("""
attempt("kill", lambda: os.kill(S["victim"], signal.SIGKILL))
attempt("killpg", lambda: os.killpg(S["victim"], signal.SIGKILL))
attempt("sigqueue", lambda: call("sigqueue", S["victim"], 9, None))""",), (), ("ESRCH",)),
    Attack("no change to how other processes run", "Moves a process to another CPU and policy.", 1, ("""
attempt("CPU", lambda: os.sched_setaffinity(S["victim"], os.sched_getaffinity(0)))
attempt("policy", lambda: os.sched_setscheduler(S["victim"], os.SCHED_BATCH, os.sched_param(0)))
attempt("limits", lambda: resource.prlimit(S["victim"], resource.RLIMIT_CORE))""",), (), ("ESRCH",)),
    Attack("private shared memory and IPC", "Opens shared memory of others, and leaves some.", 1, ("""
attempt("reading", lambda: show(S["memory"]))
attempt("leaving", lambda: open(S["memory"] + "-new", "w").close())
attempt("System V", lambda: call("shmget", S["key"], 0, 0))""",), (), ("ENOENT",)),
    Attack("nothing is left for the next program", "Hides a file and a builtin for the next program.",
            0, ("open('left', 'w').close(); import builtins; builtins.left = 1", """
import builtins
for found in (os.path.exists("left"), hasattr(builtins, "left")):
    if found: attempt("finding", lambda: 0)""")),
    Attack("early exit is no pass", "Leaves with exit code 0 before the test is over.", 0,
            ("say('os._exit', 'tried'); os._exit(0)", "say('sys.exit', 'tried'); sys.exit(0)"),
            ("integrity/*",)),
    Attack("printed success is no pass", "Prints what a judge may say of a pass.", 0, ("""
for line in ("PASS", "OK", "1 passed", '{"status": "pass", "stage": "done"}'): print(line)""",)),
    Attack("a forged report is no pass", "Writes a pass to every descriptor, with what its frames hold.",
            0, ("""
report = b'{"status": "pass", "stage": "done", "checks_passed": 1, "checks_total": 1}'
for lead in (b"", len(report).to_bytes(4, "big")):
    for number in range(3, 256):
        try: os.write(number, lead + report)
        except OSError: pass
say("descriptors", "tried")
os._exit(0)""", """
report = b'{"status": "pass", "stage": "done", "checks_passed": 1, "checks_total": 1}'
frame, keys = sys._getframe(), []
while frame:
    keys += [v for v in frame.f_locals.values() if isinstance(v, bytes) and 8 <= len(v) <= 64]
    frame = frame.f_back
for key in dict.fromkeys(keys):
    for number in range(3, 256):
        try: os.write(number, key + report)
        except OSError: pass
say("the judge's own frames", "tried")
os._exit(0)"""), ("integrity/*",)),
    Attack("patched comparison is no pass", "Replaces what the test compares with.", 0, ("""
import builtins, numpy, qiskit.quantum_info as qi
yes = lambda *a, **k: True
qi.Operator.equiv = qi.Operator.__eq__ = numpy.allclose = yes
return [[1, 0], [0, 1]]""", """
sys.modules["qiskit.quantum_info.operators.operator"].matrix_equal = lambda *a, **k: True
return [[1, 0], [0, 1]]"""), ("wrong/*", "integrity/*"), (), OPERATOR_TEST),
    Attack("an object equal to everything is no pass", "Answers with objects that equal all others.", 0,
            ("return type('E', (), {'__eq__': lambda *a: True})()",
             "return type('E', (int,), {'__eq__': lambda *a: True})()",
             "import unittest.mock; return unittest.mock.ANY"), ("wrong/*", "integrity/*")),
)  # fmt: skip

_LOWER = ["programs that start processes", "hiding which processes there are"]
_NAMES = ["hiding that a file exists, its size and times"]
_NEVER = ["safety from faults of the kernel"]


def gives_not(isolation: str) -> list[str]:
    """What an isolation (one of ISOLATIONS) does not guarantee."""
    rung = ISOLATIONS.index(isolation)
    lost = [attack.name for attack in ATTACKS if attack.least > rung]
    return [*lost, *(_LOWER if rung == 1 else []), *(_NAMES if rung < 3 else []), *_NEVER]
