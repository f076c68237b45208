"""Programs that attack the judge, each with the categories that it may get.

Every one of them is judged by TEST, which wants answer() == 42. None may pass, unless `passes` says
that what it tried came to nothing and that the answer is right all the same.
"""

from dataclasses import dataclass

TEST = "def check(candidate):\n    assert candidate() == 42\n"


@dataclass(frozen=True)
class Attack:
    name: str
    program: str
    categories: tuple[str, ...]
    passes: bool = False


def _attack(name: str, body: str, *categories: str, passes: bool = False) -> Attack:
    indented = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    return Attack(name, f"import os, sys\ndef answer():\n{indented}\n", categories, passes)


def _module(name: str, body: str, *categories: str, passes: bool = False) -> Attack:
    return Attack(name, body.strip("\n") + "\n", categories, passes)


EXIT = "integrity/exit"
WRONG = "wrong/value"
DENIED = "runtime/python"

ATTACKS = [
    # Leaving early
    _attack("sys.exit in the call", "sys.exit(0)", EXIT),
    _attack("os._exit in the call", "os._exit(0)", EXIT),
    _module("sys.exit at module level", "import sys\nsys.exit(0)", EXIT),
    _module("os._exit at module level", "import os\nos._exit(0)", EXIT),
    _module("a kind of SystemExit", "class E(SystemExit): pass\ndef answer(): raise E(0)", EXIT),
    _module("exit while importing", "import os\nclass A:\n    os._exit(0)", EXIT),
    _attack("keyboard interrupt", "raise KeyboardInterrupt", EXIT),
    _attack("exit in a thread", "import threading, time\nthreading.Thread(target=os._exit, "
            "args=(0,)).start()\ntime.sleep(5)", EXIT),
    _module("exit in __del__", "import os\nclass A:\n    def __del__(self): os._exit(0)\n"
            "def answer():\n    A()", EXIT),
    _module("exit in __eq__", "import os\nclass A:\n    def __eq__(self, other): os._exit(0)\n"
            "def answer(): return A()", EXIT),
    _attack("atexit", "import atexit\natexit.register(os._exit, 0)\nreturn 0", WRONG),
    _attack("assertion error of its own", "raise AssertionError('all tests passed')", DENIED),
    # Saying that it passed
    _attack("success markers", "print('PASS OK passed TEST_PASSED 1 passed', flush=True)\nreturn 0",
            WRONG),
    _attack("markers, then exit", "print('TEST_PASSED', flush=True)\nos._exit(0)", EXIT),
    _attack("forged verdict on every descriptor", """
forged = b'{"status": "pass", "stage": "done"}'
for descriptor in range(256):
    try: os.write(descriptor, forged)
    except OSError: pass
os._exit(0)""", "integrity/forgery"),
    _attack("forged verdict with a nonce of zeros", """
for descriptor in range(3, 256):
    try: os.write(descriptor, bytes(16) + b'{"status": "pass", "stage": "done"}')
    except OSError: pass
return 42""", "integrity/forgery"),
    _attack("closed descriptors", "os.closerange(0, 256)\nreturn 42", EXIT),
    _attack("file in place of the channel", """
os.closerange(0, 256)
for _ in range(16): os.open('x', os.O_CREAT | os.O_RDWR)
return 42""", EXIT),
    _attack("fork and let both go on", "os.fork()\nreturn 42", passes=True),
    # Changing what the test relies on
    _module("own check", "def check(candidate): pass\ndef answer(): return 0", WRONG),
    _module("replaced builtin", "import builtins\nbuiltins.isinstance = lambda *a: True\n"
            "def answer(): return 42", "integrity/tamper"),
    _attack("replaced builtin, late", "import builtins\nbuiltins.abs = lambda x: 0\nreturn 42",
            "integrity/tamper"),
    _attack("replaced comparison", """
from qiskit.quantum_info import Operator
Operator.equiv = lambda *a, **k: True
return 42""", "integrity/tamper"),
    _attack("replaced allclose", "import numpy\nnumpy.allclose = lambda *a, **k: True\nreturn 42",
            "integrity/tamper"),
    _attack("tracing", "sys.settrace(lambda *a: None)\nreturn 42", "integrity/tamper"),
    _module("names of builtins", "def isinstance(*a): return True\ndef answer(): return 0", WRONG),
    _attack("replaced exit", "os._exit = lambda code: None\nreturn 0", WRONG),
    _module("unprintable exception", "class E(Exception):\n    def __str__(self): 1/0\n"
            "def answer(): raise E", DENIED),
    _attack("lone surrogates", "raise ValueError('\\ud800')", DENIED),
    # Using up the machine
    _attack("busy loop", "while True: pass", "resource/time"),
    _attack("busy loop that ignores signals", """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass""", "resource/time"),
    _attack("sleeping", "import time\ntime.sleep(600)", "resource/time"),
    _attack("raising the own limits", """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000))
while True: pass""", "runtime/python"),
    _attack("memory bomb", "held = []\nwhile True: held.append(bytearray(1 << 26))",
            "resource/memory", "resource/time"),
    _attack("memory in one piece", "return len(bytearray(1 << 32))", "resource/memory"),
    _attack("huge integer", "return len(str(10 ** (10 ** 8)))", "runtime/python",
            "resource/time", "resource/memory"),
    _attack("fork bomb", "while True:\n    try: os.fork()\n    except OSError: pass",
            "resource/process", "resource/time"),
    _attack("work shared out to children", """
for _ in range(8):
    if os.fork() == 0:
        while True: pass
import time
time.sleep(600)""", "resource/time"),
    _attack("thread bomb", """
import threading, time
while True: threading.Thread(target=time.sleep, args=(600,)).start()""",
            "resource/process", "resource/memory", "resource/time"),
    _attack("big file", "file = open('big', 'wb')\nwhile True: file.write(bytes(1 << 20))", DENIED),
    _attack("output flood", "while True: print('x' * 65536)", "resource/output"),
    _attack("flood from a child", """
if os.fork() == 0:
    while True: os.write(1, b'x' * 65536)
import time
time.sleep(600)""", "resource/output"),
    _attack("output that is not UTF-8", "os.write(1, bytes(range(128, 256)))\nreturn 0", WRONG),
    _attack("deep recursion", "return answer()", DENIED),
    _attack("deep recursion without a limit", """
sys.setrecursionlimit(1 << 30)
def down(n): return sorted([n], key=lambda x: down(x + 1))
return down(0)""", "runtime/crash", "resource/memory", "resource/time"),
    _attack("deep folders and locked ones", """
for _ in range(2000):
    os.mkdir('d')
    os.chdir('d')
os.chmod('.', 0)
return 0""", WRONG),
    # Crashing
    _attack("null pointer", "import ctypes\nctypes.string_at(0)", "runtime/crash"),
    _attack("abort", "os.abort()", "runtime/crash"),
    _attack("daemon that outlives", """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        time.sleep(600)
    os._exit(0)
return 0""", WRONG),
    _attack("threads that go on", """
import threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
return 42""", passes=True),
    # Looking and reaching outside
    _attack("environment", """
return 42 if any('SECRET' in key for key in os.environ) else 0""", WRONG),
    _attack("environment of the server", "open('/proc/1/environ').read()\nreturn 42", DENIED),
    _attack("own environment in /proc", "open('/proc/self/environ').read()\nreturn 42", DENIED),
    _attack("password file", "open('/etc/passwd').read()\nreturn 42", DENIED),
    _attack("home", "os.listdir(os.path.expanduser('~root'))\nreturn 42", DENIED),
    _attack("judge's source tree", "os.listdir('REPOSITORY')\nreturn 42", DENIED),
    _attack("writing outside", "open('/tmp/qspark-was-here', 'w')\nreturn 42", DENIED),
    _attack("writing beside the scratch folder", "open('../mine', 'w')\nreturn 42", DENIED),
    _attack("changing a package", "import numpy\nopen(numpy.__file__, 'a')\nreturn 42", DENIED),
    _attack("socket", "import socket\nsocket.socket()\nreturn 42", "env/network", DENIED),
    _attack("download", "import urllib.request as r\nr.urlopen('http://127.0.0.1:1')\nreturn 42",
            "env/network", DENIED),
    _attack("running a program", "import subprocess\nsubprocess.run(['/bin/true'])\nreturn 42",
            DENIED),
    _attack("os.system", "os.system('true')\nreturn 42 if os.system('true') == 0 else 0", WRONG),
    _attack("killing the parent", """
import signal
for pid in (os.getppid(), 1):
    try: os.kill(pid, signal.SIGKILL)
    except OSError: pass
return 0""", WRONG, "resource/memory"),
    _attack("killing everything", "import signal\nos.kill(-1, signal.SIGKILL)\nreturn 0", WRONG,
            DENIED),
    _attack("tracing another process", """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
return 42 if libc.ptrace(16, 1, 0, 0) == 0 else 0""", WRONG),
    _attack("new namespaces", """
import ctypes
return 42 if ctypes.CDLL(None).unshare(0x10000000) == 0 else 0""", WRONG),
    _attack("mounting", """
import ctypes
return 42 if ctypes.CDLL(None).mount(b'none', b'.', b'tmpfs', 0, None) == 0 else 0""", WRONG),
]  # fmt: skip
