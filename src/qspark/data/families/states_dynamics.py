"""Exact thermal states and dynamics of small spin chains."""

from random import Random

from qspark.data.families.base import Instance, bits, family
from qspark.data.families.states import HELP

# The von Neumann entropy in bits.
_ENTROPY = f"""{HELP}
def sent(m):
    return -sum(w * np.log2(w) for w in np.linalg.eigvalsh(m) if w > 1e-14)
"""


def _spins(rng: Random) -> tuple[str, str, str, int]:
    """(code of `hamiltonian`, words, oracle lines of `h`, qubits) of a small spin chain."""
    n = rng.choice([3, 3, 4])
    j, g, h = rng.randint(4, 15) / 10, rng.randint(3, 12) / 10, rng.randint(2, 9) / 10
    kind = rng.choice(["ising", "xxz", "xy", "tilted"])
    # Fields along two axes on all sites: no symmetry turns H into -H or makes it real.
    one, two = {"ising": "XZ", "xxz": "ZX", "xy": "ZY", "tilted": "YZ"}[kind]
    bonds = {
        "ising": [("ZZ", -j)],
        "xxz": [("XX", j), ("YY", j), ("ZZ", 0.6)],
        "xy": [("XX", j), ("YY", 0.4)],
        "tilted": [("XZ", j)],
    }[kind]
    lists = [f'[("{p}", [k, k + 1], {c}) for k in range({n - 1})]' for p, c in bonds]
    lists.append(f'[("{one}", [k], {g} * (k + 1)) for k in range({n})]')
    lists.append(f'[("{two}", [k], {h}) for k in range({n})]')
    lines = "".join(f"terms += {x}\n" for x in lists[1:])
    code = (
        f"terms = {lists[0]}\n{lines}"
        f"hamiltonian = SparsePauliOp.from_sparse_list(terms, num_qubits={n})\n"
    )
    told = " + ".join(f"({c}) {p[0]}_k {p[1]}_(k+1)" for p, c in bonds)
    words = (
        f"H = sum over k = 0..{n - 2} of [{told}] + sum over k = 0..{n - 1} of [{g} (k + 1) {one}_k + "
        f"{h} {two}_k] on {n} qubits"
    )
    oracle = "h = " + " + ".join(
        [
            f'({c}) * full(word("{p[::-1]}"), [{k}, {k + 1}], {n})'
            for p, c in bonds
            for k in range(n - 1)
        ]
        + [f'{round(g * (k + 1), 3)} * full(word("{one}"), [{k}], {n})' for k in range(n)]
        + [f'{h} * full(word("{two}"), [{k}], {n})' for k in range(n)]
    )
    return code, words, oracle, n


@family(
    "states",
    "advanced",
    oracle="value",
    skills=("thermal", "hamiltonian", "endianness"),
    why="A thermal state is expm(-beta H) over its trace; DensityMatrix takes the matrix directly.",
    tolerance=1e-7,
)
def thermal_state(rng: Random) -> Instance:
    """The Gibbs state of a spin chain and a thermodynamic quantity of it."""
    code, chain, oracle, n = _spins(rng)
    a, b = rng.sample(range(n), 2)
    readers = [
        ("return rho", "the thermal state itself as a DensityMatrix", "r"),
        (
            "return float(np.real(rho.expectation_value(hamiltonian)))",
            "its mean energy as a float",
            "np.trace(r @ h).real",
        ),
        (
            "mean = np.real(rho.expectation_value(hamiltonian))\n"
            "square = np.real(rho.expectation_value(hamiltonian @ hamiltonian))\n"
            "return float(beta**2 * (square - mean**2))",
            "its heat capacity beta^2 (<H^2> - <H>^2) as a float",
            "x**2 * (np.trace(r @ h @ h) - np.trace(r @ h) ** 2).real",
        ),
        (
            "return entropy(rho, base=np.e)",
            "its von Neumann entropy in nats",
            "-sum(w * np.log(w) for w in np.linalg.eigvalsh(r))",
        ),
        (
            "energy = np.real(rho.expectation_value(hamiltonian))\n"
            "return float(energy - entropy(rho, base=np.e) / beta)",
            "its free energy <H> - S / beta, S being the entropy in nats",
            "-np.log(np.sum(np.exp(-x * np.linalg.eigvalsh(h)))) / x",
        ),
        (
            f"return mutual_information(partial_trace(rho, {sorted({*range(n)} - {a, b})}))",
            f"the mutual information in bits between qubits {a} and {b}",
            f"sent(reduced(r, [{a}])) + sent(reduced(r, [{b}])) - sent(reduced(r, [{a}, {b}]))",
        ),
        (
            "energies, vectors = np.linalg.eigh(hamiltonian.to_matrix())\n"
            "return state_fidelity(rho, Statevector(vectors[:, 0]))",
            "its fidelity with the ground state of H",
            "np.exp(-x * e[0]) / np.exp(-x * e).sum()",
        ),
        (
            f'return float(np.real(partial_trace(rho, {[q for q in range(n) if q != a]})'
            ".purity()))",
            f"the purity of the reduced state of qubit {a}",
            f"np.trace(reduced(r, [{a}]) @ reduced(r, [{a}])).real",
        ),
    ]  # fmt: skip
    read, out, want = rng.choice(readers)
    body = f"""{code}weights = expm(-beta * hamiltonian.to_matrix())
rho = DensityMatrix(weights / np.trace(weights))
{read}
"""
    used = ["DensityMatrix", "SparsePauliOp", "Statevector", "entropy", "mutual_information",
            "partial_trace", "state_fidelity"]  # fmt: skip
    names = [x for x in used if f"{x}(" in body or f"{x}." in body]
    return Instance(
        entry_point="thermal_quantity",
        signature="(beta: float)",
        asks=(
            f"Take the spin chain {chain}. For the Gibbs state exp(-beta H) / Z at inverse temperature "
            f"`beta`, return {out}.",
            f"A chain has the Hamiltonian {chain} (X_k acts on qubit k). Compute the thermal state at "
            f"inverse temperature beta by exact exponentiation and return {out}.",
            f"Hamiltonian: {chain}. State: rho = exp(-beta H) / Tr exp(-beta H). Wanted for a given "
            f"positive beta: {out}.",
            f"I study finite temperature. For {chain}, how can I get {out} of the equilibrium state at "
            "a given beta?",
        ),
        imports="import numpy as np\nfrom scipy.linalg import expm\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{_ENTROPY.rstrip()}
{oracle}
e, u = np.linalg.eigh(h)
for x in (0.35, 0.8, 1.7):
    got = candidate(x)
    r = (u * (np.exp(-x * e) / np.exp(-x * e).sum())) @ u.conj().T
    assert np.allclose(np.asarray(got), {want}, atol=1e-7)
""",
        params={"chain": chain, "out": out},
    )


@family(
    "states",
    "advanced",
    oracle="value",
    skills=("time-evolution", "hamiltonian", "endianness"),
    why="Statevector.evolve takes an Operator of the propagator exp(-i H t).",
    tolerance=1e-7,
)
def quench_dynamics(rng: Random) -> Instance:
    """Exact time evolution of a product state and a quantity at each time."""
    code, chain, oracle, n = _spins(rng)
    a, b = rng.sample(range(n), 2)
    chars = ["+", "r", *(rng.choice("01") for _ in range(n - 2))]
    rng.shuffle(chars)
    label = "".join(chars)
    letter = rng.choice("XYZ")
    others = [q for q in range(n) if q != a]
    aim = bits(rng, n, n)
    readers = [
        (
            f'abs(state.inner(Statevector.from_label("{aim}"))) ** 2',
            f"the probability of finding the system in |{aim}>",
            f"abs(v[{int(aim, 2)}]) ** 2",
        ),
        (
            f'np.real(state.expectation_value(Pauli("{letter}"), [{a}]))',
            f"the expectation value of {letter} on qubit {a}",
            f'np.vdot(v, full(word("{letter}"), [{a}], {n}) @ v).real',
        ),
        (
            f"entropy(partial_trace(state, {others}))",
            f"the entanglement entropy in bits between qubit {a} and the rest",
            f"sent(reduced(np.outer(v, v.conj()), [{a}]))",
        ),
        (
            f"state.probabilities([{a}])[1]",
            f"the probability to find qubit {a} in |1>",
            f"reduced(np.outer(v, v.conj()), [{a}])[1, 1].real",
        ),
        (
            f'np.real(state.expectation_value(Pauli("{letter}Z"), [{a}, {b}]))',
            f"the correlator of Z on qubit {a} and {letter} on qubit {b}",
            f'np.vdot(v, full(word("{letter}Z"), [{a}, {b}], {n}) @ v).real',
        ),
        (
            f"np.real(partial_trace(state, {others}).purity())",
            f"the purity of the reduced state of qubit {a}",
            f"np.trace(np.linalg.matrix_power(reduced(np.outer(v, v.conj()), [{a}]), 2)).real",
        ),
    ]
    read, out, want = rng.choice(readers)
    body = f"""{code}start = Statevector.from_label("{label}")
values = []
for time in times:
    state = start.evolve(Operator(expm(-1j * time * hamiltonian.to_matrix())))
    values.append({read})
return np.array(values)
"""
    used = ["Operator", "Pauli", "SparsePauliOp", "Statevector", "entropy", "partial_trace"]
    names = [x for x in used if f"{x}(" in body or f"{x}." in body]
    return Instance(
        entry_point="quench",
        signature="(times: list[float]) -> np.ndarray",
        asks=(
            f"A system starts in |{label}> (qubit 0 on the right) and evolves under {chain}. Return an "
            f"array with {out} for each of the given `times` (hbar = 1), computed exactly.",
            f"Quench: the initial state is the product state with label {label}, the Hamiltonian {chain}. "
            f"For a list of times return the real array of {out} under exp(-iHt), without "
            "Trotter error.",
            f"I want exact dynamics of |psi(0)> = |{label}> with {chain}. Which function gives, for all "
            f"entries of `times`, {out}? The result is a real NumPy array of the same length.",
        ),
        imports="import numpy as np\nfrom scipy.linalg import expm\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{_ENTROPY.rstrip()}
{oracle}
e, u = np.linalg.eigh(h)
kets = dict(zip('01+r', np.array([[1, 0], [0, 1], [0.5**0.5, 0.5**0.5], [0.5**0.5, 0.5**0.5 * 1j]])))
v0 = np.array([1])
for char in "{label}":
    v0 = np.kron(v0, kets[char])
times = [0.0, 0.3, 0.85, 1.9]
got = candidate(times)
assert np.shape(got) == (4,)
for t, x in zip(times, got):
    v = u @ (np.exp(-1j * t * e) * (u.conj().T @ v0))
    assert abs(x - {want}) < 1e-7
""",
        params={"chain": chain, "start": label, "out": out},
    )
