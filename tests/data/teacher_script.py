"""A scripted teacher behind the real loopback server: it answers each step as its seed's kind says."""

import re
from itertools import islice
from typing import Any

from tests.evaluate.openai_server import Reply, chat

from qspark.data.teacher.blocks import write_blocks
from qspark.data.teacher.seeds import seeds

RIGHT = """from qiskit import QuantumCircuit


def {name}(n: int, theta: float) -> QuantumCircuit:
    '''A ladder.'''
    qc = QuantumCircuit(n)
    for qubit in range(n - 1):
        qc.cx(qubit, qubit + 1)
    qc.rz(theta + {number}, n - 1)  # last qubit
    return qc
"""
TEST = """import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

NUMBER = {number}


def wanted(n, theta):
    qc = QuantumCircuit(n)
    for qubit in range(1, n):
        qc.cx(qubit - 1, qubit)
    qc.p(theta + NUMBER, n - 1)
    return qc


def check(candidate):
    for n, theta in ((2, 0.3), (3, np.pi / 3), (4, -1.1)):
        got = candidate(n, theta)
        assert got.num_qubits == n
        assert Operator(got).equiv(Operator(wanted(n, theta)))
"""
WRONG = RIGHT.replace("qc.cx(qubit, qubit + 1)", "qc.cx(qubit + 1, qubit)")
HOSTILE = {
    "steals": "import os\n" + RIGHT,
    "opens": RIGHT.replace("    return", "    open('/etc/passwd').read()\n    return"),
    "peeks": RIGHT.replace("    return", "    qc.__class__.__subclasses__()\n    return"),
    "loops": RIGHT.replace("    return", "    while True:\n        pass\n    return"),
    "legacy": RIGHT.replace("qc.cx(", "qc.cnot("),
    "prose": "I cannot do that.",
    "renamed": RIGHT.replace("{name}", "other"),
}
LOOSE = "def check(candidate):\n    assert candidate(2, 0.3) is not candidate(3, 0.1) or True\n"


class Teacher:
    """Answers for the first seeds of `seed`: the number-th is of kind `kinds[number]`.

    Kinds: right, wrong (the solution), lonely (fresh solutions fail), loose (the test), prose,
    truncated, malformed, refused (a status of 400), slow, surrogates, twin (repeats number 0), and HOSTILE's.
    """

    def __init__(self, kinds: list[str], seed: int = 0, seconds: float = 0.0, wave: int = 64):
        self.kinds, self.seconds = kinds, seconds
        self.places = {}
        for s in islice(seeds(seed), max(wave, len(kinds))):
            self.places.setdefault("It is about " + ", ".join((s.object, *s.partners)), s.number)

    def __call__(self, body: dict[str, Any], before: int) -> Reply:
        ask = body["messages"][-1]["content"]
        if "Do not write the task yet" in ask:
            blocks = {"concepts": "- a ladder of gates", "conventions": "- qubit 0 comes first"}
            return self._reply(write_blocks(blocks))
        if "Write a programming task." in ask:
            line = next(line for line in ask.split("\n") if line.startswith("It is about "))
            number = self.places[line.removesuffix(".")]
            kind = self.kinds[number] if number < len(self.kinds) else "malformed"
            return self._instruction(number, kind)
        name, kind, number = re.search(r"`(\w+_(\w+)_(\d+))\(", ask).groups()
        names = {"name": name, "number": 0 if kind == "twin" else number}
        if "You do not see any solution" in ask:
            test = LOOSE if kind == "loose" else TEST.format(**names)
            return self._reply(write_blocks({"test": test}))
        first = "What a solver has to know" in ask
        program = RIGHT
        if kind == "wrong" or (kind == "lonely" and not first):
            program = WRONG
        if kind in HOSTILE and first:
            program = HOSTILE[kind]
        return self._reply(f"Sure.\n\n{write_blocks({'solution': program.format(**names)})}")

    def _instruction(self, number: int, kind: str) -> Reply:
        if kind == "slow":
            return Reply(chat("").body, seconds=3)
        if kind == "surrogates":
            return chat("```phrasing-1\n\ud800\n```")
        if kind == "refused":
            return Reply({"error": {"message": "too long"}}, 400)
        blocks = {
            f"phrasing-{n}": f"Phrasing {n}: a ladder of CNOTs and a rotation by theta + {number}."
            for n in (1, 2, 3)
        }
        blocks |= {"entry_point": f"ladder_{kind}_{number}"}
        blocks |= {"signature": "(n: int, theta: float) -> QuantumCircuit"}
        text = write_blocks(blocks)
        if kind == "truncated":
            return chat(text[: len(text) // 2], "length")
        return self._reply(
            text.replace("```entry_point", "```name") if kind == "malformed" else text
        )

    def _reply(self, text: str) -> Reply:
        reply = chat(text)
        return Reply(reply.body, seconds=self.seconds)
