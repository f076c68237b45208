"""Paulis: Monte Carlo with Pauli-Lindblad maps."""

import math
from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.paulis import ALGEBRA, crossing, letters
from qspark.data.families.paulis_noise import MAPS


@family(
    "paulis",
    "advanced",
    oracle="expectation",
    skills=("sampling", "quasi-probability", "pauli-lindblad"),
    why="The mean of sign times commutation sign times gamma over samples estimates a Pauli fidelity.",
    tolerance=0.1,
    false_alarm=1e-6,
)
def sample_noise_map(rng: Random) -> Instance:
    """Sampling Paulis from a Pauli-Lindblad map, with signs for negative rates."""
    while True:
        label = letters(rng, 3)
        marker = label[::-1][0] + "II"  # commutes with the reversed label only
        terms = [("ZIX", 0.06), ("IYY", 0.11), ("XXI", 0.17), ("YZZ", -0.4), (marker, 0.25)]
        sums = [sum(c for t, c in terms if crossing(t, x)) for x in (label, label[::-1])]
        if abs(math.exp(-2 * sums[0]) - math.exp(-2 * sums[1])) > 0.25:
            break
    scale = rng.choice([0.5, 0.6, 1.4, 1.5])
    q = rng.randrange(3)
    probe = f'probe = QubitSparsePauli("{label}")\n'
    flips = "turns = np.array([1 if p.commutes(probe) else -1 for p in paulis])\n"
    table = [
        (f"signs, paulis = noise.parity_sample(shots, seed=seed)\n{probe}{flips}"
         "values = np.where(signs, -1, 1) * turns\nreturn float(noise.gamma() * np.mean(values))",
         f"an estimate of the Pauli fidelity of {label} from `shots` samples: gamma times the mean of the "
         "sample's sign times +1 or -1 for samples that commute or anticommute with it",
         f"fidelity(t, '{label}')", -0.4, "gamma(t)"),
        (f"signs, paulis = noise.signed_sample(shots, seed=seed)\n{probe}{flips}"
         "values = np.where(signs, 1, -1) * turns\nreturn float(noise.gamma() * np.mean(values))",
         f"an estimate of the Pauli fidelity of {label} from `shots` signed samples, i.e. gamma times the "
         "mean of sign times commutation sign (+1 if sample and label commute, else -1)",
         f"fidelity(t, '{label}')", -0.4, "gamma(t)"),
        (f"paulis = noise.sample(shots, seed=seed)\n{probe}{flips}return float(np.mean(turns))",
         f"an estimate of the Pauli fidelity of {label} from `shots` samples (all rates are "
         "non-negative): the mean of +1 for samples that commute with it and -1 for the others",
         f"fidelity(t, '{label}')", 0.08, "1"),
        ("paulis = noise.sample(shots, seed=seed)\n"
         "return float(np.mean([len(p.indices) == 0 for p in paulis]))",
         "the fraction of identity samples among `shots` samples (all rates are non-negative)",
         "np.mean([fidelity(t, ''.join(s)) for s in product('IXYZ', repeat=3)])", 0.08, "0.5"),
        (f"paulis = noise.sample(shots, seed=seed)\n"
         f"return float(np.mean([{q} in p.indices.tolist() for p in paulis]))",
         f"the fraction of `shots` samples that act on qubit {q} (all rates are non-negative)",
         f"1 - np.mean([fidelity(t, put(s, [{q}], 3)) for s in 'IXYZ'])", 0.08, "0.5"),
        (f"signs, paulis = noise.inverse().parity_sample(shots, seed=seed)\n{probe}{flips}"
         "values = np.where(signs, -1, 1) * turns\n"
         "return float(noise.inverse().gamma() * np.mean(values))",
         f"an estimate of the Pauli fidelity of {label} under the inverse of the map from `shots` samples of "
         "the inverse (gamma of the inverse times the mean of sign times commutation sign)",
         f"1 / fidelity(t, '{label}')", -0.4, "gamma([(s, -x) for s, x in t])"),
        (f"signs, paulis = noise.parity_sample(shots, seed=seed, scale={scale})\n{probe}{flips}"
         "values = np.where(signs, -1, 1) * turns\n"
         f"return float(noise.scale_rates({scale}).gamma() * np.mean(values))",
         f"an estimate from `shots` samples of the Pauli fidelity of {label} when all rates are multiplied "
         f"by {scale} (gamma of the scaled map times the mean of sign times commutation sign)",
         f"fidelity([(s, {scale} * x) for s, x in t], '{label}')", -0.4,
         f"gamma([(s, {scale} * x) for s, x in t])"),
    ]  # fmt: skip
    code, out, want, low, width = rng.choice(table)
    body = f"noise = PauliLindbladMap.from_list(terms)\n{code}\n"
    names = ["PauliLindbladMap"] + (["QubitSparsePauli"] if "QubitSparsePauli(" in body else [])
    wrong = (Wrong("S01", body.replace(f'"{label}"', f'"{label[::-1]}"')),) if probe in body else ()
    letter = "Y" if label[2 - q] == "X" else "X"
    local = "I" * (2 - q) + letter + "I" * q
    return Instance(
        entry_point=rng.choice(["sample_noise", "estimate_from_samples", "noise_samples"]),
        signature="(terms: list[tuple[str, float]], shots: int, seed: int) -> float",
        asks=(
            f"`terms` are (label, rate) generators of a PauliLindbladMap on three qubits. With `seed` as the "
            f"seed of the sampling, return {out}.",
            f"Draw from the Pauli-Lindblad map on three qubits that `terms` describes (seed: `seed`) and "
            f"give {out}. The leftmost letter is qubit 2.",
            f"Monte Carlo with a PauliLindbladMap made of `terms` (three qubits), seeded with `seed`: I want "
            f"{out}.",
        ),
        imports="import numpy as np\n" + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}{MAPS}
from itertools import product
for _ in range(2):
    rates = [x * (0.9 + 0.2 * rng.random()) for x in (0.06, 0.11, 0.17, {low}, 0.25, 0.09)]
    t = list(zip(["ZIX", "IYY", "XXI", "YZZ", "{marker}", "{local}"], map(float, rates)))
    got = candidate(t, 30000, int(rng.integers(10**6)))
    assert abs(got - ({want})) < {width} * 2 * np.sqrt(np.log(2 / 5e-7) / 60000)
""",
        params={"out": out},
        wrong=wrong,
    )
