"""Attacks by the value that is returned: objects that lie, bombs, and values that go on changing."""

from dataclasses import replace

from hostile_attack import (
    ALL_CLOSE,
    ARGUMENT,
    BELL,
    COUNTED,
    EXIT,
    IS_INT,
    MEMORY,
    NEAR,
    ODD,
    PYTHON,
    SAME_CIRCUIT,
    SORTED_LATER,
    STATE,
    TAMPER,
    TESTING,
    TIME,
    TYPE,
    WRONG,
    call,
    module,
)  # fmt: skip

EVERYTHING = """
class Everything:
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __bool__ = lambda self: True
    __len__ = lambda self: 42
    __float__ = lambda self: 42.0
    __sub__ = __rsub__ = __abs__ = __getitem__ = lambda self, *other: 0.0
    __getattr__ = lambda self, name: self
    __call__ = lambda self, *args, **kwargs: self
"""

_LYING = [
    module("equal to everything", EVERYTHING + "def answer(): return Everything()", ODD),
    module("equal to everything, in a list", EVERYTHING + "def answer(): return [Everything()]",
           ODD, test="def check(candidate):\n    assert candidate() == [42]\n"),
    module("equal to everything, deep down", EVERYTHING
           + "def answer(): return [[[[[[Everything()]]]]]]",
           ODD, test="def check(candidate):\n    assert candidate() == [[[[[[42]]]]]]\n"),
    module("equal to everything, far along", EVERYTHING
           + "def answer(): return [0] * 150 + [Everything()]",
           ODD, test="def check(candidate):\n    assert candidate() == [0] * 150 + [42]\n"),
    module("equal to everything, in an array", EVERYTHING + "import numpy\ndef answer():\n"
           "    return numpy.array([Everything()], dtype=object)",
           ODD, test="def check(candidate):\n    assert (candidate() == [42]).all()\n"),
    module("equal to everything, as a class", "class M(type):\n    __eq__ = lambda *a: True\n"
           "    __hash__ = type.__hash__\nclass A(metaclass=M): pass\ndef answer(): return A", ODD),
    module("the entry point is a class that lies", "class answer:\n"
           "    def __eq__(self, other): return True", ODD),
    module("the entry point is a class of another class", "class M(type):\n"
           "    def __call__(cls): return 41\nclass answer(metaclass=M): pass", WRONG, ODD),
    module("the entry point makes what lies", EVERYTHING + "class answer:\n"
           "    def __new__(cls): return Everything()", ODD),
    module("the entry point is an object that lies", EVERYTHING + "answer = Everything()", ODD),
    module("made of a library's methods", "import operator\nclass A:\n    pass\n"
           "A.__eq__ = __import__('functools').partialmethod(lambda *a: True)\n"
           "def answer(): return A()", ODD),
    module("compiled under another name", "space = {}\nexec(compile('class A:\\n"
           "    def __eq__(self, o): return True', 'numpy/core.py', 'exec'), space)\n"
           "A = space['A']\nA.__module__ = 'numpy'\ndef answer(): return A()", ODD),
    module("named like a class of numpy", "class A:\n    __eq__ = lambda *a: True\n"
           "A.__module__ = 'numpy'\ndef answer(): return A()", ODD),
    call("mock.ANY", "from unittest.mock import ANY\nreturn ANY", ODD),
    call("a mock", "from unittest.mock import MagicMock\nmock = MagicMock()\n"
         "mock.__eq__.return_value = True\nreturn mock", ODD),
    call("a mock that is an integer", "from unittest.mock import MagicMock\n"
         "mock = MagicMock(spec=int)\nmock.__eq__.return_value = True\nreturn mock", ODD, EXIT, test=IS_INT),
    call("a mock of a circuit", "from unittest.mock import MagicMock\n"
         "from qiskit import QuantumCircuit\nmock = MagicMock(spec=QuantumCircuit)\n"
         "mock.count_ops.return_value = {'h': 3}\nmock.depth.return_value = 3\nreturn mock",
         ODD, test=COUNTED),
    module("differences that are none", "class A:\n    __sub__ = __rsub__ = lambda s, o: 0.0\n"
           "def answer(): return A()", ODD, TYPE, WRONG, test=NEAR),
    module("a float with differences of its own", "class A(float):\n"
           "    __sub__ = __rsub__ = lambda s, o: 0.0\ndef answer(): return A(7)", ODD, WRONG,
           test=NEAR),
    module("an integer that is equal", "class A(int):\n    __eq__ = lambda s, o: True\n"
           "    __hash__ = int.__hash__\ndef answer(): return A(7)", ODD, test=IS_INT),
    module("a string that is equal", "class A(str):\n    __eq__ = lambda s, o: True\n"
           "    __hash__ = str.__hash__\ndef answer(): return A('x')", ODD),
    module("a dict that is equal", "class A(dict):\n    __eq__ = lambda s, o: True\n"
           "def answer(): return A()", ODD),
    module("a dict with values for all", "class A(dict):\n    __missing__ = lambda s, k: 42\n"
           "    __contains__ = lambda s, k: True\ndef answer(): return A()", ODD, WRONG, PYTHON,
           test="def check(candidate):\n    assert 'x' in candidate() and candidate()['x'] == 42\n"),
    module("an array that is close", "import numpy\nclass A(numpy.ndarray):\n"
           "    def __array_function__(self, *a): return True\n"
           "def answer(): return numpy.zeros(3).view(A)", ODD, test=ALL_CLOSE),
    module("an array of its own arithmetic", "import numpy\nclass A(numpy.ndarray):\n"
           "    def __array_ufunc__(self, *a, **k): return numpy.array(True)\n"
           "def answer(): return numpy.zeros(3).view(A)", ODD, test=ALL_CLOSE),
    module("an array made on demand", "import numpy\nclass A:\n"
           "    def __array__(self, *a, **k): return numpy.array([0.25, 0.75, 0.6])\n"
           "def answer(): return A()", ODD, WRONG, test=ALL_CLOSE),
    module("a circuit that counts for itself", "from qiskit import QuantumCircuit\n"
           "class C(QuantumCircuit):\n    def count_ops(self): return {'h': 3}\n"
           "    def depth(self): return 3\ndef answer(): return C(1)", ODD, WRONG, test=COUNTED),
    module("a circuit that counts by an attribute", "from qiskit import QuantumCircuit\ndef answer():\n"
           "    made = QuantumCircuit(1)\n    made.count_ops = lambda: {'h': 3}\n"
           "    made.depth = lambda: 3\n    return made", ODD, WRONG, TAMPER, test=COUNTED),
    module("a circuit that is equal", "from qiskit import QuantumCircuit\nclass C(QuantumCircuit):\n"
           "    def __eq__(self, other): return True\ndef answer(): return C(1)", ODD,
           test=SAME_CIRCUIT),
    module("a circuit with a matrix of its own", "from qiskit import QuantumCircuit\n"
           "from qiskit.circuit import Gate\nfrom qiskit.quantum_info import Operator\n"
           "class G(Gate):\n    def __init__(self): super().__init__('g', 2, [])\n"
           "    def __array__(self, *a, **k):\n"
           "        c = QuantumCircuit(2)\n        c.h(0)\n        c.x(1)\n"
           "        return Operator(c).data\n"
           "def answer():\n    c = QuantumCircuit(2)\n    c.append(G(), [0, 1])\n    return c",
           WRONG, test=BELL),
    module("a state that is equal", "from qiskit.quantum_info import Statevector\n"
           "class S(Statevector):\n    def __eq__(self, other): return True\n"
           "def answer(): return S([1, 0])", ODD, test=STATE),
    module("a lie about the class", "class A:\n    __class__ = int\n    __eq__ = lambda s, o: True\n"
           "def answer(): return A()", ODD, EXIT, test=IS_INT),
    module("a lie about the class by a property", "class A:\n"
           "    __class__ = property(lambda s: int)\n    __eq__ = lambda s, o: True\n"
           "def answer(): return A()", ODD, EXIT, test=IS_INT),
    module("a lie about the class of a circuit", "from qiskit import QuantumCircuit\nclass A:\n"
           "    __class__ = QuantumCircuit\n    count_ops = lambda s: {'h': 3}\n"
           "    depth = lambda s: 3\ndef answer(): return A()", ODD, WRONG,
           test=COUNTED.replace("made =", "from qiskit import QuantumCircuit\n    made =").replace(
               "    assert made.depth", "    assert isinstance(made, QuantumCircuit)\n"
               "    assert made.depth")),
    module("a metaclass that counts all as its own", "class M(type):\n"
           "    __instancecheck__ = lambda *a: True\nclass A(metaclass=M):\n"
           "    __eq__ = lambda s, o: True\ndef answer(): return A()", ODD),
    module("a handle that is claimed", "def f(): pass\nf.__qspark_handle__ = 0\n"
           "def answer(): return f", WRONG),
    module("a handle of an object", "class A:\n    __qspark_handle__ = 0\n"
           "    def __call__(self): pass\n    __eq__ = lambda s, o: True\n"
           "def answer(): return A()", ODD, WRONG),
    call("an empty array", "import numpy\nreturn numpy.zeros(0)", WRONG, PYTHON),
    call("NaN", "return float('nan')", WRONG, test=NEAR),
    call("masked", "import numpy\nreturn numpy.ma.masked", WRONG, TYPE, EXIT),
    call("masked arrays", "import numpy\nreturn numpy.ma.masked_all(3)", WRONG, TYPE, test=TESTING),
    call("not implemented", "return NotImplemented", WRONG, TYPE),
    call("a generator in place of the answer", "return (42 for _ in range(1))", WRONG),
    call("a function in place of the answer", "return lambda *a: True", WRONG),
]  # fmt: skip

# What crosses as a plain value is simply wrong; what cannot cross is found out in one process.
LYING = [replace(lie, categories=(*lie.categories, ODD, WRONG, TYPE, PYTHON)) for lie in _LYING]

BOMBS = [
    call("a million digits", "sys.set_int_max_str_digits(0)\nreturn 10 ** 1_000_000 + 42", WRONG),
    call("nested ten thousand deep", "value = []\nfor _ in range(10_000): value = [value]\n"
         "return value", WRONG, PYTHON),
    call("dicts nested ten thousand deep", "value = {}\nfor _ in range(10_000): value = {0: value}\n"
         "return value", WRONG, PYTHON),
    call("a tuple that exhausts the stack", "value = ()\nfor _ in range(1_000_000): value = (value,)\n"
         "return value", WRONG, PYTHON, "runtime/crash"),
    call("a list that holds itself", "value = []\nvalue.append(value)\nreturn value", WRONG),
    call("a dict that holds itself", "value = {}\nvalue[0] = value\nreturn value", WRONG),
    call("an array that holds itself", "import numpy\nvalue = numpy.empty(1, object)\n"
         "value[0] = value\nreturn value", WRONG, PYTHON),
    call("a list of a million billions", "value = [0]\nfor _ in range(40): value = [value, value]\n"
         "return value", WRONG, TIME, MEMORY),
    call("a range without end", "return range(1 << 100)", WRONG),
    call("an iterator without end", "def more():\n    while True: yield 0\nreturn more()", TIME,
         EXIT, MEMORY, test="def check(candidate):\n    assert sum(candidate()) == 42\n"),
    call("a huge string", "return 'x' * (200 << 20)", WRONG, MEMORY, EXIT, TIME),
    call("huge bytes", "return bytes(100 << 20)", WRONG, MEMORY),
    call("lone surrogates and NULs", "return ['\\ud800', 'a\\0b', '\\U0010ffff' * 1000]", WRONG),
    call("keys that collide", "return {n * ((1 << 61) - 1): 0 for n in range(3000)}", WRONG),
    call("a key that has changed", "class K:\n    n = 0\n    def __hash__(self): return self.n\n"
         "key = K()\nvalue = {key: 1}\nkey.n = 1\nreturn value", WRONG),
    call("negative zero, infinity and denormals", "return [-0.0, float('inf'), 5e-324]", WRONG),
    call("a register of a million qubits", "from qiskit import QuantumCircuit\n"
         "return QuantumCircuit(300_000)", WRONG, TIME, MEMORY, TYPE, test=BELL),
    call("a wide circuit", "from qiskit import QuantumCircuit\nreturn QuantumCircuit(40)", WRONG,
         TIME, MEMORY, PYTHON, test=BELL),
    module("a pickle bomb", "import os\nclass A:\n    def __reduce__(self):\n"
           "        return (os.mkdir, ('unpickled',))\ndef answer(*a):\n"
           "    if os.path.exists('unpickled'): return 42\n    return A()", WRONG,
           test="def check(candidate):\n    first = candidate()\n"
                "    import os\n    assert os.path.exists('unpickled')\n"),
    module("a bomb by __reduce_ex__, __getstate__ and copy", "import os\nclass A(dict):\n"
           "    def __reduce_ex__(self, n): return (os.mkdir, ('unpickled',))\n"
           "    def __getstate__(self): os.mkdir('unpickled')\n"
           "    def __copy__(self): os.mkdir('unpickled')\n"
           "    def __deepcopy__(self, memo): os.mkdir('unpickled')\n"
           "def answer(*a): return A()", WRONG,
           test="def check(candidate):\n    first = candidate()\n"
                "    import os\n    assert os.path.exists('unpickled')\n"),
    call("a zip bomb", "import zlib\nreturn zlib.compress(bytes(50 << 20))", WRONG),
]  # fmt: skip

CHANGING = [
    call("an answer that is changed later", """
import threading
value = [3, 1, 2]
threading.Timer(0.1, value.sort).start()
return value""", WRONG, test=SORTED_LATER, alone=(TAMPER, ODD, WRONG)),
    call("an array that is changed later", """
import threading, numpy
value = numpy.array([3, 1, 2])
threading.Timer(0.1, value.sort).start()
return value""", WRONG, test=SORTED_LATER.replace("answer ==", "list(answer) =="),
         alone=(TAMPER, ODD, WRONG)),
    call("an argument that is changed", "args[0].sort()\nreturn args[0]", WRONG, test=ARGUMENT),
    call("an argument that is emptied", "args[0].clear()\nreturn [1, 2, 3]", WRONG, test=ARGUMENT),
    call("an answer that is the argument", "return args[0]", WRONG, test=ARGUMENT),
    call("an argument changed later", """
import threading
threading.Timer(0.1, args[0].append, (4,)).start()
return [1, 2]""", WRONG, test=ARGUMENT),
    call("a stateful answer", "answer.n = getattr(answer, 'n', 40) + 1\nreturn answer.n", WRONG),
]  # fmt: skip
