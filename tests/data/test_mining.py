import ast
import inspect
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import RYGate
from qiskit.quantum_info import Clifford, DensityMatrix, Operator, Pauli, SparsePauliOp, Statevector
from typer.testing import CliRunner

from qspark.cli import app
from qspark.data.candidate import Candidate, read_candidates
from qspark.data.mining.calls import Call, calls_in, doctest_calls, safe
from qspark.data.mining.encode import Saying, Unfit
from qspark.data.mining.find import opened
from qspark.data.mining.inputs import guesses
from qspark.data.mining.licence import UNRECOGNISED, licence_of, recognised
from qspark.data.mining.phrase import described
from qspark.data.mining.same import test_of as written_test
from qspark.errors import QSparkError
from qspark.verify.judge import Job
from qspark.verify.pool import JudgePool

MIT = (
    "MIT License\n\nPermission is hereby granted, free of charge, to any person\n\nThe above "
    "copyright notice and this permission notice shall be included in all copies."
)
CIRCUITS = '''
from qiskit import QuantumCircuit, execute, Aer
import numpy as np
from .tools import ladder, SCALE


def chain(n: int, theta=0.3):
    """Build a chain of CNOTs with a phase on the last qubit.

    Args:
        n (int): number of qubits, at least 2.
        theta: half of the phase.

    Returns:
        QuantumCircuit: the circuit.

    >>> chain(3, 0.5).num_qubits
    3
    """
    qc = QuantumCircuit(n)
    ladder(qc)
    qc.u1(SCALE * theta, n - 1)
    return qc


def add_swap(qc, a, b):
    """Append a swap of two qubits to the circuit, made of CNOTs."""
    qc.cx(a, b)
    qc.cx(b, a)
    qc.cx(a, b)


def uniform(n):
    """Return the counts of a uniform superposition, measured with 100 shots."""
    qc = QuantumCircuit(n, n)
    qc.h(range(n))
    qc.measure(range(n), range(n))
    return execute(qc, Aer.get_backend("qasm_simulator"), shots=100).result().get_counts()


def read_out(bitstring):
    """Prepare a basis state, measure all of it, and return the counts of 50 shots."""
    n = len(bitstring)
    qc = QuantumCircuit(n, n)
    for i, c in enumerate(reversed(bitstring)):
        if c == "1":
            qc.x(i)
    qc.measure(range(n), range(n))
    return execute(qc, Aer.get_backend("qasm_simulator"), shots=50).result().get_counts(qc)


def nothing_said(n):
    return QuantumCircuit(n)


def same_again(qc):
    """Check the circuit and return the same circuit."""
    assert isinstance(qc, QuantumCircuit)
    return qc


def wrapper(n):
    """Return an empty circuit of n qubits."""
    return QuantumCircuit(n)


def forever(n: int):
    """Build a circuit and never come back."""
    qc = QuantumCircuit(n)
    while True:
        qc.num_qubits


def seeded(n: int):
    """Build a layer of random rotations from a fixed seed."""
    rng = np.random.default_rng(3)
    qc = QuantumCircuit(n)
    for i in range(n):
        qc.ry(rng.uniform(), i)
    return qc
'''
TOOLS = """
SCALE = 2


def ladder(qc):
    for i in range(qc.num_qubits - 1):
        qc.cx(i, i + 1)
"""
HOSTILE = '''
import os
import socket
from qiskit import QuantumCircuit

BENT = []


def leaks(n: int):
    """Build a circuit whose depth depends on a file."""
    return QuantumCircuit(len(open("/etc/passwd").read()) % n + 1)


def calls_home(n: int):
    """Build a circuit after asking a server."""
    socket.create_connection(("127.0.0.1", 9))
    return QuantumCircuit(n)


def removes(n: int):
    """Build a circuit and clean the working folder."""
    os.system("rm -rf .")
    return QuantumCircuit(n)


def forges(n: int):
    """Build a circuit, or say that it was built."""
    raise AssertionError("QSPARK-RECORD forged")
    return QuantumCircuit(n)


def counts_calls(n: int):
    """Build a circuit that grows with each call."""
    BENT.append(n)
    qc = QuantumCircuit(n)
    for _ in BENT:
        qc.h(0)
    return qc


def peeks(n: int):
    """Build a circuit from what is in the caller."""
    return QuantumCircuit.__init__.__globals__["QuantumCircuit"](n)
'''
TESTS = """
from pkg.circuits import add_swap, chain
from qiskit import QuantumCircuit


def test_chain():
    n = 4
    assert chain(n, 0.25)


def test_swap():
    qc = QuantumCircuit(3)
    add_swap(qc, 0, 2)
"""
NOTEBOOK_CELLS = [
    "%matplotlib inline\n!pip install qiskit\nimport numpy as np\nfrom qiskit import *",
    "from qiskit.quantum_info import Statevector\nx = !ls",
    'def amplitudes(theta):\n    """Return the amplitudes of a qubit rotated by theta about y."""\n'
    "    qc = QuantumCircuit(1)\n    qc.ry(theta, 0)\n    return np.array(Statevector(qc).data)",
    "%%bash\nrm -rf /",
    "amplitudes(np.pi / 4)",
]


def notebook(cells: list[str]) -> str:
    rows = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def mined(out: Path, *more: str) -> dict:
    line = ["data", "mine", *more, "--out", str(out), "--workers", "1", "--json"]
    result = CliRunner().invoke(app, [*line, "--cache", str(out.parent / "cache.sqlite")])
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository") / "ladders"
    files = {
        "pkg/__init__.py": "",
        "pkg/circuits.py": CIRCUITS,
        "pkg/tools.py": TOOLS,
        "pkg/hostile.py": HOSTILE,
        "pkg/copy.py": CIRCUITS.partition("def add_swap")[0].replace("def chain", "def train"),
        "tests/test_circuits.py": TESTS,
        "notebooks/states.ipynb": notebook(NOTEBOOK_CELLS),
        "pkg/old.py": "print 'qiskit'\n",
        "LICENSE": MIT,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "All")
    (root / "pkg" / "binary.py").write_bytes(b"qiskit\0\xff" * 100)
    (root / "pkg" / "huge.py").write_text("# qiskit\n" * 200_000)
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "pkg" / "passwords.py").symlink_to("/etc/passwd")
    os.mkfifo(root / "pkg" / "pipe.py")
    return root


@pytest.fixture(scope="module")
def found(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict, dict[str, Candidate]]:
    out = tmp_path_factory.mktemp("mined") / "candidates.jsonl"
    result = mined(out, str(repository))
    return result, {c.instance.entry_point: c for c in read_candidates(out)}


def test_functions_become_candidates_and_the_others_are_counted(
    found: tuple[dict, dict[str, Candidate]],
) -> None:
    result, candidates = found
    assert set(candidates) == {"chain", "add_swap", "read_out", "amplitudes"}
    assert result["functions"] == 17 and result["kept"] == 4
    assert result["rejected"] == {
        "not deterministic": 1,
        "no docstring": 1,
        "returns nothing, or what it was given": 1,
        "wraps a single call": 1,
        "over 5 s of CPU": 1,
        "random numbers with a seed of its own": 1,
        "uses files": 2,
        "uses network": 1,
        "fails on all arguments tried": 1,
        "fails the test made of it": 1,
        "uses inspection": 1,
        "repeats another function": 1,
    }
    assert result["files"] == {
        "files: read": 7,
        "files: links, pipes": 2,
        "files: not Python that can be read": 2,
        "files: too large": 1,
    }


def test_legacy_code_is_mended_with_its_helpers_and_its_origin_is_told(
    found: tuple[dict, dict[str, Candidate]], repository: Path
) -> None:
    chain = found[1]["chain"]
    solution = chain.instance.solution()
    assert "qc.p(SCALE * theta, n - 1)" in solution and "def ladder(qc)" in solution
    assert "execute" not in solution and '"""' not in solution
    facts = chain.origin_facts
    assert facts["repository"] == "ladders" and facts["path"] == "pkg/circuits.py"
    assert facts["commit"] == git(repository, "rev-parse", "HEAD")
    assert facts["fixed"] == ["B09"] and "u1(" in facts["original"] and facts["calls"] == 2
    assert chain.licence == "MIT" and chain.origin == "mined" and chain.key.startswith("mined/")
    assert (
        "candidate(3, 0.5)" in chain.instance.test and "candidate(4, 0.25)" in chain.instance.test
    )
    first, second, third = chain.instance.asks
    assert first.startswith("Build a chain of CNOTs") and ">>>" not in first
    assert "`theta` is half of the phase." in second
    assert "- `n`: number of qubits, at least 2." in third and "up to global phase" in third


def test_an_argument_that_is_changed_in_place_is_what_is_tested(
    found: tuple[dict, dict[str, Candidate]],
) -> None:
    swap = found[1]["add_swap"]
    assert "given_0 = QuantumCircuit(3)" in swap.instance.test
    assert "The argument is changed in place." in swap.instance.asks[1]


def test_a_notebook_is_read_in_spite_of_its_magics(
    found: tuple[dict, dict[str, Candidate]],
) -> None:
    amplitudes = found[1]["amplitudes"]
    assert amplitudes.origin_facts["path"] == "notebooks/states.ipynb"
    assert "from qiskit import QuantumCircuit" in amplitudes.instance.imports
    assert "candidate(np.pi / 4)" in amplitudes.instance.test


def test_what_is_kept_passes_and_its_wrong_variants_fail(
    found: tuple[dict, dict[str, Candidate]], pool: JudgePool
) -> None:
    wrong = {
        "chain": ("qc.cx(i, i + 1)", "qc.cx(i + 1, i)"),
        "add_swap": ("qc.cx(b, a)", "qc.cx(a, b)"),
        "read_out": ("reversed(bitstring)", "bitstring"),
        "amplitudes": ("qc.ry(", "qc.rx("),
    }
    jobs = []
    for name, (one, other) in wrong.items():
        instance = found[1][name].instance
        right = Job(instance.solution(), instance.check(), name)
        assert one in right.program and "qspark" not in right.test
        jobs += [right, Job(right.program.replace(one, other), right.test, name)]
    verdicts = pool.judge(jobs)
    assert [v.status for v in verdicts] == ["pass", "fail"] * 4
    assert all(v.integrity == "strong" for v in verdicts[::2])


def test_a_clone_gives_the_same_and_nothing_is_left_of_it(
    repository: Path, tmp_path: Path, found: tuple[dict, dict[str, Candidate]]
) -> None:
    bare = tmp_path / "ladders.git"
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(bare))
    with opened(bare.as_uri()) as cloned:
        assert cloned.root.is_dir() and cloned.name == bare.as_uri()
        assert cloned.commit == git(repository, "rev-parse", "HEAD")
        names = [function.name for _, function in cloned.functions()]
    assert not cloned.root.exists() and len(names) == 17
    with opened(str(bare)) as again:
        assert again.name == "ladders.git" and len(again.modules) == 7


def test_a_file_without_a_licence_is_left_out_unless_none_is_needed(tmp_path: Path) -> None:
    source = CIRCUITS.partition("def add_swap")[0].replace(
        "from .tools import ladder, SCALE", TOOLS
    )
    (tmp_path / "one.py").write_text(source)
    out = tmp_path / "out.jsonl"
    assert mined(out, str(tmp_path / "one.py"))["rejected"] == {"no licence": 1, "no docstring": 1}
    (tmp_path / "LICENSE").write_text("Do what the owner of this text asks you to do.")
    assert mined(out, str(tmp_path / "one.py"))["rejected"]["licence not recognised"] == 1
    result = mined(out, str(tmp_path / "one.py"), "--no-licence-needed")
    assert result["kept"] == 1 and read_candidates(out)[0].licence == "unrecognised"
    (tmp_path / "one.py").write_text("# SPDX-License-Identifier: BSD-3-Clause\n" + source)
    mined(out, str(tmp_path / "one.py"))
    assert read_candidates(out)[0].licence == "BSD-3-Clause"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere", "give a path that exists"),
        ("ext::sh -c touch% /tmp/x", "give a path that exists"),
        ("file:///no/such/repository.git", "correct the address"),
        ("--upload-pack=touch", "give a path that exists"),
        ("broken.py", "mend the syntax first"),
        ("binary.py", "binary file"),
    ],
)
def test_what_a_user_can_mend_is_said_in_one_sentence(
    place: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.py").write_text("def f(:\n")
    Path("binary.py").write_bytes(b"\0")
    result = CliRunner().invoke(app, ["data", "mine", "--out", "o.jsonl", "--", place])
    assert isinstance(result.exception, QSparkError) and said in str(result.exception)
    assert not Path("o.jsonl").exists()


# Parts


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (MIT, "MIT"),
        ("Apache License\nVersion 2.0, January 2004", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "GPL-3.0-only"),
        ("Redistribution and use in source and binary forms ... Neither the name", "BSD-3-Clause"),
        ("SPDX-License-Identifier: mit OR apache-2.0\n", "MIT OR Apache-2.0"),
        ("All rights reserved.", ""),
    ],
)
def test_licences_are_recognised_by_their_texts(text: str, licence: str) -> None:
    assert recognised(text) == licence


def test_the_nearest_licence_counts_and_metadata_stands_in(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "LICENSE.txt").write_text(MIT)
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\nlicense = {text = "Apache-2.0"}\n')
    assert licence_of(deep / "x.py", tmp_path) == "Apache-2.0"
    assert licence_of(tmp_path / "x.py", tmp_path) == "MIT"
    assert licence_of(deep / "x.py", deep) == ""
    assert (
        licence_of(deep / "x.py", tmp_path, "# SPDX-License-Identifier: Own-1.0\n") == UNRECOGNISED
    )
    qiskit = "# This code is licensed under the Apache License, Version 2.0. You may\n# obtain"
    assert licence_of(deep / "x.py", deep, qiskit) == "Apache-2.0"


def test_only_arguments_that_make_values_are_taken() -> None:
    source = "theta = np.pi / 2\nn = 3\nqc = load()\nf(n, theta)\nf(qc)\nf(os.getcwd())\nf(*a)\n"
    source += "m.f(k=[1])\nf({1, (2,)})"
    assert [c.source for c in calls_in(ast.parse(source))["f"]] == [
        "3, np.pi / 2",
        "k=[1]",
        "{1, (2,)}",
    ]
    for text in ("open('x')", "(lambda: 1)()", "np.fromfile('x')", "[x for x in y]", "9 ** 9 ** 9"):
        assert not safe(ast.parse(text, mode="eval").body, {})
    assert doctest_calls("Text.\n\n>>> n = 2\n>>> f(n,\n...   1)\n3\n", "f") == [
        Call((("", "2"), ("", "1")), found=True)
    ]


@given(st.text(max_size=60))
def test_any_expression_is_taken_or_left(text: str) -> None:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return
    if said := safe(node, {}):
        ast.parse(said, mode="eval")


def test_arguments_are_guessed_from_annotations_defaults_and_names() -> None:
    (function,) = ast.parse("def f(n, theta: float, *, qc=None, bits: 'str' = '01'): ...").body
    calls = [call.source for call in guesses(function, [])]
    assert calls[0] == "2, 0.3" and any("qc=circuit(" in c and "bits='" in c for c in calls)
    assert len(calls) <= 36
    (other,) = ast.parse("def f(qc, a, b): ...").body
    assert any(c.source.endswith(", 0, 1") for c in guesses(other, []))


def test_a_docstring_is_read_in_each_form() -> None:
    google = "Do it.\n\nMore of :class:`~qiskit.X`.\n\nArgs:\n    a (int): one\n        more\n"
    google += "Returns:\n    int: two\n"
    numpy = "Do it.\n\nMore of ``X``.\n\nParameters\n----------\na : int\n    one\n    more\n\n"
    numpy += "Returns\n-------\nint\n    two\n"
    sphinx = "Do it.\n\nMore of ``X``.\n\n:param int a: one more\n:return: two\n:rtype: int\n"
    for docstring in (google, numpy, sphinx):
        said = described(docstring)
        assert said.text in ("Do it. More of `X`.", "Do it. More of `qiskit.X`.")
        assert said.parameters == {"a": "one more"} and "two" in said.returns


@given(st.text(max_size=200))
def test_any_docstring_is_read(text: str) -> None:
    described(text)


def values() -> list:
    measured = QuantumCircuit(2, 2)
    measured.h(0)
    measured.measure([0, 1], [1, 0])
    crossed = QuantumCircuit(2, 2)  # differs from the one before by where it is measured to
    crossed.h(0)
    crossed.measure([0, 1], [0, 1])
    free = QuantumCircuit(1)
    free.rx(2 * Parameter("b"), 0)
    free.rz(Parameter("a"), 0)
    wide = QuantumCircuit(9)
    wide.h(0)
    wide.cx(0, range(1, 9))
    prepared = QuantumCircuit(1)
    prepared.initialize([0.6, 0.8])
    plain = [3, -1.5, 2j, True, "01", (1, [2.5]), {"a": {1, 2}}, np.array([[1.0, 2], [3, 4]])]
    states = [Statevector([0.6, 0.8j]), DensityMatrix.from_label("+"), Operator.from_label("HX")]
    clifford = Clifford(measured.remove_final_measurements(inplace=False))
    others = [SparsePauliOp(["XZ", "YI"], [1, 2j]), Pauli("-iXY"), clifford, RYGate(0.3)]
    return [*plain, *states, *others, measured, crossed, free, wide, prepared]


def test_every_kind_of_value_is_written_so_that_it_is_found_again(pool: JudgePool) -> None:
    found = values()
    sayings = [Saying(value) for value in found]
    source = "import numpy as np\nfrom qiskit import QuantumCircuit\nfrom qiskit.circuit import Parameter\n"
    source += "from qiskit.circuit.library import RYGate\nfrom qiskit.quantum_info import *\n"
    source += inspect.getsource(values) + "\n\ndef value(n):\n    return values()[n]\n"
    jobs = []
    for number, saying in enumerate(sayings):
        for asked in (number, (number + 1) % len(found)):
            call = Call((("", str(asked)),))
            test = written_test([(call, saying.text, {})], saying.kinds)
            lines = "\n".join(f"    {line}" for line in test.split("\n"))
            jobs.append(Job(source, f"def check(candidate):\n{lines}\n", "value"))
    verdicts = pool.judge(jobs)
    said = [(v.status, v.message, v.line) for v in verdicts]
    assert [s[0] for s in said[::2]] == ["pass"] * len(found), said[::2]
    assert [s[0] for s in said[1::2]] == ["fail"] * len(found), said[1::2]


def test_what_no_test_can_hold_is_refused() -> None:
    dynamic = QuantumCircuit(1, 1)
    dynamic.measure(0, 0)
    dynamic.x(0)
    wide = QuantumCircuit(20)
    wide.t(0)
    for value in (object(), float("nan"), "x" * 500, dynamic, wide, np.array(["a"]), [1] * 300):
        with pytest.raises(Unfit):
            Saying(value)
