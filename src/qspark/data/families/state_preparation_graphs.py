"""Preparation of graph states and of uniform superpositions by gates of the library."""

from random import Random

from qspark.data.families._state_goals import HEAD, a_goal, imports_for
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


@family(
    "state_preparation",
    "intermediate",
    oracle="state",
    skills=("graph-states", "uniform-superpositions"),
    why=(
        "A graph state is |+> on all vertices and CZ on all edges; M states need ceil(log2 M)"
        " qubits."
    ),
    tolerance=1e-7,
)
def graph_and_uniform_states(rng: Random) -> Instance:
    """GraphStateGate and UniformSuperpositionGate, with changes before or after."""
    kind = rng.choice(["graph", "graph", "family", "uniform", "uniform", "shifted", "local"])
    goal, tail, wants, out, name = a_goal(rng, "chances")
    count = rng.choice([3, 5, 6, 7, 9, 10, 11])
    shape, rule = rng.choice(
        [
            ("star", "0, k"),
            ("path", "k - 1, k"),
            ("ring", "k - 1, k"),
            ("fan", "k // 2, k"),
            ("skip", "max(0, k - 2), k"),
        ]
    )
    extra = rng.choice(["none", "z", "x", "s", "h"])
    spot = rng.choice([0, 1])
    after = {
        "none": [],
        "z": [f"qc.z({spot})"],
        "x": [f"qc.x({spot})"],
        "s": [f"qc.s({spot})"],
        "h": [f"qc.h({spot})"],
    }[extra]
    after_told = "" if extra == "none" else f", followed by the gate {extra} on qubit {spot}"
    library: tuple[str, ...]
    if kind in ("graph", "local"):
        source = rng.choice(["edges", "matrix", "dict"])
        lines, given, told = {
            "edges": (
                ["adjacency = np.zeros((num_vertices, num_vertices), dtype=int)", "for i, j in edges:",
                 "    adjacency[i, j] = adjacency[j, i] = 1"],
                "num_vertices: int, edges: list[tuple[int, int]]",
                "the graph with the vertices 0, ..., num_vertices - 1 and `edges`",
            ),
            "matrix": (["num_vertices = len(adjacency)"], "adjacency: np.ndarray",
                       "the graph with the symmetric 0/1 matrix `adjacency`"),
            "dict": (
                ["num_vertices = len(neighbours)",
                 "adjacency = np.zeros((num_vertices, num_vertices), dtype=int)",
                 "for vertex, others in neighbours.items():", "    adjacency[vertex, others] = 1"],
                "neighbours: dict[int, list[int]]",
                "the graph in which `neighbours` lists the neighbours of every vertex (both ways)",
            ),
        }[source]  # fmt: skip
        lines = [
            *lines,
            "qc = QuantumCircuit(num_vertices)",
            "qc.append(GraphStateGate(adjacency), qc.qubits)",
            *after,
        ]
        told = f"the graph state of {told}{after_told}"
        library = ("GraphStateGate",)
    elif kind == "family":
        source, given = "family", "num_vertices: int"
        lines = [
            "adjacency = np.zeros((num_vertices, num_vertices), dtype=int)",
            "for k in range(1, num_vertices):", f"    i, j = {rule}",
            "    adjacency[i, j] = adjacency[j, i] = 1",
        ]  # fmt: skip
        if shape == "ring":
            lines.append("adjacency[0, num_vertices - 1] = adjacency[num_vertices - 1, 0] = 1")
        lines += [
            "qc = QuantumCircuit(num_vertices)",
            "qc.append(GraphStateGate(adjacency), qc.qubits)",
            *after,
        ]
        words = {
            "star": "the star with vertex 0 in the centre", "path": "the path 0 - 1 - 2 - ...",
            "ring": "the ring of all vertices in order",
            "fan": "the binary tree in which vertex k > 0 hangs on vertex k // 2",
            "skip": "the graph that joins every k > 0 to max(0, k - 2)",
        }[shape]  # fmt: skip
        told, library = (
            f"the graph state of {words}, with `num_vertices` vertices{after_told}",
            ("GraphStateGate",),
        )
    else:
        source, given = "uniform", ""
        n = (count - 1).bit_length()
        wide = n + rng.choice([0, 1])
        lines = [
            f"qc = QuantumCircuit({wide})",
            f"qc.append(UniformSuperpositionGate({count}, {wide}), qc.qubits)",
        ]
        told, library = (
            f"the equal superposition of |0>, ..., |{count - 1}> on {wide} qubits",
            ("UniformSuperpositionGate",),
        )
        if kind == "shifted":
            offset = rng.randint(1, 2**wide - 1)
            lines.append(f"qc.x([k for k in range({wide}) if {offset} >> k & 1])")
            told = (
                f"the equal superposition of the basis states x xor {offset}, x = 0, ..., "
                f"{count - 1}, on {wide} qubits"
            )
        elif rng.random() < 0.4:
            given = "count: int"
            lines = [
                "gate = UniformSuperpositionGate(count)",
                "qc = QuantumCircuit(gate.num_qubits)",
                "qc.append(gate, qc.qubits)",
            ]
            told = "the equal superposition of |0>, ..., |count - 1> on as few qubits as possible"
            source = "count"
    body = "\n".join([*lines, tail])
    asks = (
        f"Prepare {told}. {wants}.",
        f"{wants} of {told}, using Qiskit's {library[0]}.",
        f"I need {told} (from all zeros, vertex or bit k on qubit k). {wants}.",
    )
    test = fill(
        """$head
source, kind = "$source", "$kind"
if kind in ("graph", "local", "family"):
    for n, edges in ((4, [(0, 1), (1, 3), (0, 2)]), (5, [(0, 4), (4, 2), (2, 1), (1, 4), (3, 0)])):
        if kind == "family":
            rule = {"star": lambda k: 0, "path": lambda k: k - 1, "ring": lambda k: k - 1, \
"fan": lambda k: k // 2,
                    "skip": lambda k: max(0, k - 2)}["$shape"]
            edges = [(rule(k), k) for k in range(1, n)] + ([(0, n - 1)] if "$shape" == "ring" else [])
        adjacency = np.zeros((n, n), dtype=int)
        want = QuantumCircuit(n)
        want.h(range(n))
        for i, j in edges:
            adjacency[i, j] = adjacency[j, i] = 1
            want.cz(i, j)
        if "$extra" != "none":
            getattr(want, "$extra" if "$extra" != "none" else "z")($spot)
        lists = {i: [int(j) for j in np.flatnonzero(adjacency[i])] for i in range(n)}
        given = {"edges": (n, edges), "matrix": (adjacency,), "dict": (lists,), "family": (n,)}[source]
        check_state(candidate(*given), "$goal", Statevector(want).data, "$name")
elif source == "count":
    for count in (3, 5, 6):
        vector = np.zeros(2 ** (count - 1).bit_length())
        vector[:count] = 1 / np.sqrt(count)
        check_state(candidate(count), "$goal", vector, "$name")
else:
    vector = np.zeros(2**$wide)
    vector[[x ^ $offset for x in range($count)]] = 1 / np.sqrt($count)
    check_state(candidate(), "$goal", vector, "$name")
""",
        head=HEAD, source=source, kind=kind, shape=shape, extra=extra, spot=spot, goal=goal, name=name,
        wide=wide if kind in ("uniform", "shifted") else 1,
        offset=offset if kind == "shifted" else 0, count=count,
    )  # fmt: skip
    return Instance(
        "special_state", asks, imports_for(body, out, given, *library), f"({given}) -> {out}", body, test,
        {"kind": kind, "source": source, "count": count, "shape": shape, "extra": extra, "goal": goal},
    )  # fmt: skip
