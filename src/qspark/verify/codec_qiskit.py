"""Codecs for the types of Qiskit, Aer and the runtime, of matplotlib figures, and their classes.

Circuits cross as QPY of the newest version only: older ones name expressions in languages whose
readers evaluate code. Everything else is taken apart into arrays, numbers, strings and circuits.
"""

import io
import sys
import types
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from qiskit import QuantumCircuit, qpy
from qiskit.circuit import (
    AncillaRegister,
    CircuitInstruction,
    ClassicalRegister,
    Clbit,
    Instruction,
    Parameter,
    ParameterExpression,
    ParameterVector,
    QuantumRegister,
    Qubit,
)
from qiskit.converters import circuit_to_dag, dag_to_circuit
from qiskit.dagcircuit import DAGCircuit
from qiskit.primitives import BitArray, DataBin, PrimitiveResult, PubResult, SamplerPubResult
from qiskit.primitives.containers import BindingsArray, ObservablesArray
from qiskit.qpy.common import QPY_VERSION
from qiskit.quantum_info import (
    PTM,
    Chi,
    Choi,
    Clifford,
    CNOTDihedral,
    DensityMatrix,
    Kraus,
    Operator,
    Pauli,
    PauliList,
    ScalarOp,
    SparseObservable,
    SparsePauliOp,
    StabilizerState,
    Statevector,
    Stinespring,
    SuperOp,
)
from qiskit.result import Counts, ProbDistribution, QuasiDistribution, Result
from qiskit.transpiler import CouplingMap, Layout
from qiskit.visualization.circuit.text import TextDrawing

from qspark.verify.codec import CannotCross, Codec, Coder, replaced_whole
from qspark.verify.codec_devices import DEVICES
from qspark.verify.codec_gates import GATES, apart, put_back, sound
from qspark.verify.codec_python import PYTHON
from qspark.verify.codec_service import SERVICE

# Classes that may cross as values: those of these packages, and a few of Python and numpy.
_CLASS_ROOTS = ("qiskit", "qiskit_aer", "qiskit_ibm_runtime")
_PLAIN_CLASSES = (
    int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, range, type(None),
    np.ndarray, np.int64, np.float64, np.complex128,
)  # fmt: skip


def _qpy(circuit: QuantumCircuit) -> bytes:
    buffer = io.BytesIO()
    qpy.dump(circuit, buffer)
    return buffer.getvalue()


def _from_qpy(data: bytes) -> QuantumCircuit:
    if data[:6] != b"QISKIT" or data[6] != QPY_VERSION:
        raise CannotCross("QPY of another version")
    (circuit,) = qpy.load(io.BytesIO(data))
    return circuit


def _kinds(circuit: QuantumCircuit) -> list[str]:
    """Names of the classes of the instructions: what QPY may lose."""
    names = set()
    for item in circuit.data:
        if not item.is_standard_gate():
            names.add(_class_of(item.operation))
            for block in getattr(item.operation, "blocks", ()):
                names.update(_kinds(block))
    return sorted(names)


def _class_of(operation: Any) -> str:
    kind = getattr(operation, "base_class", type(operation))
    return f"{kind.__module__}.{kind.__qualname__}"


def _circuit_parts(circuit: QuantumCircuit) -> tuple[Any, ...]:
    starts, duration = (getattr(circuit, name, None) for name in ("_op_start_times", "_duration"))
    plain, operations = apart(circuit)
    return (_qpy(plain), _kinds(circuit), starts, duration, operations)


def _circuit(
    data: bytes, kinds: list[str], starts: Any, duration: Any, operations: Any
) -> QuantumCircuit:
    circuit = _from_qpy(data)
    put_back(circuit, operations)
    if starts is not None:
        circuit._op_start_times = starts
    if duration is not None:
        circuit._duration = duration
    return circuit


def _same_kinds(circuit: QuantumCircuit, _data: bytes, kinds: list[str], *_times: Any) -> bool:
    return not kinds or _kinds(circuit) == kinds


def _instruction_parts(instruction: Instruction) -> tuple[Any, ...]:
    circuit = QuantumCircuit(instruction.num_qubits, instruction.num_clbits)
    circuit.append(sound(instruction), range(instruction.num_qubits), range(instruction.num_clbits))
    return (_qpy(circuit), _class_of(instruction))


def _instruction(data: bytes, kind: str) -> Instruction:
    operation = _from_qpy(data).data[0].operation
    if _class_of(operation) != kind:
        raise CannotCross(kind)
    return operation


def _parameter_parts(parameter: Any) -> tuple[Any, ...]:
    circuit = QuantumCircuit(1)
    circuit.rz(parameter, 0)
    return (_qpy(circuit),)


def _expression_parts(expression: Any) -> tuple[Any, ...]:
    (data,) = _parameter_parts(expression)
    if _expression(data) != expression:
        raise CannotCross("an expression with complex numbers, which QPY leaves out")
    return (data,)


def _expression(data: bytes) -> Any:
    return _from_qpy(data).data[0].operation.params[0]


def _bit_parts(bit: Any) -> tuple[Any, ...]:
    register = getattr(bit, "_register", None)
    index = getattr(bit, "_index", None)
    if register is None or index is None:
        raise CannotCross("a bit outside every register")
    return (register, index)


def _circuit_instruction_parts(item: Any) -> tuple[Any, ...]:
    return (item.operation, list(item.qubits), list(item.clbits))


def _matrix(kind: type) -> Codec:
    """Codec of an operator-like type: its matrix and its dimensions."""
    return Codec(
        kind,
        lambda v: (v.data, v.input_dims(), v.output_dims()),
        lambda data, inputs, outputs: kind(data, input_dims=inputs, output_dims=outputs),
    )


def _vectors_parts(paulis: PauliList) -> tuple[Any, ...]:
    return (paulis.z, paulis.x, np.asarray(paulis.phase))


def _counts(data: dict, time: Any, sizes: Any, slots: Any) -> Counts:
    return Counts(data, time_taken=time, creg_sizes=sizes, memory_slots=slots)


def _bin(shape: tuple[int, ...], data: dict[str, Any]) -> DataBin:
    return DataBin(shape=shape, **data)


def _layout_parts(layout: Layout) -> tuple[Any, ...]:
    pairs = layout.get_virtual_bits()
    return (list(pairs), list(pairs.values()), sorted(layout.get_registers(), key=lambda r: r.name))


def _layout(bits: list[Any], places: list[int], registers: list[Any]) -> Layout:
    layout = Layout(dict(zip(bits, places, strict=True)))
    for register in registers:
        layout.add_register(register)
    return layout


def _vector(name: str, items: list[Any]) -> ParameterVector:
    return items[0].vector if items else ParameterVector(name, 0)


def _dihedral(n: int, linear: Any, shift: Any, zero: int, *weights: Any) -> CNOTDihedral:
    element = CNOTDihedral(num_qubits=n)
    element.linear, element.shift = linear, shift
    element.poly.weight_0 = zero
    element.poly.weight_1, element.poly.weight_2, element.poly.weight_3 = weights
    return element


def _coupling(nodes: list[int], edges: list[tuple[int, int]], about: str | None) -> CouplingMap:
    coupling = CouplingMap(description=about)
    for node in nodes:
        coupling.add_physical_qubit(node)
    for edge in edges:
        coupling.add_edge(*edge)
    return coupling


def _figure_parts(figure: Figure) -> tuple[Any, ...]:
    axes = [
        (
            axis.get_title(), axis.get_xlabel(), axis.get_ylabel(), len(axis.lines),
            len(axis.patches), len(axis.images), [text.get_text() for text in axis.texts],
            tuple(map(float, axis.get_xlim())), tuple(map(float, axis.get_ylim())),
        )
        for axis in figure.axes
    ]  # fmt: skip
    return (tuple(map(float, figure.get_size_inches())), axes)


def _figure(size: tuple[float, float], axes: list[Any]) -> Figure:
    figure = Figure(figsize=size)
    for number, facts in enumerate(axes[:64]):
        title, x_label, y_label, _, _, _, texts, x_limits, y_limits = facts
        axis = figure.add_subplot(len(axes), 1, number + 1)
        axis.set(title=title, xlabel=x_label, ylabel=y_label, xlim=x_limits, ylim=y_limits)
        for text in texts:
            axis.text(0, 0, text)
    return figure


def _drawing(content: str) -> TextDrawing:
    drawing = TextDrawing.__new__(TextDrawing)
    drawing._single_string = content
    return drawing


def _classes() -> dict[str, type]:
    """Every public class of the packages that has been imported, by its qualified name."""
    found = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in _PLAIN_CLASSES}
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] in _CLASS_ROOTS and isinstance(module, types.ModuleType):
            for kind in vars(module).values():
                if isinstance(kind, type) and kind.__module__.split(".")[0] in _CLASS_ROOTS:
                    found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return found


QISKIT: tuple[Codec, ...] = (
    Codec(QuantumCircuit, _circuit_parts, _circuit, mutable=True, complete=_same_kinds),
    Codec(Instruction, _instruction_parts, _instruction, mutable=True, family=True),
    *GATES,
    Codec(CircuitInstruction, _circuit_instruction_parts, CircuitInstruction),
    Codec(QuantumRegister, lambda v: (v.size, v.name), QuantumRegister),
    Codec(AncillaRegister, lambda v: (v.size, v.name), AncillaRegister),
    Codec(ClassicalRegister, lambda v: (v.size, v.name), ClassicalRegister),
    Codec(Qubit, _bit_parts, lambda register, index: register[index]),
    Codec(Clbit, _bit_parts, lambda register, index: register[index]),
    Codec(Parameter, _parameter_parts, _expression, family=True),
    Codec(ParameterExpression, _expression_parts, _expression),
    Codec(
        ParameterVector,
        lambda v: (v.name, list(v)),
        _vector,
    ),
    Codec(DAGCircuit, lambda v: (dag_to_circuit(v),), circuit_to_dag, mutable=True),
    Codec(Statevector, lambda v: (v.data, v.dims()), Statevector),
    Codec(DensityMatrix, lambda v: (v.data, v.dims()), DensityMatrix),
    *map(_matrix, (Operator, SuperOp, Choi, PTM, Chi)),
    Codec(
        Kraus, lambda v: (v._data, v.input_dims(), v.output_dims()),
        lambda data, inputs, outputs: Kraus(
            data if data[1] is not None else data[0], input_dims=inputs, output_dims=outputs
        ),
    ),
    Codec(
        Stinespring, lambda v: (v._data, v.input_dims(), v.output_dims()),
        lambda data, inputs, outputs: Stinespring(
            data if data[1] is not None else data[0], input_dims=inputs, output_dims=outputs
        ),
    ),
    Codec(ScalarOp, lambda v: (v.input_dims(), v.coeff), ScalarOp),
    Codec(Clifford, lambda v: (v.tableau,), Clifford),
    Codec(StabilizerState, lambda v: (v.clifford,), StabilizerState),
    Codec(Pauli, lambda v: (v.z, v.x, v.phase), lambda z, x, phase: Pauli((z, x, phase))),
    Codec(
        PauliList, _vectors_parts, lambda z, x, phase: PauliList.from_symplectic(z, x, phase)
    ),
    Codec(SparsePauliOp, lambda v: (v.paulis, v.coeffs), SparsePauliOp),
    Codec(
        SparseObservable,
        lambda v: (v.num_qubits, np.array(v.coeffs), np.array(v.bit_terms), np.array(v.indices),
                   np.array(v.boundaries)),
        lambda n, coeffs, terms, indices, bounds: SparseObservable.from_raw_parts(
            n, coeffs, terms, indices, bounds
        ),
    ),
    Codec(
        CNOTDihedral,
        lambda v: (v.num_qubits, v.linear, v.shift, int(v.poly.weight_0), np.array(v.poly.weight_1),
                   np.array(v.poly.weight_2), np.array(v.poly.weight_3)),
        _dihedral,
    ),
    Codec(
        Counts,
        lambda v: (dict(v), v.time_taken, v.creg_sizes, v.memory_slots),
        _counts, mutable=True,
    ),
    Codec(QuasiDistribution, lambda v: (dict(v), v.shots, v.stddev_upper_bound), QuasiDistribution),
    Codec(ProbDistribution, lambda v: (dict(v), v.shots), ProbDistribution),
    Codec(BitArray, lambda v: (v.array, v.num_bits), BitArray),
    Codec(DataBin, lambda v: (v.shape, dict(v.items())), _bin),
    Codec(PubResult, lambda v: (v.data, v.metadata), PubResult),
    Codec(SamplerPubResult, lambda v: (v.data, v.metadata), SamplerPubResult),
    Codec(PrimitiveResult, lambda v: (list(v), v.metadata), PrimitiveResult),
    Codec(BindingsArray, lambda v: (list(v.data), list(v.data.values()), v.shape),
          lambda keys, values, shape: BindingsArray(dict(zip(keys, values, strict=True)), shape)),
    Codec(ObservablesArray, lambda v: (v.tolist(),), ObservablesArray),
    Codec(Result, lambda v: (v.to_dict(),), Result.from_dict),
    Codec(CouplingMap, lambda v: (list(v.physical_qubits), list(v.get_edges()), v.description),
          _coupling),
    Codec(Layout, _layout_parts, _layout),
    Codec(Figure, _figure_parts, _figure, exact=False),
    Codec(TextDrawing, lambda v: (v.single_string(),), _drawing, exact=False),
)  # fmt: skip

replaced_whole(QuantumCircuit, DAGCircuit, Counts)


def coder() -> Coder:
    """The codec of everything that is known here; classes as they are imported at this moment."""
    return Coder((*PYTHON, *QISKIT, *DEVICES, *SERVICE), _classes())
