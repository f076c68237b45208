"""IBM runtime client without an account: objects as JSON."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "runtime",
    "intermediate",
    oracle="value",
    skills=("serialization", "json"),
    why="RuntimeEncoder and RuntimeDecoder turn Qiskit and numpy objects into JSON and back.",
    tolerance=1e-12,
)
def runtime_json(rng: Random) -> Instance:
    """Storing Qiskit objects as JSON with the runtime's encoder, and reading them."""
    name = rng.choice(["record", "payload", "entry", "job", "item"])
    keys = rng.sample(["circuit", "observable", "values", "phase", "counts", "tag", "matrix"], 3)
    made = {
        "circuit": ("circuit", "QuantumCircuit", "the circuit"),
        "observable": ("observable", "SparsePauliOp", "the operator"),
        "values": ("values", "np.ndarray", "the array"),
        "phase": ("phase", "complex", "the complex number"),
        "counts": ("counts", "dict[str, int]", "the counts"),
        "tag": ("tag", "str", "the text"),
        "matrix": ("matrix", "np.ndarray", "the complex matrix"),
    }
    args = ", ".join(f"{k}: {made[k][1]}" for k in keys)
    inner = "{" + ", ".join(f'"{k}": {k}' for k in keys) + "}"
    listed = ", ".join(f"`{k}`" for k in keys)
    version = rng.randint(2, 40)
    indent = rng.choice(["", ", indent=2", ", sort_keys=True"])
    first = keys[0]
    kind = rng.choice(["dump", "dump", "wrapped", "wrapped", "round", "read", "file", "list"])
    if "sort" in indent and keys == sorted(keys):
        keys.reverse()
        args = ", ".join(f"{k}: {made[k][1]}" for k in keys)
        inner = "{" + ", ".join(f'"{k}": {k}' for k in keys) + "}"
    indent = indent if kind in ("dump", "wrapped") else ""
    lines = ["import json"]
    everything = {
        "circuit": "qc",
        "observable": "op",
        "values": "array",
        "phase": "0.25 - 1.5j",
        "counts": '{"01": 3, "10": 5}',
        "tag": '"run 7"',
        "matrix": "matrix",
    }
    fed = ", ".join(everything[k] for k in keys)
    want = "{" + ", ".join(f'"{k}": {everything[k]}' for k in keys) + "}"
    if kind == "dump":
        returns, body = "str", f"return json.dumps({inner}, cls=RuntimeEncoder{indent})"
        said = (
            f"a JSON string of the dictionary with the keys {listed} that hold the "
            f"arguments of these names"
        )
        check = f"assert isinstance(got, str)\nsame(json.loads(got, cls=RuntimeDecoder), {want})"
    elif kind == "wrapped":
        returns = "str"
        body = (
            f'{name} = {{"version": {version}, "data": {inner}}}\nreturn '
            f"json.dumps({name}, cls=RuntimeEncoder{indent})"
        )
        said = (
            f'a JSON string of a dictionary with "version" = {version} and "data", a '
            f"dictionary with the keys {listed} for the arguments of these names"
        )
        check = (
            f"assert isinstance(got, str)\nfound = json.loads(got, "
            f'cls=RuntimeDecoder)\nassert found["version"] == {version} and set(found) == '
            f'{{"version", "data"}}\nsame(found["data"], {want})'
        )
    elif kind == "round":
        returns = "dict"
        body = (
            f"text = json.dumps({inner}, cls=RuntimeEncoder{indent})\nreturn "
            f"json.loads(text, cls=RuntimeDecoder)"
        )
        said = (
            f"the dictionary with the keys {listed} after a round trip through JSON "
            f"text (encoded and decoded again)"
        )
        check = f"same(got, {want})"
    elif kind == "read":
        returns, args = made[first][1], "text: str"
        body = f'{name} = json.loads(text, cls=RuntimeDecoder)\nreturn {name}["data"]["{first}"]'
        said = (
            f'the object under "data" and then "{first}" in the JSON string `text`, '
            f"which the runtime's encoder wrote"
        )
        fed = f'json.dumps({{"data": {want}}}, cls=RuntimeEncoder)'
        check = f'same({{"{first}": got}}, {{"{first}": {everything[first]}}})'
    elif kind == "file":
        returns, args = "int", f"path: str, {args}"
        body = (
            f'with open(path, "w", encoding="utf-8") as file:\n    json.dump({inner}, '
            f'file, cls=RuntimeEncoder{indent})\nwith open(path, encoding="utf-8") as file:\n   '
            f" return len(json.load(file, cls=RuntimeDecoder))"
        )
        said = (
            f"the number of keys found on reading back a JSON file at `path`, into "
            f"which the dictionary with the keys {listed} (arguments of these "
            f"names) was written before"
        )
        fed = f'"stored.json", {fed}'
        check = (
            f'assert got == 3\nwith open("stored.json", encoding="utf-8") as file:\n    '
            f"same(json.load(file, cls=RuntimeDecoder), {want})"
        )
    else:
        returns = "list[str]"
        body = (
            f"return [json.dumps(value, cls=RuntimeEncoder{indent}) for value in "
            f"({', '.join(keys)})]"
        )
        said = f"a list of three JSON strings, one for each of {listed} in this order"
        check = (
            f"found = [json.loads(text, cls=RuntimeDecoder) for text in "
            f"got]\nsame(dict(zip({keys}, found)), {want})"
        )
    used = [n for n in ("RuntimeDecoder", "RuntimeEncoder") if n in body]
    hints = args + returns
    lines += ["import numpy as np"] * ("np." in hints) + ["from qiskit import QuantumCircuit"] * (
        "QuantumCircuit" in hints
    )
    lines += ["from qiskit.quantum_info import SparsePauliOp"] * ("SparsePauliOp" in hints)
    lines += [f"from qiskit_ibm_runtime import {', '.join(used)}"]
    extra = {", indent=2": " Indent it by 2.", ", sort_keys=True": " Sort the keys.", "": ""}[
        indent
    ]
    if "Indent" in extra:
        check += '\nassert got[:2] + got[2:4] + got[4:5] == "{\\n  " + chr(34)'
    elif extra:
        check += f"\nplaces = [got.index(chr(34) + k + chr(34) + ': ') for k in {sorted(keys)}]"
        check += "\nassert places == sorted(places)"
    return Instance(
        entry_point="store",
        signature=f"({args}) -> {returns}",
        asks=(
            f"Use the JSON encoder and decoder of `qiskit_ibm_runtime`. Return {said}.{extra}",
            f"Plain `json` cannot handle circuits, operators or arrays, the IBM "
            f"runtime client's encoder and decoder can. With them, "
            f"return {said}.{extra}",
            f"Serialisation with `RuntimeEncoder` / `RuntimeDecoder`: the function "
            f"is to return {said}.{extra}",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import json
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp
from qiskit_ibm_runtime import RuntimeDecoder, RuntimeEncoder
qc = QuantumCircuit(2, 1)
qc.ry(0.3, 0)
qc.cx(0, 1)
qc.measure(1, 0)
op = SparsePauliOp(["XZ", "IY"], [0.5, -2])
array, matrix = np.arange(6.0).reshape(2, 3), np.array([[1, 2j], [0.5, -1]])
def same(one, two):
    assert set(one) == set(two)
    for key, want in two.items():
        assert type(one[key]) is type(want), key
        if isinstance(want, np.ndarray):
            assert one[key].shape == want.shape and np.array_equal(one[key], want)
        else:
            assert one[key] == want
got = candidate({fed})
{check}
""",
        params={"kind": kind, "keys": keys},
    )
