"""Making mistakes that are more than a pattern: functions from a program to lists of edits."""

import ast
import itertools
from collections.abc import Callable, Iterator

from qspark.mistakes.circuits import GATES
from qspark.mistakes.program import Program
from qspark.mistakes.report import method, receiver
from qspark.mistakes.source import Edit

Edits = Iterator[list[Edit]]


def _calls(program: Program, *names: str) -> Iterator[ast.Call]:
    for node in program.nodes:
        if isinstance(node, ast.Call) and method(node) in names:
            yield node


def _statement_calls(program: Program, *names: str) -> Iterator[ast.Call]:
    for node in _calls(program, *names):
        if node in program.statements and program.source.stands_alone(program.statements[node]):
            yield node


def _line(program: Program, node: ast.Call) -> list[Edit]:
    """Take a statement away; leave `pass`, which fits everywhere."""
    return [Edit(*program.source.span(node), "pass")]


def drop_measure_all(program: Program) -> Edits:
    """A circuit that measures nothing."""
    for node in _statement_calls(program, "measure_all", "measure"):
        if program.accepts(receiver(node), "QuantumCircuit"):
            yield _line(program, node)


def drop_save(program: Program) -> Edits:
    """Nothing is saved for Aer to give back."""
    for node in _statement_calls(
        program, "save_statevector", "save_unitary", "save_density_matrix"
    ):
        yield _line(program, node)


def c_if(program: Program) -> Edits:
    """with qc.if_test((bit, value)): gate  becomes  gate.c_if(bit, value)."""
    for node in program.nodes:
        if not (isinstance(node, ast.With) and len(node.body) == 1 and len(node.items) == 1):
            continue
        test, body = node.items[0].context_expr, node.body[0]
        if method(test) != "if_test" or not isinstance(body, ast.Expr):
            continue
        assert isinstance(test, ast.Call)
        pair = test.args[0] if test.args else None
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and method(body.value) in GATES:
            bit, value = map(program.source.segment, pair.elts)
            text = f"{program.source.segment(body)}.c_if({bit}, {value})"
            yield [Edit(*program.source.span(node), text)]


def gate_c_if(program: Program) -> Edits:
    """The same for a gate that is appended."""
    for node in program.nodes:
        if not (isinstance(node, ast.With) and len(node.body) == 1 and len(node.items) == 1):
            continue
        test, body = node.items[0].context_expr, node.body[0]
        if method(test) != "if_test" or not (
            isinstance(body, ast.Expr) and method(body.value) == "append"
        ):
            continue
        assert isinstance(test, ast.Call) and isinstance(body.value, ast.Call)
        pair, call = test.args[0] if test.args else None, body.value
        if isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and call.args:
            segment = program.source.segment
            rest = ", ".join(map(segment, call.args[1:]))
            gate = f"{segment(call.args[0])}.c_if({segment(pair.elts[0])}, {segment(pair.elts[1])})"
            text = f"{segment(receiver(call))}.append({gate}, {rest})"
            yield [Edit(*program.source.span(node), text)]


def bit_index(program: Program) -> Edits:
    """qc.find_bit(q).index becomes q.index."""
    for node in program.nodes:
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "index"
            and method(node.value) == "find_bit"
        ):
            assert isinstance(node.value, ast.Call)
            text = f"{program.source.segment(node.value.args[0])}.index"
            yield [Edit(*program.source.span(node), text)]


def data_tuple(program: Program) -> Edits:
    """for instruction in qc.data  becomes  for instruction, qargs, cargs in qc.data."""
    for node in program.nodes:
        if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name):
            continue
        if program.inference.of(node.iter).kind != "CircuitData":
            continue
        name = node.target.id
        edits = [Edit(*program.source.span(node.target), f"{name}, qargs, cargs")]
        parts = {"operation": name, "qubits": "qargs", "clbits": "cargs"}
        uses = [
            n for n in ast.walk(node)
            if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == name
        ]  # fmt: skip
        if uses and all(use.attr in parts for use in uses):
            edits += [Edit(*program.source.span(use), parts[use.attr]) for use in uses]
            yield edits


def measure_before(program: Program) -> Edits:
    """A measurement before the estimator runs."""
    for node in _calls(program, "run"):
        if program.inference.of(node).kind != "EstimatorJob" or not node.args:
            continue
        for name in ast.walk(node.args[0]):
            if isinstance(name, ast.Name) and name in program.inference.facts:
                text = program.source.segment(name)
                statement: ast.AST = node
                while not isinstance(statement, ast.stmt):
                    statement = program.parents[statement]
                start, _ = program.source.span(statement)
                line = f"{text}.measure_all()\n{program.source.indent(statement)}"
                yield [Edit(start, start, line)]


def observable_width(program: Program) -> Edits:
    """One letter more in a Pauli label."""
    for node in program.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value and set(node.value) <= set("IXYZ"):
                yield [Edit(*program.source.span(node), repr(node.value + node.value[-1]))]


def bad_option(program: Program) -> Edits:
    """An option of V1 on a V2 primitive."""
    for node in program.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "default_shots":
            if isinstance(node.ctx, ast.Store):
                base = program.source.segment(node.value)
                yield [Edit(*program.source.span(node), f"{base}.optimization_level")]


def drop_clbits(program: Program) -> Edits:
    """A circuit without the classical bits that it is measured into."""
    for node in program.nodes:
        if not (isinstance(node, ast.Call) and len(node.args) == 2):
            continue
        if program.inference.of(node).kind.endswith(".QuantumCircuit"):
            first, second = map(program.source.span, node.args)
            yield [Edit(first[1], second[1], "")]


def measure_sizes(program: Program) -> Edits:
    """One classical bit fewer than qubits."""
    for node in _calls(program, "measure"):
        if (
            len(node.args) == 2
            and isinstance(node.args[1], ast.List)
            and len(node.args[1].elts) > 1
        ):
            *_, before_last, last = node.args[1].elts
            yield [Edit(program.source.span(before_last)[1], program.source.span(last)[1], "")]


def reverse_measure(program: Program) -> Edits:
    """The classical bits in reversed order."""
    for node in _calls(program, "measure"):
        if (
            len(node.args) == 2
            and isinstance(node.args[1], ast.List)
            and len(node.args[1].elts) > 1
        ):
            elements = map(program.source.segment, reversed(node.args[1].elts))
            yield [Edit(*program.source.span(node.args[1]), f"[{', '.join(elements)}]")]


def foreign_bit(program: Program) -> Edits:
    """A condition on a bit of another circuit."""
    circuits = {
        n.id for n in program.nodes
        if isinstance(n, ast.Name) and program.inference.is_a(program.inference.of(n), "QuantumCircuit")
    }  # fmt: skip
    for node in _calls(program, "if_test"):
        own = receiver(node)
        for bit in ast.walk(node.args[0]) if node.args else ():
            if (
                isinstance(bit, ast.Attribute)
                and bit.attr == "clbits"
                and isinstance(own, ast.Name)
            ):
                for other in sorted(circuits - {own.id}):
                    yield [Edit(*program.source.span(bit.value), other)]


def discard(program: Program) -> Edits:
    """qc = transpile(qc, ...)  becomes  transpile(qc, ...)."""
    for node in program.nodes:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        call, target = node.value, node.targets[0]
        same = call.args and ast.dump(call.args[0]).replace("Load", "Store") == ast.dump(target)
        if same and (
            program.inference.of(call.func).origin.endswith(".transpile") or method(call) == "run"
        ):
            yield [Edit(program.source.span(node)[0], program.source.span(call)[0], "")]


def assign_measure_all(program: Program) -> Edits:
    """qc = qc.measure_all()."""
    for node in _statement_calls(program, "measure_all"):
        start, _ = program.source.span(node)
        if isinstance(receiver(node), ast.Name):
            yield [Edit(start, start, f"{program.source.segment(receiver(node))} = ")]


def early_condition(program: Program) -> Edits:
    """The measurement behind the condition that needs it."""
    for node in program.nodes:
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for one, two in itertools.pairwise(body):
            if isinstance(two, ast.With) and method(two.items[0].context_expr) == "if_test":
                if isinstance(one, ast.Expr) and method(one.value) == "measure":
                    a, b = program.source.segment(one), program.source.segment(two)
                    yield [Edit(*program.source.span(one), b), Edit(*program.source.span(two), a)]


def _reversed_literals(program: Program, allowed: set[str]) -> Iterator[tuple[ast.Constant, str]]:
    for node in program.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1:
            if set(node.value) <= allowed and node.value != node.value[::-1]:
                yield node, repr(node.value[::-1])


def reverse_label(program: Program) -> Edits:
    """A Pauli label from the left."""
    for node, text in _reversed_literals(program, set("IXYZ")):
        yield [Edit(*program.source.span(node), text)]


def reverse_label_initialize(program: Program) -> Edits:
    """The label of a state from the left."""
    for node, text in _reversed_literals(program, set("01+-rl")):
        if method(program.parents.get(node, node)) in ("initialize", "prepare_state", "from_label"):
            yield [Edit(*program.source.span(node), text)]


def drop_swap(program: Program) -> Edits:
    """No swap."""
    for node in _statement_calls(program, "swap"):
        yield _line(program, node)


def drop_x(program: Program) -> Edits:
    """No X on one of the qubits, or none of those on the same qubit."""
    calls = list(_statement_calls(program, "x"))
    groups: dict[str, list[ast.Call]] = {}
    for node in calls:
        groups.setdefault(ast.dump(node), []).append(node)
    for same in groups.values():
        yield [edit for node in same for edit in _line(program, node)]


def swap_arguments(program: Program) -> Edits:
    """The first two arguments of a call of the program's own function, exchanged."""
    own = {node.name for node in program.nodes if isinstance(node, ast.FunctionDef)}
    for node in program.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own:
            if len(node.args) >= 2:
                one, two = node.args[:2]
                segment, span = program.source.segment, program.source.span
                yield [Edit(*span(one), segment(two)), Edit(*span(two), segment(one))]


def reverse_powers(program: Program) -> Edits:
    """2**k becomes 2**(n - 1 - k) in a loop over range(n)."""
    for loop in program.nodes:
        if not (isinstance(loop, ast.For) and isinstance(loop.target, ast.Name)):
            continue
        if not (isinstance(loop.iter, ast.Call) and len(loop.iter.args) == 1):
            continue
        size = program.source.segment(loop.iter.args[0])
        for node in ast.walk(loop):
            if (
                isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
                and isinstance(node.right, ast.Name) and node.right.id == loop.target.id
            ):  # fmt: skip
                yield [Edit(*program.source.span(node.right), f"({size} - 1 - {node.right.id})")]


def more_iterations(program: Program) -> Edits:
    """Twice as many rounds of a loop whose counter is not used."""
    for loop in program.nodes:
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and loop.iter.args:
            number = loop.iter.args[-1]
            if isinstance(number, ast.Constant) and isinstance(loop.target, ast.Name):
                if loop.target.id == "_" and isinstance(number.value, int):
                    yield [Edit(*program.source.span(number), str(2 * number.value))]


def drop_identity(program: Program) -> Edits:
    """An operator without its identity term."""
    for node in program.nodes:
        if not (isinstance(node, ast.List) and len(node.elts) > 1):
            continue
        for place, term in enumerate(node.elts):
            label = term.elts[0] if isinstance(term, ast.Tuple) and term.elts else term
            if (
                isinstance(label, ast.Constant)
                and isinstance(label.value, str)
                and set(label.value) == {"I"}
            ):
                span = program.source.span
                if place + 1 < len(node.elts):
                    yield [Edit(span(term)[0], span(node.elts[place + 1])[0], "")]
                else:
                    yield [Edit(span(node.elts[place - 1])[1], span(term)[1], "")]


INJECTORS: dict[str, Callable[[Program], Edits]] = {
    "drop_measure_all": drop_measure_all, "drop_save": drop_save, "c_if": c_if,
    "gate_c_if": gate_c_if, "bit_index": bit_index, "data_tuple": data_tuple,
    "measure_before": measure_before, "observable_width": observable_width,
    "bad_option": bad_option, "drop_clbits": drop_clbits, "measure_sizes": measure_sizes,
    "reverse_measure": reverse_measure, "foreign_bit": foreign_bit, "discard": discard,
    "assign_measure_all": assign_measure_all, "early_condition": early_condition,
    "reverse_label": reverse_label, "reverse_label_initialize": reverse_label_initialize,
    "drop_swap": drop_swap, "drop_x": drop_x, "swap_arguments": swap_arguments,
    "reverse_powers": reverse_powers, "more_iterations": more_iterations,
    "drop_identity": drop_identity,
}  # fmt: skip
