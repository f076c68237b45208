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
    qc = QuantumCircuit(QuantumRegister(2, "a"), QuantumRegister(1, "b"), ClassicalRegister(2, "m"), name="second")
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
    result = {"str": "str", "lines": "list[str]", "width": "tuple[str, int]", "dict": "dict[str, str]", "file": "None",
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
        "find": 'for label in ("q_2", "a_1", "──"):\n    want = [x for x in text.splitlines() if label in x]\n'
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


_SORTS = {
    "asc": ("", "by label", "sorted(keys)"),
    "desc": ('sort="desc"', "by label in descending order", "sorted(keys, reverse=True)"),
    "value": ('sort="value"', "by increasing value", "sorted(keys, key=lambda k: data[k])"),
    "value_desc": ('sort="value_desc"', "by decreasing value", "sorted(keys, key=lambda k: -data[k])"),
    "hamming": ('sort="hamming", target_string="{s}"', "by Hamming distance to {s}",
                "sorted(keys, key=lambda k: sum(a != b for a, b in zip(k, '{s}')))"),
}  # fmt: skip


@family(
    "visualization",
    "intermediate",
    oracle="structure",
    skills=("histogram", "matplotlib"),
    why="plot_histogram shows counts as they are, plot_distribution divides by their sum.",
    tolerance=1e-9,
)
def bar_chart(rng: Random) -> Instance:
    """Histograms of counts or probabilities, sorted, cut, titled, on own axes."""
    function = rng.choice(["plot_histogram", "plot_distribution"])
    order = rng.choice(sorted(_SORTS))
    target = rng.choice(["101", "110", "011", "100"])
    option, words, rule = (part.replace("{s}", target) for part in _SORTS[order])
    title = rng.choice(["run", "shots", "outcome", "device", "result"]) + f" {rng.randint(2, 99)}"
    keep = rng.choice([None, 2, 3]) if order == "asc" else None
    color = rng.choice([None, "teal", "crimson", "black"])
    labels = rng.choice([True, False])
    source = rng.choice(["counts", "circuit", "flip", "marginal"])
    if order == "hamming" and source == "circuit":
        source = "marginal"
    form = rng.choice(["figure", "heights", "axes"])
    titled = form != "axes"
    options = [o for o in (option, f'title="{title}"' if titled else "") if o]
    options += [f"number_to_keep={keep}"] if keep else []
    options += [f'color="{color}"'] if color else []
    options += [] if labels else ["bar_labels=False"]
    inputs = {
        "counts": ("", "counts: dict[str, int]", "the counts in `counts`"),
        "circuit": ("counts = {k: round(p * shots) for k, p in "
                    "Statevector(qc).probabilities_dict().items()}\n",
                    "qc: QuantumCircuit, shots: int",
                    "the expected counts of all qubits of the unitary circuit `qc` in `shots` shots "
                    "(probability times "
                    "shots, rounded; outcomes of probability 0 left out)"),
        "flip": ("counts = {key[::-1]: value for key, value in counts.items()}\n", "counts: dict[str, int]",
                 "the counts in `counts`, their keys reversed first so that qubit 0 is on the left,"),
        "marginal": ("counts = marginal_counts(counts, [0, 1, 3])\n", "counts: dict[str, int]",
                     "the marginal counts of the bits 0, 1 and 3 of the four-bit `counts`"),
    }  # fmt: skip
    pre, arguments, what = inputs[source]
    body = pre
    call = f"{function}(counts, {', '.join(options)}"
    if form == "axes":
        body += f"figure, axes = plt.subplots(1, 2)\n{call}, ax=axes[0])\nreturn figure"
        give = "Draw it into the left one of two axes side by side and return their figure."
    elif form == "heights":
        body += (
            f"figure = {call})\nreturn figure, [bar.get_height() for bar in figure.axes[0].patches]"
        )
        give = (
            "Return the figure together with the list of the heights of the axes' patches (a pair)."
        )
    else:
        body += f"return {call})"
        give = "Return the figure."
    wanted = "a histogram of" if function == "plot_histogram" else "the normalised distribution of"
    extras = f"title '{title}'; " if titled else ""
    extras += f"bars ordered {words}"
    extras += (
        f"; only the {keep} most frequent outcomes, the others in a bar 'rest'" if keep else ""
    )
    extras += f"; bars in {color}" if color else ""
    extras += "" if labels else "; no numbers on the bars"
    scale = "1" if function == "plot_histogram" else "sum(data.values())"
    imports = ["from matplotlib.figure import Figure"]
    imports = ["import matplotlib.pyplot as plt", *imports] if form == "axes" else imports
    imports += (
        ["from qiskit import QuantumCircuit", "from qiskit.quantum_info import Statevector"]
        if source == "circuit"
        else []
    )
    imports += ["from qiskit.result import marginal_counts"] if source == "marginal" else []
    imports += [f"from qiskit.visualization import {function}"]
    tail = (
        ""
        if keep is None
        else f"""
top = sorted(data, key=lambda k: -data[k])[:{keep}]
rest = sum(v for k, v in data.items() if k not in top)
assert names[-1] == "rest" and sorted(names[:-1]) == sorted(top)
assert abs(heights[-1] - rest / total) < 1e-9
"""
    )
    result = "tuple[Figure, list]" if form == "heights" else "Figure"
    given = {"circuit": "candidate(qc, 1000)", "marginal": "candidate(dict(wide))"}.get(
        source, "candidate(dict(counts))"
    )
    return Instance(
        entry_point=rng.choice(["bars", "show_counts", "counts_figure"]),
        signature=f"({arguments}) -> {result}",
        asks=(
            f"Plot {wanted} {what} with Qiskit's visualization tools: {extras}. {give}",
            f"I want {wanted} {what} as a matplotlib figure. Details: {extras}. {give}",
            f"Make {wanted} {what}; {extras}. Use `qiskit.visualization`. {give}",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from qiskit import QuantumCircuit
counts = {{"000": 120, "011": 340, "110": 75, "101": 201, "100": 9}}
wide = {{"0000": 120, "0011": 300, "0111": 40, "1010": 75, "1001": 190, "1101": 11, "1000": 9}}
qc = QuantumCircuit(3)
qc.ry(0.8, 0)
qc.cx(0, 2)
qc.ry(2.0, 1)
source = "{source}"
data = dict(counts)
if source == "flip":
    data = {{k[::-1]: v for k, v in counts.items()}}
elif source == "marginal":
    data = {{}}
    for k, v in wide.items():
        data[k[0] + k[2:]] = data.get(k[0] + k[2:], 0) + v
elif source == "circuit":
    from math import cos, sin
    p, r = cos(0.4) ** 2, cos(1.0) ** 2
    data = {{"000": p * r, "010": p * (1 - r), "101": (1 - p) * r, "111": (1 - p) * (1 - r)}}
    data = {{k: round(1000 * v) for k, v in data.items()}}
got = {given}
if {form == "heights"}:
    got, listed = got
    assert list(listed) == [p.get_height() for p in got.axes[0].patches]
assert isinstance(got, Figure) and len(got.axes) == {2 if form == "axes" else 1}
axes = got.axes[0]
assert axes.get_title() == "{title if titled else ""}"
names = [t.get_text() for t in axes.get_xticklabels()]
heights = [float(p.get_height()) for p in axes.patches]
total = {scale}
if axes.xaxis_inverted():
    names, heights = names[::-1], heights[::-1]
for name, height in zip(names, heights):
    assert name == "rest" or abs(height - data[name] / total) < 1e-9
assert len(names) == len(heights) == {f"{keep} + 1" if keep else "len(data)"}
{tail}
keys = [n for n in names if n != "rest"]
key = {rule.replace("sorted(keys, key=", "").removesuffix(")") if "key=" in rule else "None"}
if key is None:
    assert keys == {rule if "key=" not in rule else "keys"}
else:
    assert [key(k) for k in keys] == sorted(key(k) for k in keys)
assert len(axes.texts) == ({int(labels)} and len(heights))
if {color is not None}:
    assert all(p.get_facecolor() == to_rgba("{color or "black"}") for p in axes.patches)
if {form == "axes"}:
    assert not got.axes[1].patches
    assert got.axes[0].get_position().x1 < got.axes[1].get_position().x0
""",
        params={"function": function, "sort": order, "keep": keep, "source": source, "form": form},
    )
