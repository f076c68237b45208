"""Attacks on the machine: time, memory, processes, files, output, crashes."""

from hostile_attack import (
    CRASH,
    DENIED,
    EXIT,
    MEMORY,
    OUTPUT,
    PROCESS,
    PYTHON,
    TIME,
    WRONG,
    call,
    module,
)  # fmt: skip

MACHINE = [
    call("busy loop", "while True: pass", TIME),
    call("busy loop that ignores signals", """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass""", TIME),
    module("busy loop while defining", "while True: pass", TIME),
    call("a pattern that never matches", "import re\nre.match('(a+)+b', 'a' * 60)", TIME),
    call("sleeping", "import time\ntime.sleep(600)", TIME),
    call("raising the own limits", """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000))
while True: pass""", PYTHON, TIME),
    call("raising every limit", """
import resource
for kind in range(16):
    try: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError): pass
return 42 if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY else 0""", WRONG),
    call("limits of others", """
import resource
done = 0
for pid in (1, 2, 3, os.getppid()):
    if pid in (0, os.getpid()): continue
    try:
        resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))
        done = 42
    except OSError: pass
return done""", WRONG),
    call("priorities", """
try: os.setpriority(os.PRIO_USER, os.getuid(), 19)
except OSError: return 0
return 42""", WRONG),
    call("real-time scheduling", """
try: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
except OSError: return 0
return 42""", WRONG),
    call("memory bomb", "held = []\nwhile True: held.append(bytearray(1 << 26))", MEMORY, TIME),
    call("memory in one piece", "return len(bytearray(1 << 32))", MEMORY),
    call("memory of many", "held = bytearray(b'x') * (1 << 29)\nfor _ in range(8): os.fork()\n"
         "for n in range(0, 1 << 29, 4096): held[n] = 1\nimport time\ntime.sleep(9)", MEMORY, PROCESS,
         TIME, PYTHON),
    call("memory that is locked", "import ctypes\nlibc = ctypes.CDLL(None)\n"
         "return 42 if libc.mlockall(3) == 0 and 0 else 0", WRONG, MEMORY, CRASH),
    call("huge integer", "return len(str(10 ** (10 ** 8)))", PYTHON, TIME, MEMORY),
    call("fork bomb", "while True:\n    try: os.fork()\n    except OSError: pass", PROCESS, TIME),
    module("fork bomb while defining", "import os\nwhile True:\n    try: os.fork()\n"
           "    except OSError: pass", PROCESS, TIME),
    call("fork bomb by vfork and clone", """
import ctypes
libc = ctypes.CDLL(None)
while True: libc.syscall(56, 17, 0, 0, 0, 0)""", PROCESS, TIME),
    call("work shared out to children", """
for _ in range(8):
    if os.fork() == 0:
        while True: pass
import time
time.sleep(600)""", TIME),
    call("thread bomb", """
import threading, time
while True: threading.Thread(target=time.sleep, args=(600,)).start()""", PROCESS, MEMORY, TIME),
    call("big file", "file = open('big', 'wb')\nwhile True: file.write(bytes(1 << 20))", DENIED),
    call("a file of 10 GB", "with open('big', 'wb') as file: file.truncate(10 << 30)", DENIED),
    call("a file of 10 GB set aside", "os.posix_fallocate(os.open('big', os.O_CREAT | os.O_RDWR), 0,"
         " 10 << 30)", DENIED),
    call("many files that fill the folder", "n = 0\nwhile True:\n    n += 1\n"
         "    with open(f'f{n}', 'wb') as file: file.write(bytes(8 << 20))", DENIED),
    call("files without end", "n = 0\nwhile True:\n    n += 1\n    open(f'{n}', 'w').close()",
         DENIED, TIME),
    call("output flood", "while True: print('x' * 65536)", OUTPUT),
    call("flood of errors", "while True: os.write(2, b'x' * 65536)", OUTPUT),
    module("flood while defining", "while True: print('x' * 65536)", OUTPUT),
    call("flood from a child", """
if os.fork() == 0:
    while True: os.write(1, b'x' * 65536)
import time
time.sleep(600)""", OUTPUT),
    call("flood down the channel", """
while True:
    for number in range(3, 8):
        try: os.write(number, b'x' * 65536)
        except OSError: pass""", "integrity/forgery", OUTPUT, TIME),
    call("output that is not UTF-8", "os.write(1, bytes(range(128, 256)))\nreturn 0", WRONG),
    call("output of control characters", "os.write(1, b'\\x1b[2J\\x1b]0;x\\x07\\0' * 100)\nreturn 0",
         WRONG),
    call("deep recursion", "return answer()", DENIED),
    call("deep recursion without a limit", """
sys.setrecursionlimit(1 << 30)
def down(n): return sorted([n], key=lambda x: down(x + 1))
return down(0)""", CRASH, MEMORY, TIME),
    call("deep folders and locked ones", """
for _ in range(2000):
    os.mkdir('d')
    os.chdir('d')
os.chmod('.', 0)
return 0""", WRONG),
    call("null pointer", "import ctypes\nctypes.string_at(0)", CRASH),
    module("null pointer while defining", "import ctypes\nctypes.string_at(0)", CRASH),
    call("abort", "os.abort()", CRASH),
    call("signals to itself", "os.kill(os.getpid(), 11)\nimport time\ntime.sleep(1)\nreturn 0", CRASH,
         WRONG),
    call("a kill of itself", "os.kill(os.getpid(), 9)\nimport time\ntime.sleep(1)\nreturn 0", MEMORY,
         WRONG),
    call("stopping itself", "import signal\nos.kill(os.getpid(), signal.SIGSTOP)\nreturn 0", WRONG,
         TIME),
    call("broken bytecode", "def f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes(999))\nf()",
         CRASH, PYTHON, EXIT),
    call("daemon that outlives", """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        time.sleep(600)
    os._exit(0)
return 0""", WRONG),
    call("daemon that holds everything open", """
if os.fork() == 0:
    import signal, time
    os.setsid()
    for number in range(1, 32):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: time.sleep(1)
return 0""", WRONG),
    call("children named in no language", """
import ctypes, time
ctypes.CDLL(None).prctl(15, b'\\xff) \\xfe\\n(', 0, 0, 0)
if os.fork() == 0: time.sleep(60)
time.sleep(0.25)
return 0""", WRONG),
    call("names that the cleaner uses", """
for n in range(20): os.makedirs(f'a{n}/b/c')
for n in range(1, 90):
    for pid in (1, 2, os.getpid(), os.getppid()):
        os.makedirs(f'qspark-{n}-{pid}/x', exist_ok=True)
for n in range(20): os.makedirs(f'z{n}/b/c')
return 0""", WRONG),
    call("files that the cleaner cannot name", """
os.makedirs(b'd\\xff\\n/e\\xfe' + b'x' * 200)
open(b'\\xff\\x01', 'w').close()
os.mkfifo('fifo')
os.symlink('/', 'root')
os.symlink('self', 'self')
os.makedirs('l/k')
os.symlink('/tmp', 'l/k/out')
os.chmod('l/k', 0)
os.chmod('l', 0)
return 0""", WRONG),
    call("threads that go on", """
import threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
return 42""", passes=True),
]  # fmt: skip
