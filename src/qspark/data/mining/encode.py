"""What a function gave back, as Python source that a test can hold. Runs in the sandbox.

This module's source is put into the test that records, so it imports nothing of QSpark. `said`
gives the source of a value; a circuit becomes `Like(OpenQASM 2 text, number of parameters)`, which
`same.py` knows how to compare.
"""

import base64
import json
import re
import zlib

import numpy as np
from qiskit import QuantumCircuit, qasm2
from qiskit.circuit import Gate
from qiskit.quantum_info import (
    Clifford,
    DensityMatrix,
    Operator,
    Pauli,
    PauliList,
    SparsePauliOp,
    Statevector,
)

MOST_ITEMS = 256
MOST_QUBITS = 6  # whose unitary is compared; above, Clifford circuits only
_BITS = re.compile(r"(0x[0-9a-f]+|[01][01 ]*)")


class Unfit(Exception):
    """A value that no test can hold; its text names the type."""


class Saying:
    """The source of a value, the kinds of things in it, and a few words for a prompt."""

    def __init__(self, value):
        self.kinds = set()
        self.words = ""
        self.text = self.of(value)
        kind = type(value).__name__
        self.words = self.words or f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"

    def of(self, value):
        """The source of a value. Raises Unfit."""
        if value is None or isinstance(value, bool | np.bool_):
            return repr(None if value is None else bool(value))
        if isinstance(value, int | np.integer):
            if abs(int(value)) >= 10**30:
                raise Unfit("a very large int")
            return repr(int(value))
        if isinstance(value, float | np.floating):
            self.kinds.add("number")
            return self._float(value)
        if isinstance(value, complex | np.complexfloating):
            self.kinds.add("number")
            return f"complex({self._float(value.real)}, {self._float(value.imag)})"
        if isinstance(value, str):
            if len(value) > 400 or " at 0x" in value:
                raise Unfit("a long text")
            return repr(str(value))
        if isinstance(value, list | tuple | set | frozenset | dict):
            return self._container(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, QuantumCircuit):
            return self._circuit(value)
        if isinstance(value, Gate):
            around = QuantumCircuit(value.num_qubits)
            around.append(value, range(value.num_qubits))
            return self._circuit(around, gate=True)
        return self._quantum_info(value)

    def _float(self, value):
        value = float(value)
        if not np.isfinite(value):
            raise Unfit("a number that is not finite")
        return repr(float(f"{value:.12g}") if abs(value) > 1e-12 else 0.0)

    def _container(self, value):
        if len(value) > MOST_ITEMS:
            raise Unfit("a long container")
        if isinstance(value, dict):
            bits = all(isinstance(k, str) and _BITS.fullmatch(k) for k in value)
            named = type(value).__name__ in ("Counts", "QuasiDistribution", "ProbDistribution")
            if len(value) > 1 and (named or bits):
                self.kinds.add("counts")
            return "{" + ", ".join(f"{self.of(k)}: {self.of(v)}" for k, v in value.items()) + "}"
        items = [self.of(item) for item in value]
        if isinstance(value, set | frozenset):
            return "{" + ", ".join(sorted(items)) + "}" if items else "set()"
        text = ", ".join(items)
        if isinstance(value, tuple):
            return f"({text},)" if len(items) == 1 else f"({text})"
        return f"[{text}]"

    def _array(self, value):
        if value.size > MOST_ITEMS or value.dtype.kind not in "biufc" or not value.size:
            raise Unfit(f"an array of {value.dtype}")
        self.kinds.add("array")
        if not self.words:
            self.words = f"an array of shape {value.shape}"
        return f"np.array({self.of(value.tolist())})"

    def _circuit(self, value, gate=False):
        count = value.num_parameters
        bound = value.assign_parameters([0.4 + 0.3 * k for k in range(count)]) if count else value
        text, again = self._written(bound)
        reads = {}
        for step in again.data:
            qubits = [again.find_bit(qubit).index for qubit in step.qubits]
            if step.operation.name == "barrier":
                continue
            if set(qubits) & set(reads.values()) or hasattr(step.operation, "blocks"):
                raise Unfit("a dynamic circuit")
            if step.operation.name == "measure":
                reads[again.find_bit(step.clbits[0]).index] = qubits[0]
        prepares = bool(reads) or "reset" in again.count_ops()
        if len(text) > 6000 or again.num_qubits != bound.num_qubits:
            raise Unfit("a large circuit")
        if bound.num_qubits > (12 if prepares else 30):
            raise Unfit("a wide circuit")
        if not prepares and bound.num_qubits > MOST_QUBITS:
            try:
                Clifford(bound.remove_final_measurements(inplace=False))
            except Exception as error:
                raise Unfit("a wide circuit") from error
        self.kinds |= {"circuit", "gate" if gate else "circuit"}
        self.kinds |= {"measured"} if reads else {"prepared"} if prepares else {"unitary"}
        self.kinds |= {"parameters"} if count else set()
        what = "gate" if gate else "circuit"
        told = f" and {count} free parameter{'s' * (count > 1)}" if count else ""
        qubits = "1 qubit" if value.num_qubits == 1 else f"{value.num_qubits} qubits"
        self.words = self.words or f"a {what} of {qubits}{told}"
        text = "\n".join(line for line in text.split("\n") if not line.startswith("barrier"))
        return f"Like({text!r}, {count}{', True' if gate else ''})"

    def _written(self, circuit):
        """OpenQASM 2 for a circuit, and what comes back from it."""
        if any(hasattr(step.operation, "blocks") for step in circuit.data):
            raise Unfit("a dynamic circuit")
        for deeper in (False, True):  # OpenQASM 2 has no resets and measurements inside of others
            try:
                text = qasm2.dumps(circuit.decompose() if deeper else circuit)
                custom = qasm2.LEGACY_CUSTOM_INSTRUCTIONS
                return text, qasm2.loads(text, custom_instructions=custom)
            except Exception:
                continue
        raise Unfit("a circuit that OpenQASM 2 cannot hold")

    def _quantum_info(self, value):
        kind = type(value).__name__
        if isinstance(value, Statevector | DensityMatrix | Operator):
            data = np.asarray(value.data)
            dims = (
                value.dims()
                if isinstance(value, Statevector | DensityMatrix)
                else (*value.input_dims(), *value.output_dims())
            )
            if data.size > MOST_ITEMS or set(dims) != {2}:
                raise Unfit(f"a large {kind}")
            self.kinds |= {"array", kind}
            self.words = self.words or f"{kind} of dimension {data.shape[0]}"
            return f"{kind}(np.array({self.of(data.tolist())}))"
        if isinstance(value, SparsePauliOp):
            if value.coeffs.dtype == object or value.num_qubits > 12 or len(value) > 64:
                raise Unfit("a large SparsePauliOp")
            self.kinds.add(kind)
            terms = self.of([(str(label), complex(c)) for label, c in value.to_list()])
            return f"SparsePauliOp.from_list({terms})"
        if isinstance(value, Pauli):
            self.kinds.add(kind)
            return f"Pauli({value.to_label()!r})"
        if isinstance(value, PauliList):
            self.kinds.add(kind)
            return f"PauliList({self.of(value.to_labels())})"
        if isinstance(value, Clifford) and value.num_qubits <= 6:
            self.kinds |= {kind, "array"}
            return f"Clifford(np.array({value.tableau.astype(int).tolist()}, dtype=bool))"
        raise Unfit(f"{type(value).__module__.partition('.')[0]} {kind}")


def packed(row):
    """A row as one line of text."""
    return base64.b85encode(zlib.compress(json.dumps(row).encode(), 9)).decode()


def before(values):
    """The source of each argument; None where it has none."""
    found = []
    for value in values:
        try:
            found.append(Saying(value).text)
        except Exception:
            found.append(None)
    return found


def recorded(got, values, earlier):
    """What came of a call, packed: the result, whether it is an argument, arguments changed."""
    row = {"changed": {}, "echo": False}
    try:
        for place, (value, old) in enumerate(zip(values, earlier, strict=True)):
            if old is not None and before([value])[0] != old:
                saying = Saying(value)
                row["changed"][place] = [saying.text, sorted(saying.kinds), saying.words]
        saying = Saying(got)
        row["result"] = [saying.text, sorted(saying.kinds), saying.words]
        row["echo"] = saying.text in earlier
    except Unfit as error:
        row["unfit"] = str(error)
    except Exception as error:
        row["unfit"] = type(error).__name__
    return packed(row)
