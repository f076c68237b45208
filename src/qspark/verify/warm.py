"""What a server does once so that each of its children need not: imports, first calls, a full heap.

A forked child pays for every page that it writes, 3 microseconds each on a virtual machine: first
calls fill caches in objects that lie all over the heap, and new objects land in the gaps that
imports have left between old ones. So the server makes the first calls itself, with programs of our
own that start no thread (a thread pool in the server would deadlock its children: nothing here
transpiles or runs a primitive), and then fills the gaps, so that what a child allocates is new.
"""

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import linecache
import os
import sys
from itertools import chain

from qspark.verify import tamper
from qspark.verify.checks import Checks, execute
from qspark.verify.codec import Coder, Handles
from qspark.verify.containment import threads

_MODULES = (
    "numpy", "numpy.testing", "scipy", "scipy.linalg", "scipy.optimize", "scipy.signal",
    "scipy.stats", "networkx", "sympy", "rustworkx", "matplotlib.backends.backend_agg",
    "matplotlib.figure", "matplotlib.pyplot", "pylatexenc.latexencode", "pylatexenc.latexwalker",
    "qiskit", "qiskit.circuit.library", "qiskit.circuit.random", "qiskit.circuit.classical.expr",
    "qiskit.circuit.controlflow", "qiskit.converters", "qiskit.dagcircuit", "qiskit.passmanager",
    "qiskit.primitives", "qiskit.providers.basic_provider", "qiskit.providers.fake_provider",
    "qiskit.qasm2", "qiskit.qasm3", "qiskit.qpy", "qiskit.quantum_info", "qiskit.result",
    "qiskit.synthesis", "qiskit.transpiler", "qiskit.transpiler.passes",
    "qiskit.transpiler.passes.synthesis.plugin",
    "qiskit.transpiler.preset_passmanagers", "qiskit.transpiler.preset_passmanagers.plugin",
    "qiskit.visualization", "qiskit_aer", "qiskit_aer.noise", "qiskit_aer.primitives",
    "qiskit_ibm_runtime", "qiskit_ibm_runtime.fake_provider",
    "qspark.verify.equivalence", "qspark.verify.distributions", "qspark.verify.isa",
    "qspark.verify.stand_in_client", "qspark.verify.comparing",
)  # fmt: skip
_OPTIONAL = {"sympy", "networkx"}

# Programs with their tests: (program, entry point, test).
_FIRST_CALLS = (
    (
        """
from math import pi, sqrt
import numpy as np
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter, ParameterVector
from qiskit.circuit.library import QFTGate, RXGate, XGate, efficient_su2

def gates(n=3):
    qc = QuantumCircuit(n, n)
    qc.h(0); qc.x(1); qc.y(1); qc.z(2); qc.s(0); qc.sdg(0); qc.t(1); qc.tdg(1); qc.sx(2)
    qc.rx(pi / 2, 0); qc.ry(0.3, 1); qc.rz(0.2, 2); qc.p(0.1, 0); qc.u(0.1, 0.2, 0.3, 1)
    for target in range(1, n):
        qc.cx(target - 1, target)
    qc.cz(0, 1); qc.cp(pi / 4, 0, 2); qc.crx(0.5, 0, 1); qc.swap(0, 2); qc.ccx(0, 1, 2)
    qc.rzz(0.4, 0, 1); qc.barrier(); qc.id(0); qc.reset(0)
    qc.measure(range(n), range(n))
    return qc

def registers():
    q, c = QuantumRegister(2, "q"), ClassicalRegister(2, "c")
    qc = QuantumCircuit(q, c, name="pair")
    qc.h(q[0]); qc.cx(q[0], q[1]); qc.measure(q, c)
    with qc.if_test((c[0], 1)):
        qc.x(q[1])
    return qc

def parametrised():
    theta, more = Parameter("theta"), ParameterVector("p", 3)
    qc = QuantumCircuit(2)
    qc.rx(theta, 0); qc.ry(more[0] + 2 * more[1], 1); qc.rz(-more[2] / 2, 1)
    bound = qc.assign_parameters({theta: 0.5, more: [0.1, 0.2, 0.3]})
    ansatz = efficient_su2(2, reps=1)
    return qc, bound, ansatz

def composed():
    qc = QuantumCircuit(3)
    qc.append(XGate().control(2), [0, 1, 2])
    qc.append(QFTGate(2), [0, 1])
    qc.append(RXGate(0.3), [2])
    part = QuantumCircuit(2, name="part")
    part.h(0); part.cx(0, 1)
    qc.append(part.to_gate(), [0, 1])
    whole = qc.compose(part, [1, 2])
    whole.measure_all()
    return whole, whole.remove_final_measurements(inplace=False), part.inverse(), qc.decompose()

def f():
    return gates(), registers(), parametrised(), composed(), sqrt(2), np.array([1, 0])
""",
        "f",
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector

def check(candidate):
    qc, pair, (free, bound, ansatz), (whole, bare, back, parts), root, array = candidate()
    assert isinstance(qc, QuantumCircuit) and qc.num_qubits == 3 and qc.num_clbits == 3
    assert qc.count_ops()["cx"] == 2 and qc.depth() > 5 and qc.size() > 5 and qc.width() == 6
    assert [item.operation.name for item in pair.data][:2] == ["h", "cx"]
    assert [qc.find_bit(bit).index for item in qc.data for bit in item.qubits]
    assert len(free.parameters) == 4 and not bound.parameters and ansatz.num_parameters
    assert Operator(back).equiv(Operator(back)) and Statevector(bound).equiv(Statevector(bound))
    assert np.allclose(Operator(bare).data.shape, (8, 8)) and back == back and whole != bare
    np.testing.assert_allclose(array, [1, 0], atol=1e-6)
    assert str(qc.draw("text")) and repr(parts) and abs(root - 2**0.5) < 1e-9
""",
    ),
    (
        """
import random
import numpy as np
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.converters import circuit_to_dag, dag_to_circuit
from qiskit.primitives import BitArray, StatevectorEstimator, StatevectorSampler
from qiskit.quantum_info import (
    Clifford, DensityMatrix, Operator, Pauli, PauliList, SparsePauliOp, Statevector, entropy,
    partial_trace, process_fidelity, state_fidelity,
)

def bell():
    qc = QuantumCircuit(2)
    qc.h(0)
    qc.cx(0, 1)
    return qc

def states():
    state = Statevector(bell())
    rho = DensityMatrix(bell())
    half = partial_trace(rho, [1])
    return state, rho, half, entropy(half), state_fidelity(state, rho), state.probabilities_dict()

def operators():
    observable = SparsePauliOp.from_list([("ZZ", 1.0), ("XX", 0.5)])
    sparse = SparsePauliOp.from_sparse_list([("Z", [0], 1.0)], num_qubits=2)
    sum_ = (observable + 2 * sparse).simplify()
    value = Statevector(bell()).expectation_value(observable)
    group = PauliList(["XX", "YY"])
    return observable, sum_, value, group, Pauli("XY"), Operator(bell()), Clifford(bell())

def texts():
    qc = bell()
    qc.measure_all()
    dag = circuit_to_dag(qc)
    again = qasm2.loads(qasm2.dumps(dag_to_circuit(dag)))
    return dag, again, qasm3.dumps(qc)

def f():
    counts = BitArray.from_counts({"00": 5, "11": 5}).get_counts()
    return states(), operators(), texts(), counts, random.random(), {"a": [1, (2.0, 1j)]}
""",
        "f",
        """
import numpy as np
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector, process_fidelity

def check(candidate):
    (state, rho, half, bits, same, odds), operators, (dag, again, text), counts, _, data = candidate()
    observable, total, value, group, pauli, operator, clifford = operators
    assert isinstance(state, Statevector) and state == state and state.num_qubits == 2
    assert rho.purity() > 0.99 and abs(bits - 1) < 1e-9 and abs(same - 1) < 1e-9 and "00" in odds
    assert isinstance(observable, SparsePauliOp) and observable.equiv(observable)
    assert abs(value - 1.5) < 1e-9 and len(group) == 2 and pauli.num_qubits == 2 and len(total)
    assert operator.equiv(clifford.to_operator()) and process_fidelity(operator, operator) > 0.99
    assert dag.count_ops() and again.num_clbits and "OPENQASM" in text and sum(counts.values()) == 10
    assert data == {"a": [1, (2.0, 1j)]}, "unlike"
""",
    ),
)  # fmt: skip


def warm_up() -> Coder:
    """Import what programs use, load the plugins, and note what must not be changed.

    Returns the codec of what has been imported. Raises RuntimeError where an import has started a
    thread: it would be missing in every child.
    """
    for name in _MODULES:
        if name not in _OPTIONAL or importlib.util.find_spec(name):
            importlib.import_module(name)
            _require_single_thread(f"the import of {name}")
    from qiskit.transpiler.passes.synthesis.plugin import (
        HighLevelSynthesisPluginManager,
        UnitarySynthesisPluginManager,
    )
    from qiskit.transpiler.preset_passmanagers.plugin import PassManagerStagePluginManager

    PassManagerStagePluginManager()
    HighLevelSynthesisPluginManager()
    UnitarySynthesisPluginManager()
    _require_single_thread("a plugin of the transpiler, such as that of qiskit-experiments,")
    from qspark.verify.codec_qiskit import coder

    made = coder()
    for program, entry_point, test in _FIRST_CALLS:
        _rehearse(program, entry_point, test, made)
    part_identities()
    tamper.remember()
    return made


def _require_single_thread(cause: str) -> None:
    if threads() != 1:
        raise RuntimeError(f"{cause} starts a thread, so programs cannot be judged: uninstall it")


def _rehearse(program: str, entry_point: str, test: str, coder: Coder) -> None:
    """Judge a program of our own here, values crossing by the codec; raises what its test raises."""
    made, wrong = execute(program, entry_point, "<candidate>", lambda stage: None)
    if made is None:
        raise RuntimeError(f"a first call goes wrong: {wrong}")

    def stand_in() -> object:
        packet, _ = coder.pack(made.__dict__[entry_point](), Handles())
        return coder.unpack(packet.data, Handles())[0]

    Checks(test).run({}, stand_in)
    for name, file in (("candidate", "<candidate>"), ("test", "<test>")):
        sys.modules.pop(name, None)
        linecache.cache.pop(file, None)


def settle() -> None:
    """Make a fork of this process cheap: no garbage, no gaps in the heap, nothing to collect."""
    gc.collect()
    _fill_gaps()
    gc.freeze()


_DRAWS = 20_000  # a generator that has not asked for entropy by then will not do it


def part_identities() -> None:
    """Let what forks of this process make have identities of its own.

    A Parameter of Qiskit is known by a random UUID. It comes from a generator that a fork inherits
    as it stands and that asks the system for fresh entropy after every 64 KiB only, so a parameter
    of the test's would be taken for one of the program's. This process draws until the next draw
    is the one that asks; it must make no parameter afterwards.
    """
    from qiskit.circuit import Parameter

    first, second = _identities_of_a_fork(), _identities_of_a_fork()
    pairs = zip(first, second, strict=True)
    for _ in range(next((place for place, (a, b) in enumerate(pairs) if a != b), 0)):
        Parameter("drawn")


def _identities_of_a_fork() -> list[bytes]:
    from qiskit.circuit import Parameter

    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException), os.fdopen(writing, "wb") as pipe:
            pipe.write(b"".join(Parameter("drawn").uuid.bytes for _ in range(_DRAWS)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        drawn = pipe.read()
    os.waitpid(child, 0)
    return [drawn[at : at + 16] for at in range(0, len(drawn), 16)]


class _Usage(ctypes.Structure):
    """glibc's struct mallinfo2, in bytes; `keepcost` is what lies free at the heap's end."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost",
        )
    )  # fmt: skip


def _fill_gaps() -> None:
    """Take every free piece of the heap below its end, for good; where malloc is not glibc's, none.

    A piece of each size is asked for, large ones first, until it comes from the end.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return
    libc.mallinfo2.restype = _Usage
    libc.malloc.argtypes, libc.malloc.restype = (ctypes.c_size_t,), ctypes.c_void_p
    libc.free.argtypes, libc.free.restype = (ctypes.c_void_p,), None
    libc.sbrk.argtypes, libc.sbrk.restype = (ctypes.c_ssize_t,), ctypes.c_void_p
    end = libc.sbrk(0) - libc.mallinfo2().keepcost
    for size in chain((120_000, 60_000, 30_000, 15_000, 8000, 4000, 2000), range(1528, 0, -16)):
        while (piece := libc.malloc(size)) and piece < end:
            continue
        libc.free(piece)
