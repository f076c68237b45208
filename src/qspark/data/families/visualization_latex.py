"""Pictures: LaTeX sources and timelines."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "visualization",
    "basic",
    oracle="value",
    skills=("latex",),
    why="array_to_latex and the drawers return strings only with source=True or output 'latex_source'.",
)
def latex_source(rng: Random) -> Instance:
    """LaTeX source of arrays, states, operators or circuits."""
    name = rng.choice(["A", "U", "M", "\\\\rho", "\\\\psi"])
    digits = rng.randint(2, 5)
    kind = rng.choice(["array", "operator", "state", "circuit", "ket", "column"])
    wrap = rng.choice(["plain", "equation", "display"])
    imports = "from qiskit import QuantumCircuit\n"
    one = kind in ("array", "operator")
    before, what, want = rng.choice(
        [
            ("", "`qc`", "qc"),
            ("qc = qc.inverse()\n", "the inverse of `qc`", "qc.inverse()"),
            ("qc = qc.reverse_ops()\n", "`qc` with its gates in reverse order", "qc.reverse_ops()")
            if one
            else (
                "qc = qc.reverse_bits()\n",
                "`qc` with reversed qubit order",
                "qc.reverse_bits()",
            ),
            (
                "qc = qc.repeat(2).decompose()\n",
                "two repetitions of `qc`",
                "qc.repeat(2).decompose()",
            ),
        ]
    )
    if kind in ("array", "operator"):
        code = f'array_to_latex(Operator(qc), prefix="{name} = ", precision={digits}, source=True)'
        if kind == "operator":
            code = f'Operator(qc).draw("latex_source", prefix="{name} = ", precision={digits})'
        said = f"the matrix of {what} with {digits} decimals and the prefix "
        said += f"'{name.replace(chr(92) * 2, chr(92))} = '"
        imports += "from qiskit.quantum_info import Operator\n"
        other = f"array_to_latex(Operator({want}).data, {digits}, '{name} = ', True)"
    elif kind == "state":
        code = f'state_drawer(Statevector(qc), "latex_source", prefix="{name} = ", convention="vector")'
        said = f"the state vector of {what} as a matrix-like vector, prefix "
        said += f"'{name.replace(chr(92) * 2, chr(92))} = '"
        imports += "from qiskit.quantum_info import Statevector\n"
        other = f'Statevector({want}).draw("latex_source", prefix="{name} = ", convention="vector")'
    elif kind == "ket":
        code = f'Statevector(qc).draw("latex_source", max_size={digits + 3})'
        said = (
            f"the state of {what} in ket notation with at most {digits + 3} terms (option max_size)"
        )
        imports += "from qiskit.quantum_info import Statevector\n"
        other = f'state_drawer(Statevector({want}), "latex_source", max_size={digits + 3})'
    elif kind == "column":
        code = f"array_to_latex(Statevector(qc).probabilities(), precision={digits}, source=True)"
        said = f"the vector of outcome probabilities of {what} with {digits} decimals"
        imports += "from qiskit.quantum_info import Statevector\n"
        other = f"array_to_latex(np.abs(Operator({want}).data[:, 0]) ** 2, {digits}, source=True)"
    else:
        code = f'qc.draw("latex_source", scale=0.{digits}, reverse_bits=True)'
        said = (
            f"the circuit {what} drawn with reversed bits at scale 0.{digits} (qcircuit source of "
        )
        said += "Qiskit's drawer)"
        other = (
            f'circuit_drawer({want}, output="latex_source", scale=0.{digits}, reverse_bits=True)'
        )
    for tool in ("array_to_latex", "state_drawer"):
        if code.startswith(tool):
            imports += f"from qiskit.visualization import {tool}\n"
    ends = {
        "plain": ("return source", "Return the string as it comes", "{}"),
        "equation": (
            'return "\\\\begin{equation}\\n" + source.strip() + "\\n\\\\end{equation}"',
            "Strip it and put it between the lines \\begin{equation} and \\end{equation}",
            '"\\\\begin{{equation}}\\n" + {}.strip() + "\\n\\\\end{{equation}}"',
        ),
        "display": ('return f"$${source.strip()}$$"', "Strip it and put $$ before and after it",
         '"$$" + {}.strip() + "$$"'),
    }  # fmt: skip
    end, give, wrapped = ends[wrap]
    return Instance(
        entry_point=rng.choice(["latex_text", "typeset", "as_latex"]),
        signature="(qc: QuantumCircuit) -> str",
        asks=(
            f"I need LaTeX source (a string) for {said}. {give}.",
            f"Produce the LaTeX for {said}. {give}; no rendering, only the source.",
            f"Export to LaTeX: {said}. {give} (type str).",
        ),
        imports=imports.strip(),
        body=f"{before}source = {code}\n{end}",
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
from qiskit.visualization import array_to_latex, circuit_drawer, state_drawer
for turn in (1.234567,):
    qc = QuantumCircuit({1 if one else 3 if kind == "ket" else 2})
    qc.ry(turn, 0)
    qc.s(0)
    if qc.num_qubits == 3:
        qc.crx(0.9, 0, 2)
    if qc.num_qubits > 1:
        qc.h(1)
        qc.cp(turn, 0, 1)
        qc.rx(2 * turn, 1)
    qc.rx(0.3, 0)
    got = candidate(qc.copy())
    assert isinstance(got, str)
    assert got == {wrapped.format(other)}
""",
        params={"kind": kind, "wrap": wrap, "digits": digits},
    )


@family(
    "visualization",
    "advanced",
    oracle="structure",
    skills=("timeline", "scheduling", "backend"),
    why="timeline_drawer needs a scheduled circuit and, since Qiskit 2, the target it was scheduled for.",
)
def timeline_figure(rng: Random) -> Instance:
    """Compile and schedule a circuit for a small backend and draw its timeline."""
    policy, layout = rng.choice(["alap", "asap"]), rng.sample(range(3), 3)
    seed, level = rng.randint(1, 40), rng.randint(0, 1)
    idle, clbits = rng.choice([True, False]), rng.choice([True, False])
    options = ["target=backend.target", f"idle_wires={idle}", f"show_clbits={clbits}"]
    delays = rng.choice([True, False])
    options += [f"show_delays={delays}"]
    extra = rng.choice(["title", "size", "duration"])
    title = rng.choice(["schedule", "timing", "run"]) + f" {rng.randint(1, 50)}"
    tail = {
        "title": f'figure.axes[0].set_title("{title}")\nreturn figure',
        "size": "figure.set_size_inches(8, 4)\nreturn figure",
        "duration": 'return figure, scheduled.estimate_duration(backend.target, "dt")',
    }[extra]
    give = {
        "title": f"Set the title of its axes to '{title}' and return the figure",
        "size": "Make the figure 8 by 4 inches and return it",
        "duration": "Return the figure and the duration of the scheduled circuit in dt, estimated with "
        "the backend's target",
    }[extra]
    says = (
        f"{'all' if idle else 'no'} idle wires, {'with' if clbits else 'without'} clbits, delays "
    )
    says += f"{'shown' if delays else 'hidden'}"
    body = f"""
pm = generate_preset_pass_manager(
    optimization_level={level},
    backend=backend,
    initial_layout={layout},
    scheduling_method="{policy}",
    seed_transpiler={seed},
)
scheduled = pm.run(qc)
figure = timeline_drawer(scheduled, {", ".join(options)})
{tail}
"""
    return Instance(
        entry_point=rng.choice(["draw_timeline", "schedule_picture", "timing_figure"]),
        signature="(qc: QuantumCircuit, backend: BackendV2)"
        + (" -> tuple" if extra == "duration" else " -> Figure"),
        asks=(
            f"Compile `qc` (3 qubits) for `backend` at optimization level {level} with the virtual "
            "qubits 0, 1, 2 on the physical "
            f"qubits {layout}, seed {seed} and {policy.upper()} scheduling, and draw its timeline with "
            f"matplotlib: {says}. {give}.",
            f"I want to see when the gates of `qc` run on `backend`: preset pass manager (level {level}, "
            f"initial layout {layout}, "
            f"{policy} schedule, transpiler seed {seed}), then a timeline picture ({says}). {give}.",
            "Timeline drawing of a scheduled circuit. Steps: preset passes for `backend`, level "
            f"{level}, `initial_layout` {layout}, "
            f"`scheduling_method` {policy}, seed {seed}; `timeline_drawer` with {says}. {give}.",
        ),
        imports="from matplotlib.figure import Figure\nfrom qiskit import QuantumCircuit, "
        "generate_preset_pass_manager\n"
        "from qiskit.providers import BackendV2\nfrom qiskit.visualization import timeline_drawer",
        body=body,
        test=f"""
from matplotlib.figure import Figure
from qiskit import QuantumCircuit, generate_preset_pass_manager
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.visualization import timeline_drawer
backend = GenericBackendV2(4, coupling_map=[[0, 1], [1, 0], [1, 2], [2, 1], [2, 3], [3, 2]], seed=3)
qc = QuantumCircuit(3, 2)
qc.sx(0)
qc.cx(0, 1)
qc.rz(0.4, 1)
qc.x(2)
qc.cx(1, 2)
qc.measure([0, 2], [0, 1])
got = candidate(qc, backend)
pm = generate_preset_pass_manager({level}, backend, initial_layout={layout},
    scheduling_method="{policy}", seed_transpiler={seed})
scheduled = pm.run(qc)
if {extra == "duration"}:
    got, length = got
    assert length == scheduled.estimate_duration(backend.target, "dt")
assert isinstance(got, Figure) and len(got.axes) == 1
want = timeline_drawer(scheduled, target=backend.target, idle_wires={idle},
    show_clbits={clbits}, show_delays={delays})
shown = lambda f: sorted((t.get_text(), t.get_position()) for t in f.axes[0].texts)
assert shown(got) == shown(want) and len(got.axes[0].patches) == len(want.axes[0].patches)
assert got.axes[0].get_xlim() == want.axes[0].get_xlim()
if {extra == "title"}:
    assert got.axes[0].get_title() == "{title}"
if {extra == "size"}:
    assert list(got.get_size_inches()) == [8, 4]
""",
        params={"policy": policy, "layout": layout, "level": level},
    )
