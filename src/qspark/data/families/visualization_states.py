"""Pictures of states: Bloch spheres and plots."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_ARROWS = """
import numpy as np
from matplotlib.figure import Figure
def arrows(axes):
    found = []
    for child in axes.get_children():
        if type(child).__name__ == "Arrow3D":
            x, y, z = np.array(child._segment3d[1], dtype=float)
            found.append([-y, x, z])
    return found
"""


@family(
    "visualization",
    "intermediate",
    oracle="structure",
    skills=("bloch", "states"),
    why="A Bloch vector is (<X>, <Y>, <Z>) of the reduced state; spherical coordinates are (r, theta, phi).",
    tolerance=1e-6,
)
def bloch_arrows(rng: Random) -> Instance:
    """Bloch spheres of one qubit of a state, of a path of states, or of all qubits."""
    source = rng.choice(["reduced", "gate", "spherical", "all", "pair"])
    title = rng.choice(["probe", "qubit", "ancilla", "after", "system"]) + f" {rng.randint(1, 60)}"
    qubit, turn = rng.randint(0, 2), angle(rng)
    imports = ["from matplotlib.figure import Figure", "from qiskit import QuantumCircuit"]
    name, second = rng.sample(["rx", "ry", "h", "sx", "s", "t", "sdg"], 2)
    backwards = rng.choice([True, False])
    if source in ("reduced", "pair"):
        body = "state = Statevector(qc)\n"
        if source == "pair":
            gate = f"{name.upper()}Gate({turn})" if name in ("rx", "ry") else f"{_CLASS[name]}()"
            body += f"state = state.evolve({gate}, [{qubit}])\n"
            imports.append(f"from qiskit.circuit.library import {gate.split('(')[0]}")
        body += f'vector = [state.expectation_value(Pauli(p), [{qubit}]).real for p in "XYZ"]\n'
        body += f'return plot_bloch_vector(vector, title="{title}"), vector'
        imports += ["from qiskit.quantum_info import Pauli, Statevector"]
        after = (
            f", after {name.upper()}{f'({turn})' if name in ('rx', 'ry') else ''} has been applied to it,"
            if source == "pair"
            else ""
        )
        said = f"the Bloch vector of qubit {qubit} of the state that the circuit `qc` prepares{after} as "
        said += "an arrow in a Bloch "
        said += f"sphere titled '{title}'. Return the figure and the vector [x, y, z] as a pair"
        signature, test = (
            "(qc: QuantumCircuit) -> tuple[Figure, list[float]]",
            f"""
fig, vector = candidate(qc)
rho = state(qc)
rho = rho.reshape([2] * 6)
keep = {2 - qubit}
order = [keep] + [i for i in range(3) if i != keep]
rho = rho.transpose(order + [3 + i for i in order]).reshape(2, 4, 2, 4).trace(axis1=1, axis2=3)
{"one = QuantumCircuit(1)" if source == "pair" else ""}
{f"one.{name}({f'{turn}, ' if name in ('rx', 'ry') else ''}0)" if source == "pair" else ""}
{"U = Operator(one).data" if source == "pair" else "U = np.eye(2)"}
rho = U @ rho @ U.conj().T
want = [2 * rho[1, 0].real, 2 * rho[1, 0].imag, (rho[0, 0] - rho[1, 1]).real]
assert np.allclose(vector, want, atol=1e-6)
assert len(fig.axes) == 1 and fig.axes[0].get_title() == "{title}"
assert np.allclose(arrows(fig.axes[0]), [want], atol=1e-6)
""",
        )
        imports += ["from qiskit.visualization import plot_bloch_vector"]
    elif source == "spherical":
        body = f"""
figure = plt.figure(figsize=(4 * len(points), 4))
for place, (theta, phi) in enumerate(points):
    axes = figure.add_subplot(1, len(points), place + 1, projection="3d")
    name = f"{title.split()[0]} {{place}}"
    plot_bloch_vector([{rng.choice([0.5, 0.8, 1])}, theta, phi], ax=axes, coord_type="spherical", title=name)
return figure
"""
        radius = body.split("vector([")[1].split(",")[0]
        imports = ["import matplotlib.pyplot as plt", "from matplotlib.figure import Figure",
                   "from qiskit.visualization import plot_bloch_vector"]  # fmt: skip
        said = "the points (theta, phi) of the list `points` (polar and azimuthal angle, all at radius "
        said += f"{radius}) on Bloch spheres "
        said += f"next to each other in one figure, 4 inches square each, titled '{title.split()[0]} 0', "
        said += f"'{title.split()[0]} 1' and "
        said += "so on. Return the figure"
        signature, test = (
            "(points: list[tuple[float, float]]) -> Figure",
            f"""
points = [(0.4, 1.1), (2.2, -0.7)]
fig = candidate(points)
assert isinstance(fig, Figure) and len(fig.axes) == 2 and list(fig.get_size_inches()) == [8, 4]
for place, (theta, phi) in enumerate(points):
    want = [{radius} * np.sin(theta) * np.cos(phi),
        {radius} * np.sin(theta) * np.sin(phi), {radius} * np.cos(theta)]
    assert np.allclose(arrows(fig.axes[place]), [want], atol=1e-6)
    assert fig.axes[place].get_title() == f"{title.split()[0]} {{place}}"
assert fig.axes[0].get_position().x1 <= fig.axes[1].get_position().x0 + 1e-9
assert fig.axes[0].get_position().height > 0.6
""",
        )
    elif source == "gate":
        step = "" if name not in ("rx", "ry") else f"{turn}, "
        other = "" if second not in ("rx", "ry") else f"{turn}, "
        body = f"""
qc = QuantumCircuit(1)
qc.initialize(amplitudes)
for _ in range(steps):
    qc.{name}({step}0)
    qc.{second}({other}0)
return plot_bloch_multivector(Statevector(qc), title="{title}")
"""
        imports += [
            "from qiskit.quantum_info import Statevector",
            "from qiskit.visualization import plot_bloch_multivector",
        ]
        words = [f"{n.upper()}{f'({turn})' if n in ('rx', 'ry') else ''}" for n in (name, second)]
        said = f"where a qubit with the amplitudes `amplitudes` ends after `steps` rounds of {words[0]} "
        said += f"followed by {words[1]}, as a Bloch "
        said += f"multivector figure with the title '{title}'. Return the figure"
        signature, test = (
            "(amplitudes: list[complex], steps: int) -> Figure",
            f"""
for steps in (1, 3):
    one = QuantumCircuit(1)
    one.{name}({step}0)
    one.{second}({other}0)
    psi = np.linalg.matrix_power(Operator(one).data, steps) @ np.array([0.6, 0.48 + 0.64j])
    want = [2 * (psi[0].conj() * psi[1]).real, 2 * (psi[0].conj() * psi[1]).imag,
        abs(psi[0]) ** 2 - abs(psi[1]) ** 2]
    fig = candidate([0.6, 0.48 + 0.64j], steps)
    assert isinstance(fig, Figure) and fig.get_suptitle() == "{title}" and len(fig.axes) == 1
    assert np.allclose(arrows(fig.axes[0]), [want], atol=1e-6)
""",
        )
    else:
        option = ", reverse_bits=True" if backwards else ""
        body = "state = DensityMatrix(qc) if mixed is None else mixed.tensor(DensityMatrix(qc))\n"
        body += f'return plot_bloch_multivector(state, title="{title}"{option})'
        imports += [
            "from qiskit.quantum_info import DensityMatrix",
            "from qiskit.visualization import plot_bloch_multivector",
        ]
        order = "the highest qubit first" if backwards else "qubit 0 first"
        said = f"the Bloch vectors of all qubits, {order}, of the state prepared by `qc`, in one figure "
        said += f"titled '{title}'. If the density "
        said += "matrix `mixed` is given, it describes further qubits above those of the circuit. Return "
        said += "the figure"
        signature, test = (
            "(qc: QuantumCircuit, mixed: DensityMatrix | None = None) -> Figure",
            f"""
from qiskit.quantum_info import DensityMatrix, Pauli
qc = QuantumCircuit(2)
qc.ry(0.7, 0)
qc.rx(1.9, 1)
qc.crx(1.2, 1, 0)
more = DensityMatrix([[0.7, 0.1j], [-0.1j, 0.3]])
for mixed, whole in ((None, DensityMatrix(qc)), (more, more.tensor(DensityMatrix(qc)))):
    fig = candidate(qc) if mixed is None else candidate(qc, mixed)
    n = whole.num_qubits
    assert len(fig.axes) == n and fig.get_suptitle() == "{title}"
    for place, axes in enumerate(fig.axes):
        q = {"n - 1 - place" if backwards else "place"}
        want = [whole.expectation_value(Pauli(p), [q]).real for p in "XYZ"]
        assert np.allclose(arrows(axes), [want], atol=1e-6) and axes.get_title() == f"qubit {{q}}"
""",
        )
    return Instance(
        entry_point=rng.choice(["bloch_figure", "show_bloch", "sphere"]),
        signature=signature,
        asks=(
            f"Show {said}.",
            f"With Qiskit's Bloch sphere plots, show {said}.",
            f"For a talk I have to show {said}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=_ARROWS
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
def state(qc):
    psi = Statevector(qc).data
    return np.outer(psi, psi.conj())
qc = QuantumCircuit(3)
qc.ry(0.7, 0)
qc.rx(1.9, 1)
qc.cx(0, 2)
qc.rz(0.8, 2)
qc.crx(1.2, 1, 0)
qc.t(1)
qc.ry(0.4, 2)
{test}""",
        params={"source": source, "title": title},
    )


_CLASS = {"h": "HGate", "sx": "SXGate", "s": "SGate", "t": "TGate", "sdg": "SdgGate"}
_PLOTS = {
    "city": ("plot_state_city", "a city plot (bars of the density matrix)", 2),
    "hinton": ("plot_state_hinton", "a Hinton plot", 2),
    "paulivec": ("plot_state_paulivec", "a bar plot of the Pauli expectation values", 1),
}  # fmt: skip
_STATES = [
    ("the state prepared by `qc`", "Statevector(qc)", "Statevector"),
    ("the state prepared by `qc` without its first qubit (traced out)", "partial_trace(Statevector(qc), [0])",
     "Statevector, partial_trace"),
    ("the equal mixture of the state prepared by `qc` and the maximally mixed state",
     "0.5 * DensityMatrix(qc) + 0.5 * DensityMatrix(np.eye(2**qc.num_qubits) / "
     "2**qc.num_qubits)", "DensityMatrix"),
    ("the state that `qc` makes of |{label}> (last character: qubit 0)",
     'Statevector.from_label("{label}").evolve(qc)',
     "Statevector"),
    ("the conjugate of the state prepared by `qc`", "Statevector(qc).conjugate()", "Statevector"),
    ("the state prepared by `qc` with its qubits in reverse order", "Statevector(qc).reverse_qargs()",
     "Statevector"),
]  # fmt: skip


@family(
    "visualization",
    "intermediate",
    oracle="structure",
    skills=("state-plots", "matplotlib"),
    why="The plots of states take states or density matrices and return figures with one or two axes.",
    tolerance=1e-6,
)
def state_plot(rng: Random) -> Instance:
    """Plot a state that has to be computed first, and return numbers with the figure."""
    kind = rng.choice(sorted(_PLOTS))
    function, words, count = _PLOTS[kind]
    label = rng.choice(["01", "+0", "r1", "-+"])
    what, code, names = (
        part.replace("{label}", label)
        for part in rng.choice(_STATES if kind == "paulivec" else _STATES[:-2])
    )
    title = rng.choice(["state", "rho", "output", "target", "memory"]) + f" {rng.randint(2, 99)}"
    also, more, check = rng.choice(
        [
            ("its purity", "state.purity()", "abs(extra - np.trace(rho @ rho)) < 1e-6"),
            ("the probabilities of the basis states as an array", "state.probabilities()",
             "np.allclose(extra, np.diag(rho).real, atol=1e-6)"),
            ("the expectation value of Z on its first qubit", 'state.expectation_value(Pauli("Z"), [0]).real',
             "abs(extra - sum((-1) ** i * rho[i, i].real for i in range(len(rho)))) < 1e-6"),
            ("a dict of its basis-state probabilities", "state.probabilities_dict()",
             "abs(sum(extra.values()) - 1) < 1e-6 and all(abs(v - rho[int(k, 2), int(k, 2)].real) < 1e-6 "
             "for k, v in extra.items())"),
            ("its number of qubits", "state.num_qubits", "2**extra == len(rho)"),
        ]
    )  # fmt: skip
    color = rng.choice(["teal", "olive", "navy"]) if kind == "paulivec" else None
    size = (rng.randint(5, 9), rng.randint(3, 6))
    options = f', title="{title}", figsize={size}'
    if color:
        options += f', color="{color}"'
    body = f"state = {code}\nfigure = {function}(state{options})\nreturn figure, {more}"
    names = ", ".join(
        sorted(
            {*names.split(", "), *(["Pauli"] if "Pauli(" in more else [])},
            key=lambda n: (n.islower(), n),
        )
    )
    imports = ["import numpy as np\n"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit", f"from qiskit.quantum_info import {names}",
                f"from qiskit.visualization import {function}"]  # fmt: skip
    colored = f", bars in {color}" if color else ""
    heading = "axes[0].get_title()" if kind == "paulivec" else "figure.get_suptitle()"
    if kind == "paulivec":
        looks = f"""
num = len(rho).bit_length() - 1
labels = [t.get_text() for t in axes[0].get_xticklabels()]
for name, bar in zip(labels, axes[0].patches):
    assert abs(float(bar.get_height()) - np.trace(Operator(Pauli(name)).data @ rho).real) < 1e-6
    assert bar.get_facecolor() == to_rgba("{color}")
for name in pauli_basis(num).to_labels():
    assert name in labels or abs(np.trace(Operator(Pauli(name)).data @ rho)) < 1e-6"""
    elif kind == "hinton":
        looks = """
largest = [max(np.abs(part).max(), 1e-12) for part in (rho.real, rho.imag)]
for ax, part in zip(axes, (rho.real, rho.imag)):
    assert len(ax.get_xticklabels()) == len(rho)
    drawn = sorted(p.get_width() for p in ax.patches if p.get_width() > 1e-3)
    assert len(drawn) == np.count_nonzero(np.abs(part) > 1e-6) or len(ax.patches) == rho.size"""
    else:
        looks = """
assert [len(ax.get_xticklabels()) for ax in axes] == [len(rho)] * 2
assert ["Real" in axes[0].get_title(), "Imag" in axes[1].get_title()] == [True, True]
faces = [c.get_facecolor() for ax in axes for c in ax.collections]
assert faces"""
    return Instance(
        entry_point=rng.choice(["draw_state", "state_figure", "plot_output"]),
        signature="(qc: QuantumCircuit) -> tuple",
        asks=(
            f"Make {words} of {what}. Title '{title}', {size[0]} x {size[1]} inches{colored}. Return the "
            f"figure and {also}.",
            f"Plot {what} as {words} ({size[0]} by {size[1]} inches, title '{title}'{colored}) and give "
            "back a pair: the figure, "
            f"and {also}.",
            f"I want to see {what}: {words}, titled '{title}', figure size {size}{colored}. The function "
            "returns (figure, x) with "
            f"x being {also}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Operator, Pauli, Statevector, partial_trace, pauli_basis
qc = QuantumCircuit(2)
qc.ry(0.7, 0)
qc.rx(1.9, 1)
qc.cx(1, 0)
qc.t(0)
qc.ry(0.3, 0)
figure, extra = candidate(qc)
assert isinstance(figure, Figure) and list(figure.get_size_inches()) == {list(size)}
rho = DensityMatrix({code}).data
axes = figure.axes
assert len(axes) == {count} and {heading} == "{title}"
assert {check}{looks}
""",
        params={"plot": kind, "state": what, "size": list(size)},
    )
