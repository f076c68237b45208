"""Pictures: histograms."""

from random import Random

from qspark.data.families.base import Instance, family

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
