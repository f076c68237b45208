"""Arguments for a function that somebody wrote: from calls to it, defaults, annotations, names."""

import ast
import re
from collections.abc import Iterable
from itertools import islice, product

from qspark.data.mining.calls import Call

MOST_CALLS = 24

_ALL = {
    "int": ("2", "3", "4", "1"),
    "index": ("0", "1", "2"),
    "angle": ("0.3", "np.pi / 3", "-1.1", "2.0"),
    "probability": ("0.1", "0.25", "0.7"),
    "bool": ("True", "False"),
    "bits": ("'101'", "'0110'", "'10'", "'1101'"),
    "pauli": ("'XZ'", "'ZIY'", "'YX'"),
    "circuit": (
        "circuit(2, ('h', 0), ('cx', 0, 1), ('t', 1))",
        "circuit(3, ('x', 0), ('ry', 0.7, 1), ('cx', 1, 2), ('rz', 0.4, 2))",
        "circuit(3, ('h', 2), ('cp', 0.9, 2, 0), ('swap', 0, 1), ('sx', 1))",
        "circuit(2)",
    ),
    "ints": ("[0, 1]", "[1, 0, 2]", "[2, 3]"),
    "floats": ("[0.2, 0.7]", "[0.5, 1.1, -0.4]", "[0.1, 0.2, 0.3, 0.4]"),
    "bit list": ("[1, 0, 1]", "[0, 1, 1, 0]", "[1, 1]"),
    "amplitudes": ("[0.6, 0.8]", "[0.5, 0.5, 0.5, 0.5]", "[0.8, 0.0, 0.0, 0.6]"),
    "counts": ("{'00': 600, '11': 400}", "{'01': 10, '10': 30, '11': 60}", "{'000': 7, '101': 3}"),
    "matrix": ("np.array([[0, 1], [1, 0]])", "np.array([[1, 0], [0, -1]])", "np.eye(4)"),
    "edges": ("[(0, 1), (1, 2)]", "[(0, 1), (1, 2), (2, 0)]", "[(0, 1)]"),
    "observable": (
        "SparsePauliOp.from_list([('ZZ', 1.0), ('XI', 0.5)])",
        "SparsePauliOp.from_list([('XY', 0.7), ('IZ', -1.2)])",
        "SparsePauliOp(['ZIZ', 'XXI'])",
    ),
    "state": ("Statevector([0.6, 0.8])", "Statevector.from_label('+0')", "Statevector.from_label('1r')"),
    "density": ("DensityMatrix(Statevector([0.6, 0.8]))", "DensityMatrix.from_label('0+')"),
    "operator": ("Operator.from_label('HX')", "Operator.from_label('S')"),
    "backend": ("AerSimulator()", "GenericBackendV2(5, seed=1)"),
    "register": ("QuantumRegister(3, 'q')", "QuantumRegister(2, 'a')"),
    "gate": ("XGate()", "RYGate(0.7)", "HGate()"),
    "gate name": ("'x'", "'h'", "'z'"),
    "parameters": ("ParameterVector('a', 3)", "ParameterVector('a', 6)"),
    "shots": ("1024", "256"),
    "seed": ("7", "11"),
}  # fmt: skip
_BY_NAME = (
    (r"seed|random_state", "seed"),
    (r"shots", "shots"),
    (r"^(qc|circ|circuit|quantum_circuit|base_circuit|ansatz|oracle|qcirc)\w*$|_circuit$|_qc$", "circuit"),
    (r"backend|simulator|device", "backend"),
    (r"counts|histogram", "counts"),
    (r"bit_?str|secret|^bits?$|marked|hidden|binary|target_state|message|pattern|^s$", "bits"),
    (r"pauli", "pauli"),
    (r"hamiltonian|observable|^op$|^obs$|hamil", "observable"),
    (r"edges|coupling|graph", "edges"),
    (r"rho|density", "density"),
    (r"amplitudes|^vec|vector$", "amplitudes"),
    (r"state|psi|^sv$", "state"),
    (r"unitary|operator", "operator"),
    (r"matrix|^mat$", "matrix"),
    (r"^qr$|register", "register"),
    (r"gate_?name", "gate name"),
    (r"gate", "gate"),
    (r"thetas|angles|params|parameters|weights|coeff|betas|gammas|values|data|features|phases", "floats"),
    (r"qubits$|indices|controls|targets|wires|qubit_list", "ints"),
    (r"theta|phi|lam|angle|alpha|beta|gamma|delta|phase|omega|^t$|time|^x$|^a$|^b$|rate", "angle"),
    (r"prob|^p$|noise|epsilon|eps$|error", "probability"),
    (r"control|target|qubit$|index|^i$|^j$|^q\d?$|wire|ancilla", "index"),
    (r"^n|num|size|dim|layers|depth|reps|steps|width|count|^k$|^m$|^d$|order|length|iter|qubits", "int"),
    (r"flag|^is_|^use_|^do_|inverse|swap|measure|barrier|insert|verbose|draw|show", "bool"),
)  # fmt: skip
_BY_TYPE = {
    "int": "int", "float": "angle", "bool": "bool", "QuantumCircuit": "circuit", "ndarray": "amplitudes",
    "Statevector": "state", "DensityMatrix": "density", "Operator": "operator", "Counts": "counts",
    "SparsePauliOp": "observable", "PauliSumOp": "observable", "QuantumRegister": "register",
    "Gate": "gate", "Instruction": "gate", "ParameterVector": "parameters", "Backend": "backend",
    "BackendV2": "backend", "AerSimulator": "backend", "Pauli": "pauli", "complex": "angle",
    "list[int]": "ints", "list[float]": "floats", "list[str]": "bits", "dict[str, int]": "counts",
    "tuple[int, int]": "ints", "list[tuple[int, int]]": "edges", "str": "bits", "dict": "counts",
    "list": "floats", "CouplingMap": "edges",
}  # fmt: skip
# Annotations that say little: there the name is asked first.
_VAGUE = (
    "str",
    "list",
    "ndarray",
    "dict",
    "float",
    "int",
    "Any",
    "object",
    "list[int]",
    "Operator",
)
_UNKNOWN = ("2", _ALL["circuit"][0], "0.3", "'101'", "[0, 1]", "[0.6, 0.8]")


def guesses(function: ast.FunctionDef, found: Iterable[Call]) -> list[Call]:
    """Calls to try, the likeliest first: those found, then guesses parameter by parameter."""
    args = function.args
    places = [*args.posonlyargs, *args.args]
    defaults: dict[str, ast.expr] = dict(
        zip([a.arg for a in places][len(places) - len(args.defaults) :], args.defaults, strict=True)
    )
    defaults |= {
        a.arg: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None
    }
    calls = list(dict.fromkeys(found))[: MOST_CALLS // 2]
    needed = [a for a in (*places, *args.kwonlyargs) if a.arg not in defaults]
    optional = [a for a in (*places, *args.kwonlyargs) if a.arg in defaults]
    by_name = {a.arg for a in args.kwonlyargs}

    def made(chosen: Iterable[ast.arg], values: Iterable[str]) -> Call:
        pairs = list(zip(chosen, values, strict=True))
        positional = [("", text) for a, text in pairs if a in needed and a.arg not in by_name]
        named = [(a.arg, text) for a, text in pairs if a not in needed or a.arg in by_name]
        return Call((*positional, *named))

    for chosen, most in ((needed, MOST_CALLS), ([*needed, *optional], MOST_CALLS // 4)):
        if chosen is not needed and not optional:
            break
        choices = [values_for(a, defaults.get(a.arg), takes_qiskit(function)) for a in chosen]
        places_of = list(islice(product(*(range(min(4, len(c))) for c in choices)), 4096))
        places_of.sort(key=lambda spots: (max(spots, default=0), -len(set(spots)), sum(spots)))
        calls += [
            made(chosen, [c[s] for c, s in zip(choices, spots, strict=True)])
            for spots in places_of[:most]
        ]
    return list(dict.fromkeys(calls))[: MOST_CALLS + MOST_CALLS // 2]


def takes_qiskit(function: ast.FunctionDef) -> bool:
    """Whether a parameter is, by its name or annotation, an object of Qiskit's."""
    args = function.args
    return any(
        re.search(r"\b(circuit\(|[A-Z]\w+\()", values_for(parameter)[0])
        for parameter in (*args.posonlyargs, *args.args, *args.kwonlyargs)
        if values_for(parameter) != _UNKNOWN
    )


def values_for(
    parameter: ast.arg, default: ast.expr | None = None, beside_circuit: bool = False
) -> tuple[str, ...]:
    """Values to try for one parameter, as source; beside a circuit a short name is a qubit's."""
    said = _annotation(parameter.annotation)
    name = parameter.arg.lower()
    by_name = next((kind for pattern, kind in _BY_NAME if re.search(pattern, name)), "")
    by_type = _BY_TYPE.get(said, "")
    kind = by_type if by_type and said not in _VAGUE else ""
    if not kind and by_type:
        kind = by_name if _agree(by_name, said) else by_type
    kind = kind or by_name
    if beside_circuit and not said and re.fullmatch(r"[a-jp-z]\d?", name):
        kind = "index"
    if not kind and isinstance(default, ast.Constant):
        kinds = {bool: "bool", int: "int", float: "angle", str: "bits"}
        kind = kinds.get(type(default.value), "")
    return _ALL[kind] if kind else _UNKNOWN


_WITHIN = {
    "str": {"bits", "pauli", "gate name"},
    "int": {"int", "index", "shots", "seed"},
    "float": {"angle", "probability"},
    "list": {"ints", "floats", "bit list", "amplitudes", "edges"},
    "list[int]": {"ints", "bit list"},
    "ndarray": {"matrix", "amplitudes", "floats", "ints"},
    "dict": {"counts"},
    "Operator": {"operator"},
}


def _agree(kind: str, said: str) -> bool:
    return kind in _WITHIN.get(said, {kind})


def _annotation(node: ast.expr | None) -> str:
    """An annotation in a plain form: "int", "list[int]", without Optional and modules."""
    if node is None:
        return ""
    text = ast.unparse(node).strip("'\"")
    text = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)
    text = re.sub(r"^Optional\[(.*)\]$", r"\1", text)
    text = re.sub(r"\s*\|\s*None$", "", text).partition(" | ")[0]
    text = re.sub(r"^Union\[([^,\[\]]+),.*\]$", r"\1", text)
    text = re.sub(
        r"\b(List|Sequence|Iterable|Tuple|Dict|Mapping)\b", lambda m: _PLAINLY[m[0]], text
    )
    return text


_PLAINLY = {
    "List": "list",
    "Sequence": "list",
    "Iterable": "list",
    "Tuple": "tuple",
    "Dict": "dict",
    "Mapping": "dict",
}
