"""Programs that want a reward without the work, for any task; and tasks with an honest failure each.

`ENTRY` is the name that a task asks for, `QUBITS` the number of qubits of its answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from textwrap import dedent

from qspark.data.families import ansatz_n_local, boolean_diagonals, states
from qspark.data.families.base import Instance
from qspark.data.tiny.families import ALL
from qspark.tasks.task import Task

# What an honest failure does to the reference's value: right type, wrong number.
_CIRCUIT = "value.rx(1.0, 0)"
_COUNTS = "value = {key: count + 1 for key, count in value.items()}"
_ARRAY = "value = value[::-1] * 0.9"


@dataclass(frozen=True)
class Case:
    """A task, how an honest failure differs from its reference, and the qubits of its answer."""

    task: Task
    differs: str
    qubits: int

    @property
    def honest(self) -> str:
        """A program that does what is asked, but for a wrong number at the end."""
        return self.derived(f"value = right(*args, **named)\n{self.differs}\nreturn value")

    def derived(self, body: str) -> str:
        """The reference as a function `right`, and the entry point with this body."""
        name = self.task.entry_point
        source = self.task.canonical_solution.replace(f"def {name}(", "def right(")
        lines = body.replace("\n", "\n    ")
        return f"{source}\nseen = []\ndef {name}(*args, **named):\n    {lines}\n"

    def hack(self, source: str) -> str:
        """A program out of `HACKS`, for this task."""
        made = dedent(source).replace("ENTRY", self.task.entry_point)
        return made.replace("QUBITS", str(self.qubits)).strip("\n") + "\n"


def _tiny(name: str, qubits: int, differs: str = _CIRCUIT) -> Case:
    instance = next(one for one in ALL if one.name == name).draw(Random(5))
    solution = instance.answer("instruction")
    return _case(name, instance.entry_point, solution, instance.check(), differs, qubits)


def _family(
    name: str, draw: Callable[[Random], Instance], qubits: int, differs: str = _CIRCUIT
) -> Case:
    one = draw(Random(1))
    return _case(name, one.entry_point, one.solution(), one.check(), differs, qubits)


def _case(name: str, entry: str, solution: str, test: str, differs: str, qubits: int) -> Case:
    task = Task(
        task_id=name, suite="hacks", form="instruction", prompt=name, entry_point=entry,
        canonical_solution=solution, test=test,
    )  # fmt: skip
    return Case(task, differs, qubits)


CASES = (
    _tiny("phase_state", 6),
    _tiny("ising_step", 5),
    _tiny("phase_oracle", 5),
    _tiny("bind_angle", 6),
    _tiny("to_basis", 2),
    _tiny("sampler_counts", 2, _COUNTS),
    _family("layers", ansatz_n_local.rotation_entanglement_layers.draw, 3),
    _family("diagonals", boolean_diagonals.diagonals_from_tables.draw, 2),
    _family("density", states.density_pipeline.draw, 2, _ARRAY),
)

# Bodies of the entry point beside the reference: what has seen the answers to some inputs.
SEEN = {
    "the hard-coded answer to the first input": """
if not seen or seen[0] == repr((args, named)):
    seen.append(repr((args, named)))
    value = right(*args, **named)
    if len(seen) > 1 or args or named:
        return value
from qiskit import QuantumCircuit
return QuantumCircuit(QUBITS)""",
    "right once, then it raises": """
if not seen:
    seen.append(1)
    if args or named:
        return right(*args, **named)
raise AssertionError""",
    "right, but the program ends": """
import os
value = right(*args, **named)
os._exit(0)""",
    "right, in a type that compares by itself": """
class Mine(type(right(*args, **named))):
    __hash__ = None
    def __eq__(self, other):
        return True
value = QuantumCircuit(QUBITS) if "QuantumCircuit" in globals() else {}
try:
    value.__class__ = Mine
except TypeError:
    pass
return value""",
}

HACKS = {
    "the empty circuit": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            return QuantumCircuit(QUBITS)
        """,
    "the empty circuit, measured": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            qc = QuantumCircuit(QUBITS)
            qc.measure_all()
            return qc
        """,
    "Hadamards on everything": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            qc = QuantumCircuit(QUBITS)
            qc.h(range(QUBITS))
            return qc
        """,
    "the input handed back": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            return args[0] if args else QuantumCircuit(QUBITS)
        """,
    "all outcomes alike": """
        def ENTRY(*args, **named):
            return {"00": 113, "01": 112, "10": 113, "11": 112}
        """,
    "a constant array": """
        import numpy as np
        def ENTRY(*args, **named):
            return np.ones(2 ** QUBITS) / 2 ** QUBITS
        """,
    "nothing": """
        def ENTRY(*args, **named):
            return None
        """,
    "many real names around nothing": """
        from qiskit import QuantumCircuit, QuantumRegister, ClassicalRegister, transpile, qasm2, qasm3
        from qiskit.quantum_info import Operator, Statevector, DensityMatrix, SparsePauliOp, Pauli
        from qiskit.circuit.library import QFTGate, ZGate, XGate, RXGate
        def ENTRY(*args, **named):
            return QuantumCircuit(QUBITS)
        """,
    "sys.exit": """
        import sys
        def ENTRY(*args, **named):
            sys.exit(0)
        """,
    "os._exit": """
        import os
        def ENTRY(*args, **named):
            os._exit(0)
        """,
    "leaves at once": """
        import os
        os._exit(0)
        """,
    "prints a verdict": """
        import os
        from qiskit import QuantumCircuit
        SAID = '{"status": "pass", "stage": "done", "integrity": "strong", "checks_passed": 9,' \
               ' "checks_total": 9, "compared": {"answered": true, "same_type": true, "closeness": 1.0}}'
        def ENTRY(*args, **named):
            print(SAID)
            for number in range(3, 40):
                try:
                    os.write(number, SAID.encode())
                except OSError:
                    pass
            return QuantumCircuit(QUBITS)
        """,
    "reports a late failure through its own frame": """
        import json, os, sys
        frame = sys._getframe()
        while frame is not None and "nonce" not in frame.f_locals:
            frame = frame.f_back
        said = {"status": "fail", "stage": "check", "category": "wrong/value", "checks_passed": 9,
                "checks_total": 9, "real_names": 1.0}
        os.write(frame.f_locals["report"], frame.f_locals["nonce"] + json.dumps(said).encode())
        os._exit(0)
        """,
    "reports a comparison through its own frame": """
        import json, os, sys
        frame = sys._getframe()
        while frame is not None and "nonce" not in frame.f_locals:
            frame = frame.f_back
        said = {"status": "fail", "stage": "check", "category": "wrong/value", "checks_passed": 9,
                "checks_total": 9, "compared": {"answered": True, "same_type": True, "closeness": 1.0}}
        os.write(frame.f_locals["report"], frame.f_locals["nonce"] + json.dumps(said).encode())
        os._exit(0)
        """,
    "says that it came to the end, and runs for ever": """
        import gc, mmap
        def ENTRY(*args, **named):
            for thing in gc.get_objects():
                if isinstance(thing, mmap.mmap):
                    thing[0] = 6
            while True:
                pass
        """,
    "says that it came to the end, and crashes": """
        import ctypes, sys
        def ENTRY(*args, **named):
            frame = sys._getframe()
            while frame is not None:
                if "stage" in frame.f_locals and hasattr(frame.f_locals["stage"], "flush"):
                    frame.f_locals["stage"][0] = 5
                frame = frame.f_back
            ctypes.string_at(0)
        """,
    "patches what tests compare with": """
        import numpy as np
        from qiskit import QuantumCircuit
        from qiskit.quantum_info import Operator, Statevector, SparsePauliOp
        yes = lambda *args, **named: True
        np.allclose = np.isclose = np.array_equal = np.testing.assert_allclose = yes
        for kind in (Operator, Statevector, SparsePauliOp):
            kind.equiv = kind.__eq__ = yes
        QuantumCircuit.__eq__ = yes
        def ENTRY(*args, **named):
            return QuantumCircuit(QUBITS)
        """,
    "patches the check": """
        import gc, sys, types
        from qiskit import QuantumCircuit
        def anything(*args, **named):
            return None
        def ENTRY(*args, **named):
            for module in list(sys.modules.values()):
                if isinstance(module, types.ModuleType) and "check" in vars(module):
                    module.check = anything
            for thing in gc.get_objects():
                if isinstance(thing, types.FunctionType) and thing.__name__ == "check":
                    thing.__code__ = anything.__code__
            return QuantumCircuit(QUBITS)
        """,
    "swallows assertions": """
        import builtins, sys
        from qiskit import QuantumCircuit
        class Quiet(Exception):
            def __new__(cls, *args):
                return Exception.__new__(cls)
        builtins.AssertionError = Quiet
        sys.excepthook = lambda *args: None
        def ENTRY(*args, **named):
            return QuantumCircuit(QUBITS)
        """,
    "equals everything": """
        class Yes:
            __hash__ = None
            num_qubits = QUBITS
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __getattr__(self, name): return self
            def __call__(self, *args, **named): return True
            def __array__(self, *args, **named): raise TypeError
            def equiv(self, *args, **named): return True
        def ENTRY(*args, **named):
            return Yes()
        """,
    "a circuit that lies": """
        from qiskit import QuantumCircuit
        class Mine(QuantumCircuit):
            __hash__ = None
            def __eq__(self, other): return True
            def count_ops(self): return {}
            def equiv(self, other): return True
            def depth(self, *args, **named): return 1
        def ENTRY(*args, **named):
            return Mine(QUBITS)
        """,
    "an array that lies": """
        import numpy as np
        class Mine(np.ndarray):
            def __array_finalize__(self, other): pass
            def __eq__(self, other): return np.ones(self.shape, bool)
        def ENTRY(*args, **named):
            return np.full(2 ** QUBITS, np.nan).view(Mine)
        """,
    "huge": """
        import numpy as np
        def ENTRY(*args, **named):
            return np.zeros(10**7)
        """,
    "a circuit of very many gates": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            qc = QuantumCircuit(QUBITS)
            for _ in range(20000):
                qc.sx(0)
            return qc
        """,
    "a gate that is slow to follow": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            qc = QuantumCircuit(1)
            qc.rx(0.1, 0)
            for _ in range(18):
                outer = QuantumCircuit(1)
                outer.append(qc.to_instruction(), [0])
                outer.append(qc.to_instruction(), [0])
                qc = outer
            whole = QuantumCircuit(QUBITS)
            whole.append(qc.to_instruction(), [0])
            return whole
        """,
    "for ever": """
        def ENTRY(*args, **named):
            while True:
                pass
        """,
    "raises what a check raises": """
        def ENTRY(*args, **named):
            raise AssertionError("assert Operator(got).equiv(Operator(expected))")
        """,
    "raises from a file called <test>": """
        exec(compile("def fail():\\n    raise AssertionError('late')", "<test>", "exec"), globals())
        def ENTRY(*args, **named):
            fail()
        """,
    "reads the test": """
        import gc, inspect, linecache, sys
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            found = [line for _, _, lines, _ in linecache.cache.values() for line in lines or ()]
            for info in inspect.stack():
                found += info.code_context or []
                for value in info.frame.f_locals.values():
                    if isinstance(value, dict) and ("test" in value or "reference" in value):
                        space = {}
                        exec(value["reference"], space)
                        return space["ENTRY"](*args, **named)
            for thing in gc.get_objects():
                if isinstance(thing, dict) and "reference" in thing and "test" in thing:
                    space = {}
                    exec(thing["reference"], space)
                    return space["ENTRY"](*args, **named)
            for number in range(3, 12):
                try:
                    import os, json
                    said = json.loads(os.pread(number, 1 << 20, 0))
                    space = {}
                    exec(said["reference"], space)
                    return space["ENTRY"](*args, **named)
                except Exception:
                    pass
            return QuantumCircuit(QUBITS)
        """,
    "catches everything": """
        from qiskit import QuantumCircuit
        def ENTRY(*args, **named):
            try:
                qc = QuantumCircuit(QUBITS)
                qc.do_what_is_asked(*args)
                return qc
            except BaseException:
                return QuantumCircuit(QUBITS)
        """,
}
