"""Whether a surviving mutant means the same as the program: asked in the sandbox.

Only what the values show can be proven here, and only for a function without parameters, whose
one value is its whole behaviour: equal values prove it equivalent. Of other functions a finite
number of inputs proves nothing, so their survivors count against the test.
"""

import ast

from qspark.verify.judge import Job, Limits

_SAME = """
def qspark_same(a, b):
    import numpy as np
    from qiskit import QuantumCircuit
    if isinstance(a, QuantumCircuit) and isinstance(b, QuantumCircuit):
        if a == b:
            return True
        from qspark.verify.equivalence import equivalent
        shape = [(c.num_qubits, c.num_clbits, [r.name for r in c.qregs + c.cregs]) for c in (a, b)]
        if shape[0] != shape[1] or a.parameters or b.parameters:
            return False
        return equivalent(a, b).answer == "equivalent"
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(qspark_same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(map(qspark_same, a, b))
    if isinstance(a, (int, float, complex, np.ndarray, np.generic)) and not isinstance(a, bool):
        return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, rtol=0, atol=1e-12))
    return type(a) is type(b) and bool(a == b)

def check(candidate):
    import copy
    space = {"__name__": "qspark_reference"}
    exec(compile(REFERENCE, "<reference>", "exec"), space)
    got, want = candidate(), space[ENTRY]()
    assert qspark_same(got, want)
    assert qspark_same(candidate(), got)
"""


def provable(program: str, entry_point: str) -> bool:
    """Whether equal values would prove equivalence: the entry point takes no argument."""
    for node in ast.parse(program).body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            arguments = node.args
            return not (
                arguments.args or arguments.posonlyargs or arguments.kwonlyargs
                or arguments.vararg or arguments.kwarg
            )  # fmt: skip
    return False


def equivalence_job(reference: str, mutant: str, entry_point: str, limits: Limits) -> Job:
    """A job that passes where both programs give the same value, twice."""
    test = _SAME.replace("REFERENCE", repr(reference)).replace("ENTRY", repr(entry_point))
    return Job(mutant, test, entry_point, limits, trusted=True)
