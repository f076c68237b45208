"""Source of an exact simulator of dynamic circuits, which tests carry with them.

`exact(qc, state)` follows every measurement outcome and returns the list of branches (probability,
clbit values by index, values of standalone variables by name, normalised Statevector).
`spread(qc, state)` is the exact distribution of bit strings, clbit 0 on the right and no spaces;
`average(qc, keep, state)` is the density matrix of the qubits `keep` averaged over all outcomes.
Aer samples such circuits and evaluates only some classical expressions.
"""

EXACT = """
import numpy as np
from qiskit.circuit import CASE_DEFAULT, ClassicalRegister, Clbit, Gate
from qiskit.circuit.classical import expr, types
from qiskit.quantum_info import Operator, Statevector, partial_trace

def worth(e, cmap, bits, names):
    if isinstance(e, tuple):
        return worth(e[0], cmap, bits, names) == e[1]
    if isinstance(e, Clbit):
        return bits[cmap[e]]
    if isinstance(e, ClassicalRegister):
        return sum(bits[cmap[b]] << i for i, b in enumerate(e))
    if isinstance(e, expr.Value):
        return e.value
    if isinstance(e, expr.Var):
        return names[e.name] if e.standalone else worth(e.var, cmap, bits, names)
    wide = (1 << e.type.width) - 1 if isinstance(e.type, types.Uint) else None
    if isinstance(e, expr.Cast):
        got = worth(e.operand, cmap, bits, names)
        return bool(got) if isinstance(e.type, types.Bool) else got if wide is None else int(got) & wide
    if isinstance(e, expr.Index):
        at = worth(e.index, cmap, bits, names)
        return bool(worth(e.target, cmap, bits, names) >> at & 1)
    if isinstance(e, expr.Unary):
        a, op = worth(e.operand, cmap, bits, names), e.op.name
        if op == "NEGATE":
            return -a
        return ~int(a) & wide if op == "BIT_NOT" and wide is not None else not a
    a, b, op = worth(e.left, cmap, bits, names), worth(e.right, cmap, bits, names), e.op.name
    got = {
        "BIT_AND": lambda: a & b, "BIT_OR": lambda: a | b, "BIT_XOR": lambda: a ^ b,
        "LOGIC_AND": lambda: a and b, "LOGIC_OR": lambda: a or b, "EQUAL": lambda: a == b,
        "NOT_EQUAL": lambda: a != b, "LESS": lambda: a < b, "LESS_EQUAL": lambda: a <= b,
        "GREATER": lambda: a > b, "GREATER_EQUAL": lambda: a >= b, "SHIFT_LEFT": lambda: a << b,
        "SHIFT_RIGHT": lambda: a >> b, "ADD": lambda: a + b, "SUB": lambda: a - b,
        "MUL": lambda: a * b, "DIV": lambda: a // b if wide is not None else a / b,
    }[op]()
    return bool(got) if isinstance(e.type, types.Bool) else got if wide is None else got & wide

def _run(ops, qmap, cmap, live):
    out = {"": live, "break_loop": [], "continue_loop": []}
    for inst in ops:
        after = []
        for branch in out[""]:
            for signal, new in _one(inst, qmap, cmap, branch):
                (out[signal] if signal else after).append(new)
        out[""] = _merged(after)
    return out

def _merged(live):
    kept = {}
    for vector, bits, names in live if len(live) > 1 else ():
        size = np.linalg.norm(vector.data)
        big = vector.data[np.argmax(abs(vector.data) > 0.1 * size / len(vector.data) ** 0.5)]
        unit = np.round(vector.data * big.conj() / abs(big) / size, 6) + 0.0
        key = tuple(bits), tuple(sorted(names.items())), unit.tobytes()
        if key in kept:
            size = np.hypot(size, np.linalg.norm(kept[key][0].data))
        kept[key] = Statevector(vector.data / np.linalg.norm(vector.data) * size), bits, names
    return list(kept.values()) or live

def _block(block, inst, qmap, cmap, live):
    inner = {b: qmap[o] for b, o in zip(block.qubits, inst.qubits)}
    held = {b: cmap[o] for b, o in zip(block.clbits, inst.clbits)}
    return _run(block.data, inner, held, live)

def _flat(out):
    return [(signal, b) for signal in out for b in out[signal]]

def _one(inst, qmap, cmap, branch):
    op, (vector, bits, names) = inst.operation, branch
    q, name = [qmap[x] for x in inst.qubits], op.name
    if name in ("barrier", "delay"):
        return [("", branch)]
    if name in ("break_loop", "continue_loop"):
        return [(name, branch)]
    if name in ("measure", "reset"):
        found = []
        set_ = np.arange(len(vector.data)) >> q[0] & 1
        for outcome in (0, 1):
            part = Statevector(np.where(set_ == outcome, vector.data, 0))
            if np.linalg.norm(part.data) ** 2 < 1e-12:
                continue
            values = list(bits)
            if name == "measure":
                values[cmap[inst.clbits[0]]] = outcome
            elif outcome:
                part = part.evolve(Operator.from_label("X"), q)
            found.append(("", (part, values, names)))
        return found
    if name == "store":
        got, values, known = worth(op.rvalue, cmap, bits, names), list(bits), dict(names)
        to = op.lvalue
        if isinstance(to, expr.Index):
            at = worth(to.index, cmap, bits, names)
            if to.target.standalone:
                old = known[to.target.name] & ~(1 << at)
                known[to.target.name] = old | (int(got) << at)
            else:
                values[cmap[to.target.var[at]]] = int(got)
        elif to.standalone:
            known[to.name] = got
        elif isinstance(to.var, Clbit):
            values[cmap[to.var]] = int(got)
        else:
            for i, b in enumerate(to.var):
                values[cmap[b]] = int(got) >> i & 1
        return [("", (vector, values, known))]
    if name == "if_else":
        hit = bool(worth(op.condition, cmap, bits, names))
        blocks = op.blocks
        if hit or len(blocks) > 1:
            return _flat(_block(blocks[0] if hit else blocks[1], inst, qmap, cmap, [branch]))
        return [("", branch)]
    if name == "switch_case":
        got = worth(op.target, cmap, bits, names)
        for labels, block in op.cases_specifier():
            if CASE_DEFAULT in labels or got in labels:
                return _flat(_block(block, inst, qmap, cmap, [branch]))
        return [("", branch)]
    if name == "box":
        return _flat(_block(op.blocks[0], inst, qmap, cmap, [branch]))
    if name == "for_loop":
        indices, parameter, body = op.params
        live, ended = [branch], []
        for number in indices:
            block = body
            if parameter is not None and parameter in body.parameters:
                block = body.assign_parameters({parameter: number})
            out = _block(block, inst, qmap, cmap, live)
            live, ended = _merged(out[""] + out["continue_loop"]), ended + out["break_loop"]
        return [("", b) for b in live + ended]
    if name == "while_loop":
        live, ended = [branch], []
        for _ in range(200):
            going = [b for b in live if worth(op.condition, cmap, b[1], b[2])]
            ended += [b for b in live if not worth(op.condition, cmap, b[1], b[2])]
            going = [b for b in going if np.linalg.norm(b[0].data) ** 2 > 1e-9]
            if not going:
                break
            out = _block(op.blocks[0], inst, qmap, cmap, going)
            live, ended = _merged(out[""] + out["continue_loop"]), ended + out["break_loop"]
        else:
            raise AssertionError("a loop does not end")
        return [("", b) for b in ended]
    if isinstance(op, Gate):
        return [("", (vector.evolve(Operator(op), q), bits, names))]
    assert op.definition is not None, f"cannot follow {name}"
    return _flat(_block(op.definition, inst, qmap, cmap, [branch]))

def exact(qc, state=None, bits=None, names=None):
    vector = Statevector.from_int(0, 2**qc.num_qubits) if state is None else Statevector(state)
    vector = Statevector(vector.data * np.exp(1j * float(qc.global_phase)))
    start = (vector, list(bits or [0] * qc.num_clbits), dict(names or {}))
    qmap = {b: i for i, b in enumerate(qc.qubits)}
    cmap = {b: i for i, b in enumerate(qc.clbits)}
    found = []
    for vector, values, known in _run(qc.data, qmap, cmap, [start])[""]:
        weight = float(np.linalg.norm(vector.data) ** 2)
        found.append((weight, values, known, Statevector(vector.data / np.sqrt(weight))))
    return found

def spread(qc, state=None):
    found = {}
    for weight, values, _, _ in exact(qc, state):
        key = "".join(map(str, map(int, reversed(values))))
        found[key] = found.get(key, 0.0) + weight
    return found

def average(qc, keep, state=None):
    others = [i for i in range(qc.num_qubits) if i not in keep]
    return sum(w * partial_trace(s, others).data for w, _, _, s in exact(qc, state))
"""
