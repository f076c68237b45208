"""Sparse Pauli strings over many qubits, and the Pauli-Lindblad maps that are made of them.

The oracle is plain text: a Pauli string as a Python string whose last letter is qubit 0.
"""

from random import Random

from qspark.data.families.base import Instance, family

PRODUCTS = """
TABLE = {
    ("X", "Y"): ("Z", 1), ("Y", "Z"): ("X", 1), ("Z", "X"): ("Y", 1),
    ("Y", "X"): ("Z", 3), ("Z", "Y"): ("X", 3), ("X", "Z"): ("Y", 3),
}
def commute(a, b):
    return sum("I" != x != y != "I" for x, y in zip(a, b)) % 2 == 0
def product(a, b):
    pairs = [(x, y) if "I" not in (x, y) else None for x, y in zip(a, b)]
    return "".join(
        TABLE[x, y][0] if (x, y) in TABLE else ("I" if x == y else x if y == "I" else y)
        for x, y in zip(a, b)
    )
def random_label(rng, n):
    while True:
        label = "".join(rng.choice(list("IIXYZ"), n))
        if 2 <= sum(c != "I" for c in label) < n:
            return label
"""
RNG = "import numpy as np\nrng = np.random.default_rng(np.random.randint(2**31))\n"


@family(
    "sparse_paulis",
    "intermediate",
    oracle="value",
    skills=("sparse-pauli", "qubit-order"),
    why="Indices count from qubit 0, which is the last letter of a label; identities are not stored.",
)
def sparse_pauli_question(rng: Random) -> Instance:
    """Build one or two sparse Pauli strings and say something about them."""
    n = rng.randint(5, 9)
    sources = {
        "label": (f"a label of {n} letters (the last one is qubit 0)", "label", "str",
                  "QubitSparsePauli.from_label({x})", "{l}"),
        "sparse": ("a pair of letters and the qubits that they act on",
                   "sparse", "tuple[str, list[int]]",
                   f"QubitSparsePauli.from_sparse_label({{x}}, num_qubits={n})",
                   "pair({l})"),
        "pauli": ("a `Pauli`", "pauli", "Pauli", "QubitSparsePauli.from_pauli({x})", "Pauli({l})"),
        "constructor": (f"a label of {n} letters, qubit 0 last", "text", "str",
                        "QubitSparsePauli({x})", "{l}"),
    }  # fmt: skip
    one, two = rng.choice(sorted(sources)), rng.choice(sorted(sources))
    questions = {
        "whether the two commute": (
            2, "return first.commutes(second)", "bool", "commute(a, b)", "got is want"),
        "the label of their product without its phase": (
            2, "return first.compose(second).to_pauli().to_label()", "str", "product(a, b)",
            "got == want"),
        "how many qubits their product acts on": (
            2, "return len(first.compose(second).indices)", "int",
            "sum(c != 'I' for c in product(a, b))", "got == want"),
        "the qubits that it acts on, in increasing order": (
            1, "return first.indices.tolist()", "list[int]",
            "[i for i, c in enumerate(reversed(a)) if c != 'I']", "got == want"),
        "its letters from the lowest qubit that it acts on to the highest, as one string": (
            1, 'return first.to_pauli().to_label().replace("I", "")[::-1]', "str",
            "a.replace('I', '')[::-1]", "got == want"),
        "the qubits on which it has a Y, in increasing order": (
            1, "letters = zip(first.indices, first.paulis)\n"
               "return [int(i) for i, letter in letters if letter == QubitSparsePauli.Pauli.Y]",
            "list[int]", "[i for i, c in enumerate(reversed(a)) if c == 'Y']", "got == want"),
        "the pair of its number of qubits and its weight": (
            1, "return first.num_qubits, len(first.paulis)", "tuple[int, int]",
            f"({n}, sum(c != 'I' for c in a))", "tuple(got) == want"),
    }  # fmt: skip
    words = rng.choice(sorted(questions))
    count, code, returns, oracle, compare = questions[words]
    given = [(one, "first"), (two, "second")][:count]
    lines = [f"{v} = {sources[s][3].format(x=f'{v}_{sources[s][1]}')}" for s, v in given]
    arguments = ", ".join(f"{v}_{sources[s][1]}: {sources[s][2]}" for s, v in given)
    described = " and ".join(f"`{v}_{sources[s][1]}` is {sources[s][0]}" for s, v in given)
    calls = ", ".join(
        sources[s][4].format(l=label) for (s, _), label in zip(given, "ab", strict=False)
    )
    uses_pauli = any(s == "pauli" for s, _ in given)
    imports = "Pauli, QubitSparsePauli" if uses_pauli else "QubitSparsePauli"
    return Instance(
        entry_point=rng.choice(("ask_sparse_pauli", "sparse_fact", "describe_string")),
        signature=f"({arguments}) -> {returns}",
        asks=(
            f"{described[0].upper() + described[1:] if described[0] != '`' else described}; there are {n} "
            f"qubits. With Qiskit's `QubitSparsePauli`, find {words}.",
            f"Many-qubit Pauli strings are kept sparse here ({n} qubits, `QubitSparsePauli`). Input: "
            f"{described}. Output: {words}.",
            f"Return {words}. {described[0].upper() + described[1:]}. All strings have {n} qubits, and the "
            "work is to be done with the class `QubitSparsePauli`.",
        ),
        imports=f"from qiskit.quantum_info import {imports}",
        body="\n".join([*lines, code]),
        test=f"""{RNG}from qiskit.quantum_info import Pauli
{PRODUCTS}
def pair(label):
    kept = [(c, i) for i, c in enumerate(reversed(label)) if c != "I"]
    return "".join(c for c, _ in kept), [i for _, i in kept]
for _ in range(8):
    a, b = random_label(rng, {n}), random_label(rng, {n})
    got, want = candidate({calls}), {oracle}
    assert {compare}, (a, b)
""",
        params={"qubits": n, "from": [s for s, _ in given], "question": words},
    )


@family(
    "sparse_paulis",
    "intermediate",
    oracle="value",
    skills=("sparse-pauli", "lists"),
    why="A list keeps its terms in order, duplicates too; apply_layout sends qubit i to layout[i].",
)
def sparse_pauli_list_pipeline(rng: Random) -> Instance:
    """A list of sparse Pauli strings, moved to other qubits and read out."""
    n = rng.randint(4, 6)
    wide = n + rng.randint(1, 2)
    layout = rng.sample(range(wide), n)
    sources = {
        "labels: list[str]": ("`labels` are Pauli labels, qubit 0 last",
            "QubitSparsePauliList.from_list(labels)", "labels"),
        "terms: list[tuple[str, list[int]]]": (
            "`terms` are pairs of letters and the qubits that they act on",
            f"QubitSparsePauliList.from_sparse_list(terms, num_qubits={n})",
            "[pair(l) for l in labels]"),
        "strings: list[QubitSparsePauli]": ("`strings` are `QubitSparsePauli` objects",
            "QubitSparsePauliList.from_qubit_sparse_paulis(strings)",
            "[QubitSparsePauli(l) for l in labels]"),
    }  # fmt: skip
    steps = {
        f"move qubit i to qubit {layout}[i] of {wide} qubits": (
            f"terms_list = terms_list.apply_layout({layout}, num_qubits={wide})",
            f"labels = [moved(l, {layout}, {wide}) for l in labels]"),
        "take every second string, the first one included": (
            "terms_list = terms_list[::2]", "labels = labels[::2]"),
        "reverse their order": ("terms_list = terms_list[::-1]", "labels = labels[::-1]"),
        "drop the first string": ("terms_list = terms_list[1:]", "labels = labels[1:]"),
    }  # fmt: skip
    results = {
        "a list of their labels": (
            "return terms_list.to_pauli_list().to_labels()", "list[str]", "labels", "list(got) == want"),
        "a list of pairs (letters, qubits in increasing order)": (
            "return terms_list.to_sparse_list()", "list[tuple[str, list[int]]]",
            "[pair(l) for l in labels]", "[(a, list(b)) for a, b in got] == want"),
        "the pair of how many strings and how many qubits there are": (
            "return terms_list.num_terms, terms_list.num_qubits", "tuple[int, int]",
            "(len(labels), len(labels[0]))", "tuple(got) == want"),
        "a list that says of each string whether it commutes with the first one": (
            "first = terms_list[0]\nreturn [first.commutes(other) for other in terms_list]",
            "list[bool]", "[commute(labels[0], l) for l in labels]", "list(got) == want"),
        "the weights of the strings, as a list": (
            "return [len(term.indices) for term in terms_list]", "list[int]",
            "[sum(c != 'I' for c in l) for l in labels]", "list(got) == want"),
        "an integer array with one row per string, whose column i holds the code of the letter on "
        "qubit i (0 for I, 2 for X, 3 for Y, 1 for Z)": (
            "return terms_list.to_dense_array()", "np.ndarray",
            "[[dict(I=0, Z=1, X=2, Y=3)[c] for c in reversed(l)] for l in labels]",
            "np.asarray(got).tolist() == want"),
    }  # fmt: skip
    argument = rng.choice(sorted(sources))
    described, made, call = sources[argument]
    chosen = rng.sample(sorted(steps), rng.randint(1, 3))
    words = rng.choice(sorted(results))
    finish, returns, oracle, compare = results[words]
    body = "\n".join([f"terms_list = {made}", *(steps[s][0] for s in chosen), finish])
    names = (
        "QubitSparsePauli, QubitSparsePauliList"
        if "strings" in argument
        else "QubitSparsePauliList"
    )
    imports = f"from qiskit.quantum_info import {names}"
    if "np." in returns:
        imports = f"import numpy as np\n{imports}"
    listed = "; then ".join(chosen)
    replay = "\n    ".join(steps[s][1] for s in chosen)
    return Instance(
        entry_point=rng.choice(("process_strings", "pauli_strings", "move_and_read")),
        signature=f"({argument}) -> {returns}",
        asks=(
            f"{described}, on {n} qubits. Make a `QubitSparsePauliList` of them, {listed}. Return {words}.",
            f"Write a helper for sparse Pauli strings on {n} qubits, where {described}: {listed}; the result "
            f"is {words}. Use `QubitSparsePauliList`.",
            f"From the input ({described}; {n} qubits) build a `QubitSparsePauliList`. Steps, in order: "
            f"{listed}. Output: {words}.",
        ),
        imports=imports,
        body=body,
        test=f"""{RNG}from qiskit.quantum_info import QubitSparsePauli
{PRODUCTS}
def pair(label):
    kept = [(c, i) for i, c in enumerate(reversed(label)) if c != "I"]
    return "".join(c for c, _ in kept), [i for _, i in kept]
def moved(label, layout, wide):
    letters = ["I"] * wide
    for i, c in enumerate(reversed(label)):
        letters[layout[i]] = c
    return "".join(reversed(letters))
for size in (5, 6, 8):
    labels = [random_label(rng, {n}) for _ in range(size)]
    got = candidate({call})
    {replay}
    want = {oracle}
    assert {compare}
""",
        params={"qubits": n, "input": argument, "steps": chosen, "result": words},
    )


@family(
    "sparse_paulis",
    "intermediate",
    oracle="value",
    skills=("phase", "sparse-pauli"),
    why="The phase counts factors of -i; first.compose(second) is the matrix product first times second.",
)
def phased_sparse_paulis(rng: Random) -> Instance:
    """Products of sparse Pauli strings with their phases."""
    n = rng.randint(4, 8)
    made, described, argument, call, signs = rng.choice((
        ("PhasedQubitSparsePauli.from_pauli({x})", "`Pauli` objects, phases included", "Pauli",
         "Pauli({l})", '["", "-", "i", "-i"]'),
        ("PhasedQubitSparsePauli.from_label({x})", "labels without a sign, qubit 0 last", "str", "{l}",
         '[""]'),
        ("PhasedQubitSparsePauli({x})", "`Pauli` objects with signs", "Pauli", "Pauli({l})",
         '["", "-", "i", "-i"]'),
    ))  # fmt: skip
    reverse = rng.random() < 0.5
    compose = "second.compose(first)" if reverse else "first.compose(second)"
    order = (
        "`second` times `first` (first acts first)"
        if reverse
        else "`first` times `second` (second acts first)"
    )
    matrix = "Pauli(b) @ Pauli(a)" if reverse else "Pauli(a) @ Pauli(b)"
    finish, words, returns, compare = rng.choice((
        ("return result.to_pauli()", "as a `Pauli`", "Pauli", "isinstance(got, Pauli) and got == want"),
        ("return result.to_pauli().to_label()", "as a label with its phase", "str", "Pauli(got) == want"),
        ("return result.phase", "but only its phase: the exponent k of (-i)^k in front of the letters", "int",
         "got == int(want.phase)"),
        ("return result.indices.tolist(), result.phase",
         "as a pair: the qubits that it acts on in increasing order, and the exponent k of (-i)^k in front",
         "tuple[list[int], int]",
         "(list(got[0]), got[1]) == ([i for i, c in enumerate(want.to_label().lstrip('-i')[::-1])"
         " if c != 'I'], int(want.phase))"),
    ))  # fmt: skip
    power = rng.choice((1, 2, 3))
    lines = [
        f"first = {made.format(x='a')}", f"second = {made.format(x='b')}", f"result = {compose}",
    ]  # fmt: skip
    more = ""
    if power > 1:
        again = "first.compose(result)" if reverse else "result.compose(first)"
        lines += [f"for _ in range({power - 1}):\n    result = {again}"]
        side = "on the left" if reverse else "on the right"
        more = (
            f", and multiply the outcome {power - 1} more time{'s' * (power > 2)} by `first` {side}"
        )
        for _ in range(power - 1):
            matrix = f"Pauli(a) @ ({matrix})" if reverse else f"({matrix}) @ Pauli(a)"
    names = (
        "Pauli, PhasedQubitSparsePauli"
        if "Pauli" in (argument, returns)
        else "PhasedQubitSparsePauli"
    )
    return Instance(
        entry_point=rng.choice(("phased_product", "sparse_product", "multiply_strings")),
        signature=f"(a: {argument}, b: {argument}) -> {returns}",
        asks=(
            f"`a` and `b` are {described}, of {n} qubits. As `PhasedQubitSparsePauli` objects `first` and "
            f"`second`, form the operator product {order}{more}. Return it {words}.",
            f"Multiply sparse Pauli strings with their phases. Given {described} ({n} qubits) called `a` and "
            f"`b`, let first and second be their `PhasedQubitSparsePauli` forms; the product is "
            f"{order}{more}. The result is wanted {words}.",
            f"Using Qiskit's `PhasedQubitSparsePauli`: convert `a` (first) and `b` (second), which are "
            f"{described} on {n} qubits; compute {order}{more}; give the result {words}.",
        ),
        imports=f"from qiskit.quantum_info import {names}",
        body="\n".join([*lines, finish]),
        test=f"""{RNG}from qiskit.quantum_info import Pauli
{PRODUCTS}
for _ in range(10):
    a, b = (str(rng.choice({signs})) + random_label(rng, {n}) for _ in range(2))
    got = candidate({call.format(l="a")}, {call.format(l="b")})
    want = {matrix}
    assert {compare}, (a, b)
""",
        params={
            "qubits": n,
            "input": argument,
            "swapped": reverse,
            "power": power,
            "result": words,
        },
    )
