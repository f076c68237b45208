"""What a program that becomes data may not do: reach out, touch files, read the clock, look into Python.

A look at the syntax tree only, to keep unfit tasks out; what holds a program in is the sandbox.
"""

import ast

from qspark.tasks.syntax import parse

_MODULES = {
    "network": "socket ssl http urllib urllib3 requests httpx aiohttp ftplib smtplib websocket",
    "files": "os pathlib shutil tempfile glob fileinput sqlite3 h5py pickle shelve dill joblib",
    "time": "time datetime timeit calendar",
    "inspection": "inspect gc ctypes importlib builtins sys traceback dis types unittest faulthandler",
    "processes": "subprocess multiprocessing threading concurrent asyncio signal pty",
}
_OF_MODULE = {name: kind for kind, names in _MODULES.items() for name in names.split()}
_NAMES = {
    "open": "files", "QiskitRuntimeService": "network", "IBMProvider": "network",
    "IBMQ": "network", "input": "processes", "breakpoint": "inspection",
    "exec": "inspection", "eval": "inspection", "compile": "inspection",
    "__import__": "inspection", "globals": "inspection", "locals": "inspection",
    "get_ipython": "inspection",
}  # fmt: skip
_METHODS = {
    "savefig": "files", "tofile": "files", "from_qasm_file": "files", "savetxt": "files",
    "loadtxt": "files", "imsave": "files", "read_csv": "files", "to_csv": "files",
    "save_account": "network", "load_account": "network",
}  # fmt: skip
# Functions that write or read a file when they are called on these modules.
_BY_MODULE = {("qasm2", "load"), ("qasm2", "dump"), ("qasm3", "load"), ("qasm3", "dump"),
              ("np", "save"), ("np", "load"), ("numpy", "save"), ("numpy", "load")}  # fmt: skip
_DEEPEST = 120
_HARMLESS = frozenset({"__init__", "__name__", "__class__", "__doc__", "__version__", "__call__"})


def misconduct(program: str) -> str:
    """What a program does that it may not: a word such as "network", or "" where there is nothing.

    A program that is not Python has "syntax"; one that is nested too deeply to be worked on,
    "nesting".
    """
    tree = parse(program)
    if tree is None:
        return "syntax"
    if _is_deep(tree):
        return "nesting"
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if found := _of(node, own):
            return found
    return ""


def _is_deep(tree: ast.AST) -> bool:
    """Whether a tree is deeper than recursive work on it may go."""
    level = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _of(node: ast.AST, own: set[str]) -> str:
    if isinstance(node, ast.Import):
        kinds = [_OF_MODULE.get(alias.name.partition(".")[0], "") for alias in node.names]
        return next(filter(None, kinds), "")
    if isinstance(node, ast.ImportFrom):
        kinds = [_NAMES.get(alias.name, "") for alias in node.names]
        return _OF_MODULE.get((node.module or "").partition(".")[0], next(filter(None, kinds), ""))
    if isinstance(node, ast.Name) and node.id not in own:
        return _NAMES.get(node.id, "")
    if isinstance(node, ast.Attribute):
        name = node.attr
        if name.startswith("__") and name.endswith("__") and name not in _HARMLESS:
            return "inspection"
        if isinstance(node.value, ast.Name) and (node.value.id, name) in _BY_MODULE:
            return "files"
        return _METHODS.get(name, "") or ("network" if _NAMES.get(name) == "network" else "")
    if isinstance(node, ast.keyword) and node.arg == "filename":
        return "" if isinstance(node.value, ast.Constant) and node.value.value is None else "files"
    return ""
