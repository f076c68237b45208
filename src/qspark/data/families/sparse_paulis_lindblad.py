"""Pauli-Lindblad maps: noise whose generators are Pauli strings with rates.

The fidelity of a Pauli Q is exp(-2 sum of the rates of the generators that anticommute with Q)
(arXiv 2201.09866); the map is invertible, and gamma is the cost of sampling the inverse.
"""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.sparse_paulis import PRODUCTS, RNG

_DENSE = """
def fidelity(terms, q):
    return float(np.exp(-2 * sum(rate for label, rate in terms if not commute(label, q))))
def moved(label, layout, wide):
    letters = ["I"] * wide
    for i, c in enumerate(reversed(label)):
        letters[layout[i]] = c
    return "".join(reversed(letters))
def pair(label):
    kept = [(c, i) for i, c in enumerate(reversed(label)) if c != "I"]
    return "".join(c for c, _ in kept), [i for _, i in kept]
def merged(terms):
    total = {}
    for label, rate in terms:
        if set(label) != {"I"}:
            total[label] = total.get(label, 0.0) + rate
    return {label: rate for label, rate in total.items() if abs(rate) > 1e-9}
"""


@family(
    "sparse_paulis",
    "advanced",
    oracle="channel",
    skills=("noise", "pauli-lindblad"),
    why="A Pauli's fidelity is exp(-2 sum of rates) over the generators that anticommute with it.",
    tolerance=1e-9,
)
def lindblad_pipeline(rng: Random) -> Instance:
    """Build a Pauli-Lindblad map, change it step by step, and read something off."""
    n = rng.randint(3, 5)
    wide = n + 1
    layout = rng.sample(range(wide), n)
    factor = rng.choice((0.5, 1.5, 2.5, 3.0))
    one = rng.randrange(n)
    inputs = {
        "terms: list[tuple[str, float]]": (
            "`terms` are pairs of a Pauli label (qubit 0 last) and its rate",
            "PauliLindbladMap.from_list(terms)", "terms"),
        "terms: list[tuple[str, list[int], float]]": (
            "`terms` are triples of letters, the qubits that they act on, and a rate",
            f"PauliLindbladMap.from_sparse_list(terms, num_qubits={n})",
            "[(*pair(l), r) for l, r in terms]"),
        "rates: list[float], strings: list[str]": (
            "`rates` are the rates that belong to the Pauli labels in `strings` (qubit 0 last)",
            "PauliLindbladMap.from_components(rates, QubitSparsePauliList.from_list(strings))",
            "[r for _, r in terms], [l for l, _ in terms]"),
    }  # fmt: skip
    steps = {
        f"scale every rate by {factor}": (
            f"noise = noise.scale_rates({factor})", f"terms = [(l, r * {factor}) for l, r in terms]"),
        "take its mathematical inverse": (
            "noise = noise.inverse()", "terms = [(l, -r) for l, r in terms]"),
        f"replace whatever acts on qubit {one} by the identity there": (
            f"noise = noise.drop_paulis([{one}])",
            f"terms = [(''.join('I' if len(l) - 1 - k == {one} else c for k, c in enumerate(l)), r)"
            " for l, r in terms]"),
        "put the same map behind it once more": (
            "noise = noise.compose(noise)", "terms = terms + terms"),
        "sum up equal generators and drop those that act nowhere": (
            "noise = noise.simplify()", "terms = list(merged(terms).items())"),
    }  # fmt: skip
    if rng.random() < 0.5:
        steps[f"move qubit i to qubit {layout}[i] of {wide} qubits"] = (
            f"noise = noise.apply_layout({layout}, num_qubits={wide})",
            f"terms = [(moved(l, {layout}, {wide}), r) for l, r in terms]")  # fmt: skip
    results = {
        "the fidelity of the Pauli whose label is `pauli` (as long as the final map is wide)": (
            ", pauli: str", "return noise.pauli_fidelity(QubitSparsePauli(pauli))", "float",
            "fidelity(terms, q)", "abs(got - want) < 1e-9", ", q"),
        "the sampling cost gamma of the map (the exponential of -2 times the sum of its negative rates)": (
            "", "return noise.gamma()", "float",
            "float(np.exp(-2 * sum(min(r, 0) for _, r in terms)))", "abs(got - want) < 1e-9", ""),
        "a dictionary from Pauli labels to total rates, without labels whose rate vanishes": (
            "", "noise = noise.simplify()\n"
                "labels = noise.generators().to_pauli_list().to_labels()\n"
                "return dict(zip(labels, noise.rates))", "dict[str, float]",
            "merged(terms)",
            "got.keys() == want.keys() and all(abs(got[k] - want[k]) < 1e-9 for k in want)", ""),
        "the pair of how many generators the map holds and how many qubits it acts on": (
            "", "return noise.num_terms, noise.num_qubits", "tuple[int, int]",
            "(len(terms), len(terms[0][0]))", "tuple(got) == want", ""),
        "an array with the probability of each generator not to be applied, in order (one half of "
        "1 + exp(-2 |rate|))": (
            "", "return noise.probabilities()", "np.ndarray",
            "[(1 + np.exp(-2 * abs(r))) / 2 for _, r in terms]",
            "np.allclose(got, want, rtol=0, atol=1e-9)", ""),
    }  # fmt: skip
    argument = rng.choice(sorted(inputs))
    described, made, call = inputs[argument]
    words = rng.choice(sorted(results))
    extra, finish, returns, oracle, compare, more = results[words]
    ordered = words.startswith(("the pair", "an array"))
    known = [s for s in sorted(steps) if not (ordered and s.startswith("sum up"))]
    chosen = rng.sample(known, rng.randint(2, 4))
    names = ["PauliLindbladMap"]
    names += ["QubitSparsePauli"] if extra else []
    names += ["QubitSparsePauliList"] if "strings" in argument else []
    imports = f"from qiskit.quantum_info import {', '.join(names)}"
    if "np." in returns:
        imports = f"import numpy as np\n{imports}"
    listed = "; then ".join(chosen)
    replay = "\n    ".join(steps[s][1] for s in chosen)
    return Instance(
        entry_point=rng.choice(("noise_figures", "lindblad_map", "process_noise")),
        signature=f"({argument}{extra}) -> {returns}",
        asks=(
            f"{described}; {n} qubits. Build a `PauliLindbladMap`, {listed}. Return {words}.",
            f"Sparse noise on {n} qubits is given by Pauli generators: {described}. With Qiskit's "
            f"`PauliLindbladMap`, {listed}. What I need is {words}.",
            f"Write a function around `PauliLindbladMap` ({n} qubits). Input: {described}. Do this in order: "
            f"{listed}. Output: {words}.",
        ),
        imports=imports,
        body="\n".join([f"noise = {made}", *(steps[s][0] for s in chosen), finish]),
        test=f"""{RNG}{PRODUCTS}{_DENSE}
for _ in range(4):
    labels = [random_label(rng, {n}) for _ in range(5)]
    labels.append(labels[1])
    terms = [(l, round(float(rng.uniform(0.02, 0.3)), 4)) for l in labels]
    given = list(terms)
    {replay}
    q = random_label(rng, len(terms[0][0]))
    want = {oracle}
    terms = given
    got = candidate({call}{more})
    assert {compare}
""",
        params={"qubits": n, "input": argument, "steps": chosen, "result": words},
    )
