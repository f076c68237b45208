"""Changes of a program for one exception: what its message tells, put to use at its line."""

import ast
import re
from collections.abc import Callable, Iterator

from qspark.mistakes.execute import Fault
from qspark.mistakes.fix import apply_fixes
from qspark.mistakes.names import missing_import
from qspark.mistakes.program import Fix, Import, Program
from qspark.mistakes.report import before, method, receiver, replace, without_argument
from qspark.mistakes.source import Edit

Change = tuple[str, list[Edit], tuple[Import, ...]]
_Remedy = Callable[[Program, Fault, re.Match[str]], Iterator[Change]]


def remedies(program: Program, fault: Fault) -> Iterator[tuple[str, str]]:
    """(id of the mistake, changed program) for each remedy that fits."""
    said = f"{fault.type}: {fault.message}"
    for pattern, remedy in _REMEDIES:
        found = re.search(pattern, said, re.DOTALL)
        if found is None:
            continue
        for id, edits, imports in remedy(program, fault, found):
            node = next((n for n in program.nodes if isinstance(n, ast.stmt)), None)
            if node is None:
                return
            finding = program.finding(id, "error", "", node, Fix(tuple(edits), imports))
            text, taken = apply_fixes(program, [finding])
            if taken and text != program.source.text:
                yield id, text


def _on_line(program: Program, line: int) -> list[ast.AST]:
    """The nodes on a line, of all lines where it is not known."""
    return [
        node
        for node in program.nodes
        if hasattr(node, "lineno")
        and (not line or node.lineno <= line <= (node.end_lineno or node.lineno))  # type: ignore[attr-defined]
        and not isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]


def _backend(program: Program, node: ast.AST | None = None) -> str:
    """The text of a backend that the program has at hand."""
    names = [
        n.id
        for n in program.nodes
        if isinstance(n, ast.Name) and program.inference.is_a(program.inference.of(n), "BackendV2")
    ]
    if names:
        return names[0]
    for n in program.nodes:
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store | ast.Load):
            if n.id in ("backend", "simulator", "sim", "device", "fake_backend", "aer_sim"):
                return n.id
    return ""


def missing_name(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """A name that is not defined is imported."""
    new = missing_import(program, found[1])
    if new is not None:
        yield "H06", [], (new,)


def nearest_member(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """An attribute that does not exist is replaced by the most similar one of its class."""
    kind, name = found[1], found[2]
    path = program.inference.full(kind.rpartition(".")[2])
    members = program.index.classes.get(path, {}).get("members", {})
    near = program.index.nearest(name, members)
    for node in _on_line(program, fault.line):
        if isinstance(node, ast.Attribute) and node.attr == name and near:
            end = program.source.span(node)[1]
            yield "H01", [Edit(end - len(name), end, near)], ()


def data_name(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """The data of the only register, or of all of them, whatever they are called."""
    name = found[1]
    for node in _on_line(program, fault.line):
        if not (isinstance(node, ast.Attribute) and node.attr == name):
            continue
        inner, text = node.value, program.source.segment
        outer = program.parents.get(node)
        if name.startswith("get_"):
            if isinstance(inner, ast.Attribute) and inner.attr == "data":
                yield "C06", replace(program, inner, f"{text(inner.value)}.join_data()"), ()
            else:
                yield "C06", replace(program, inner, f"next(iter({text(inner)}.values()))"), ()
        elif (
            isinstance(inner, ast.Attribute)
            and inner.attr == "data"
            and isinstance(outer, ast.Attribute)
        ):
            yield "C04", replace(program, node, f"{text(inner.value)}.join_data()"), ()
        else:
            yield "C04", replace(program, node, f"next(iter({text(inner)}.values()))"), ()


def list_of_pubs(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """What run is given is put into a list."""
    for node in _on_line(program, fault.line):
        if method(node) == "run" and isinstance(node, ast.Call) and node.args:
            text = program.source.segment(node.args[0])
            yield "C01", replace(program, node.args[0], f"[{text}]"), ()


def keyword(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """A keyword that is not known: the most similar one, or none."""
    owner, name = found[1].removesuffix(".__init__"), found[2]
    path = program.inference.full(owner.rpartition(".")[2])
    if path not in program.index.classes and "." in owner:
        kind, _, member = owner.rpartition(".")
        path = f"{program.inference.full(kind)}.{member}"
    elif path not in program.index.classes:
        home = program.index.homes.get(owner, [""])[0]
        path = program.index.resolve(f"{home}.{owner}")
    signature = program.index.signature(path) or []
    known = [n for n, kind, _ in signature if kind in (1, 3)]
    near = program.index.nearest(name, known)
    for node in _on_line(program, fault.line):
        if not isinstance(node, ast.Call):
            continue
        for word in node.keywords:
            if word.arg != name:
                continue
            start, _ = program.source.span(word)
            if name in ("backend", "session") and "mode" in known:
                yield "C19", [Edit(start, start + len(name), "mode")], ()
            if near and near not in {w.arg for w in node.keywords}:
                yield "H04", [Edit(start, start + len(name), near)], ()
            yield "H04", without_argument(program, node, word), ()


def transpiled(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """What is run is transpiled for the backend first."""
    id = "D20" if "unknown instruction" in found[0] else "C17"
    backend = _backend(program)
    every = _on_line(program, fault.line) if id == "C17" else program.nodes
    for node in every:
        if method(node) != "run" or not isinstance(node, ast.Call) or not node.args:
            continue
        first, text = node.args[0], program.source.segment
        owner = text(receiver(node))
        target = backend or owner
        name, needed = program.name_of("qiskit.transpile")
        imports = (needed,) if needed else ()
        if (
            isinstance(first, ast.List)
            and len(first.elts) == 1
            and isinstance(first.elts[0], ast.Tuple)
        ):
            pub = first.elts[0]
            circuit, *rest = map(text, pub.elts)
            isa = f"{name}({circuit}, {target})"
            line = before(program, node, f"isa_circuit = {isa}")
            if line and id == "C17" and rest:
                laid = f"({rest[0]}).apply_layout(isa_circuit.layout)"
                new = ", ".join(["isa_circuit", laid, *rest[1:]])
                yield "C18", [*line, *replace(program, pub, f"({new})")], imports
            continue
        if id == "D20":
            is_backend = (
                not program.inference.of(node).kind
                or program.inference.of(node).kind == "BackendJob"
            )
            target = owner if is_backend else target
        yield id, replace(program, first, f"{name}({text(first)}, {target})"), imports


def laid_out(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """The observable gets the layout of the transpiled circuit."""
    for node in _on_line(program, fault.line):
        if isinstance(node, ast.Tuple) and len(node.elts) >= 2:
            text = program.source.segment
            circuit, observable = map(text, node.elts[:2])
            new = f"({observable}).apply_layout(({circuit}).layout)"
            if isinstance(node.elts[0], ast.Name) and isinstance(node.elts[1], ast.Name):
                new = f"{observable}.apply_layout({circuit}.layout)"
            yield "C18", replace(program, node.elts[1], new), ()


def measured(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """What is run is measured first."""
    for node in program.nodes:
        if method(node) != "run" or not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        if isinstance(first, ast.Call) and first.args:
            first = first.args[0]  # transpile(qc, ...)
        if isinstance(first, ast.List) and len(first.elts) == 1:
            first = first.elts[0]
        line = before(program, node, f"{program.source.segment(first)}.measure_all()")
        if isinstance(first, ast.Name) and line:
            yield "D22", line, ()


def saved(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """What is run saves its state or unitary first."""
    what = "save_unitary" if found[1] == "unitary" else "save_statevector"
    for node in program.nodes:
        if method(node) != "run" or not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        if isinstance(first, ast.Call) and first.args:
            first = first.args[0]
        line = before(program, node, f"{program.source.segment(first)}.{what}()")
        if isinstance(first, ast.Name) and line:
            yield "D21", line, ()


def unmeasured(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """States, operators and estimators get the circuit without its final measurements."""
    for node in _on_line(program, fault.line):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        if isinstance(first, ast.List) and first.elts and isinstance(first.elts[0], ast.Tuple):
            first = first.elts[0].elts[0]
        if isinstance(first, ast.Name | ast.Attribute):
            text = f"{program.source.segment(first)}.remove_final_measurements(inplace=False)"
            yield "D02", replace(program, first, text), ()


def classical_bits(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """A measured circuit gets as many classical bits as it has qubits."""
    if not any(method(n) == "measure" for n in _on_line(program, fault.line)):
        return
    for node in program.nodes:
        if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
            continue
        if program.inference.of(node.func).origin.endswith("QuantumCircuit"):
            end = program.source.span(node.args[0])[1]
            yield "D09", [Edit(end, end, f", {program.source.segment(node.args[0])}")], ()


def other_sampler(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """Aer's sampler runs what StatevectorSampler cannot."""
    name, needed = program.name_of("qiskit_aer.primitives.SamplerV2")
    for node in program.nodes:
        if isinstance(node, ast.Call) and program.inference.of(node).kind.endswith(
            "StatevectorSampler"
        ):
            yield "C38", replace(program, node.func, name), (needed,) if needed else ()


def other_simulator(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """AerSimulator has control flow, which Aer's simulators with the old names have not."""
    name, needed = program.name_of("qiskit_aer.AerSimulator")
    for node in program.nodes:
        if method(node) == "get_backend" and isinstance(node, ast.Call) and node.args:
            if program.inference.of(node.args[0]).constant in ("qasm_simulator", "aer_simulator"):
                yield "A02", replace(program, node, f"{name}()"), (needed,) if needed else ()


def absent_key(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """An outcome that did not occur counts 0."""
    for node in _on_line(program, fault.line):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            text = program.source.segment
            if isinstance(node.value, ast.Name) and "count" in node.value.id.lower():
                new = f"{text(node.value)}.get({text(node.slice)}, 0)"
                yield "S30", replace(program, node, new), ()


def bad_option(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """An option that does not exist is moved to the simulator's, or not set."""
    name = found[1]
    for node in _on_line(program, fault.line):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == name
            and isinstance(node.ctx, ast.Store)
        ):
            end = program.source.span(node)[1]
            if name in ("seed_simulator", "noise_model", "coupling_map", "basis_gates"):
                yield "C35", [Edit(end - len(name), end, f"simulator.{name}")], ()
            if name == "shots":
                yield "C23", [Edit(end - len(name), end, "default_shots")], ()
            yield "C22", replace(program, program.parents[node], "pass"), ()


def called_value(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """An attribute that is called: backend.name()."""
    for node in _on_line(program, fault.line):
        if isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute):
            if node.func.attr in (
                "name",
                "num_qubits",
                "version",
                "coupling_map",
                "num_clbits",
                "operation_names",
            ):
                yield "B34", replace(program, node, program.source.segment(node.func)), ()


def tuple_instruction(program: Program, fault: Fault, found: re.Match[str]) -> Iterator[Change]:
    """Lists of bits instead of single ones for append."""
    for node in _on_line(program, fault.line):
        if method(node) == "append" and isinstance(node, ast.Call) and len(node.args) >= 2:
            text = program.source.segment(node.args[1])
            yield "D19", replace(program, node.args[1], f"[{text}]"), ()


_REMEDIES: list[tuple[str, _Remedy]] = [
    (r"name '(\w+)' is not defined", missing_name),
    (r"'DataBin' object has no attribute '(\w+)'", data_name),
    (r"type object '(\w+)' has no attribute '(\w+)'", nearest_member),
    (r"'([\w.]+)' object has no attribute '(\w+)'", nearest_member),
    (
        r"invalid (?:Sampler|Estimator) pub-like|object is not iterable.*QuantumCircuit",
        list_of_pubs,
    ),
    (r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'", keyword),
    (r"not supported by the target system|unknown instruction", transpiled),
    (r"does not match the number of qubits of the .*observable", laid_out),
    (r"No counts for experiment", measured),
    (r"No (statevector|unitary) for experiment", saved),
    (r"Cannot apply \w+ with classical bits", unmeasured),
    (r"Index \d+ out of range for size 0", classical_bits),
    (r"StatevectorSampler cannot handle", other_sampler),
    (r"control-flow construct .* is not supported", other_simulator),
    (r"KeyError", absent_key),
    (r"Object has no attribute '(\w+)'", bad_option),
    (r"ValidationError.*?\n(\w+)\n", bad_option),
    (r"object is not callable", called_value),
    (r"append.*qargs|Invalid bit index|'int' object is not iterable", tuple_instruction),
]
