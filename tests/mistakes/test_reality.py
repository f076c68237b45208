import pytest

from qspark.mistakes.reality import real_names

CIRCUIT = "from qiskit import QuantumCircuit\n"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (CIRCUIT + "qc = QuantumCircuit(2)\nqc.h(0)\nqc.cx(0, 1)\nqc.cx(1, 0)\n", 1.0),
        (CIRCUIT + "qc = QuantumCircuit(2)\nqc.h(0)\nqc.cnot(0, 1)\n", 2 / 3),
        ("from qiskit import Aer, execute\n", 0.0),
        ("from qiskit.primitives import Sampler\n", 0.0),
        ("from qiskit.nowhere import a, b, c\n", 0.0),
        ("import qiskit\nqc = qiskit.QuantumCircuit(1)\nqc.u3(1, 2, 3, 0)\n", 2 / 3),
        ("import qiskit.nowhere\n", 0.0),
        (CIRCUIT + "def f(qc):\n    return qc.nonsense()\n", 1.0),
        ("def f():\n    return 1\n", None),
        ("import numpy as np\nnp.nonsense()\n", None),
        ("def f(:\n", None),
    ],
)
def test_the_share_of_names_that_exist(text, share):
    assert real_names(text) == (None if share is None else pytest.approx(share))
