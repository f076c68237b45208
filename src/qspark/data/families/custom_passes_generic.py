"""Custom passes: editing and tracing pass managers, and qiskit.passmanager on other programs."""

from random import Random

from qspark.data.families.base import Instance, family

_STEPS = {
    "RemoveBarriers()": "RemoveBarriers", "Depth()": "Depth", "Size()": "Size", "Width()": "Width",
    "CountOps()": "CountOps", "RemoveFinalReset()": "RemoveFinalReset", "NumQubits()": "NumQubits",
    "MergeAdjacentBarriers()": "MergeAdjacentBarriers", "Optimize1qGatesDecomposition()":
    "Optimize1qGatesDecomposition", "RemoveResetInZeroState()": "RemoveResetInZeroState",
    "CommutativeInverseCancellation()": "CommutativeInverseCancellation",
    "NumTensorFactors()": "NumTensorFactors",
}  # fmt: skip


# Entries are cut off first, so that no edit is lost.
_EDITS = ("slice", "remove", "append", "replace", "plus", "pair")


@family(
    "custom_passes",
    "intermediate",
    oracle="value",
    skills=("pass-manager", "callback"),
    why="A list given to PassManager or append is one entry; entries are counted from 0.",
)
def edited_manager(rng: Random) -> Instance:
    """A pass manager that is edited step by step and tells by callback which passes it runs."""
    calls = rng.sample(list(_STEPS), rng.randint(4, 5))
    spare = rng.sample([c for c in _STEPS if c not in calls], 4)
    model = [[c] for c in calls]
    lines = ["manager = PassManager()", *(f"manager.append({c})" for c in calls)]
    told = [f"start with {', '.join(calls)} in this order, each an entry of its own"]
    if rng.random() < 0.4:
        together, model = calls[:2], [calls[:2], *([c] for c in calls[2:])]
        lines = [
            f"manager = PassManager([{', '.join(together)}])",
            *(f"manager.append({c})" for c in calls[2:]),
        ]
        told = [
            f"start with {' and '.join(together)} as one entry (number 0), then "
            f"{', '.join(calls[2:])} as entries "
            "of their own"
        ]
    for kind in sorted(rng.sample(list(_EDITS), 3), key=_EDITS.index):
        new = spare.pop()
        if len(model) < 2:
            break
        k = rng.randrange(len(model))
        if kind == "append":
            lines.append(f"manager.append({new})")
            model.append([new])
            told.append(f"append {new}")
        elif kind == "pair":
            calls_now = [new, spare.pop()] if spare else [new]
            lines.append(f"manager.append([{', '.join(calls_now)}])")
            model.append(calls_now)
            told.append(f"append {' and '.join(calls_now)} as one entry")
        elif kind == "replace":
            lines.append(f"manager.replace({k}, {new})")
            model[k] = [new]
            told.append(f"replace entry {k} (counted from 0) by {new}")
        elif kind == "remove":
            lines.append(f"manager.remove({k})")
            del model[k]
            told.append(f"remove entry {k} (counted from 0)")
        elif kind == "plus":
            lines.append(f"manager = manager + PassManager([{new}])")
            model.append([new])
            told.append(f"add a second pass manager with {new} behind it")
        else:
            cut = rng.randint(1, len(model) - 1)
            lines.append(f"manager = manager[{cut}:]")
            model = model[cut:]
            told.append(f"keep only the entries from number {cut} on (counted from 0)")
    report = rng.choice(["names", "length", "count", "flow"])
    names = [_STEPS[c] for entry in model for c in entry]
    lines.append("names = []")
    if report == "count":
        lines.append(
            "manager.run(\n    circuit,\n    callback=lambda **info: names.append("
            "(info['count'], info['pass_'].name())),\n)"
        )
        lines.append("return names")
        said = "Return the pairs (count, name) that a callback of the run is told, in order, as a list."
        want = [(k, n) for k, n in enumerate(names)]
    else:
        lines.append(
            "manager.run(circuit, callback=lambda **info: names.append(info['pass_'].name()))"
        )
        said, last, want = {
            "names": ("Return the names of the passes that a run executes, in order, as a callback sees it.",
                      "names", names),
            "length": ("Return a tuple of the names of the passes that a run executes, in order, seen by a "
                       "callback, and the number of entries of the manager.",
                       "names, len(manager)", (names, len(model))),
            "flow": ("Return a tuple of the names of the passes that a run executes, in order, seen by a "
                     "callback, and the number of passes of the manager's flow controller.",
                     "names, len(manager.to_flow_controller().passes)", (names, len(names))),
        }[report]  # fmt: skip
        lines.append(f"return {last}")
    body = "\n".join(lines)
    used = sorted({_STEPS[c] for c in _STEPS if c in body})
    steps = "; ".join(told)
    return Instance(
        entry_point="trace_passes",
        signature="(circuit: QuantumCircuit) -> "
        + ("tuple" if report in ("length", "flow") else "list"),
        asks=(
            f"Edit a pass manager in these steps: {steps}. Then run it on `circuit`. {said}",
            f"I want to see which passes of an edited PassManager really run. Steps: {steps}. Run "
            f"the result on the "
            f"given circuit with a callback. {said}",
            f"Do the following with qiskit.transpiler's PassManager. First "
            f"{steps.replace('; ', ', then ')}. Finally "
            f"run it on the argument. {said}",
        ),
        imports=f"from qiskit import QuantumCircuit\nfrom qiskit.transpiler import PassManager\n"
        f"from qiskit.transpiler.passes import {', '.join(used)}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
circuit = QuantumCircuit(2, 1)
circuit.h(0)
circuit.barrier()
circuit.cx(0, 1)
circuit.reset(1)
for start in (circuit, QuantumCircuit(3)):
    got = candidate(start)
    want = {want}
    plain = lambda value: [plain(v) for v in value] if isinstance(value, (list, tuple)) else value
    assert plain(got) == plain(want)
""",
        params={"steps": told, "report": report},
    )


# Passes on plain data: name, code of run(program), words, the same in the oracle.
_WORKS = {
    "int": {
        "Add": ("return program + {k}", "adds {k}", "v + {k}"),
        "Scale": ("return {k} * program", "multiplies by {k}", "{k} * v"),
        "Halve": ("return program // 2", "divides by two, rounding down", "v // 2"),
        "Mod": ("return program % {m}", "takes the remainder modulo {m}", "v % {m}"),
        "Flip": ("return program ^ {k}", "applies a bitwise exclusive or with {k}", "v ^ {k}"),
    },
    "str": {
        "Cancel": ("return program.replace('{p}{p}', '')", "deletes every `{p}{p}` (one str.replace)",
                   "v.replace('{p}{p}', '')"),
        "Commute": ("return program.replace('ZX', 'XZ')", "replaces every `ZX` by `XZ` (one str.replace)",
                    "v.replace('ZX', 'XZ')"),
        "Rename": ("return program.replace('S', 'TT')", "replaces every `S` by `TT`", "v.replace('S', 'TT')"),
        "Strip": ("return program.strip('{p}')", "strips `{p}` from both ends", "v.strip('{p}')"),
        "Mirror": ("return program[::-1]", "reverses the word", "v[::-1]"),
    },
}  # fmt: skip


@family(
    "custom_passes",
    "advanced",
    oracle="value",
    skills=("generic-pass", "flow-control", "property-set"),
    why="qiskit.passmanager runs GenericPass tasks on any program between a frontend and a backend.",
)
def generic_framework(rng: Random) -> Instance:
    """A pass manager of one's own over integers or words, with loops and conditions."""
    data = rng.choice(["int", "str", "str"])
    names = rng.sample(list(_WORKS[data]), 3)
    k, m, p = rng.randint(3, 9), rng.randint(50, 90), rng.choice("XZH")
    fill = {"k": str(k), "m": str(m), "p": p}

    def filled(text: str) -> str:
        for key, value in fill.items():
            text = text.replace("{" + key + "}", value)
        return text

    works = {name: [filled(t) for t in _WORKS[data][name]] for name in names}
    kind = data
    first, second, third = names
    shape = rng.choice(["linear", "loop", "condition", "stages", "execute"])
    rounds = rng.randint(2, 4)
    body = "".join(
        f"class {name}(GenericPass):\n    def run(self, program: {kind}) -> {kind}:\n"
        f"        {works[name][0]}\n\n\n"
        for name in names
    )
    measure = "program" if data == "int" else "len(program)"
    value = "v" if data == "int" else "len(v)"
    limit = rng.randint(20, 60) if data == "int" else rng.randint(6, 9)
    what = "the number" if data == "int" else "the word's length"
    if shape in ("loop", "condition"):
        body += f"class Look(GenericPass):\n    def run(self, program: {kind}) -> {kind}:\n"
        if shape == "loop":
            body += '        self.property_set["turns"] = self.property_set.get("turns", 0) + 1\n'
        body += f'        self.property_set["size"] = {measure}\n        return program\n\n\n'
    if shape not in ("execute", "stages"):
        body += (
            f"class Manager(BasePassManager):\n"
            f"    def _passmanager_frontend(self, input_program: {kind}, **options) -> {kind}:\n"
            f"        return input_program\n\n"
            f"    def _passmanager_backend(self, passmanager_ir: {kind}, in_program, **options) -> "
            f"{kind}:\n"
            f"        return passmanager_ir\n\n\n"
        )
    body += f"def process(program: {kind}) -> {kind if shape != 'loop' else 'tuple'}:\n"
    first_words, second_words, third_words = (works[n][1] for n in names)
    fw, sw, tw = (works[n][2] for n in names)
    imports = ["BasePassManager", "GenericPass"]
    if shape == "linear":
        body += f"    manager = Manager([{first}(), {second}()])\n"
        body += f"    manager.append({third}())\n    return manager.run(program)"
        told = f"a pass that {first_words}, one that {second_words}, and, appended, one that {third_words}"
        oracle = f"v = {fw}\n    v = {sw}\n    v = {tw}"
    elif shape == "loop":
        imports.append("DoWhileController")
        body += (
            f"    loop = DoWhileController(\n        [{first}(), {second}(), Look()], "
            f'do_while=lambda found: found["turns"] < {rounds}\n    )\n'
            f"    manager = Manager([loop, {third}()])\n"
            '    return manager.run(program), manager.property_set["turns"]'
        )
        told = (
            f"a do-while loop of exactly {rounds} rounds (counted in the property set under "
            f"`turns`), in each of "
            f"which one pass {first_words} and the next {second_words}, and, after the loop, a pass "
            f"that {third_words}; "
            "return a tuple of the result and the number of rounds"
        )
        oracle = f"for _ in range({rounds}):\n        v = {fw}\n        v = {sw}\n"
        oracle += f"    v = {tw}\n    v = (v, {rounds})"
    elif shape == "condition":
        imports.append("ConditionalController")
        body += (
            f"    branch = ConditionalController(\n        [{second}()], "
            f'condition=lambda found: found["size"] > {limit}\n    )\n'
            f"    return Manager([{first}(), Look(), branch, {third}()]).run(program)"
        )
        told = (
            f"a pass that {first_words}, one that notes {what} in the property set, a conditional "
            f"step that "
            f"{second_words} only if {what} is greater than {limit}, and a pass that {third_words}"
        )
        oracle = f"v = {fw}\n    if {value} > {limit}:\n        v = {sw}\n    v = {tw}"
    elif shape == "stages":
        imports = ["GenericPass", "MultiStagePassManager"]
        body += (
            f"    manager = MultiStagePassManager(\n        early={first}(), middle=[{second}(), "
            f"{third}()], "
            f"late={first}()\n    )\n"
            "    return manager.run(program)"
        )
        told = (
            f"a MultiStagePassManager with the stages early (a pass that {first_words}), middle (a "
            f"pass that "
            f"{second_words}, then one that {third_words}) and late (the pass of the early stage again)"
        )
        oracle = f"v = {fw}\n    v = {sw}\n    v = {tw}\n    v = {fw}"
    else:
        imports = [
            "FlowControllerLinear",
            "GenericPass",
            "PassManagerState",
            "PropertySet",
            "WorkflowStatus",
        ]
        body += (
            "    state = PassManagerState(workflow_status=WorkflowStatus(), property_set=PropertySet())\n"
            f"    flow = FlowControllerLinear([{first}(), {second}()])\n"
            "    program, state = flow.execute(program, state)\n"
            f"    program, state = {third}().execute(program, state)\n"
            "    return program"
        )
        told = (
            f"a linear flow controller with a pass that {first_words} and one that {second_words}, "
            f"executed on the "
            f"program with a fresh state, and afterwards the execution of a single pass that {third_words}"
        )
        oracle = f"v = {fw}\n    v = {sw}\n    v = {tw}"
    inputs = "range(0, 200, 7)" if data == "int" else "words"
    noun = (
        "integers" if data == "int" else "strings over H, X, Z, S and T, which stand for gate words"
    )
    listed = ", ".join(imports)
    return Instance(
        entry_point="process",
        signature="",
        asks=(
            f"The framework of qiskit.passmanager also works on other programs than circuits. Here "
            f"programs are "
            f"{noun}. Write a function `process(program)` that applies {told}. Use GenericPass subclasses.",
            f"Implement a tiny optimizer for {noun} with GenericPass and the other classes of "
            f"qiskit.passmanager. "
            f"`process(program)` has to run {told}.",
            f"Spec for `process(program: {kind})`, to be built from {listed}: {told}.",
        ),
        imports=f"from qiskit.passmanager import {listed}",
        body=body,
        test=f"""
import numpy as np
rng = np.random.default_rng(np.random.randint(2**31))
words = ["".join(rng.choice(list("HXZST"), size=n)) for n in (0, 1, 3, 5, 6, 7, 8, 9, 10, 12, 14, 16)]
words += ["XXZXZXS", "ZXHHXZZX", "SXXSZZHX", "HHHSTXZX", "XSZHZXXXH", "ZZXSSHHZXZ"]
for program in {inputs}:
    v = program
    {oracle}
    got = candidate(program)
    assert got == v and type(got) is type(v)
""",
        params={"data": data, "passes": names, "shape": shape, "k": k, "m": m, "p": p},
    )
