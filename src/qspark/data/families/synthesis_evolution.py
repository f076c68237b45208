"""Circuits for time evolution by product formulas."""

from random import Random

from qspark.data.families._product_formulas import FORMULAS, METHODS
from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("trotter", "time-evolution"),
    why="Each step of a product formula evolves for time/reps; a symmetric step mirrors the terms.",
    tolerance=1e-8,
)
def product_formula_circuits(rng: Random) -> Instance:
    """A time evolution circuit by a named product formula."""
    key = rng.choice(sorted(METHODS))
    klass, options, how, order = METHODS[key]
    end, tail, wants, out, name = an_ending(rng, "measured")
    way = rng.choice(["synthesize", "gate", "definition"])
    sign = rng.choice(["", "", "-"])
    made = call(klass, *options)
    time = f"{sign}time"
    lines = {
        "synthesize": [
            f"formula = {made}",
            f"made = formula.synthesize(PauliEvolutionGate(hamiltonian, {time}))",
        ],
        "gate": [
            f"gate = PauliEvolutionGate(hamiltonian, {time}, synthesis={made})",
            "made = QuantumCircuit(hamiltonian.num_qubits)", "made.append(gate, made.qubits)",
            "made = made.decompose()",
        ],
        "definition": [
            f"formula = {made}", f"gate = PauliEvolutionGate(hamiltonian, {time}, synthesis=formula)",
            "made = gate.definition.copy()",
        ],
    }[way]  # fmt: skip
    body = "\n".join([*lines, tail])
    exponent = "exp(-i time H)" if not sign else "exp(+i time H) (evolution backwards in time)"
    walls = key == "walls"
    given = "hamiltonian: SparsePauliOp, time: float" + (", steps: int" if order else "")
    asks = (
        f"Build a circuit for {exponent} with H = `hamiltonian`, by {how}. {wants}.",
        (
            f"Time evolution of a SparsePauliOp: {exponent}, synthesised by {how} (`{klass}`)."
            f" {wants}."
        ),
        f"{wants} of {exponent}. Method: {how}. The time is `time`, the operator `hamiltonian`.",
        f"I simulate a spin system and need {exponent} as elementary gates: {how}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, SparsePauliOp
$formulas
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
for steps in (1, 3):
    operator, terms = example(rng)
    time = float(rng.uniform(0.2, 0.7))
    got = unwrap(candidate(operator, time$steps), "$end", 3, "$name")
    assert "PauliEvolution" not in got.count_ops()
    if "$end" != "gate":
        assert ("barrier" in got.count_ops()) == $walls
    step = $sign * time / steps
    want = np.linalg.matrix_power(product(terms, step, $order), steps) if $order \
else expm(-1j * $sign * time * sum(terms))
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        formulas=FORMULAS, unwrap=UNWRAP, steps=", steps" if order else "", end=end, name=name, order=order,
        walls=walls,
        sign=-1 if sign else 1,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [
        "from qiskit.circuit.library import PauliEvolutionGate",
        "from qiskit.quantum_info import SparsePauliOp",
    ]
    imports += [f"from qiskit.synthesis import {klass}"]
    turned = f"hamiltonian, {'' if sign else '-'}time"
    return Instance(
        "evolution_circuit", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": key, "way": way, "sign": sign, "ending": end},
        wrong=() if end == "inverse" else (Wrong("S29", body.replace(f"hamiltonian, {time}", turned)),),
    )  # fmt: skip
