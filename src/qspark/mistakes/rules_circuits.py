"""Circuits, operators and states: what raises when it is run."""

import ast
import cmath
from collections import defaultdict
from collections.abc import Iterator

from qspark.mistakes.circuits import GATES
from qspark.mistakes.program import Finding, Program
from qspark.mistakes.report import before, method, plain, receiver, replace, report
from qspark.mistakes.source import Edit
from qspark.mistakes.values import Circuit

_NOT_CLIFFORD = {"t", "tdg", "ccx", "ccz", "cswap", "ch", "cs", "csdg", "csx"}


def _gate_calls(program: Program) -> Iterator[tuple[ast.Call, list[ast.expr], Circuit]]:
    """Calls of gates on circuits of which something is known: call, its qubits, the facts."""
    for node in program.calls:
        name = method(node)
        if name not in GATES:
            continue
        facts = program.inference.facts.get(receiver(node))
        assert isinstance(node, ast.Call)
        angles, qubits = GATES[name]
        if facts is not None and len(node.args) >= angles + qubits:
            yield node, node.args[angles : angles + qubits], facts


def integer(program: Program, node: ast.expr) -> int | None:
    """The value of an expression that is known to be an integer."""
    constant = program.inference.of(node).constant
    return constant if isinstance(constant, int) and not isinstance(constant, bool) else None


def _ints(program: Program, node: ast.expr) -> list[int] | None:
    """The numbers of a literal list, tuple or range."""
    if isinstance(node, ast.List | ast.Tuple):
        found = [integer(program, element) for element in node.elts]
        return None if None in found else [n for n in found if n is not None]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        bounds = [integer(program, a) for a in node.args]
        if bounds and None not in bounds:
            numbers = range(*[b for b in bounds if b is not None])
            return list(numbers) if len(numbers) < 1000 else None
    return None


def duplicate_qubits(program: Program) -> Iterator[Finding]:
    """D07: a gate on the same qubit twice."""
    for node, qubits, _ in _gate_calls(program):
        numbers = [integer(program, q) for q in qubits]
        known = [n for n in numbers if n is not None]
        if len(set(known)) < len(known) and len(qubits) > 1:
            yield from report(program, "D07", node)


def index_range(program: Program) -> Iterator[Finding]:
    """D08: a qubit that the circuit does not have."""
    for node, qubits, facts in _gate_calls(program):
        if not facts.qubits:
            continue
        for qubit in qubits:
            number = integer(program, qubit)
            if number is not None and not -facts.qubits <= number < facts.qubits:
                yield from report(program, "D08", qubit, say=f"Here: {facts.qubits} qubits.")
            elif number is None:
                yield from _loop_index(program, node, qubit, facts)


def _loop_index(
    program: Program, node: ast.Call, qubit: ast.expr, facts: Circuit
) -> Iterator[Finding]:
    """for k in range(n): qc.cx(k, k + 1) on n qubits."""
    if not (
        isinstance(qubit, ast.BinOp)
        and isinstance(qubit.op, ast.Add)
        and isinstance(qubit.left, ast.Name)
        and (step := integer(program, qubit.right)) is not None
    ):
        return
    loop = program.parents.get(node)
    while loop is not None and not (
        isinstance(loop, ast.For)
        and isinstance(loop.target, ast.Name)
        and loop.target.id == qubit.left.id
    ):
        if isinstance(loop, ast.If | ast.FunctionDef | ast.While):
            return
        loop = program.parents.get(loop)
    if loop is None or not isinstance(loop.iter, ast.Call):
        return
    numbers = _ints(program, loop.iter)
    if not numbers or facts.qubits is None or max(numbers) + step < facts.qubits:
        return
    last = loop.iter.args[0 if len(loop.iter.args) == 1 else 1]
    edits = replace(program, last, f"{program.source.segment(last)} - {step}")
    fits = max(numbers) == facts.qubits - 1
    yield from report(program, "D08", qubit, edits if fits else None)


def no_clbits(program: Program) -> Iterator[Finding]:
    """D09: a measurement on a circuit without classical bits."""
    for node in program.calls:
        if method(node) != "measure":
            continue
        circuit = receiver(node)
        facts = program.inference.facts.get(circuit)
        if facts is None or facts.clbits != 0:
            continue
        made = program.inference.of(circuit).node
        edits = None
        if isinstance(made, ast.Call) and len(made.args) == 1 and facts.registers == ():
            end = program.source.span(made.args[0])[1]
            edits = [Edit(end, end, f", {program.source.segment(made.args[0])}")]
        yield from report(program, "D09", node, edits)


def measure_sizes(program: Program) -> Iterator[Finding]:
    """D10: measure with lists of different lengths; D08 for bits that are not there."""
    for node in program.calls:
        if method(node) != "measure" or not program.accepts(receiver(node), "QuantumCircuit"):
            continue
        assert isinstance(node, ast.Call)
        if len(node.args) != 2:
            continue
        lists = [_ints(program, a) for a in node.args]
        if None not in lists and len(lists[0] or ()) != len(lists[1] or ()):
            yield from report(program, "D10", node)


def literals(node: ast.expr) -> list[complex] | None:
    """A literal list of numbers."""
    try:
        found = ast.literal_eval(node)
        return [complex(n) for n in found] if isinstance(found, list | tuple) else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def not_normalised(program: Program) -> Iterator[Finding]:
    """D11: literal amplitudes whose norm is not 1."""
    for node in program.calls:
        if method(node) not in ("initialize", "prepare_state"):
            continue
        assert isinstance(node, ast.Call)
        if not node.args or any(word.arg == "normalize" for word in node.keywords):
            continue
        numbers = literals(node.args[0])
        if numbers and len(numbers) > 1 and abs(sum(abs(n) ** 2 for n in numbers) - 1) > 1e-6:
            end = program.source.span(node)[1] - 1
            edits = [Edit(end, end, ", normalize=True")]
            yield from report(program, "D11", node.args[0], edits)


def not_unitary(program: Program) -> Iterator[Finding]:
    """D12: a literal matrix whose rows are not orthonormal."""
    for node in program.calls:
        origin = program.inference.of(node.func).origin if isinstance(node, ast.Call) else ""
        if method(node) != "unitary" and not origin.endswith(".UnitaryGate"):
            continue
        assert isinstance(node, ast.Call)
        if not node.args or not isinstance(node.args[0], ast.List):
            continue
        rows = [literals(row) for row in node.args[0].elts]
        if not rows or None in rows:
            continue
        for i, one in enumerate(rows):
            for j, two in enumerate(rows):
                product = sum(a * b.conjugate() for a, b in zip(one or (), two or (), strict=False))
                if not cmath.isclose(product, float(i == j), abs_tol=1e-6):
                    yield from report(program, "D12", node.args[0])
                    break
            else:
                continue
            break


def same_parameter(program: Program) -> Iterator[Finding]:
    """D13: Parameter('t') made twice inside the gates of one circuit."""
    seen: dict[tuple[str, str], ast.Call] = {}
    for node in program.calls:
        if method(node) not in GATES:
            continue
        assert isinstance(node, ast.Call)
        for argument in node.args:
            if not (isinstance(argument, ast.Call) and argument.args):
                continue
            name = argument.args[0]
            if program.inference.of(argument).kind.endswith(".Parameter") and isinstance(
                name, ast.Constant
            ):
                scope: ast.AST | None = node
                while scope is not None and not isinstance(scope, ast.FunctionDef):
                    scope = program.parents.get(scope)
                key = (f"{id(scope)} {ast.dump(receiver(node))}", str(name.value))
                if key in seen:
                    yield from report(program, "D13", argument)
                seen[key] = argument


def foreign_bit(program: Program) -> Iterator[Finding]:
    """D16: a condition on a bit of another circuit."""
    for node in program.calls:
        if method(node) not in ("if_test", "while_loop") or not node.args:  # type: ignore[attr-defined]
            continue
        assert isinstance(node, ast.Call)
        pair, own = node.args[0], receiver(node)
        bit = pair.elts[0] if isinstance(pair, ast.Tuple) and pair.elts else pair
        if not (
            isinstance(bit, ast.Subscript)
            and isinstance(bit.value, ast.Attribute)
            and bit.value.attr == "clbits"
        ):
            continue
        other = bit.value.value
        mine, theirs = program.inference.facts.get(own), program.inference.facts.get(other)
        if not (isinstance(other, ast.Name) and isinstance(own, ast.Name)) or other.id == own.id:
            continue
        if (
            mine
            and theirs
            and mine.registers
            and theirs.registers
            and mine.registers != theirs.registers
        ):
            yield from report(program, "D16", bit, replace(program, other, own.id))


def compose_wider(program: Program) -> Iterator[Finding]:
    """D18: a circuit taken in by a narrower one."""
    for node in program.calls:
        if method(node) != "compose":
            continue
        assert isinstance(node, ast.Call)
        mine = program.inference.facts.get(receiver(node))
        theirs = program.inference.facts.get(node.args[0]) if node.args else None
        if mine and theirs and mine.qubits and theirs.qubits and mine.qubits < theirs.qubits:
            yield from report(program, "D18", node)


def append_width(program: Program) -> Iterator[Finding]:
    """D19: append on more or fewer qubits than the gate has."""
    for node in program.calls:
        if method(node) != "append":
            continue
        assert isinstance(node, ast.Call)
        if len(node.args) < 2 or not program.accepts(receiver(node), "QuantumCircuit"):
            continue
        gate, qubits = node.args[0], _ints(program, node.args[1])
        if qubits is None or method(gate) not in ("to_gate", "to_instruction"):
            continue
        facts = program.inference.facts.get(receiver(gate))
        if facts and facts.qubits and facts.qubits != len(qubits):
            yield from report(program, "D19", node.args[1])


def mixed_labels(program: Program) -> Iterator[Finding]:
    """D32: labels of different widths in one operator."""
    for node in program.calls:
        if (
            not isinstance(node, ast.Call)
            or not node.args
            or not isinstance(node.args[0], ast.List)
        ):
            continue
        origin = program.inference.of(node.func).origin
        if not origin.endswith((".SparsePauliOp.from_list", ".SparsePauliOp", ".PauliList")):
            continue
        labels = [
            e.elts[0] if isinstance(e, ast.Tuple) and e.elts else e for e in node.args[0].elts
        ]
        widths = {
            len(e.value.lstrip("+-i"))  # a sign may stand before the letters
            for e in labels
            if isinstance(e, ast.Constant) and isinstance(e.value, str)
        }
        if len(widths) > 1:
            yield from report(program, "D32", node.args[0])


def not_clifford(program: Program) -> Iterator[Finding]:
    """D33: Clifford of a circuit with a T gate."""
    for node in program.calls:
        if (
            isinstance(node, ast.Call)
            and node.args
            and program.inference.of(node).kind.endswith(".Clifford")
        ):
            facts = program.inference.facts.get(node.args[0])
            if facts and facts.gates and facts.gates & _NOT_CLIFFORD:
                yield from report(program, "D33", node)


def concurrence(program: Program) -> Iterator[Finding]:
    """D34: concurrence of a random state of another size than two qubits."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or not node.args:
            continue
        made = node.args[0]
        if (
            program.inference.of(node.func).origin.endswith(".concurrence")
            and isinstance(made, ast.Call)
            and made.args
            and "random_" in program.inference.of(made.func).origin
        ):
            if integer(program, made.args[0]) not in (None, 4):
                yield from report(program, "D34", made)


def measure_all_value(program: Program) -> Iterator[Finding]:
    """D35, S12: the value of measure_all, which is None, put to use."""
    for node in program.calls:
        if method(node) != "measure_all" or not program.accepts(
            receiver(node), "QuantumCircuit", True
        ):
            continue
        assert isinstance(node, ast.Call)
        if any(word.arg == "inplace" for word in node.keywords):
            continue
        parent = program.parents.get(node)
        if isinstance(parent, ast.Call) and node in parent.args:
            yield from report(program, "D35", node)
        elif isinstance(parent, ast.Assign | ast.Return):
            edits = None
            circuit = program.source.segment(receiver(node))
            if plain(receiver(node)):
                line = before(program, node, program.source.segment(node))
                edits = [*line, *replace(program, node, circuit)] if line else None
            if (
                isinstance(parent, ast.Assign)
                and program.source.segment(parent.targets[0]) == circuit
            ):
                edits = replace(program, parent, program.source.segment(node))
            yield from report(program, "S12", node, edits, safe=True)


def missing_arguments(program: Program) -> Iterator[Finding]:
    """D40: a class of gates called without the parameters that it needs."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or node.args or node.keywords:
            continue
        kind = program.inference.of(node).kind
        if not kind.endswith("Gate") or program.inference.of(node.func).origin == "":
            continue
        signature = program.index.signature(kind) or []
        if any(needed in (0, 1) and not default for _, needed, default in signature):
            yield from report(program, "D40", node)


def initialize_inverse(program: Program) -> Iterator[Finding]:
    """S41: a circuit with initialize that is inverted, controlled or made a gate."""
    circuits: dict[str, list[ast.Call]] = defaultdict(list)
    for node in program.calls:
        if method(node) == "initialize" and isinstance(node, ast.Call):
            circuits[ast.dump(receiver(node))].append(node)
    for node in program.calls:
        if method(node) in ("inverse", "control", "to_gate") and circuits.get(
            ast.dump(receiver(node))
        ):
            if not program.accepts(receiver(node), "QuantumCircuit"):
                continue
            for made in circuits.pop(ast.dump(receiver(node))):
                _start, end = program.source.span(made.func)
                edits = [Edit(end - len("initialize"), end, "prepare_state")]
                yield from report(program, "S41", made, edits)


RULES = {
    "duplicate_qubits": duplicate_qubits,
    "index_range": index_range,
    "no_clbits": no_clbits,
    "measure_sizes": measure_sizes,
    "not_normalised": not_normalised,
    "not_unitary": not_unitary,
    "same_parameter": same_parameter,
    "foreign_bit": foreign_bit,
    "compose_wider": compose_wider,
    "append_width": append_width,
    "mixed_labels": mixed_labels,
    "not_clifford": not_clifford,
    "concurrence": concurrence,
    "measure_all_value": measure_all_value,
    "missing_arguments": missing_arguments,
    "initialize_inverse": initialize_inverse,
}
