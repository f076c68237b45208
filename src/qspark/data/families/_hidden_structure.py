"""How the families of hidden structure word their requests, import, and run circuits."""

from random import Random

# Ways to run a measured circuit `qc`: lines that leave counts in `counts`.
_BASIS = "transpile(qc, basis_gates=['u', 'cx'], optimization_level=0)"
_RUNS = {
    "statevector": "job = StatevectorSampler(seed=SEED).run([qc])\n"
    "counts = job.result()[0].data.meas.get_counts()\n",
    "joined": "result = StatevectorSampler(seed=SEED).run([(qc,)]).result()\n"
    "counts = result[0].join_data().get_counts()\n",
    "array": "result = StatevectorSampler(seed=SEED).run([qc]).result()\n"
    "counts = Counter(result[0].data['meas'].get_bitstrings())\n",
    "aer": "backend = AerSimulator(seed_simulator=SEED)\n"
    f"counts = backend.run({_BASIS}).result().get_counts()\n",
    "aer sampler": "sampler = SamplerV2(seed=SEED)\n"
    f"counts = sampler.run([{_BASIS}]).result()[0].data.meas.get_counts()\n",
    "memory": "backend = AerSimulator()\n"
    f"native = {_BASIS}\n"
    "job = backend.run(native, memory=True, seed_simulator=SEED)\n"
    "counts = Counter(job.result().get_memory())\n",
    "backend": "sampler = BackendSamplerV2(backend=AerSimulator(), options={'seed_simulator': SEED})\n"
    f"pub = {_BASIS}\ncounts = sampler.run([pub]).result()[0].data.meas.get_counts()\n",
}


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{openers[1]} {text}",
        f"{text}\n\n{openers[2]}",
        f"{openers[3]}\n" + "\n".join(f"{i}. {fact}" for i, fact in enumerate(facts, 1)),
    )


def imports_for(text: str, *extra: str) -> str:
    """The import lines that a body needs, of a fixed list and `extra`."""
    known = {
        "from collections import Counter": "Counter(",
        "import numpy as np": "np.",
        "from qiskit import ClassicalRegister": "ClassicalRegister(",
        "from qiskit import QuantumCircuit": "QuantumCircuit",
        "from qiskit import transpile": "transpile(",
        "from qiskit.circuit.library import DiagonalGate": "DiagonalGate(",
        "from qiskit.circuit.library import InnerProductGate": "InnerProductGate(",
        "from qiskit.circuit.library import PermutationGate": "PermutationGate(",
        "from qiskit.circuit.library import QFTGate": "QFTGate(",
        "from qiskit.circuit.library import XGate": "XGate(",
        "from qiskit.circuit.library import hidden_linear_function": "hidden_linear_function(",
        "from qiskit.primitives import BackendSamplerV2": "BackendSamplerV2(",
        "from qiskit.primitives import StatevectorSampler": "StatevectorSampler(",
        "from qiskit.quantum_info import Operator": "Operator",
        "from qiskit.quantum_info import StabilizerState": "StabilizerState",
        "from qiskit.quantum_info import Statevector": "Statevector(",
        "from qiskit.synthesis import synth_qft_full": "synth_qft_full(",
        "from qiskit_aer import AerSimulator": "AerSimulator(",
        "from qiskit_aer.primitives import SamplerV2": " SamplerV2(",
    }  # fmt: skip
    modules: dict[str, set[str]] = {}
    for line, mark in known.items():
        if mark in text:
            module, _, name = line.partition(" import ")
            modules.setdefault(module, set()).add(name)
    lines = [f"{m} import {', '.join(sorted(n))}" if n != {""} else m for m, n in modules.items()]
    return "\n".join([*lines, *extra])


def a_run(rng: Random) -> tuple[str, str]:
    """(lines that leave counts of `qc` in `counts`, words about the seed) of a way to run."""
    way, seed = _RUNS[rng.choice(list(_RUNS))], rng.randint(2, 99)
    return way.replace("SEED", str(seed)), f"Seed the simulator with {seed}."
