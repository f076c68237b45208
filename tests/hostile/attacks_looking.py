"""Attacks that look and reach outside: files, memory, processes, sockets, the test's source.

VICTIM is replaced by the pid of a process outside, OUTSIDE by a folder there, PORT by a port where
someone listens, ABSTRACT by the name of an abstract socket, and REPOSITORY by the source tree.
"""

from hostile_attack import (
    CRASH,
    DENIED,
    EXIT,
    HIDDEN,
    LOOKED,
    NETWORK,
    ODD,
    PYTHON,
    TAMPER,
    WRONG,
    call,
)  # fmt: skip

FIND = """
import re
def answer_in(text):
    found = re.search(r"ANSWER = (\\d+)", str(text))
    return int(found[1]) if found else 0
"""
IN_ONE = (LOOKED, TAMPER, WRONG, DENIED, ODD)


def look(name: str, body: str, *more: str):
    return call(name, body + "\nreturn 0", WRONG, *more, test=HIDDEN, alone=(*IN_ONE, *more),
                before=FIND)  # fmt: skip


THE_TEST = [
    look("the test in linecache", "import linecache\nfor name in linecache.cache:\n"
         "    if answer_in(linecache.getlines(name)): return answer_in(linecache.getlines(name))"),
    look("the test through inspect", "import inspect\nm = sys.modules.get('test')\n"
         "if m and hasattr(m, 'check'): return answer_in(inspect.getsource(m))"),
    look("the test in sys.modules", "for m in list(sys.modules.values()):\n"
         "    if isinstance(getattr(m, 'ANSWER', None), int): return m.ANSWER"),
    look("the test in main", "import __main__\nfor value in vars(__main__).values():\n"
         "    if answer_in(value): return answer_in(value)"),
    look("the test among all objects", "import gc\nfor thing in gc.get_objects():\n"
         "    if isinstance(thing, dict) and isinstance(thing.get('ANSWER'), int):\n"
         "        return thing['ANSWER']"),
    look("the test in frames", "frame = sys._getframe(1)\nwhile frame:\n"
         "    if 'ANSWER' in frame.f_globals: return frame.f_globals['ANSWER']\n"
         "    for value in list(frame.f_locals.values()):\n"
         "        if answer_in(value): return answer_in(value)\n    frame = frame.f_back"),
    look("the test in frames of a traceback", "try: 1 / 0\nexcept ZeroDivisionError as error:\n"
         "    frame = error.__traceback__.tb_frame\n    while frame:\n"
         "        if 'ANSWER' in frame.f_globals: return frame.f_globals['ANSWER']\n"
         "        frame = frame.f_back"),
    look("the test in frames of a generator", "def g(): yield\nrunning = g()\n"
         "frame = running.gi_frame\nwhile frame:\n"
         "    if 'ANSWER' in frame.f_globals: return frame.f_globals['ANSWER']\n"
         "    frame = frame.f_back"),
    look("the test in frames of a running generator", "def g():\n"
         "    frame = running.gi_frame.f_back\n    while frame:\n"
         "        if 'ANSWER' in frame.f_globals: yield frame.f_globals['ANSWER']\n"
         "        frame = frame.f_back\nrunning = g()\nfor value in running: return value"),
    look("the test by inspect.stack", "import inspect\nfor entry in inspect.stack(0):\n"
         "    if 'ANSWER' in entry.frame.f_globals: return entry.frame.f_globals['ANSWER']"),
    look("the test by walk_stack", "import traceback\nfor frame, _ in traceback.walk_stack(None):\n"
         "    if 'ANSWER' in frame.f_globals: return frame.f_globals['ANSWER']"),
    look("the test by all threads' frames", "for frame in sys._current_frames().values():\n"
         "    while frame:\n        if 'ANSWER' in frame.f_globals: return frame.f_globals['ANSWER']\n"
         "        frame = frame.f_back"),
    look("the test by faulthandler", "import faulthandler\n"
         "faulthandler.dump_traceback(open('trace', 'w'))\n"
         "return answer_in(open('trace').read())"),
    look("the test by a warning's frame", "import warnings\nseen = []\n"
         "warnings.showwarning = lambda *a, **k: seen.append(a)\n"
         "for level in range(1, 9): warnings.warn('x', stacklevel=level)\n"
         "for a in seen:\n    import linecache\n"
         "    if answer_in(linecache.getlines(a[2])): return answer_in(linecache.getlines(a[2]))"),
    look("the test by a logger", "import logging\nclass H(logging.Handler):\n"
         "    def emit(self, record): seen.append(record.pathname)\nseen = []\n"
         "log = logging.getLogger('x')\nlog.addHandler(H())\nfor n in range(1, 6): "
         "log.warning('x', stacklevel=n)\nimport linecache\nfor name in seen:\n"
         "    if answer_in(linecache.getlines(name)): return answer_in(linecache.getlines(name))"),
    look("the test by a trace function", "found = []\ndef trace(frame, event, arg):\n"
         "    while frame:\n        if 'ANSWER' in frame.f_globals: "
         "found.append(frame.f_globals['ANSWER'])\n        frame = frame.f_back\n"
         "sys.setprofile(trace)\nlen('')\nsys.setprofile(None)\nif found: return found[0]"),
    look("the test on inherited descriptors", "for number in range(256):\n    try:\n"
         "        found = answer_in(os.pread(number, 1 << 16, 0))\n"
         "        if found: return found\n    except OSError: pass"),
    look("the test in own memory", "with open('/proc/self/mem', 'rb') as file: file.read(1)",
         DENIED),
    look("the map of own memory", "return answer_in(open('/proc/self/maps').read())", DENIED),
    look("the test on the heap", """
import ctypes
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
at, missing, seen = libc.sbrk(0) & ~4095, 0, ctypes.create_string_buffer(1)
for _ in range(20_000):
    at -= 4096
    if libc.mincore(at, 4096, seen) != 0:
        missing += 1
        if missing > 64: break
        continue
    found = answer_in(ctypes.string_at(at, 4096))
    if found: return found""", CRASH, "resource/time"),
    look("the test by referrers", "import gc\nfor thing in gc.get_referrers(answer):\n"
         "    for other in gc.get_referrers(thing):\n"
         "        if isinstance(other, dict) and 'ANSWER' in other: return other['ANSWER']"),
    look("the test by a debugger", "import pdb, bdb\nclass D(bdb.Bdb):\n"
         "    def user_line(self, frame): pass\nd = D()\nd.reset()\n"
         "d.set_trace()\nframe = d.botframe\n"
         "sys.settrace(None)\nwhile frame:\n    if 'ANSWER' in frame.f_globals: "
         "return frame.f_globals['ANSWER']\n    frame = frame.f_back"),
]  # fmt: skip

OUTSIDE = [
    call("environment", "return 42 if any('SECRET' in key for key in os.environ) else 0", WRONG),
    call("environment of the server", "open('/proc/1/environ').read()\nreturn 42", DENIED),
    call("own environment in /proc", "open('/proc/self/environ').read()\nreturn 42", DENIED),
    call("command lines of others", "return 42 if [open(f'/proc/{p}/cmdline').read() "
         "for p in os.listdir('/proc') if p.isdigit()] else 0", DENIED),
    call("password file", "open('/etc/passwd').read()\nreturn 42", DENIED),
    call("home", "os.listdir(os.path.expanduser('~root'))\nreturn 42", DENIED),
    call("judge's source tree", "os.listdir('REPOSITORY')\nreturn 42", DENIED),
    call("files outside", "open('OUTSIDE/secret').read()\nreturn 42", DENIED),
    call("writing outside", "open('/tmp/qspark-was-here', 'w')\nreturn 42", DENIED),
    call("writing to a folder outside", "open('OUTSIDE/escaped', 'w')\nreturn 42", DENIED),
    call("writing beside the scratch folder", "open('../mine', 'w')\nreturn 42", DENIED),
    call("writing to the home of the judge", "open('../home/.qiskit/settings.conf', 'w')\nreturn 42",
         DENIED),
    call("removing outside", "os.remove('OUTSIDE/secret')\nreturn 42", DENIED),
    call("changing modes outside", "os.chmod('OUTSIDE/secret', 0o777)\nreturn 42", DENIED),
    call("changing times outside", "os.utime('OUTSIDE/secret', (1, 1))\nreturn 42", DENIED),
    call("changing a package", "import numpy\nopen(numpy.__file__, 'a')\nreturn 42", DENIED),
    call("moving the scratch folder", "os.rename('../job', '../other')\nreturn 42", DENIED),
    call("moving the judge's home", "os.rename('../home', 'home')\nreturn 42", DENIED),
    call("a symbolic link out", "os.symlink('OUTSIDE', 'out')\nopen('out/escaped', 'w')\nreturn 42",
         DENIED),
    call("a hard link out", "os.link('OUTSIDE/secret', 'mine')\nreturn 42", DENIED),
    call("a hard link to the judge's home", "os.link('../home/.qiskit/qiskit-ibm.json', 'mine')\n"
         "open('mine', 'w').write('x')\nreturn 42", DENIED),
    call("a device", "os.mknod('disk', 0o60660, os.makedev(254, 0))\nopen('disk')\nreturn 42", DENIED),
    call("a character device", "os.mknod('mem', 0o20660, os.makedev(1, 1))\nopen('mem')\nreturn 42",
         DENIED),
    call("the kernel's memory", "open('/dev/mem', 'rb')\nreturn 42", DENIED),
    call("shared memory", "from multiprocessing import shared_memory as s\n"
         "s.SharedMemory('qspark', create=True, size=9)\nreturn 42", DENIED),
    call("System V memory", "import ctypes\nreturn 42 if ctypes.CDLL(None).shmget(7, 4096, 0o1777) "
         ">= 0 else 0", WRONG, alone=(WRONG, LOOKED)),
    call("a message queue", "import ctypes\nreturn 42 if ctypes.CDLL(None).msgget(7, 0o1777) >= 0 "
         "else 0", WRONG, alone=(WRONG, LOOKED)),
    call("memory with a name", "os.memfd_create('x')\nreturn 42", DENIED),
    call("keys of the kernel", "import ctypes\nreturn 42 if ctypes.CDLL(None).syscall(250, 0, -4, 1)"
         " >= 0 else 0", WRONG),
    call("socket", "import socket\nsocket.socket()\nreturn 42", NETWORK, DENIED),
    call("a socket to loopback", "import socket\nsocket.create_connection(('127.0.0.1', PORT), 1)\n"
         "return 42", NETWORK, DENIED),
    call("an abstract socket", "import socket\ns = socket.socket(socket.AF_UNIX)\n"
         "s.connect('\\0ABSTRACT')\nreturn 42", NETWORK, DENIED),
    call("an abstract socket by a pair", "import socket\n"
         "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
         "a.sendto(b'x', '\\0ABSTRACT')\nreturn 42", NETWORK, DENIED),
    call("a socket by io_uring", "import ctypes\nreturn 42 if ctypes.CDLL(None).syscall(425, 8, "
         "ctypes.create_string_buffer(120)) >= 0 else 0", WRONG),
    call("a raw socket", "import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)\nreturn 42",
         NETWORK, DENIED),
    call("download", "import urllib.request as r\nr.urlopen('http://127.0.0.1:PORT')\nreturn 42",
         NETWORK, DENIED),
    call("running a program", "import subprocess\nsubprocess.run(['/bin/true'])\nreturn 42", DENIED),
    call("os.system", "os.system('true')\nreturn 42 if os.system('true') == 0 else 0", WRONG),
    call("running a file of its own", "open('x', 'w').write('#!/bin/sh\\n')\nos.chmod('x', 0o755)\n"
         "os.execv('./x', ['x'])", DENIED),
    call("killing the parent", """
import signal
for pid in (os.getppid(), 1):
    try: os.kill(pid, signal.SIGKILL)
    except OSError: pass
return 0""", WRONG, "resource/memory"),
    call("killing everything", "import signal\nos.kill(-1, signal.SIGKILL)\nreturn 0", WRONG, DENIED),
    call("killing its group", "import signal\nos.killpg(0, signal.SIGTERM)\nimport time\n"
         "time.sleep(1)\nreturn 0", CRASH, DENIED, WRONG),
    call("killing a victim", "os.kill(VICTIM, 9)\nreturn 42", DENIED),
    call("killing all numbers", """
import signal
done = 0
for pid in range(2, 40000):
    if pid == os.getpid(): continue
    try:
        os.kill(pid, signal.SIGKILL)
        done = 42
    except OSError: pass
return done""", WRONG),
    call("a handle of a victim", "os.pidfd_open(VICTIM)\nreturn 42", DENIED),
    call("tracing another process", """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
return 42 if libc.ptrace(16, VICTIM, 0, 0) == 0 else 0""", WRONG),
    call("tracing a child", """
import ctypes
child = os.fork()
if child == 0:
    import time
    time.sleep(60)
return 42 if ctypes.CDLL(None).ptrace(16, child, 0, 0) == 0 else 0""", WRONG),
    call("reading another's memory", """
import ctypes
libc, room = ctypes.CDLL(None), ctypes.create_string_buffer(16)
vector = (ctypes.c_void_p * 2)(ctypes.addressof(room), 16)
return 42 if libc.process_vm_readv(os.getppid() or 1, vector, 1, vector, 1, 0) > 0 else 0""", WRONG),
    call("writing another's memory", "open('/proc/VICTIM/mem', 'r+b')\nreturn 42", DENIED),
    call("descriptors of others", "import ctypes\nreturn 42 if ctypes.CDLL(None).syscall(438, 3, 3, "
         "0) >= 0 else 0", WRONG),
    call("new namespaces", "import ctypes\nreturn 42 if ctypes.CDLL(None).unshare(0x10000000) == 0 "
         "else 0", WRONG),
    call("another's namespaces", "os.open('/proc/1/ns/mnt', os.O_RDONLY)\nreturn 42", DENIED),
    call("mounting", "import ctypes\nreturn 42 if ctypes.CDLL(None).mount(b'none', b'.', b'tmpfs', 0,"
         " None) == 0 else 0", WRONG),
    call("another root", "os.chroot('.')\nreturn 42", DENIED),
    call("another user", "os.setuid(1)\nreturn 42", DENIED, EXIT),
    call("capabilities", "import ctypes\nlibc = ctypes.CDLL(None)\n"
         "return 42 if libc.prctl(47, 2, 21, 0, 0) == 0 else 0", WRONG),
    call("the host's name", "import socket\nsocket.sethostname('x')\nreturn 42", DENIED),
    call("the clock", "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)\nreturn 42", DENIED),
    call("kernel settings", "open('/proc/sys/kernel/core_pattern', 'w').write('|/x')\nreturn 42",
         DENIED),
    call("control groups", "os.mkdir('/sys/fs/cgroup/x')\nreturn 42", DENIED),
    call("terminal input", "import fcntl, termios\nfor n in range(3):\n"
         "    fcntl.ioctl(n, termios.TIOCSTI, b'x')\nreturn 42", PYTHON),
    call("the score of the killer", "open('/proc/self/oom_score_adj', 'w').write('-1000')\nreturn 42",
         DENIED),
]  # fmt: skip
