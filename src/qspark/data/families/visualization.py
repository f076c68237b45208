"""Pictures: circuit drawings as text, figures and LaTeX, and histograms of counts."""

from random import Random

from qspark.data.families.base import Instance, family

_DRAWN = """
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Gate
from qiskit.visualization import circuit_drawer
def sample(kind):
    if kind == 0:
        qc = QuantumCircuit(4, 2, name="first")
        qc.h(0)
        qc.barrier()
        qc.cx(0, 2)
        qc.rz(0.5, 2)
        qc.measure([0, 2], [1, 0])
        return qc
    qc = QuantumCircuit(QuantumRegister(2, "a"), QuantumRegister(1, "b"),
        ClassicalRegister(2, "m"), name="second")
    qc.append(Gate('g' * kind, 1, []), [2])
    qc.ry(0.25, 2)
    qc.cz(2, 0)
    qc.barrier(0)
    for _ in range(12):
        qc.t(1)
        qc.cx(1, 0)
    qc.measure(1, 1)
    return qc
"""
_TEXT = {
    "fold": ("fold=-1", "on one line, however long (no folding)"),
    "narrow": ("fold={n}", "folded at {n} columns"),
    "reverse": ("reverse_bits=True", "with the bits in reverse order (the highest qubit on top)"),
    "bare": ("plot_barriers=False", "without barriers"),
    "zero": ("initial_state=True", "with the initial states shown on the wires"),
    "bits": ("cregbundle=False", "with a wire of its own for every classical bit"),
    "idle": ("idle_wires=False", "without wires that are idle"),
    "dense": ('vertical_compression="high"', "with high vertical compression"),
    "loose": ('vertical_compression="low"', "with low vertical compression"),
    "right": ('justify="right"', "justified to the right"),
    "apart": ('justify="none"', "with every operation in a column of its own (justify none)"),
}
_CLASH = [{"fold", "narrow"}, {"dense", "loose"}, {"right", "apart"}]


@family(
    "visualization",
    "basic",
    oracle="value",
    skills=("drawing",),
    why="draw('text') returns a TextDrawing; str() or single_string() makes a string of it.",
)
def text_drawing(rng: Random) -> Instance:
    """Text drawings of circuits with some options, in several shapes of result."""
    while True:
        chosen = rng.sample(sorted(_TEXT), rng.randint(2, 3))
        if not any(pair <= set(chosen) for pair in _CLASH):
            break
    number = rng.choice([50, 60, 72])
    options = ", ".join(_TEXT[k][0].format(n=number) for k in chosen)
    said = ", ".join(_TEXT[k][1].format(n=number) for k in chosen)
    how = rng.choice(["draw", "drawer"])
    shape = rng.choice(["str", "lines", "width", "dict", "file", "find"])
    drawing = {
        "draw": f'qc.draw("text", {options})',
        "drawer": f'circuit_drawer(qc, output="text", {options})',
    }[how]
    make = f"drawing = {drawing}\n"
    body = {
        "str": make + "return str(drawing)",
        "lines": make + "return str(drawing).splitlines()",
        "width": make + "text = str(drawing)\nreturn text, max(map(len, text.splitlines()))",
        "dict": f"return {{qc.name: str({drawing}) for qc in circuits}}",
        "file": make
        + 'with open(path, "w", encoding="utf8") as file:\n    file.write(str(drawing))',
        "find": make + "return [line for line in str(drawing).splitlines() if label in line]",
    }[shape]
    arguments = {
        "dict": "circuits: list[QuantumCircuit]", "file": "qc: QuantumCircuit, path: str",
        "find": "qc: QuantumCircuit, label: str",
    }.get(shape, "qc: QuantumCircuit")  # fmt: skip
    result = {"str": "str", "lines": "list[str]", "width": "tuple[str, int]", "dict": "dict[str, str]",
     "file": "None",
              "find": "list[str]"}[shape]  # fmt: skip
    give = {
        "str": "Return the drawing as a string.",
        "lines": "Return the lines of the drawing as a list of strings.",
        "width": "Return a pair: the drawing as a string, and the length of its longest line.",
        "dict": "Do it for all `circuits` and return a dict from a circuit's name to the drawing as a "
        "string.",
        "file": "Write the drawing to the file `path` (UTF-8); return nothing.",
        "find": "Return the list of those lines of the drawing that contain `label`.",
    }[shape]
    check = {
        "str": "assert candidate(qc) == text",
        "lines": "assert candidate(qc) == text.splitlines()",
        "width": "assert candidate(qc) == (text, max(map(len, text.splitlines())))",
        "dict": 'got = candidate([qc, sample(0)])\nassert got[qc.name] == text and "first" in got',
        "file": 'candidate(qc, f"d{kind}.txt")\nassert open(f"d{kind}.txt", encoding="utf8").read() == text',
        "find": 'for label in ("q_2", "a_1", "──"):\n'
        "    want = [x for x in text.splitlines() if label in x]\n"
        "    assert candidate(qc, label) == want",
    }[shape]
    other = (
        f'circuit_drawer(qc, output="text", {options})'
        if how == "draw"
        else f'qc.draw("text", {options})'
    )
    imports = "from qiskit import QuantumCircuit"
    imports += "\nfrom qiskit.visualization import circuit_drawer" if how == "drawer" else ""
    return Instance(
        entry_point=rng.choice(["ascii_circuit", "render_text", "text_view"]),
        signature=f"({arguments}) -> {result}",
        asks=(
            f"Draw a circuit as text {said}. {give} Other options keep their defaults.",
            f"For my logs I need text drawings of circuits: {said}. {give}",
            f"Qiskit's text drawer, options: {said}; defaults otherwise. {give}",
            f"How can I get the ASCII picture of a circuit {said}? {give}",
        ),
        imports=imports,
        body=body,
        test=_DRAWN
        + f"""
for kind in range(6):
    qc = sample(kind)
    text = {other}.single_string()
{chr(10).join("    " + line for line in check.splitlines())}
""",
        params={"options": chosen, "shape": shape},
    )


_STYLES = {
    "reverse": ("reverse_bits=True", "bits in reverse order"),
    "zero": ("initial_state=True", "initial states at the wires"),
    "bits": ("cregbundle=False", "one wire per classical bit"),
    "bare": ("plot_barriers=False", "no barriers"),
    "idle": ("idle_wires=False", "no idle wires"),
    "order": ("wire_order=[3, 1, 0, 2, 4, 5]",
              "wires in the order [3, 1, 0, 2, 4, 5] (qubits first, then clbits) with one wire per "
              "classical bit"),
}  # fmt: skip


@family(
    "visualization",
    "intermediate",
    oracle="structure",
    skills=("drawing", "matplotlib"),
    why="draw('mpl') returns a matplotlib Figure; draw on an existing axes with ax=.",
)
def figure_of_circuit(rng: Random) -> Instance:
    """A matplotlib drawing of a circuit with options, a style and a size."""
    names = [k for k in rng.sample(sorted(_STYLES), 2)]
    if "order" in names and set(names) & {"reverse", "bits", "idle"}:
        names = ["order"]
    options = ", ".join(_STYLES[k][0] for k in names)
    said = "; ".join(_STYLES[k][1] for k in names)
    label = rng.choice(["HAD", "Had", "Hd", "mix"])
    theme = rng.choice(["bw", "iqp", "textbook", "clifford"])
    relabel = rng.choice([True, False])
    style = f'{{"name": "{theme}", "displaytext": {{"h": "{label}"}}}}' if relabel else f'"{theme}"'
    form = rng.choice(["figure", "axes", "resized", "texts"])
    looks = f"style `{theme}`" + (f" with the text `{label}` on Hadamards" if relabel else "")
    title = rng.choice(["trial", "candidate", "before routing", "draft"])
    width, height = rng.randint(4, 9), rng.randint(2, 5)
    if form == "axes":
        body = f"""
figure, axes = plt.subplots(1, 2)
qc.draw("mpl", style={style}, {options}, ax=axes[1])
axes[1].set_title("{title}")
return figure
"""
        give = (
            "Draw into the right one of two matplotlib axes that lie side by side (the left one stays "
            "empty), give it the "
            f"title '{title}', and return the figure"
        )
        check = (
            f'assert len(got.axes) == 2 and not got.axes[0].texts and got.axes[1].get_title() == "{title}"\n'
            "assert got.axes[0].get_position().x1 < got.axes[1].get_position().x0\n"
            "axes = got.axes[1]"
        )
        imports, result = "import matplotlib.pyplot as plt\n", "Figure"
    elif form == "resized":
        body = f"""
figure = qc.draw("mpl", style={style}, {options})
figure.set_size_inches({width}, {height})
figure.suptitle("{title}")
return figure
"""
        give = f"Give the figure a size of {width} by {height} inches and the overall title (suptitle) "
        give += f"'{title}', and return it"
        check = (
            f'assert list(got.get_size_inches()) == [{width}, {height}] and got.get_suptitle() == "{title}"\n'
            "axes = got.axes[0]"
        )
        imports, result = "", "Figure"
    elif form == "texts":
        body = f"""
figure = qc.draw("mpl", style={style}, {options})
return figure, [text.get_text() for text in figure.axes[0].texts]
"""
        give = "Return the figure and the list of all texts in its axes as a pair"
        check = (
            "got, words = got\nassert words == [t.get_text() for t in got.axes[0].texts]\naxes = "
        )
        check += "got.axes[0]"
        imports, result = "", "tuple[Figure, list[str]]"
    else:
        scale = rng.choice([0.5, 0.7, 1.2])
        body = f"""
return qc.draw("mpl", style={style}, {options}, scale={scale})
"""
        give = f"Scale it by {scale} and return the figure"
        check = (
            f'plain = qc.draw("mpl", {options})\n'
            f"assert abs(got.get_size_inches()[0] - {scale} * plain.get_size_inches()[0]) < 1e-6\naxes = "
            "got.axes[0]"
        )
        imports, result = "", "Figure"
    imports += "from matplotlib.figure import Figure\nfrom qiskit import QuantumCircuit"
    return Instance(
        entry_point=rng.choice(["picture", "mpl_view", "circuit_figure"]),
        signature=f"(qc: QuantumCircuit) -> {result}",
        asks=(
            f"Draw `qc` with matplotlib, {looks}. Options: {said}. {give}.",
            f"I need a circuit figure for a paper ({looks}; {said}). {give}.",
            f"matplotlib drawing of a circuit: {looks}, {said}; everything else default. {give}.",
        ),
        imports=imports,
        body=body,
        test=_DRAWN
        + f"""
from matplotlib.figure import Figure
qc = QuantumCircuit(4, 2)
qc.h(0)
qc.barrier()
qc.rx(0.5, 3)
qc.cx(0, 3)
qc.measure([0, 3], [1, 0])
got = candidate(qc)
{check}
assert isinstance(got, Figure)
want = qc.draw("mpl", style={style}, {options}).axes[0]
assert [t.get_text() for t in axes.texts] == [t.get_text() for t in want.texts]
assert len(axes.patches) == len(want.patches)
assert [p.get_facecolor() for p in axes.patches] == [p.get_facecolor() for p in want.patches]
""",
        params={"options": names, "style": theme, "form": form},
    )
