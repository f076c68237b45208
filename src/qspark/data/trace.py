"""What a solution touches: the public objects that it calls and the members that it uses.

The program is rewritten so that every call and every attribute passes by a recorder, and judged
with its own test; the recorder's findings come back as the message of an assertion behind the
test. Calls made by the library itself are not seen, nor those of the test.
"""

import ast
import base64
import inspect
import json
import zlib
from dataclasses import dataclass, replace

from qspark.data import surface
from qspark.verify.judge import Job
from qspark.verify.verdict import Verdict

_MARK = "QSPARK-TRACE "

_RECORDER = """
class QSparkRecorder:
    def __init__(self):
        space = {"__name__": "qspark_surface"}
        exec(compile(SURFACE, "<surface>", "exec", dont_inherit=True), space)
        self.surface, self.symbols = space["surface"](), set()
        self.calls, self.widths, self.depths, self.types = 0, [], [], set()

    def called(self, thing):
        if name := self.surface.name_of(thing):
            self.symbols.add(name)
        return thing

    def own(self, thing, attribute):
        import types
        if isinstance(thing, types.ModuleType):
            if name := self.surface.name_of(getattr(thing, attribute, None)):
                self.symbols.add(name)
        elif isinstance(thing, type):
            if name := self.surface.name_of(thing):
                self.symbols.add(name)
            self.symbols.add(self.surface.member_of(thing, attribute))
        else:
            self.symbols.add(self.surface.member_of(type(thing), attribute))
        return thing

    def watched(self, candidate):
        if isinstance(candidate, type) or not callable(candidate):
            return candidate
        def entry(*arguments, **keywords):
            got = candidate(*arguments, **keywords)
            self.calls += 1
            self.types.add(type(got).__name__)
            if any(kind.__name__ == "QuantumCircuit" for kind in type(got).__mro__):
                self.widths.append(got.num_qubits)
                self.depths.append(got.depth())
            return got
        return entry

    def said(self):
        import base64, json, zlib
        found = {
            "symbols": sorted(self.symbols - {""}), "calls": self.calls,
            "types": sorted(self.types),
            "qubits": max(self.widths, default=0), "depth": max(self.depths, default=0),
        }
        return base64.b85encode(zlib.compress(json.dumps(found).encode(), 9)).decode()

QSPARK = QSparkRecorder()
"""

_TEST = """

qspark_check = check

def check(candidate):
    qspark_check(QSPARK.watched(candidate))
    raise AssertionError("{mark}" + QSPARK.said())
"""


@dataclass(frozen=True)
class Trace:
    """What was seen: public symbols; how often the test called; widest and deepest circuit returned."""

    symbols: tuple[str, ...]
    calls: int
    types: tuple[str, ...]
    qubits: int
    depth: int


class _Instrument(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id != "super":
            node.func = _recorded("called", node.func)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.value = _recorded("own", node.value, ast.Constant(node.attr))
        return node


def _recorded(method: str, *arguments: ast.expr) -> ast.Call:
    recorder = ast.Attribute(ast.Name("QSPARK", ast.Load()), method, ast.Load())
    return ast.Call(recorder, list(arguments), [])


def traced(job: Job) -> Job:
    """The job that runs a passing program with its test and tells what it touches."""
    tree = ast.parse(job.program)
    future = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    tree.body = [node for node in tree.body if node not in future]
    text = ast.unparse(ast.fix_missing_locations(_Instrument().visit(tree)))
    head = "".join(ast.unparse(node) + "\n" for node in future)
    source = inspect.getsource(surface)  # the sandbox reads no file of ours
    recorder = _RECORDER.replace("SURFACE", repr(source), 1)
    return replace(
        job,
        program=head + recorder + text + "\n",
        test=job.test + _TEST.format(mark=_MARK),
        trusted=True,
    )


def trace_of(verdict: Verdict) -> Trace | None:
    """What the verdict on a traced job tells; None where the program did not pass."""
    _, mark, said = verdict.message.partition(_MARK)
    if not mark:
        return None
    try:
        found = json.loads(zlib.decompress(base64.b85decode(said.strip())))
    except (ValueError, zlib.error):
        return None
    return Trace(
        tuple(found["symbols"]), found["calls"], tuple(found["types"]), found["qubits"],
        found["depth"],
    )  # fmt: skip
