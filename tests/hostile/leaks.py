"""What one program leaves, and another that looks for it: it passes where it finds nothing."""

from dataclasses import dataclass

from attacks_leaving import FRAMES
from hostile_attack import TEST

CELL = (
    FRAMES
    + """
def cell():
    for frame in frames(2):
        if hasattr(frame.f_locals.get("self"), "_flag"):
            return frame.f_locals["self"]
"""
)
SCAN = """
import ctypes
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
def on_the_heap(first, second):  # in two: what looks is not to find itself
    at, missing, seen = libc.sbrk(0) & ~4095, 0, ctypes.create_string_buffer(1)
    for _ in range(40_000):
        at -= 4096
        if libc.mincore(at, 4096, seen) == 0:
            missing = 0
            page = ctypes.string_at(at, 4096)
            for piece in page.split(first)[1:]:
                if piece.startswith(second): return True
        else:
            missing += 1
            if missing > 64: break
    return False
"""


@dataclass(frozen=True)
class Leak:
    name: str
    leaves: str
    looks: str
    test: str = TEST  # of the first


def _looking(body: str, before: str = "") -> str:
    lines = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    return f"import os, sys\n{before}\ndef answer():\n{lines}\n    return 42\n"


def _leaving(body: str, before: str = "") -> str:
    lines = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    return f"import os, sys\n{before}\ndef answer():\n{lines}\n    return 0\n"


WRITES = _looking("with open('x', 'w') as file: file.write('y')\nos.makedirs('a/b')")

# Puts right what an open hole lets a program spoil, so that each pair is judged by itself.
MEND = _looking("""
here = os.getcwd()
for folder in (os.path.dirname(here), here, os.path.join(os.path.dirname(here), 'home')):
    try:
        os.chmod(folder, 0o700)
        os.utime(folder)
        for name in os.listxattr(folder): os.removexattr(folder, name)
    except OSError: pass""")

LEAKS = [
    Leak("files", _leaving("open('left', 'w').close()\nos.makedirs('.hidden/x')"),
         _looking("if os.listdir('.'): return 0")),
    Leak("a full folder", _leaving("try:\n    for n in range(99):\n        with open(f'{n}', 'wb') "
         "as f: f.write(bytes(8 << 20))\nexcept OSError: pass"), WRITES),
    Leak("no more files", _leaving("try:\n    for n in range(30000): open(f'{n}', 'w').close()\n"
         "except OSError: pass"), WRITES),
    Leak("a locked folder", _leaving("os.chmod('.', 0)"), WRITES),
    Leak("a read-only folder", _leaving("os.chmod('.', 0o500)"), WRITES),
    Leak("the mode of the folder", _leaving("os.chmod('.', 0o757)"),
         _looking("if os.stat('.').st_mode & 0o777 == 0o757: return 0")),
    Leak("the times of the folder", _leaving("os.utime('.', (77, 77))"),
         _looking("if 77 in (os.stat('.').st_atime, os.stat('.').st_mtime): return 0")),
    Leak("attributes of the folder", _leaving("try: os.setxattr('.', 'user.x', b'left')\n"
         "except OSError: pass"), _looking("if os.listxattr('.'): return 0")),
    Leak("the mode of the judge's home", _leaving("try: os.chmod('../home', 0)\nexcept OSError: pass"),
         _looking("if os.stat('../home').st_mode & 0o777 == 0: return 0")),
    Leak("the times of the judge's home", _leaving("try: os.utime('../home', (77, 77))\n"
         "except OSError: pass"), _looking("if os.stat('../home').st_mtime == 77: return 0")),
    Leak("the times of the mount", _leaving("try: os.utime('..', (77, 77))\nexcept OSError: pass"),
         _looking("if os.stat('..').st_mtime == 77: return 0")),
    Leak("the mode of the mount", _leaving("try: os.chmod('..', 0)\nexcept OSError: pass"), WRITES),
    Leak("a shared byte", _leaving("cell()._flag[0] = 77", CELL),
         _looking("if cell()._flag[0] == 77: return 0", CELL)),
    Leak("a shared page", _leaving("import ctypes\nctypes.memmove(ctypes.addressof("
         "ctypes.c_char.from_buffer(cell()._stage)) + 99, b'left', 4)", CELL),
         _looking("import ctypes\nif ctypes.string_at(ctypes.addressof(ctypes.c_char.from_buffer("
                  "cell()._stage)) + 99, 4) == b'left': return 0", CELL)),
    Leak("the program's text on the heap", _leaving("ANSWER_LEFT_HERE = 1"),
         _looking("if on_the_heap(b'ANSWER_LEFT', b'_HERE'): return 0", SCAN)),
    Leak("what the program printed, on the heap", _leaving("print('PRINTED_' + 'LEFT_HERE')"),
         _looking("if on_the_heap(b'PRINTED', b'_LEFT_HERE'): return 0", SCAN)),
    Leak("the test's line on the heap", _leaving("pass"),
         _looking("if on_the_heap(b'LINE_LEFT', b'_HERE'): return 0", SCAN),
         "def check(candidate):\n    assert candidate() == 'LINE_LEFT_HERE'\n"),
    Leak("shared memory", _leaving("for name in ('/dev/shm/left', '../left'):\n"
         "    try: open(name, 'w').close()\n    except OSError: pass"),
         _looking("try:\n    if 'left' in os.listdir('..'): return 0\nexcept OSError: pass")),
    Leak("a daemon", _leaving("if os.fork() == 0:\n    os.setsid()\n    import time\n"
         "    time.sleep(0.2)\n    open('left', 'w').close()\n    os._exit(0)"),
         _looking("import time\ntime.sleep(0.4)\nif os.listdir('.'): return 0")),
    Leak("patches", _leaving("import numpy, builtins\nnumpy.left = builtins.left = 1"),
         _looking("import numpy, builtins\nif hasattr(numpy, 'left') or hasattr(builtins, 'left'): "
                  "return 0")),
    Leak("environment", _leaving("os.environ['LEFT'] = '1'"),
         _looking("if 'LEFT' in os.environ: return 0")),
    Leak("a limit", _leaving("import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))"),
         WRITES),
    Leak("a changed working folder", _leaving("os.mkdir('a')\nos.chdir('a')\nos.rmdir('../a')"),
         WRITES),
]  # fmt: skip
