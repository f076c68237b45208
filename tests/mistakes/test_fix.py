"""Mending keeps everything that it does not speak of."""

import textwrap

import pytest

from qspark.mistakes.fix import fix_source
from qspark.mistakes.symbols import stored_index


def fixed(text, **given):
    return fix_source(textwrap.dedent(text).lstrip("\n"), **given).text


def test_formatting_and_comments_stay():
    text = """
    # a script
    from qiskit import (   # the usual
        QuantumCircuit,  # circuits
        execute,
    )
    from qiskit import Aer
    qc = QuantumCircuit( 2,2 )
    qc.cnot( 0,1 )   # entangle
    job = execute(qc,
                  backend=Aer.get_backend('qasm_simulator'),  # slow
                  shots = 10)
    """
    assert fixed(text) == textwrap.dedent("""
    # a script
    from qiskit import (   # the usual
        QuantumCircuit,  # circuits
        transpile,
    )
    from qiskit_aer import AerSimulator
    qc = QuantumCircuit( 2,2 )
    qc.cx( 0,1 )   # entangle
    job = AerSimulator().run(transpile(qc, AerSimulator()), shots=10)
    """).lstrip("\n")


def test_imports_are_added_once_and_pruned_where_unused():
    text = (
        "import numpy as np\nfrom qiskit import QuantumCircuit\nqc = QuantumCircuit(1)\n"
        "qc.u2(0, 1, 0)\nqc.qasm()\nqc.qasm()\n"
    )
    assert fixed(text) == (
        "import numpy as np\nfrom qiskit import QuantumCircuit, qasm2\nqc = QuantumCircuit(1)\n"
        "qc.u(np.pi / 2, 0, 1, 0)\nqasm2.dumps(qc)\nqasm2.dumps(qc)\n"
    )
    # An import that was never used is not ours to remove.
    assert "import math" in fixed("import math\nfrom qiskit import Aer\nAer.backends()\n")


def test_names_that_moved_together_stay_together():
    text = (
        "from qiskit.providers.aer.noise import (  # noise\n    NoiseModel, pauli_error\n)\n"
        "from qiskit.extensions import UnitaryGate, Initialize\n"
        "print(NoiseModel, pauli_error, UnitaryGate, Initialize)\n"
    )
    assert fixed(text) == text.replace("qiskit.providers.aer", "qiskit_aer").replace(
        "qiskit.extensions", "qiskit.circuit.library"
    )


def test_a_try_keeps_what_decides_its_branch():
    text = (
        "from qiskit import QuantumCircuit\nqc = QuantumCircuit(1)\nqc.measure_all()\n"
        "try:\n    from qiskit import Aer, execute\nexcept ImportError:\n"
        "    from qiskit_aer import Aer\n    execute = None\n"
        "if execute is None:\n    print(Aer.get_backend('aer_simulator').run(qc))\n"
    )
    assert fixed(text) == text
    flag = (
        "from qiskit import QuantumCircuit\ntry:\n    from qiskit import execute\n    OLD = True\n"
        "except ImportError:\n    OLD = False\nif OLD:\n    execute(QuantumCircuit(1), None)\n"
    )
    assert "    from qiskit import execute\n    OLD = True\n" in fixed(flag)


def test_shots_are_never_lost():
    text = (
        "from qiskit import QuantumCircuit, assemble\nfrom qiskit_aer import AerSimulator\n"
        "qc, sim = QuantumCircuit(1), AerSimulator()\nqc.measure_all()\n"
    )
    assert "sim.run(qc, shots=9)" in fixed(text + "sim.run(assemble(qc, backend=sim, shots=9))\n")
    assert "q = qc\n" in fixed(text + "q = assemble(qc, sim, shots=1024)\nsim.run(q)\n")
    kept = text + "q = assemble(qc, sim, shots=9)\nsim.run(q)\n"
    assert fixed(kept) == kept


def test_circuits_that_are_added():
    text = "from qiskit import QuantumCircuit\nqc = QuantumCircuit(1)\nqc += QuantumCircuit(1)\n"
    assert "qc.compose(QuantumCircuit(1), inplace=True)\n" in fixed(text)


def test_lines_that_end_in_a_carriage_return():
    text = "from qiskit import QuantumCircuit\rQuantumCircuit(1).qasm()\rimport math\r"
    new = fix_source(text + "from qiskit import Aer\rAer.get_backend('x')\r").text
    assert "\n" not in new and "qasm2.dumps" in new


def test_a_name_that_is_taken_is_not_shadowed():
    text = (
        "from qiskit import QuantumCircuit, execute, Aer\ntranspile = 3\n"
        "qc = QuantumCircuit(1)\nexecute(qc, Aer.get_backend('aer_simulator'))\n"
    )
    new = fixed(text)
    assert "transpile as qiskit_transpile" in new
    assert "qiskit_transpile(qc" in new


def test_an_import_in_a_function_stays_there():
    text = "def f():\n    from qiskit import Aer, QuantumCircuit\n    return Aer.backends(), QuantumCircuit\n"
    assert fixed(text) == (
        "def f():\n    from qiskit_aer import Aer\n    from qiskit import QuantumCircuit\n"
        "    return Aer.backends(), QuantumCircuit\n"
    )


def test_docstrings_and_futures_stay_first():
    text = '"""Doc."""\nfrom __future__ import annotations\n\nimport qiskit\n'
    text += "qc = qiskit.QuantumCircuit(1)\nqc.qasm()\n"
    new = fixed(text)
    assert new.startswith('"""Doc."""\nfrom __future__ import annotations\n')
    assert "qasm2.dumps(qc)" in new


def test_what_changes_the_meaning_needs_unsafe():
    text = "from qiskit import QuantumCircuit\na = QuantumCircuit(1)\nb = QuantumCircuit(1)\na.compose(b)\n"
    assert fixed(text) == text
    assert "a.compose(b, inplace=True)" in fixed(text, unsafe=True)


def test_nothing_is_written_for_another_version_than_the_one_asked_for():
    text = (
        "from qiskit.primitives import Sampler\nfrom qiskit import Aer\nSampler, Aer.backends()\n"
    )
    new = fixed(text, index=stored_index("1.4"), wanted=lambda f: f.severity == "error")
    assert (
        new
        == "from qiskit.primitives import Sampler\nfrom qiskit_aer import Aer\nSampler, Aer.backends()\n"
    )


@pytest.mark.parametrize("statement", ["if x: qc.x(0).c_if(0, 1)", "qc.h(0); qc.x(0).c_if(0, 1)"])
def test_a_block_is_not_put_where_it_does_not_fit(statement):
    text = f"from qiskit import QuantumCircuit\nx = 1\nqc = QuantumCircuit(1, 1)\n{statement}\n"
    assert fix_source(text).text == text


def test_c_if_in_a_loop_keeps_its_indentation():
    text = (
        "from qiskit import QuantumCircuit\nqc = QuantumCircuit(1, 1)\n"
        "for i in range(2):\n\tqc.x(0).c_if(0, 1)\n"
    )
    assert fixed(text).endswith("for i in range(2):\n\twith qc.if_test((0, 1)):\n\t    qc.x(0)\n")
