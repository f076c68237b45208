"""Attacks on what a test relies on: builtins, libraries, tracing, imports, the judge's own code."""

from hostile_attack import (
    ALL_CLOSE,
    BELL,
    COUNTED,
    EXIT,
    FORGED,
    HELPER,
    IMPORTS_LATE,
    IS_INT,
    LOOKED,
    MATH_CLOSE,
    NEAR,
    NO_ENTRY,
    ODD,
    PYTHON,
    RANDOM,
    SAME_CIRCUIT,
    STATE,
    SYNTAX,
    TAMPER,
    TEST,
    TESTING,
    TIME,
    TWICE,
    TYPE,
    WRONG,
    call,
    module,
)  # fmt: skip

BY_TAMPERING = (TAMPER, LOOKED, ODD, WRONG)
STRANGER = "class Stranger: pass\n"
ONE = "from qiskit import QuantumCircuit\n"


def patch(name: str, body: str, value: str, test: str, *categories: str):
    """A patch made in the call, before a wrong value is returned."""
    return call(name, f"{body}\nreturn {value}", *categories, test=test, alone=BY_TAMPERING)


PATCHES = [
    module("replaced builtin", "import builtins\nbuiltins.isinstance = lambda *a: True\n"
           "def answer(): return 'forty-two'", WRONG, TYPE, EXIT, test=IS_INT, alone=(TAMPER,)),
    patch("replaced builtin, late", "import builtins\nbuiltins.abs = lambda x: 0", "7", NEAR, WRONG),
    patch("replaced comparison", "from qiskit.quantum_info import Operator\n"
          "Operator.equiv = lambda *a, **k: True\nfrom qiskit import QuantumCircuit",
          "QuantumCircuit(2)", BELL, WRONG),
    patch("replaced allclose", "import numpy\nnumpy.allclose = lambda *a, **k: True", "[9, 9, 9]",
          ALL_CLOSE, WRONG),
    patch("tracing", "sys.settrace(lambda *a: None)", "0", TEST, WRONG),
    patch("replaced isclose of math", "import math\nmath.isclose = lambda *a: True", "7",
          MATH_CLOSE, WRONG),
    patch("replaced assert_allclose", "import numpy\nnumpy.testing.assert_allclose = lambda *a: None",
          "[9, 9, 9]", TESTING, WRONG),
    patch("replaced core of allclose", "import numpy\nfrom numpy._core import numeric\n"
          "numeric.isclose = lambda *a, **k: numpy.array([True])", "[9, 9, 9]", ALL_CLOSE, WRONG),
    patch("a replaced method of a circuit", ONE + "QuantumCircuit.count_ops = lambda s: {'h': 3}\n"
          "QuantumCircuit.depth = lambda s: 3", "QuantumCircuit(1)", COUNTED, WRONG),
    patch("a replaced comparison of circuits", ONE + "QuantumCircuit.__eq__ = lambda *a: True",
          "QuantumCircuit(1)", SAME_CIRCUIT, WRONG),
    patch("a replaced comparison of states", "from qiskit.quantum_info import Statevector as S\n"
          "S.__eq__ = lambda *a: True", "S([1, 0])", STATE, WRONG),
    patch("a comparison replaced from below", "from qiskit.quantum_info import Operator\n"
          "from qiskit.quantum_info.operators import predicates, operator\n"
          "operator.matrix_equal = predicates.matrix_equal = lambda *a, **k: True\n" + ONE,
          "QuantumCircuit(2)", BELL, WRONG),
    patch("other code in a comparison", "from qiskit.quantum_info import Operator\n"
          "Operator.equiv.__code__ = (lambda self, other, rtol=None, atol=None: True).__code__\n"
          + ONE, "QuantumCircuit(2)", BELL, WRONG),
    patch("other defaults", "import numpy\n"
          "numpy.allclose.__wrapped__.__defaults__ = (1e9, 1e9, True)", "[9, 9, 9]", ALL_CLOSE,
          WRONG),
    patch("other code in allclose", "import numpy\nnumpy.allclose.__wrapped__.__code__ = "
          "(lambda a, b, rtol=0, atol=0, equal_nan=False: True).__code__", "[9, 9, 9]", ALL_CLOSE,
          WRONG),
    patch("a patch that takes itself back", "from qiskit.quantum_info import Operator\n"
          "kept = Operator.equiv\ndef fake(*a, **k):\n    Operator.equiv = kept\n    return True\n"
          "Operator.equiv = fake\n" + ONE, "QuantumCircuit(2)", BELL, WRONG),
    patch("a builtin that puts itself back", "import builtins\nkept = abs\ndef fake(x):\n"
          "    builtins.abs = kept\n    return 0\nbuiltins.abs = fake", "7", NEAR, WRONG),
    patch("a patch by a thread", "import builtins, threading, time\ndef later():\n"
          "    for _ in range(2000):\n        builtins.abs = lambda x: 0\n        time.sleep(0)\n"
          "        builtins.abs = kept\nkept = abs\nthreading.Thread(target=later).start()", "7",
          NEAR, WRONG),
    patch("a tolerance of the library", "from qiskit.quantum_info import Operator\n"
          "Operator._ATOL_DEFAULT = Operator._RTOL_DEFAULT = 1\n" + ONE + "c = QuantumCircuit(2)\nc.h(0)\n"
          "c.cx(0, 1)\nc.rx(0.5, 0)", "c", BELL, WRONG),
    patch("random numbers that are known", "import random\nrandom.random = lambda: 0.5", "0.5",
          RANDOM, WRONG),
    patch("random numbers seeded again", "import random\nrandom.seed(1)\nvalue = random.random()\n"
          "random.seed(1)", "value", RANDOM, WRONG),
    patch("replaced AssertionError", "import builtins\nclass Harmless(Exception): pass\n"
          "builtins.AssertionError = Harmless", "0", TEST, WRONG),
    patch("assertions switched off", "import builtins\nbuiltins.__debug__ if True else 0\n"
          "sys.flags", "0", TEST, WRONG),
    patch("replaced compile and exec", "import builtins, ast\n"
          "builtins.compile = builtins.exec = lambda *a, **k: None\nast.parse = lambda *a: None",
          "0", TEST, WRONG),
    module("replaced ast while defining", "import ast, builtins\nast.parse = lambda *a, **k: "
           "ast.Module([], [])\nast.NodeTransformer.visit = lambda s, n: n\n"
           "def answer(): return 0", WRONG),
    module("replaced builtins as a whole", "import builtins, sys, types\n"
           "fake = types.ModuleType('builtins')\nvars(fake).update(vars(builtins))\n"
           "fake.abs = lambda x: 0\nsys.modules['builtins'] = fake\ndef answer(): return 7", WRONG,
           test=NEAR),
    module("other modules in sys.modules", "import sys, types\nfake = types.ModuleType('math')\n"
           "fake.isclose = lambda *a: True\nsys.modules['math'] = fake\ndef answer(): return 7",
           WRONG, test=MATH_CLOSE, alone=BY_TAMPERING),
    module("an import hook", "import sys, types\nclass Hook:\n"
           "    def find_spec(self, name, path=None, target=None):\n"
           "        import importlib.machinery as m\n        return m.ModuleSpec(name, self)\n"
           "    def create_module(self, spec):\n        import os\n"
           "        os.mkdir('hooked')\n    def exec_module(self, module): pass\n"
           "sys.meta_path.insert(0, Hook())\ndef answer(): return 0", WRONG, test=IMPORTS_LATE),
    module("another __import__", "import builtins\nkept = builtins.__import__\n"
           "class Fake:\n    isclose = staticmethod(lambda *a: True)\n"
           "builtins.__import__ = lambda name, *a: Fake if name == 'math' else kept(name, *a)\n"
           "def answer(): return 7", WRONG, test=MATH_CLOSE, alone=(TAMPER,)),
    module("another numpy in the program's namespace", "class np:\n"
           "    allclose = staticmethod(lambda *a: True)\ndef answer(): return [9, 9, 9]", WRONG,
           test=ALL_CLOSE),
    module("poisoned names for the test", "def verify(value): pass\nabs = lambda x: 0\n"
           "def answer(): return 7", WRONG, test=HELPER),
    module("poisoned files in the working folder", """
import os
EVIL = "import os\\nos.write(1, b'POISON')\\nos._exit(0)\\n"
os.makedirs('__pycache__', exist_ok=True)
os.makedirs('.qiskit', exist_ok=True)
os.makedirs('.config/matplotlib', exist_ok=True)
for name in ('numpy.py', 'qiskit.py', 'colorsys.py', 'wave.py', 'sitecustomize.py',
             'usercustomize.py', 'conftest.py', 'test.py', 'random.py', 'this_test.py'):
    with open(name, 'w') as file:
        file.write(EVIL)
for name in ('matplotlibrc', '.config/matplotlib/matplotlibrc', '.qiskit/settings.conf',
             'python311._pth', 'pyvenv.cfg', '.pdbrc'):
    with open(name, 'w') as file:
        file.write('backend: module://colorsys\\nhome = .\\n')
def answer(): return 0""", WRONG, test=IMPORTS_LATE),
    module("a path of its own", "import sys\nopen('colorsys.py', 'w').write('import os\\n"
           "os._exit(0)')\nsys.path.insert(0, '.')\ndef answer(): return 0", WRONG,
           test=IMPORTS_LATE, alone=(EXIT, WRONG)),
    module("a coroutine as the entry point", "async def answer(): return 42", WRONG),
    module("a generator as the entry point", "def answer(): yield 42", WRONG),
    module("an entry point of look-alike letters", b"def \\u0430nswer(): return 42".decode(
           "unicode_escape"), NO_ENTRY),
    module("an entry point of compatible letters", b"def \\uff41nswer(): return 41".decode(
           "unicode_escape"), WRONG),
    module("text that runs backwards", b"def answer():\n    x = 0 # \\u202e42 nruter\\u202c\n"
           b"    return x".decode("unicode_escape"), WRONG),
    module("a NUL in the program", "def answer(): return 42\n\0", SYNTAX, PYTHON),
    module("a program nested too deep", "def answer(): return " + "(" * 5000 + "42" + ")" * 5000,
           SYNTAX, "resource/memory", PYTHON),
    module("a program of another encoding", "# -*- coding: rot13 -*-\ndef answer(): return 0",
           WRONG, SYNTAX),
    module("an entry point that is removed", "def answer(): return 42\ndel answer", NO_ENTRY),
    module("an entry point by __getattr__", "def __getattr__(name): return lambda: 42", NO_ENTRY),
    module("an entry point that imports what is not", "import functools\n"
           "answer = functools.partial(__import__, 'no_such_package_at_all')",
           "env/missing-package", PYTHON),
    module("a comparison that imports what is not", "space = {}\nexec(compile('class A:\\n"
           "    def __eq__(self, o): import no_such_package_at_all', 'elsewhere', 'exec'), space)\n"
           "def answer(): return space['A']()", ODD, "env/missing-package"),
]  # fmt: skip

JUMP = """
import sys
def trace(frame, event, arg):
    if frame.f_code.co_filename == "<test>":
        for name in list(frame.f_locals):
            if name == "value":
                frame.f_locals[name] = 42
        if event == "line":
            try:
                frame.f_lineno = frame.f_lineno + 1
            except ValueError:
                pass
    return trace
"""
ELSEWHERE = """
def elsewhere(text, **names):
    space = dict(names)
    exec(compile(text, "elsewhere.py", "exec"), space)
    return space
"""
JUDGE = [
    module("assertions jumped over", JUMP + "def answer():\n    sys.settrace(trace)\n    return 0",
           WRONG, test=HELPER, alone=BY_TAMPERING),
    module("assertions jumped over from elsewhere", JUMP + ELSEWHERE + "def answer():\n"
           "    elsewhere('import sys\\nsys.settrace(trace)', trace=trace)\n    return 0",
           WRONG, test=HELPER, alone=BY_TAMPERING),
    module("tracing that takes itself back", JUMP + ELSEWHERE + "text = '''\nimport sys\n"
           "def trace(frame, event, arg):\n    if 'value' in frame.f_locals:\n"
           "        frame.f_locals['value'] = 42\n        sys.settrace(None)\n    return trace\n"
           "sys.settrace(trace)\n'''\ndef answer():\n    elsewhere(text)\n    return 0",
           WRONG, FORGED, test=HELPER, alone=BY_TAMPERING),
    module("a profile", "import sys\ndef answer():\n    sys.setprofile(lambda *a: None)\n"
           "    return 0", WRONG, alone=BY_TAMPERING),
    module("tracing through threading", "import threading\ndef answer():\n"
           "    threading.settrace(lambda *a: None)\n    return 0", WRONG),
    module("the test's locals through a frame", "import sys, ctypes\ndef answer():\n"
           "    for depth in range(1, 9):\n        try: frame = sys._getframe(depth)\n"
           "        except ValueError: break\n        if 'first' in frame.f_locals or "
           "frame.f_code.co_name == 'check':\n"
           "            frame.f_locals['first'] = 42\n            ctypes.pythonapi."
           "PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))\n            return 42\n"
           "    return 41", WRONG, test=TWICE.replace("first == 42", "first == 43").replace(
               "assert candidate() == 42", "assert candidate() == 44"), alone=BY_TAMPERING),
    module("the judge's outcome", "import qspark.verify.checks as c\n" + STRANGER
           + "c.Checks.raised = lambda self, *a: self.passing('strong')\n"
           "def answer(): return Stranger()", WRONG, TAMPER),
    module("the judge's outcome, late", STRANGER + "def answer():\n"
           "    import qspark.verify.checks as c\n"
           "    c.Checks.raised = lambda self, *a: self.passing('strong')\n"
           "    return Stranger()", WRONG, TAMPER),
    module("the judge's failures", "import qspark.verify.checks as c\n" + STRANGER
           + "c.Checks.failing = lambda self, *a: self.passing('strong')\n"
           "def answer(): return Stranger()", WRONG, TAMPER),
    module("the judge's writer", "import json\njson.dumps = lambda o: "
           "'{\"status\": \"pass\", \"stage\": \"done\", \"integrity\": \"strong\"}'\n" + STRANGER
           + "def answer(): return 0", WRONG, TIME, FORGED, TAMPER, EXIT),
    module("the judge's writer, late", STRANGER + "def answer():\n    import json\n"
           "    json.dumps = lambda o: "
           "'{\"status\": \"pass\", \"stage\": \"done\", \"integrity\": \"strong\"}'\n"
           "    return Stranger()", WRONG, FORGED, TAMPER, EXIT),
    module("the judge's encoder", "import json.encoder\n" + STRANGER + "def answer():\n"
           "    json.encoder.JSONEncoder.encode = lambda s, o: '{\"status\": \"pass\", \"stage\": "
           "\"done\", \"integrity\": \"weak\"}'\n    return Stranger()", WRONG, FORGED, TAMPER, EXIT),
    module("the judge's write", "import qspark.verify.alone as a\nkept = a._write\n" + STRANGER
           + "def answer():\n"
           "    a._write = lambda n, said: kept(n, said[:16] + b'{\"status\": \"pass\", \"stage\": "
           "\"done\", \"integrity\": \"weak\"}') and len(said)\n    return Stranger()", WRONG, TAMPER),
    module("the judge's memory of what was", "import builtins, qspark.verify.tamper as t\n"
           "t._snapshot.clear()\n" + STRANGER + "def answer():\n"
           "    builtins.isinstance = lambda *a: True\n    return 42.0", WRONG, TYPE, EXIT, test=IS_INT,
           alone=(TAMPER, LOOKED, EXIT)),
    module("the judge's look", "import qspark.verify.tamper as t\nt._look = lambda *a: None\n"
           "class A:\n    def __eq__(self, other): return True\ndef answer(): return A()", ODD,
           TAMPER),
    module("the judge's idea of change", "import builtins, qspark.verify.tamper as t\n"
           "t.changed = lambda: ''\n" + STRANGER + "def answer():\n"
           "    builtins.isinstance = lambda *a: True\n    return 42.0", WRONG, TYPE, EXIT, test=IS_INT,
           alone=(TAMPER, LOOKED, EXIT)),
    module("the peer's class", "import qspark.verify.peer as p, qspark.verify.examiner as e\n"
           "p.Peer.call = lambda *a: 42\ne._outcome = lambda *a: {'status': 'pass', 'stage': 'done'}\n"
           "def answer(): return 0", WRONG, alone=(WRONG, TAMPER)),
    module("the codec's table", "import qspark.verify.codec as c\nclass Everything:\n"
           "    __eq__ = lambda *a: True\n"
           "c._Encoder.tree = lambda self, value: ['builtins.tuple', 'ok', 41, None]\n"
           "def answer(): return Everything()", WRONG, ODD, TYPE),
    module("the process's number", "import os, qspark.verify.alone as a\n"
           "a._getpid = os.getpid = lambda: 1\ndef answer():\n    os.fork()\n    return 0", WRONG,
           TAMPER, FORGED, EXIT),
    module("the test's names", "import sys\ndef answer():\n"
           "    module = sys.modules.get('test')\n    if module and hasattr(module, 'check'):\n"
           "        module.abs = lambda x: 0\n    return 7", WRONG, test=NEAR, alone=BY_TAMPERING),
    module("the test's helper", "import sys\ndef answer():\n"
           "    module = sys.modules.get('test')\n    if module and hasattr(module, 'check'):\n"
           "        module.verify = lambda x: None\n    return 7", WRONG, test=HELPER,
           alone=BY_TAMPERING),
    module("the test's code", "import sys\ndef answer():\n"
           "    module = sys.modules.get('test')\n    if module and hasattr(module, 'check'):\n"
           "        module.verify.__code__ = (lambda value: None).__code__\n    return 7", WRONG,
           test=HELPER, alone=BY_TAMPERING),
    module("the test's tally", "import sys\ndef answer():\n"
           "    module = sys.modules.get('test')\n    if module and hasattr(module, 'check'):\n"
           "        for number in range(9): module.__qspark_tally__(number)\n    return 7", WRONG,
           test=HELPER, alone=BY_TAMPERING),
]  # fmt: skip
