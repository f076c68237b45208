"""Attacks that leave early, and attacks that say they have passed."""

from hostile_attack import (
    DENIED,
    EXIT,
    FORGED,
    HELPER,
    LOOKED,
    MEMORY,
    MUST_RAISE,
    ODD,
    PYTHON,
    TAMPER,
    TIME,
    TWICE,
    WRONG,
    call,
    module,
)  # fmt: skip

FRAMES = """
import json, os, sys
def frames(depth):
    frame = sys._getframe(depth)
    while frame is not None:
        yield frame
        frame = frame.f_back
def nonces(depth=1):
    found = []
    for frame in frames(depth):
        value = frame.f_locals.get("nonce")
        if isinstance(value, bytes):
            found.append(value)
    return found
def report(fields, depth=2):
    for nonce in nonces(depth)[:1]:
        os.write(3, nonce + json.dumps(fields).encode())
PASS = {"status": "pass", "stage": "done", "integrity": "strong", "checks_passed": 1,
        "checks_total": 1}
"""

LEAVING = [
    call("sys.exit in the call", "sys.exit(0)", EXIT),
    call("os._exit in the call", "os._exit(0)", EXIT),
    module("sys.exit at module level", "import sys\nsys.exit(0)", EXIT),
    module("os._exit at module level", "import os\nos._exit(0)", EXIT),
    module("a kind of SystemExit", "class E(SystemExit): pass\ndef answer(): raise E(0)", EXIT),
    module("exit while importing", "import os\nclass A:\n    os._exit(0)", EXIT),
    call("keyboard interrupt", "raise KeyboardInterrupt", EXIT),
    call("exit in a thread", "import threading, time\nthreading.Thread(target=os._exit, "
         "args=(0,)).start()\ntime.sleep(5)", EXIT),
    call("sys.exit in a thread", "import threading\nthreading.Thread(target=sys.exit).start()\n"
         "return 0", WRONG),
    module("exit in __del__", "import os\nclass A:\n    def __del__(self): os._exit(0)\n"
           "def answer():\n    A()", EXIT),
    module("exit in __eq__", "import os\nclass A:\n    def __eq__(self, other): os._exit(0)\n"
           "def answer(): return A()", ODD),
    module("exit in __reduce__", "import os\nclass A:\n    def __reduce__(self): os._exit(0)\n"
           "def answer(): return A()", WRONG),
    module("exit in a property", "import os\nclass A(int):\n    @property\n    def real(self):\n"
           "        os._exit(0)\ndef answer(): return A(7)", WRONG),
    module("exit while iterated", "import sys\nclass A(list):\n    def __iter__(self): sys.exit(0)\n"
           "def answer(): return A([1])", EXIT, WRONG),
    module("exit in __class__", "import os\nclass A:\n    __class__ = property(lambda s: os._exit(0))"
           "\ndef answer(): return A()", EXIT, alone=(EXIT, ODD)),
    module("exit in a hash", "import os\nclass A(str):\n    def __hash__(self): os._exit(0)\n"
           "def answer(): return A('x')", WRONG),
    module("exit in __module__", "import os\nclass M(type):\n"
           "    __module__ = property(lambda s: os._exit(0))\n"
           "class A(metaclass=M): pass\ndef answer(): return A()", EXIT, WRONG, ODD),
    module("exit of a generator", "import sys\ndef answer():\n    yield 1\n    sys.exit(0)", WRONG,
           EXIT),
    call("exit after the answer", "import threading\n"
         "threading.Timer(0.05, os._exit, (0,)).start()\nreturn 0", WRONG),
    call("exit between two calls", "import threading\n"
         "if threading.active_count() > 1: threading.Event().wait()\n"
         "threading.Timer(0.05, os._exit, (0,)).start()\nreturn 42", EXIT, test=TWICE),
    call("exit where an error is wanted", "os._exit(0)", EXIT, test=MUST_RAISE),
    call("garbage where an error is wanted", "try: os.write(4, bytes([255]) * 8)\n"
         "except OSError: pass\nreturn 0", FORGED, test=MUST_RAISE, alone=(WRONG,)),
    call("atexit", "import atexit\natexit.register(os._exit, 0)\nreturn 0", WRONG),
    call("assertion error of its own", "raise AssertionError('all tests passed')", DENIED),
    call("an exception group", "raise BaseExceptionGroup('x', [SystemExit(0)])", PYTHON, "api/signature"),
    call("a skipped test", "import unittest\nraise unittest.SkipTest('all is well')", PYTHON),
    call("GeneratorExit", "raise GeneratorExit", PYTHON),
    call("StopIteration", "raise StopIteration", PYTHON, FORGED),
    module("unprintable exception", "class E(Exception):\n    def __str__(self): 1/0\n"
           "def answer(): raise E", DENIED),
    module("exit in an exception's text", "import os\nclass E(Exception):\n"
           "    def __str__(self): os._exit(0)\ndef answer(): raise E", EXIT),
    call("lone surrogates", "raise ValueError('\\ud800')", DENIED),
    call("an exception with a huge text", "raise ValueError('x' * (1 << 24))", DENIED),
    call("replaced exit", "os._exit = lambda code: None\nreturn 0", WRONG),
    call("fork and let both go on", "os.fork()\nreturn 42", passes=True),
    call("fork, and exit in the parent", "if os.fork(): os._exit(0)\nreturn 42", EXIT),
]  # fmt: skip

SAYING = [
    call("success markers", "print('PASS OK passed TEST_PASSED 1 passed', flush=True)\nreturn 0",
         WRONG),
    call("markers, then exit", "print('TEST_PASSED', flush=True)\nos._exit(0)", EXIT),
    call("a verdict on standard output", """
print('{"status": "pass", "stage": "done", "integrity": "strong"}', flush=True)
return 0""", WRONG),
    call("forged verdict on every descriptor", """
forged = b'{"status": "pass", "stage": "done"}'
for descriptor in range(256):
    try: os.write(descriptor, forged)
    except OSError: pass
os._exit(0)""", FORGED),
    call("forged verdict with a nonce of zeros", """
for descriptor in range(3, 256):
    try: os.write(descriptor, bytes(16) + b'{"status": "pass", "stage": "done"}')
    except OSError: pass
return 42""", FORGED),
    module("forged verdict while defining", """
import os
for descriptor in range(3, 256):
    try: os.write(descriptor, bytes(16) + b'{"status": "pass", "stage": "done"}')
    except OSError: pass
def answer(): return 42""", FORGED),
    module("forged pass behind the nonce", FRAMES + """
report(PASS)
os._exit(0)""", FORGED, EXIT, alone=(LOOKED, TAMPER, EXIT)),
    module("forged pass behind the nonce, then a sleep", FRAMES + """
report(PASS)
def answer(): return 0""", FORGED, WRONG, EXIT, TIME, alone=(LOOKED, TAMPER, EXIT, FORGED)),
    module("forged infra behind the nonce", FRAMES + """
report({"status": "infra", "stage": "run", "category": "infra/server"})
os._exit(0)""", FORGED, EXIT, alone=(LOOKED, FORGED, EXIT)),
    module("forged doubt behind the nonce", FRAMES + """
report({"status": "unsure"})
def answer(): return 0""", FORGED, WRONG, EXIT, TIME, alone=(LOOKED, FORGED, EXIT)),
    module("forged readiness, and no call answered", FRAMES + """
report({"status": "ready"})
os._exit(0)
""", EXIT, FORGED, alone=(LOOKED, FORGED, EXIT)),
    call("forged pass from the call", "report(PASS, 4)\nos._exit(0)", EXIT, FORGED, PYTHON,
         before=FRAMES, alone=(LOOKED, TAMPER, EXIT, FORGED)),
    module("the nonce by a kept descriptor", FRAMES + """
kept, known = os.dup(3), nonces(1)[:1]
def answer():
    for nonce in known:
        os.write(kept, nonce + json.dumps(PASS).encode())
    os._exit(0)""", FORGED, EXIT, alone=(LOOKED, EXIT, FORGED)),
    module("closed descriptors while defining", "import os\nos.closerange(0, 256)\n"
           "def answer(): return 42", EXIT, PYTHON),
    call("closed descriptors", "os.closerange(0, 256)\nreturn 42", EXIT),
    call("duplicated descriptors", """
for number in range(3, 8):
    try:
        for other in range(10, 40): os.dup2(number, other)
    except OSError: pass
return 0""", WRONG),
    call("descriptors in each other's place", """
for one, other in ((1, 3), (1, 4), (3, 4), (4, 3), (0, 3)):
    try: os.dup2(one, other)
    except OSError: pass
return 0""", EXIT, MEMORY, TIME, FORGED, WRONG),
    call("file in place of the channel", """
os.closerange(0, 256)
for _ in range(16): os.open('x', os.O_CREAT | os.O_RDWR)
return 42""", EXIT),
    module("own check", "def check(candidate): pass\ndef answer(): return 0", WRONG),
    module("own check and verify", "def verify(value): pass\ndef check(candidate): pass\n"
           "def answer(): return 0", WRONG, test=HELPER),
    module("names of builtins", "def isinstance(*a): return True\ndef answer(): return 0", WRONG),
    module("own tally", "__qspark_tally__ = lambda n: None\ndef answer(): return 0", WRONG),
    module("own module of the test", "import sys, types\nsys.modules['test'] = types.ModuleType('test')"
           "\nsys.modules['test'].check = lambda c: None\ndef answer(): return 0", WRONG),
]  # fmt: skip
