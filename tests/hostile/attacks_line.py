"""Attacks on the line between the two processes: well-formed and malformed messages of their own."""

from hostile_attack import (
    CALLBACK,
    EVERY,
    EXIT,
    FORGED,
    MEMORY,
    PYTHON,
    TIME,
    TYPE,
    WRONG,
    Attack,
    call,
)  # fmt: skip

LINE = """
import json, struct, time
def frame(data):
    try:
        os.write(4, struct.pack("!I", len(data)) + data)
    except OSError:
        pass
def packed(tree, *blobs):
    text = tree if isinstance(tree, bytes) else json.dumps([tree, []]).encode()
    sizes = b"".join(struct.pack("!Q", len(blob)) for blob in blobs)
    return struct.pack("!II", len(text), len(blobs)) + sizes + text + b"".join(blobs)
def told(value):
    if isinstance(value, dict):
        return ["builtins.dict", *(told(part) for pair in value.items() for part in pair)]
    if isinstance(value, (list, tuple)):
        return ["builtins." + type(value).__name__, *map(told, value)]
    return value
def tell(value):
    frame(packed(told(value)))
def tree(*parts):
    frame(packed(["builtins.tuple", *parts]))
def ok(answer, changed=None, *blobs):
    frame(packed(["builtins.tuple", "ok", answer, changed], *blobs))
def raised(*types, by_candidate=False, args=()):
    tell(("raised", {"types": list(types), "message": "x", "subject": "x", "files": [],
                     "by_candidate": by_candidate, "args": list(args)}))
"""


def line(name: str, body: str, *categories: str, test: str = "", **more: object) -> Attack:
    options = {"test": test} if test else {}
    alone = more.get("alone", (WRONG,))
    assert isinstance(alone, tuple)
    return call(name, body + "\nreturn 0", *categories, before=LINE, alone=alone, **options)


MESSAGES = [
    line("an answer ahead of time", "tell(('ok', 41, None))", WRONG),
    line("hello twice", "tell(('hello', 'value', 42))", FORGED),
    line("hello in place of an answer", "tell(('hello', 'class', None))", FORGED),
    line("stop in answer to a call", "tell(('stop',))", FORGED),
    line("an unknown tag", "tree('pass', 42)", FORGED),
    line("an empty message", "frame(b'')", WRONG),
    line("an empty tuple", "frame(packed(['builtins.tuple']))", FORGED),
    line("not a tuple", "frame(packed(42))", FORGED),
    line("an answer that is too short", "tree('ok')", WRONG, FORGED),
    line("an answer that is too long", "tree('ok', 42, None, 42)", WRONG, FORGED),
    line("JSON that is not", "frame(packed(b'{]'))", WRONG),
    line("JSON of an object", "frame(packed({'status': 'pass'}))", WRONG),
    line("JSON nested too deep", "frame(packed(b'[' * 200000 + b']' * 200000))", WRONG),
    line("a tag that is a list", "ok([[1], 2])", WRONG),
    line("an empty tree", "ok([])", WRONG),
    line("a pickle", "ok(['pickle', 'cos\\nsystem\\n(S'])", WRONG),
    line("a tag that names code", "ok(['os.system', 'true'])", WRONG),
    line("a class that is not listed", "ok(['class', 'os._wrap_close'])", WRONG),
    line("a member of what is no enumeration", "ok(['member', 'builtins.int', 'real'])", WRONG),
    line("a huge size", "try: os.write(4, bytes([255]) * 4)\nexcept OSError: pass", FORGED),
    line("a size that is never filled", "try: os.write(4, b'\\x00\\x10\\x00\\x00')\n"
         "except OSError: pass\nelse: time.sleep(60)", TIME),
    line("half a message, then the end", "try: os.write(4, b'\\x00\\x10\\x00\\x00x')\n"
         "except OSError: pass\nos._exit(0)", EXIT, alone=(EXIT,)),
    line("a million blobs declared", "frame(struct.pack('!II', 2, 1 << 30) + b'42')", WRONG),
    line("blobs of negative length", "frame(packed(['bytes', -1]))", WRONG, FORGED),
    line("blobs beyond the end", "frame(struct.pack('!IIQ', 30, 1, 1 << 60) + b'[\"builtins.tuple\","
         "\"ok\",42]   ')", WRONG, FORGED),
    line("a known object that is not", "ok(['known', 7])", WRONG),
    line("the last known object", "ok(['known', -1])", WRONG),
    line("a function of the test's that is not", "ok(['yours', 3])", WRONG),
    line("the test's last function", "ok(['yours', -1])", WRONG),
    line("a call of what was never handed over", "tree('call', 5, ['builtins.tuple'], "
         "['builtins.dict'], None)", WRONG, FORGED, PYTHON),
    line("a call of a negative handle", "tree('call', -1, ['builtins.tuple'], "
         "['builtins.dict'], None)", WRONG, FORGED, PYTHON),
    line("a call by name", "tree('call', 'check', ['builtins.tuple'], ['builtins.dict'], None)",
         WRONG, FORGED, PYTHON),
    line("next of what was never handed over", "tree('next', 0)", WRONG, FORGED, PYTHON),
    line("calls without end", "for _ in range(1 << 30): tree('next', 0)", WRONG, FORGED, TIME,
         PYTHON, EXIT, alone=(TIME,)),
    line("a callback used behind the test's back", "tree('call', 0, ['builtins.tuple', 6], "
         "['builtins.dict'], None)\nreturn args[0](6) - 1", WRONG, FORGED, test=CALLBACK,
         alone=(WRONG,)),
    line("changes of arguments that were not given", "ok(42, ['bytes', 0], packed("
         "['builtins.tuple', ['builtins.tuple', 1], ['builtins.dict']]))", FORGED),
    line("changes that are garbage", "ok(42, ['bytes', 0], b'garbage')", WRONG),
    line("changes that are no bytes", "ok(42, 'changed')", WRONG),
    line("changes that say exit", "ok(42, ['bytes', 0], packed(['builtins.tuple', 'x', 'y']))",
         FORGED, WRONG, TYPE),
    line("a forged SystemExit", "raised('SystemExit', 'BaseException', args=[0])", EXIT),
    line("a forged GeneratorExit", "raised('GeneratorExit', 'BaseException')", WRONG, PYTHON),
    line("a forged missing package", "raised('ModuleNotFoundError', 'ImportError', 'Exception')",
         "env/missing-package", WRONG, PYTHON),
    line("a forged assertion", "raised('AssertionError')", WRONG, PYTHON),
    line("a forged StopIteration", "raised('StopIteration', by_candidate=True)", WRONG, PYTHON,
         FORGED, test=EVERY),
    line("a forged error without a type", "raised()", EXIT, WRONG, PYTHON, FORGED),
    line("a forged error of an odd type", "raised('qiskit.QuantumCircuit', 'numpy.ndarray',"
         "'builtins.print', 'numpy.testing.os.system')", WRONG, PYTHON),
    line("a forged error that is no table", "tree('raised', 42)", WRONG, TYPE, FORGED),
    line("a forged error with odd arguments", "tree('raised', ['builtins.dict', 'types', "
         "['builtins.list', 'KeyError'], 'message', 1, 'subject', None, 'files', "
         "['builtins.list', None], 'by_candidate', 'yes', 'args', ['function', 99]])",
         WRONG, PYTHON),
    line("a doubt of its own", "tell(('cannot', 'trust me'))", WRONG),
    line("a doubt that is a table", "tell(('cannot', {'status': 'pass'}))", WRONG),
    line("the line shut down", "import socket\ntry: socket.socket(fileno=4).shutdown(2)\n"
         "except OSError: pass", EXIT, MEMORY),
    line("the line's end handed over the line", "import socket\ntry:\n"
         "    socket.send_fds(socket.socket(fileno=4), [b'xxxx'], [0, 1, 2])\nexcept OSError: pass",
         FORGED, EXIT),
    line("a thread that answers", """
import threading
def answering():
    while True: ok(41)
threading.Thread(target=answering, daemon=True).start()
time.sleep(0.05)""", WRONG, FORGED, EXIT),
    line("a child that answers", "if os.fork() == 0:\n    while True: ok(41)\ntime.sleep(0.05)",
         WRONG, FORGED, EXIT),
    line("a flood of answers", "data = bytes(1 << 20)\nfor _ in range(200): frame(data)", WRONG,
         FORGED, TIME),
    line("bombs of digits", "ok(['int', '9' * 50_000_000])", WRONG),
    line("a decimal bomb", "ok(['decimal.Decimal', '1e999999999'])", WRONG),
    line("digits that JSON does not read", "frame(packed(b'[\"builtins.tuple\", \"ok\", ' + "
         "b'9' * 100000 + b']'))", WRONG),
    line("infinity and NaN", "ok(float('nan'))", WRONG),
    line("an answer that is a range without end", "ok(['builtins.range', 0, "
         "['int', hex(1 << 80)], 1])", WRONG),
    line("a set of lists", "ok(['builtins.set', ['builtins.list']])", WRONG),
    line("a dict of half a pair", "ok(['builtins.dict', 1])", WRONG),
    line("an answer of keys that collide", "ok(['builtins.dict'] + [x for n in range(60000) for x in "
         "(['int', hex(n * ((1 << 61) - 1))], 0)])", WRONG, TIME),
]  # fmt: skip

ARRAYS = [
    line("an array of objects", "ok(['numpy.ndarray', 'O', ['builtins.list', 1], "
         "['builtins.list', ['function', 3]]])", WRONG),
    line("an array of an absurd shape", "ok(['numpy.ndarray', '<f8', ['builtins.list', 1 << 40, "
         "1 << 40], ['bytes', 0]], None, b'')", WRONG),
    line("an array of a negative shape", "ok(['numpy.ndarray', '<f8', ['builtins.list', -1, -1], "
         "['bytes', 0]], None, bytes(16))", WRONG),
    line("an array of no size", "ok(['numpy.ndarray', '<U0', ['builtins.list', 5], ['bytes', 0]],"
         " None, b'')", WRONG),
    line("an array of letters beyond Unicode", "ok(['numpy.ndarray', '<U1', ['builtins.list', 1], "
         "['bytes', 0]], None, b'\\xff' * 4)", WRONG),
    line("an array of records", "ok(['numpy.ndarray', 'f8,O', ['builtins.list', 1], ['bytes', 0]],"
         " None, bytes(16))", WRONG),
    line("an array of pointers", "ok(['numpy.ndarray', '|O8', ['builtins.list', 1], ['bytes', 0]],"
         " None, b'A' * 8)", WRONG),
    line("truths that are neither", "ok(['numpy.ndarray', '|b1', ['builtins.list', 1], "
         "['bytes', 0]], None, b'\\x02')", WRONG),
    line("a scalar that is a pointer", "ok(['numpy.generic', 'O', ['bytes', 0]], None, b'A' * 8)",
         WRONG),
    line("no dtype", "ok(['numpy.ndarray', ['builtins.dict', 'names', 1], ['builtins.list', 1], "
         "['bytes', 0]], None, bytes(8))", WRONG),
    line("a generator in a foreign state", "ok(['numpy.random._generator.Generator', 'PCG64', "
         "['builtins.dict', 'bit_generator', 'MT19937']])", WRONG),
]  # fmt: skip

CIRCUIT = """
import io
from qiskit import QuantumCircuit, qpy
from qiskit.circuit import Parameter
def qpy_of(circuit=None):
    if circuit is None:
        circuit = QuantumCircuit(2)
        circuit.h(0)
        circuit.rz(Parameter("a") * 2, 0)
    buffer = io.BytesIO()
    qpy.dump(circuit, buffer)
    return buffer.getvalue()
TAG = "qiskit.circuit.quantumcircuit.QuantumCircuit"
def circuit(data, *more):
    ok([TAG, ["bytes", 0], *(more or (["builtins.list"], None, None))], None, data)
"""
QPY = [
    line(name, CIRCUIT + body, WRONG, *more)
    for name, body, *more in (
        ("QPY of another version", "data = bytearray(qpy_of())\ndata[6] = 11\ncircuit(bytes(data))"),
        ("QPY that was cut short", "circuit(qpy_of()[:-20])"),
        ("QPY of nothing", "circuit(b'')"),
        ("QPY with sympy in it", "circuit(qpy_of().replace(b'a', b'__import__(\"os\")._exit(0)'))"),
        ("QPY of absurd registers", "data = bytearray(qpy_of())\nfor n in range(40, 90): data[n] = "
         "255\ncircuit(bytes(data))", MEMORY, TIME, "runtime/crash"),
        ("QPY of a million instructions", "data = qpy_of()\nfor at in range(20, 100, 8): circuit("
         "data[:at] + b'\\x00\\x00\\x00\\x00\\x00\\xff\\xff\\xff' + data[at + 8:])", MEMORY, TIME),
        ("QPY of two circuits", "b = io.BytesIO()\nqpy.dump([QuantumCircuit(1)] * 2, b)\n"
         "circuit(b.getvalue())"),
        ("QPY of random bytes", "import random\ndata = bytearray(qpy_of())\nfor _ in range(30): "
         "data[random.randrange(19, len(data))] = random.randrange(256)\ncircuit(bytes(data))",
         MEMORY, TIME, "runtime/crash"),
        ("a gate that is a function", "circuit(qpy_of().replace(b'HGate', b'get_s'))"),
        ("a circuit with a duration of its own", "circuit(qpy_of(), ['builtins.list'], "
         "['function', 1], ['function', 2])"),
        ("a register without end", "ok(['qiskit.circuit.QuantumRegister', 1 << 40, 'q'])", MEMORY,
         TIME, EXIT, "runtime/crash"),
        ("a state that is a circuit", "ok(['qiskit.quantum_info.states.statevector.Statevector', "
         "[TAG, ['bytes', 0], ['builtins.list'], None, None], None], None, qpy_of())"),
        ("a backend that is something else", "ok(['qiskit.providers.backend.BackendV2', 'fake', "
         "'QiskitRuntimeService'])"),
        ("a simulator with options of its own", "ok(['qiskit_aer.backends.aer_simulator."
         "AerSimulator', ['builtins.dict', 'executor', ['function', 1], 'method', 'x']])"),
        ("a data bin with a class of its own", "ok(['qiskit.primitives.containers.data_bin.DataBin',"
         " ['builtins.tuple'], ['builtins.dict', '__class__', ['class', 'builtins.int']]])"),
        ("a figure of functions", "ok(['matplotlib.figure.Figure', ['builtins.tuple', 1e9, 1e9], "
         "['builtins.list']])"),
    )
]  # fmt: skip
