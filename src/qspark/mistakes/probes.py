"""The test that finds out in what way an answer is wrong. It runs in the sandbox.

It knows circuits, states, operators, counts, labels and numbers. The braces are for `format`.
"""

PROBES = """
import copy as qspark_copy

def qspark_space(source):
    space = {{"__name__": "qspark_probe"}}
    exec(compile(source, "<test>", "exec"), space)
    return space

def qspark_same_circuit(a, b):
    from qiskit.quantum_info import Operator
    return a.num_qubits == b.num_qubits <= 8 and Operator(a).equiv(Operator(b))

def qspark_bare(circuit):
    bare = circuit.remove_final_measurements(inplace=False)
    return bare if bare is not None else circuit

def qspark_distance(a, b):
    one, two = sum(a.values()) or 1, sum(b.values()) or 1
    return sum(abs(a.get(k, 0) / one - b.get(k, 0) / two) for k in set(a) | set(b)) / 2

def qspark_circuits(got, want):
    from qiskit.quantum_info import Statevector
    if got.num_qubits != want.num_qubits:
        return "wrong/size"
    measures = "measure" in got.count_ops(), "measure" in want.count_ops()
    a, b = qspark_bare(got), qspark_bare(want)
    same = qspark_same_circuit(a, b)
    if same and measures == (False, True):
        return "wrong/missing-measurement"
    if same:
        return "wrong/phase" if measures[0] == measures[1] else "wrong/distribution"
    if qspark_same_circuit(a.reverse_bits(), b):
        return "wrong/endianness"
    p, q = Statevector(a).probabilities_dict(), Statevector(b).probabilities_dict()
    return "wrong/phase" if qspark_distance(p, q) < 1e-6 else "wrong/unitary"

def qspark_states(got, want):
    if got.dim != want.dim:
        return "wrong/size"
    if hasattr(got, "equiv") and got.equiv(want):
        return "wrong/phase"
    if hasattr(got, "reverse_qargs") and got.reverse_qargs() == want:
        return "wrong/endianness"
    if hasattr(got, "probabilities_dict"):
        p, q = got.probabilities_dict(), want.probabilities_dict()
        if qspark_distance(p, q) < 1e-6:
            return "wrong/phase"
    return "wrong/state"

def qspark_kind(got, want):
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import DensityMatrix, Operator, Statevector
    if isinstance(want, QuantumCircuit) and isinstance(got, QuantumCircuit):
        return qspark_circuits(got, want)
    if isinstance(want, (Statevector, DensityMatrix, Operator)) and type(got) is type(want):
        return qspark_states(got, want)
    if isinstance(want, dict) and isinstance(got, dict):
        keys = [*got, *want]
        if got and all(isinstance(k, str) for k in keys):
            turned = {{k[::-1]: v for k, v in got.items()}}
            if qspark_distance(got, want) > 0.1 > qspark_distance(turned, want):
                return "wrong/endianness"
            if {{len(k) for k in got}} != {{len(k) for k in want}}:
                return "wrong/size"
        return "wrong/distribution"
    if isinstance(want, str) and isinstance(got, str) and got != want:
        return "wrong/endianness" if got[::-1] == want else "wrong/value"
    if isinstance(want, (bool, int, float, complex)) != isinstance(got, (bool, int, float, complex)):
        return "wrong/type"
    return "wrong/value"

def check(candidate):
    reference = qspark_space({reference!r})[{entry_point!r}]
    test = qspark_space({test!r})["check"]

    def both(*arguments, **keywords):
        given = qspark_copy.deepcopy((arguments, keywords))
        got = candidate(*arguments, **keywords)
        want = reference(*given[0], **given[1])
        try:
            kind = qspark_kind(got, want)
        except Exception:
            kind = "wrong/value"
        assert False, "QSPARK-PROBE " + kind

    test(both)
"""
