"""What runs and gives the wrong answer."""

import ast
from collections.abc import Iterator

from qspark.mistakes.program import Finding, Program
from qspark.mistakes.report import method, receiver, replace, report
from qspark.mistakes.source import Edit


def discarded(program: Program) -> Iterator[Finding]:
    """S11: transpile(qc, ...) as a statement of its own."""
    for node in program.statements:
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = program.inference.of(node.func).origin.endswith(".transpile")
        manager = method(node) == "run" and program.accepts(receiver(node), "PassManager")
        if (function or manager) and isinstance(node.args[0], ast.Name):
            start, _ = program.source.span(node)
            edits = [Edit(start, start, f"{node.args[0].id} = ")]
            yield from report(program, "S11", node, edits)


def second_register(program: Program) -> Iterator[Finding]:
    """S13: measure_all adds a second register."""
    for node in program.calls:
        if method(node) != "measure_all":
            continue
        assert isinstance(node, ast.Call)
        facts = program.inference.facts.get(receiver(node))
        if (
            facts is None
            or node.args
            or node.keywords
            or not facts.clbits
            or facts.measured is not False
        ):
            continue
        edits = None
        if facts.clbits == facts.qubits:
            edits = replace(
                program,
                node,
                f"{program.source.segment(receiver(node))}.measure_all(add_bits=False)",
            )
        yield from report(program, "S13", node, edits)


def name_order(program: Program) -> Iterator[Finding]:
    """S21: values bound by position to parameters whose names do not sort by number."""
    for node in program.nodes:
        if not isinstance(node, ast.ListComp) or not isinstance(node.elt, ast.Call):
            continue
        made = node.elt
        if not program.inference.of(made).kind.endswith(".Parameter") or not made.args:
            continue
        loop = node.generators[0].iter
        size = (
            program.inference.of(loop.args[-1]).constant
            if isinstance(loop, ast.Call) and loop.args
            else None
        )
        if isinstance(made.args[0], ast.JoinedStr) and isinstance(size, int) and size > 10:
            if any(method(n) == "assign_parameters" and n.args and not isinstance(n.args[0], ast.Dict)  # type: ignore[attr-defined]
                   for n in program.nodes):  # fmt: skip
                yield from report(program, "S21", node)


def _key_names(program: Program) -> set[str]:
    """Names that run over the keys of counts."""
    names = set()
    for node in program.nodes:
        if isinstance(node, ast.For | ast.comprehension):
            over, target = node.iter, node.target
            if method(over) in ("items", "keys"):
                over = receiver(over)
                if isinstance(target, ast.Tuple) and target.elts:
                    target = target.elts[0]
            if program.inference.of(over).kind == "Counts" and isinstance(target, ast.Name):
                names.add(target.id)
    return names


def decimal_key(program: Program) -> Iterator[Finding]:
    """S22: int(key) of a key of counts."""
    keys = _key_names(program)
    for node in program.calls:
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int"
        ):
            continue
        if len(node.args) == 1 and isinstance(node.args[0], ast.Name) and node.args[0].id in keys:
            end = program.source.span(node.args[0])[1]
            yield from report(program, "S22", node, [Edit(end, end, ", 2")])


def early_condition(program: Program) -> Iterator[Finding]:
    """S25: a condition on a bit before anything was measured."""
    for node in program.calls:
        if not isinstance(node, ast.Call) or method(node) != "if_test":
            continue
        facts = program.inference.facts.get(receiver(node))
        later = [
            n.lineno
            for n in program.calls
            if isinstance(n, ast.Call)
            and method(n) == "measure"
            and ast.dump(receiver(n)) == ast.dump(receiver(node))
        ]
        if facts is None or facts.measured is not False or not facts.clbits:
            continue
        if any(line > node.lineno for line in later):
            yield from report(program, "S25", node)


def missing_key(program: Program) -> Iterator[Finding]:
    """S30: counts['11'], which raises where that outcome did not occur."""
    for node in program.nodes:
        if not (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)):
            continue
        key = program.inference.of(node.slice).constant
        if program.inference.of(node.value).kind == "Counts" and isinstance(key, str):
            text = program.source.segment
            edits = replace(program, node, f"{text(node.value)}.get({text(node.slice)}, 0)")
            yield from report(program, "S30", node, edits, safe=True)


def unused_noise(program: Program) -> Iterator[Finding]:
    """S38: noise on gates that no transpiled circuit has."""
    for node in program.calls:
        if method(node) not in ("add_all_qubit_quantum_error", "add_quantum_error"):
            continue
        assert isinstance(node, ast.Call)
        if len(node.args) < 2:
            continue
        names = node.args[1].elts if isinstance(node.args[1], ast.List) else [node.args[1]]
        old = [
            n.value
            for n in names
            if isinstance(n, ast.Constant) and n.value in ("u1", "u2", "u3", "cnot")
        ]
        if old and len(old) == len(names) and not _has_basis(program):
            yield from report(program, "S38", node.args[1])


def _has_basis(program: Program) -> bool:
    """Whether some text of the program names a basis with the old gates."""
    for node in program.nodes:
        if (
            isinstance(node, ast.keyword)
            and node.arg == "basis_gates"
            and any(
                isinstance(c, ast.Constant) and c.value in ("u1", "u2", "u3")
                for c in ast.walk(node.value)
            )
        ):
            return True
    return False


RULES = {
    "discarded": discarded, "second_register": second_register, "name_order": name_order,
    "decimal_key": decimal_key, "early_condition": early_condition, "missing_key": missing_key,
    "unused_noise": unused_noise,
}  # fmt: skip
