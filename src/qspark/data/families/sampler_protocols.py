"""Sampler V2: a kernel in one PUB, and joint statistics of circuits with feed-forward."""

from math import sin
from random import Random
from textwrap import indent

from qspark.data.families.base import Instance, angle, bits, family


@family(
    "sampler",
    "advanced",
    oracle="distribution",
    skills=("kernel", "pub-shapes", "broadcasting"),
    why="A PUB broadcasts a whole grid of pairs: the bindings of both feature vectors "
    "need one common shape.",
    false_alarm=1e-6,
)
def overlap_kernel(rng: Random) -> Instance:
    """A kernel matrix of compute-uncompute overlaps, sampled as one PUB."""
    width = rng.choice([2, 3])
    scale = rng.choice([1, 0.5, 1.5, 0.75])
    shots, seed = rng.randrange(3000, 6000, 100), rng.randint(1, 99)
    one, two = rng.choice([("ry", "rx"), ("rx", "ry"), ("rz", "ry"), ("rz", "rx")])
    link = rng.choice(["cz", "cx"])
    times = f"{scale} * " if scale != 1 else ""
    start = f"{times}x[q] + {angle(rng)}" if rng.random() < 0.4 else f"{times}x[q]"
    opening = "    map_.h(q)\n" if one == "rz" else ""
    layers = (
        f"for q in range({width}):\n{opening}    map_.{one}({start}, q)\n"
        f"for q in range(1, {width}):\n    map_.{link}(q - 1, q)\n"
        f"for q in range({width}):\n    map_.{two}(x[q], q)\n"
    )
    words = (
        f"{'h and then ' if opening else ''}{one}({start}) on each qubit q, "
        f"{link}(q - 1, q) for q from 1 upwards, and "
        f"{two}(x[q]) on each qubit q"
    )
    made, imports, who = rng.choice(
        [
            (
                f"StatevectorSampler(default_shots={shots}, seed={seed})",
                "from qiskit.primitives import StatevectorSampler",
                "`StatevectorSampler`",
            ),
            (
                f"SamplerV2(default_shots={shots}, seed={seed})",
                "from qiskit_aer.primitives import SamplerV2",
                "Aer's `SamplerV2`",
            ),
        ]
    )
    ends = [
        (
            "return kernel",
            "np.ndarray",
            "the matrix K with K[i, j] for row i of `left` and row j of `right`",
            "kernel",
        ),
        (
            "return kernel.mean(axis=1)",
            "np.ndarray",
            "the mean of K[i, j] over all j, an array with an entry per row of `left`",
            "kernel.mean(axis=1)",
        ),
        (
            "return 1 - kernel",
            "np.ndarray",
            "the matrix of 1 - K[i, j] for row i of `left` and row j of `right`",
            "1 - kernel",
        ),
        (
            "return np.sqrt(kernel)",
            "np.ndarray",
            "the matrix of square roots of K[i, j] for row i of `left` and row j of `right`",
            "np.sqrt(kernel)",
        ),
    ]
    last, returns, end, want = rng.choice(ends)
    zero = "0" * width
    body = f"""
x, y = ParameterVector("x", {width}), ParameterVector("y", {width})
map_ = QuantumCircuit({width})
{layers}inverse = map_.assign_parameters(dict(zip(x, y))).inverse()
circuit = map_.compose(inverse)
circuit.measure_all()
shape = (len(left), len(right), {width})
values = {{
    tuple(p.name for p in x): np.broadcast_to(np.asarray(left)[:, None, :], shape),
    tuple(p.name for p in y): np.broadcast_to(np.asarray(right)[None, :, :], shape),
}}
sampler = {made}
bits = sampler.run([(circuit, values)]).result()[0].data.meas
kernel = (bits.bitcount() == 0).mean(axis=bits.ndim)
{last}
"""
    return Instance(
        entry_point="overlap_matrix",
        signature=f"(left: np.ndarray, right: np.ndarray) -> {returns}",
        asks=(
            f"Estimate a fidelity kernel by compute-uncompute on {width} qubits. "
            f"Feature map U(x): {words}. "
            f"K[i, j] is the probability of all zeros after U(left[i]) and then "
            f"U(right[j]) inverted on |0...0>. Run "
            f"all pairs as one PUB of {who} with {shots} shots per pair and return {end}.",
            f"`left` and `right` hold feature vectors of length {width} as rows. "
            f"With the encoding U(x) = ({words}), "
            f"K[i, j] = |<0|U(right[j])^dagger U(left[i])|0>|^2. Sample it with "
            f"{who}, {shots} shots per pair (seed "
            f"{seed}), with one broadcast PUB. Return {end}.",
            f"Kernel estimation with {who}: the circuit is U(x) followed by the "
            f"inverse of U(y) and measure_all, where "
            f"U(x) is {words} ({width} qubits). Sweep x over rows of `left` and y "
            f"over rows of `right` in a single "
            f"PUB, {shots} shots each; K[i, j] is the relative frequency of "
            f"`{zero}`. Give back {end}.",
        ),
        imports=f"import numpy as np\nfrom qiskit import QuantumCircuit\nfrom "
        f"qiskit.circuit import ParameterVector\n{imports}",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
rng = np.random.default_rng(np.random.randint(2**31))
def state(x):
    map_ = QuantumCircuit({width})
{indent(layers, "    ")}
    return Statevector(map_).data
for rows, columns in ((2, 3), (4, 2)):
    left = np.stack([rng.uniform(0.2 + q, 0.9 + q, rows) for q in range({width})], axis=1)
    right = np.stack([rng.uniform(0.6 - q, 1.4 - q, columns) for q in range({width})], axis=1)
    got = candidate(left, right)
    kernel = np.array([[abs(np.vdot(state(y), state(x))) ** 2 for y in right] for x in left])
    bound = np.sqrt(np.log(2 * 8 / 1e-6) / (2 * {shots}))
    want = {want}
    assert np.shape(got) == want.shape
    exact = np.asarray(got)
    if "sqrt" in {last!r}:
        exact, want = np.square(got), kernel
    steps = exact * {shots} * (columns if "mean" in {last!r} else 1)
    assert np.allclose(steps, np.rint(steps), atol=1e-4)
    assert np.max(np.abs(exact - want)) < bound
""",
        params={"map": (one, link, two), "scale": scale, "shots": shots},
    )


def _bits(kind: str, value: str, qubit: int, tab: str = "") -> str:
    """Gates that turn |0> into a state whose probability of 1 is `_chance`."""
    if kind == "h-ry":
        return f"{tab}qc.h({qubit})\n{tab}qc.ry({value}, {qubit})"
    return f"{tab}qc.h({qubit})\n{tab}qc.rz({value}, {qubit})\n{tab}qc.h({qubit})"


_CHANCE = {"h-ry": "(1 + np.sin({})) / 2", "h-rz-h": "np.sin({} / 2) ** 2"}
_SAID = {"h-ry": "h and then ry({})", "h-rz-h": "h, rz({}) and h"}


@family(
    "sampler",
    "advanced",
    oracle="distribution",
    skills=("control-flow", "register-names", "conditional-statistics"),
    why="Feed-forward needs a simulator of dynamic circuits, and its registers are "
    "correlated shot by shot.",
    false_alarm=1e-6,
)
def adaptive_statistics(rng: Random) -> Instance:
    """A rotation that depends on a measured word; joint statistics of both registers."""
    first, second = rng.choice(
        [("early", "late"), ("word", "answer"), ("key", "out"), ("probe", "reply")]
    )
    word = bits(rng, 2, 2)
    one, two, three = (rng.choice(list(_CHANCE)) for _ in range(3))
    chance = {"h-ry": lambda x: (1 + sin(x)) / 2, "h-rz-h": lambda x: sin(x / 2) ** 2}[three]
    while True:
        hit, miss = angle(rng), angle(rng)
        if min(hit, miss) > 0.6 and abs(chance(hit) - chance(miss)) > 0.35:
            break
    shots, seed = rng.randrange(3000, 4500, 100), rng.randint(1, 99)
    target = rng.choice([0, 1, 2])
    clean = f"qc.reset({target})\n" if target < 2 else ""
    place = f"qubit {target}, which is reset first," if clean else "qubit 2"
    bit = 0 if word[1] == "1" else 1
    form = rng.choice(["word", "bit"])
    condition = f"({first}, {int(word, 2)})" if form == "word" else f"({first}[{bit}], 1)"
    said = f"`{first}` reads `{word}`" if form == "word" else f"`{first}[{bit}]` is 1"
    cond = f'early == "{word}"' if form == "word" else f'early[-1 - {bit}] == "1"'
    ends = [
        (
            "dict[str, tuple[int, int]]",
            f"pairs = list(zip(data.{first}.get_bitstrings(), data.{second}.get_bitstrings()))\n"
            'table = {}\nfor early in ("00", "01", "10", "11"):\n'
            "    replies = [late for word, late in pairs if word == early]\n"
            '    table[early] = (replies.count("1"), len(replies))\nreturn table',
            f"a dictionary from each of the four words of `{first}` to a tuple: in "
            f"how many of its shots `{second}` is "
            "1, and the number of its shots",
            'joint = {w + r: n for w, (a, b) in got.items() for r, n in (("1", a), ("0", b - a))}',
        ),
        (
            "dict[str, int]",
            f"return BitArray.concatenate_bits([data.{second}, data.{first}]).get_counts()",
            f"the joint counts, with the two bits of `{first}` on the left of the "
            f"bit of `{second}`",
            "joint = got",
        ),
        (
            "dict[int, dict[str, int]]",
            f"replies = data.{second}.get_bitstrings()\nsorted_ = {{}}\nfor value in (0, 1):\n"
            "    chosen = [i for i, reply in enumerate(replies) if reply == str(value)]\n"
            f"    sorted_[value] = data.{first}.slice_shots(chosen).get_counts()\nreturn sorted_",
            f"a dictionary from 0 and 1 to the counts of `{first}` among the shots "
            f"in which `{second}` has that value",
            "joint = {w + str(r): n for r, words in got.items() for w, n in words.items()}",
        ),
        (
            "dict[int, int]",
            f"return BitArray.concatenate_bits([data.{first}, data.{second}]).get_int_counts()",
            f"the joint counts under integer keys, `{second}` being the highest of the three bits",
            'joint = {format(k % 4, "02b") + str(k // 4): n for k, n in got.items()}',
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    body = f"""
{first}, {second} = ClassicalRegister(2, "{first}"), ClassicalRegister(1, "{second}")
qc = QuantumCircuit(QuantumRegister(3, "q"))
qc.add_register({first}, {second})
{_bits(one, "alpha", 0)}
{_bits(two, "beta", 1)}
qc.measure([0, 1], {first})
{clean}with qc.if_test({condition}) as else_:
{_bits(three, str(hit), target, "    ")}
with else_:
{_bits(three, str(miss), target, "    ")}
qc.measure({target}, {second})
sampler = SamplerV2(default_shots={shots}, seed={seed})
data = sampler.run([qc]).result()[0].data
{last}
"""
    a, b = _SAID[one].format("alpha"), _SAID[two].format("beta")
    yes, no = _SAID[three].format(hit), _SAID[three].format(miss)
    more = "from qiskit.primitives import BitArray\n" if "BitArray" in last else ""
    return Instance(
        entry_point="feed_forward_statistics",
        signature=f"(alpha: float, beta: float) -> {returns}",
        asks=(
            f"Qubit 0 gets {a}, qubit 1 gets {b}; both are measured into bits 0 and "
            f"1 of the register `{first}`. Where "
            f"{said}, {place} gets {yes}, otherwise {no}; then it is measured into "
            f"the one-bit register `{second}`. "
            f"Run {shots} shots on Aer's `SamplerV2` (seed {seed}) and return "
            f"{end}. Words have bit 0 on the right.",
            f"Feed-forward experiment on three qubits with Aer's `SamplerV2`, "
            f"{shots} shots. Step 1: {a} on qubit 0, "
            f"{b} on qubit 1, both measured into `{first}` (bits 0, 1). Step 2, on "
            f"{place} {yes} if {said}, else {no}. "
            f"Step 3: measure that qubit into `{second}`. Output: {end} (rightmost "
            f"character: bit 0).",
            f"Build a dynamic circuit and sample it: register `{first}` holds the "
            f"outcomes of qubit 0 (after {a}) and "
            f"qubit 1 (after {b}); on {place} apply {yes} when {said} and {no} when "
            f"not; its outcome goes to register "
            f"`{second}` of one bit. {shots} shots, Aer's `SamplerV2`, seed {seed}. "
            f"Return {end}. Bit 0 is the last "
            "character.",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister\n"
        f"{more}from qiskit_aer.primitives import SamplerV2",
        body=body,
        test=f"""
import numpy as np
def late_one(early):
    return {_CHANCE[three].format(hit)} if {cond} else {_CHANCE[three].format(miss)}
alphas = {"(0.3, -0.4)" if one == "h-ry" else "(1.2, 1.9)"}
betas = {"(-0.3, 0.5)" if two == "h-ry" else "(2.0, 1.3)"}
for alpha, beta in zip(alphas, betas):
    one, two = {_CHANCE[one].format("alpha")}, {_CHANCE[two].format("beta")}
    got = candidate(alpha, beta)
    {check}
    assert sum(joint.values()) == {shots}
    for low in (0, 1):
        for high in (0, 1):
            early = f"{{high}}{{low}}"
            prior = (two if high else 1 - two) * (one if low else 1 - one)
            for late, chance in (("1", late_one(early)), ("0", 1 - late_one(early))):
                error = joint.get(early + late, 0) / {shots} - prior * chance
                assert abs(error) < np.sqrt(np.log(32 / 1e-6) / (2 * {shots}))
""",
        params={"word": word, "form": form, "hit": hit, "miss": miss},
    )
