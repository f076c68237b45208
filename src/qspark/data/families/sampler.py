"""Sampler V2: sweeps in one PUB, several registers, PUB objects and bindings."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family

# (import lines, constructor with {shots} and {seed}, words)
_SAMPLERS = (
    (
        "from qiskit.primitives import StatevectorSampler",
        "StatevectorSampler(default_shots={shots}, seed={seed})",
        "`StatevectorSampler`",
    ),
    (
        "from qiskit_aer.primitives import SamplerV2",
        "SamplerV2(default_shots={shots}, seed={seed})",
        "Aer's `SamplerV2`",
    ),
    (
        "from qiskit.primitives import BackendSamplerV2\nfrom qiskit_aer import AerSimulator",
        'BackendSamplerV2(backend=AerSimulator(), options={{"default_shots": {'
        'shots}, "seed_simulator": {seed}}})',
        "`BackendSamplerV2` on an `AerSimulator`",
    ),
    (
        "from qiskit.primitives import BackendSamplerV2\n"
        "from qiskit.providers.basic_provider import BasicSimulator",
        'BackendSamplerV2(backend=BasicSimulator(), options={{"default_shots": {'
        'shots}, "seed_simulator": {seed}}})',
        "`BackendSamplerV2` on a `BasicSimulator`",
    ),
)
_NAMES = (("beta", "alpha", "gamma"), ("t2", "t0", "t1"), ("phi", "theta", "mu"), ("z", "a", "k"))
_PRODUCT = """
import numpy as np
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter
from qiskit.primitives import BitArray
rng = np.random.default_rng(np.random.randint(2**31))
def product(names, register):
    qc = QuantumCircuit(QuantumRegister(len(names), "q"), ClassicalRegister(len(names), register))
    for qubit, name in enumerate(names):
        qc.ry(Parameter(name), qubit)
    qc.measure(range(len(names)), range(len(names)))
    return qc
def probability(outcome, angles):
    value = 1.0
    for bit, angle in zip(reversed(outcome), angles):
        value *= np.sin(angle / 2) ** 2 if bit == "1" else np.cos(angle / 2) ** 2
    return value
def limit(shots, events=64):
    return np.sqrt(np.log(2 * events / 1e-6) / (2 * shots))
"""


@family(
    "sampler",
    "intermediate",
    oracle="distribution",
    skills=("pub-shapes", "parameters", "endianness"),
    why="An array in a PUB binds the parameters in the order of circuit.parameters, a "
    "mapping by name.",
    false_alarm=1e-6,
)
def sweep_in_one_pub(rng: Random) -> Instance:
    """A parameter sweep that is one PUB, in several forms of bindings and of results."""
    imports, build, who = rng.choice(_SAMPLERS)
    names = rng.choice(_NAMES)
    register = rng.choice(["c", "meas", "out", "bits"])
    shots, seed = rng.randrange(2000, 4000, 50), rng.randint(1, 99)
    outcome = rng.choice(["001", "011", "100", "110"])
    form = rng.choice(["array", "mapping", "named", "grid", "bindings"])
    used = set()
    order = tuple(sorted(names))
    axes = "(4, 2)" if form != "grid" else "(3, 2)"
    if form == "array":
        signature = "circuit: QuantumCircuit, values: np.ndarray"
        what = "`values` has a last axis over the parameters in the order of `circuit.parameters`"
        value, fed = "values", "table[..., [names.index(n) for n in sorted(names)]]"
    elif form == "mapping":
        signature = "circuit: QuantumCircuit, values: dict[str, np.ndarray]"
        what = "`values` maps the names of the parameters to arrays of equal shape"
        value, fed = "values", "{n: table[..., i] for i, n in enumerate(names)}"
    elif form == "named":
        signature = "circuit: QuantumCircuit, names: list[str], values: np.ndarray"
        what = "the last axis of `values` runs over the parameters in the order of `names`"
        value, fed = "{tuple(names): values}", "list(names), table"
    elif form == "bindings":
        signature = "circuit: QuantumCircuit, first: np.ndarray, rest: np.ndarray"
        what = (
            f"`first` holds values of the parameter `{names[0]}`, and the last axis "
            f"of `rest` those of "
            f"`{names[1]}` and `{names[2]}`; the other axes agree"
        )
        value = f'BindingsArray({{"{names[0]}": first, ("{names[1]}", "{names[2]}"): rest}})'
        fed = "table[..., 0], table[..., 1:]"
        used.add("BindingsArray")
    else:
        signature = "circuit: QuantumCircuit, one: list[float], two: list[float]"
        fixed = rng.randint(110, 140) / 100
        what = (
            f"parameter `{names[0]}` takes the values of `one` along axis 0 of the "
            f"sweep, `{names[2]}` those "
            f"of `two` along axis 1, and `{names[1]}` is {fixed} everywhere"
        )
        value = "grid"
        fed = "table[:, 0, 0].tolist(), table[0, :, 2].tolist()"
    setup = ""
    if form == "grid":
        setup = (
            f'rows, columns = np.meshgrid(one, two, indexing="ij")\n'
            f"grid = "
            f'{{"{names[0]}": rows, "{names[1]}": np.full(rows.shape, {fixed}), "{names[2]}": columns}}\n'
        )
    place = rng.choice(["pub", "run", "default"])
    sampler = build.format(shots=shots if place == "default" else 100, seed=seed)
    if place != "default":
        sampler = sampler.replace("default_shots=100, ", "").replace('"default_shots": 100, ', "")
    pub = {"pub": f"(circuit, {value}, {shots})"}.get(place, f"(circuit, {value})")
    run = f", shots={shots}" if place == "run" else ""
    head = (
        f"{setup}sampler = {sampler}\nbits = "
        f"sampler.run([{pub}]{run}).result()[0].data.{register}\n"
    )
    ends = [
        (
            "BitArray",
            "return bits",
            "the `BitArray` of the register, whose shape is that of the sweep",
            f"assert isinstance(got, BitArray) and got.shape == {axes} and "
            f"got.num_shots == {shots}\n"
            f"    seen = lambda k: got.get_counts(k).get('{outcome}', 0) / {shots}",
        ),
        (
            "list[dict[str, int]]",
            "return [bits.get_counts(point) for point in np.ndindex(bits.shape)]",
            "a list of the counts of the points in row-major order",
            f"assert len(got) == {int(axes[1]) * 2} and all(sum(c.values()) == "
            f"{shots} for c in got)\n"
            f"    seen = lambda k: got[2 * k[0] + k[1]].get('{outcome}', 0) / {shots}",
        ),
        (
            "np.ndarray",
            f'word = [c == "1" for c in "{outcome}"]\n'
            "hits = (bits.to_bool_array() == word).all(axis=bits.ndim + "
            "1)\nreturn hits.mean(axis=bits.ndim)",
            f"an array in the shape of the sweep with the relative frequency of "
            f"`{outcome}` (bit 0 on the right) "
            "at each point",
            f"assert np.shape(got) == {axes} and np.allclose(np.rint(np.multiply(got, {shots})), "
            f"np.multiply(got, {shots}), atol=1e-6)\n    seen = lambda k: got[k]",
        ),
        (
            "dict[tuple[int, ...], dict[int, int]]",
            "return {point: bits.get_int_counts(point) for point in np.ndindex(bits.shape)}",
            "a dictionary from the index (a tuple) of each point to its counts with integer keys",
            f"assert set(got) == set(np.ndindex{axes}) and all(sum(c.values()) == "
            f"{shots} for c in got.values())\n"
            f"    seen = lambda k: got[k].get({int(outcome, 2)}, 0) / {shots}",
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    if returns == "BitArray":
        used.add("BitArray")
    lines = set(imports.split("\n")) | {"from qiskit import QuantumCircuit"}
    lines |= {"import numpy as np"} if "np." in head + last + signature else set()
    if used:
        mine = next((x for x in lines if x.startswith("from qiskit.primitives")), "")
        lines.discard(mine)
        used |= set(filter(None, mine.partition("import ")[2].split(", ")))
        lines.add(f"from qiskit.primitives import {', '.join(sorted(used))}")
    wrong = ()
    if form == "named":
        wrong = (Wrong("S21", (head + last).replace("{tuple(names): values}", "values")),)
    where = (
        f"The circuit has the parameters {', '.join(f'`{n}`' for n in order)} and is "
        f"measured into `{register}`"
    )
    fix = f"table[..., 1] = {fixed}" if form == "grid" else "pass"
    return Instance(
        entry_point="sample_sweep",
        signature=f"({signature}) -> {returns}",
        asks=(
            f"Sample a sweep with {who}, {shots} shots per point, as one PUB. "
            f"{where}; {what}. Return {end}.",
            f"{where} (three bits). I want the whole sweep in a single run of {who} "
            f"(seed {seed}, {shots} shots "
            f"for every point): {what}. The result should be {end}.",
            f"Using {who} with seed {seed}: one PUB, {shots} shots per point of the "
            f"sweep. {what[0].upper()}"
            f"{what[1:]}. {where}. Output: {end}.",
            f"How do I run a parameter sweep without a Python loop over circuits? "
            f"Primitive: {who}; shots per "
            f"point: {shots}. {where}; {what}. Please return {end}.",
        ),
        imports="\n".join(sorted(lines, key=lambda x: ("numpy" not in x, x))),
        body=head + last,
        test=f"""{_PRODUCT}
names = {names}
for _ in range(2):
    table = np.stack([rng.uniform(*r, {axes}) for r in ((0.3, 0.9), (1.2, 1.7), (2.2, 2.7))], axis=-1)
    if "{form}" == "grid":
        table[..., 0] = table[:, :1, 0]
        table[..., 2] = table[:1, :, 2]
        {fix}
    got = candidate(product(names, "{register}"), {fed})
    {check}
    for point in np.ndindex{axes}:
        assert abs(seen(point) - probability("{outcome}", table[point])) < limit({shots})
""",
        params={"form": form, "place": place, "shots": shots, "names": names},
        wrong=wrong,
    )


@family(
    "sampler",
    "intermediate",
    oracle="value",
    skills=("register-names", "join-data", "endianness"),
    why="A sampler returns one BitArray per classical register; join_data puts the "
    "first name on the low bits.",
)
def several_registers(rng: Random) -> Instance:
    """What a circuit with three classical registers measured, register by register or joined."""
    imports, build, who = rng.choice(_SAMPLERS)
    a, b, c = rng.choice(
        [("low", "mid", "high"), ("x", "y", "flag"), ("ca", "cb", "cc"), ("data", "anc", "out")]
    )
    shots, seed = rng.randint(40, 160), rng.randint(1, 99)
    sampler = build.format(shots=shots, seed=seed)
    first, second = rng.sample([a, b, c], 2)
    one = rng.choice([a, b])
    kinds = [
        (
            "dict[str, dict[str, int]]",
            "return {name: bits.get_counts() for name, bits in result.data.items()}",
            "a dictionary from the name of each register to its counts",
            "assert got == {n: {v: SHOTS} for n, v in read.items()}",
        ),
        (
            "dict[str, int]",
            f'return result.join_data(["{first}", "{second}"]).get_counts()',
            f"the joint counts of `{first}` and `{second}`, with the bits of "
            f"`{first}` on the right",
            f'assert got == {{read["{second}"] + read["{first}"]: SHOTS}}',
        ),
        (
            "dict[str, int]",
            "return result.join_data().get_counts()",
            "the joint counts of all registers without spaces, the first register "
            "of the circuit on the right",
            f'assert got == {{read["{c}"] + read["{b}"] + read["{a}"]: SHOTS}}',
        ),
        (
            "dict[int, int]",
            f"return result.data.{one}.get_int_counts()",
            f"the counts of register `{one}` with integer keys",
            f'assert got == {{int(read["{one}"], 2): SHOTS}}',
        ),
        (
            "dict[str, int]",
            f"return (result.data.{a} ^ result.data.{b}).get_counts()",
            f"the counts of the bitwise XOR of `{a}` and `{b}`",
            f'assert got == {{format(int(read["{a}"], 2) ^ int(read["{b}"], 2), "03b"): SHOTS}}',
        ),
        (
            "dict[str, tuple[int, int]]",
            "return {name: (bits.num_bits, bits.num_shots) for name, bits in result.data.items()}",
            "a dictionary from the name of each register to a tuple of its number "
            "of bits and of shots",
            "assert got == {n: (len(v), SHOTS) for n, v in read.items()}",
        ),
        (
            "list[tuple[int, ...]]",
            "words = [bits.get_bitstrings() for bits in result.data.values()]\n"
            "return [tuple(int(word, 2) for word in shot) for shot in zip(*words)]",
            "a list with a tuple for each shot: the values of the registers as "
            "integers, in the order of the circuit",
            f'assert got == [tuple(int(read[n], 2) for n in ("{a}", "{b}", "{c}"))] * SHOTS',
        ),
        (
            "dict[str, int]",
            f"bits = BitArray.concatenate_bits([result.data.{first}, ~result.data.{second}])\n"
            "return bits.get_counts()",
            f"the joint counts of `{first}` (on the right) and the complement of "
            f"`{second}` (every bit flipped, on "
            "the left)",
            f'flipped = read["{second}"].translate({{48: "1", 49: "0"}})\n    '
            f'assert got == {{flipped + read["{first}"]: SHOTS}}',
        ),
        (
            "dict[str, str]",
            f"return "
            f'{{name: bits.get_bitstrings()[0] for name, bits in result.data.items() if name != "{one}"}}',
            f"a dictionary from the names of all registers but `{one}` to the "
            f"bitstring of the first shot",
            f'assert got == {{n: v for n, v in read.items() if n != "{one}"}}',
        ),
    ]
    returns, last, end, check = rng.choice(kinds)
    where, run, pub = rng.choice(
        [
            ("default", "", "circuit"),
            ("run", f", shots={shots}", "circuit"),
            ("pub", "", f"(circuit, None, {shots})"),
        ]
    )
    if where != "default":
        sampler = sampler.replace(f"default_shots={shots}, ", "").replace(
            f'"default_shots": {shots}, ', ""
        )
    if "BitArray." in last:
        imports = (
            imports.replace("import BackendS", "import BackendS").replace(
                "primitives import ", "primitives import BitArray, "
            )
            if "qiskit.primitives" in imports
            else f"from qiskit.primitives import BitArray\n{imports}"
        )
        imports = imports.replace("BitArray, BackendSamplerV2", "BackendSamplerV2, BitArray")
    regs = f"the classical registers `{a}` and `{b}` of 3 bits and `{c}` of 2 bits, in this order"
    return Instance(
        entry_point="read_registers",
        signature=f"(circuit: QuantumCircuit) -> {returns}",
        asks=(
            f"Run a measured circuit once on {who} with {shots} shots. It has "
            f"{regs}. Return {end}. "
            "Bitstrings have bit 0 on the right.",
            f"`circuit` has {regs}. Sample it ({who}, {shots} shots, seed {seed}) "
            f"and give me {end}; "
            "the rightmost character of a bitstring is bit 0 of its register.",
            f"I measured into {regs}, and the sampler's result has a field per "
            f"register. With {who} and {shots} "
            f"shots, how do I get {end}?",
        ),
        imports=f"from qiskit import QuantumCircuit\n{imports}",
        body=f"sampler = {sampler}\nresult = sampler.run([{pub}]{run}).result()[0]\n{last}",
        test=f"""
import numpy as np
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
rng = np.random.default_rng(np.random.randint(2**31))
sizes = {{"{a}": 3, "{b}": 3, "{c}": 2}}
for read in ({{"{a}": "001", "{b}": "110", "{c}": "01"}}, {{"{a}": "011", "{b}": "110", "{c}": "10"}}):
    qubits = QuantumRegister(8, "q")
    registers = {{n: ClassicalRegister(k, n) for n, k in sizes.items()}}
    qc = QuantumCircuit(qubits, *registers.values())
    wires = iter(rng.permutation(8).tolist())
    for name, value in read.items():
        for bit, char in enumerate(reversed(value)):
            wire = next(wires)
            if char == "1":
                qc.x(wire)
            qc.measure(wire, registers[name][bit])
    got = candidate(qc)
    {check.replace("SHOTS", str(shots))}
""",
        params={"who": who, "returns": returns, "shots": shots},
    )
