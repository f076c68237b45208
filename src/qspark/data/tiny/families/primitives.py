"""Primitives: samplers, estimators, counts from the Aer simulator."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong

COUNTS_TEST = """
from qiskit import QuantumCircuit
qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
qc.measure_all()
counts = candidate(qc)
assert isinstance(counts, dict)
assert sum(counts.values()) == {shots}
assert set(counts) <= {{"00", "11"}}
one = QuantumCircuit(3)
one.x(1)
one.measure_all()
assert candidate(one) == {{"010": {shots}}}
"""


def sampler_counts(rng: random.Random) -> Instance:
    """Counts from the V2 statevector sampler."""
    shots, seed = rng.randint(2, 40) * 25, rng.randint(1, 99)
    body = """
job = StatevectorSampler(seed={seed}).run({pubs}, shots={shots})
return job.result()[0].{data}
"""
    fill = {"seed": seed, "shots": shots}
    legacy = f"job = Sampler().run(qc, shots={shots})\nreturn job.result().quasi_dists[0]"
    return Instance(
        entry_point="sampler_counts",
        args="qc",
        asks=(
            f"Sample qc with seed {seed} and {shots} shots, return the counts.",
            f"Return the counts of qc from a sampler with seed {seed}, {shots} shots.",
            f"Run qc on a statevector sampler, seed {seed}, {shots} shots, and give its counts.",
            f"Counts of qc from the sampler primitive: seed {seed}, {shots} shots.",
            f"Use a sampler of seed {seed} to take {shots} shots of qc and return counts.",
        ),
        imports="from qiskit.primitives import StatevectorSampler",
        body=body.format(**fill, pubs="[qc]", data="data.meas.get_counts()"),
        test=COUNTS_TEST.format(shots=shots),
        wrong=(
            Wrong("A19", legacy, 0.8, imports="from qiskit.primitives import Sampler"),
            Wrong("C01", body.format(**fill, pubs="qc", data="data.meas.get_counts()"), 0.3),
            Wrong("C05", body.format(**fill, pubs="[qc]", data="data.c.get_counts()"), 0.3),
        ),
        params=fill,
    )


def aer_counts(rng: random.Random) -> Instance:
    """Counts from the Aer simulator."""
    shots, seed = rng.randint(2, 40) * 25, rng.randint(1, 99)
    legacy = (
        'sim = Aer.get_backend("qasm_simulator")\n'
        f"return execute(qc, sim, shots={shots}, seed_simulator={seed}).result().get_counts()"
    )
    return Instance(
        entry_point="aer_counts",
        args="qc",
        asks=(
            f"Simulate qc with Aer, seed {seed}, {shots} shots, return the counts.",
            f"Return the counts of qc on the Aer simulator with seed {seed}, {shots} shots.",
            f"Run qc on AerSimulator with seed {seed} for {shots} shots and give its counts.",
            f"Counts of qc from Aer: seed {seed}, {shots} shots.",
            f"Use Aer of seed {seed} to take {shots} shots of qc and return counts.",
        ),
        imports="from qiskit_aer import AerSimulator",
        body=f"""
sim = AerSimulator(seed_simulator={seed})
return sim.run(qc, shots={shots}).result().get_counts()
""",
        test=COUNTS_TEST.format(shots=shots),
        wrong=(Wrong("A01", legacy, 1.5, imports="from qiskit import Aer, execute"),),
        params={"shots": shots, "seed": seed},
    )


def estimator_value(rng: random.Random) -> Instance:
    """An expectation value from the V2 statevector estimator."""
    label = "".join(rng.choice("IXYZ") for _ in range(rng.randint(3, 5)))
    while set(label) == {"I"} or label == label[::-1]:
        label = "".join(rng.choice("IXYZ") for _ in range(rng.randint(3, 5)))
    n = len(label)
    body = """
job = StatevectorEstimator().run({pubs})
return job.result(){data}
"""
    legacy = f'job = Estimator().run(qc, SparsePauliOp("{label}"))\nreturn job.result().values[0]'
    pub = f'(qc, SparsePauliOp("{label}"))'
    test = f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
for a in (0.3, 1.1):
    qc = QuantumCircuit({n})
    for i in range({n}):
        qc.ry(a + 0.2 * i, i)
        qc.rz(a - 0.3 * i, i)
    want = Statevector(qc).expectation_value(SparsePauliOp("{label}")).real
    assert abs(float(candidate(qc)) - want) < 1e-6
"""
    return Instance(
        entry_point="estimator_value",
        args="qc",
        asks=(
            f'Estimate the observable "{label}" in the state of qc with an estimator.',
            f'Return the expectation value of "{label}" for qc from the estimator primitive.',
            f'Run an estimator on qc with the observable "{label}" and give its value.',
            f'The value of "{label}" on qc, by a statevector estimator.',
            f'Use an estimator to evaluate "{label}" on the circuit qc.',
        ),
        imports=(
            "from qiskit.primitives import StatevectorEstimator\n"
            "from qiskit.quantum_info import SparsePauliOp"
        ),
        body=body.format(pubs=f"[{pub}]", data="[0].data.evs"),
        test=test,
        wrong=(
            Wrong(
                "A20",
                legacy,
                0.8,
                imports=(
                    "from qiskit.primitives import Estimator\n"
                    "from qiskit.quantum_info import SparsePauliOp"
                ),
            ),
            Wrong("C09", body.format(pubs=f"[{pub}]", data=".values[0]"), 0.6),
        ),
        params={"label": label},
    )


def ghz_counts(rng: random.Random) -> Instance:
    """A GHZ circuit, built, measured and sampled."""
    n = rng.randint(3, 6)
    root = rng.randrange(n)
    shots, seed = rng.randint(2, 40) * 25, rng.randint(1, 99)
    body = """
qc = QuantumCircuit({n})
qc.h({root})
for i in range({n}):
    if i != {root}:
        qc.cx({root}, i)
qc.measure_all()
job = StatevectorSampler(seed={seed}).run([qc], shots={shots})
return job.result()[0].data.{register}.get_counts()
"""
    fill = {"n": n, "root": root, "seed": seed, "shots": shots}
    test = f"""
counts = candidate()
assert isinstance(counts, dict)
assert sum(counts.values()) == {shots}
assert set(counts) == {{"{"0" * n}", "{"1" * n}"}}
"""
    return Instance(
        entry_point="ghz_counts",
        asks=(
            f"Sample a GHZ state of {n} qubits from qubit {root}: seed {seed}, {shots} shots.",
            f"Return the counts of a {n} qubit GHZ circuit from qubit {root}, seed {seed}, {shots} shots.",
            f"Prepare a GHZ state of {n} qubits from qubit {root} and sample it with seed "
            f"{seed}, {shots} shots.",
            f"Counts of a GHZ state, {n} qubits, from qubit {root}: seed {seed}, {shots} shots.",
            f"Take the {n} qubit GHZ state from qubit {root}, seed {seed}, and return counts "
            f"of {shots} shots.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.primitives import StatevectorSampler",
        body=body.format(**fill, register="meas"),
        test=test,
        wrong=(Wrong("C05", body.format(**fill, register="c"), 0.5),),
        params=fill,
    )


FAMILIES = (
    Family("sampler_counts", "primitives", "intermediate", sampler_counts),
    Family("aer_counts", "primitives", "basic", aer_counts),
    Family("estimator_value", "primitives", "intermediate", estimator_value),
    Family("ghz_counts", "primitives", "advanced", ghz_counts),
)
