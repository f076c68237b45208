"""An exception as plain facts, also when its own methods misbehave."""

import types

from qspark.verify.classify import Raised

PROGRAM_FILE = "<candidate>"
TEST_FILE = "<test>"
# What the extra `bench` installs for programs.
_BENCH = frozenset({
    "graphviz", "networkx", "openqasm3", "pydot", "qiskit_qasm3_import",
    "seaborn", "sympy",
})  # fmt: skip


def describe(error: BaseException) -> Raised:
    """The plain facts of an exception."""
    files, by_candidate, traceback = [], False, error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        files.append(file)
        if file in (PROGRAM_FILE, TEST_FILE):
            by_candidate = file == PROGRAM_FILE
        traceback = traceback.tb_next
    types_ = tuple(
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
        for kind in type(error).__mro__
    )
    subject = ""
    if isinstance(error, ImportError):
        subject = str(error.name or "")
    elif isinstance(error, AttributeError):
        about = error.obj
        subject = about.__name__ if isinstance(about, types.ModuleType) else ""
        kind = about if isinstance(about, type) else type(about)
        subject = subject or str(kind.__module__)
    return Raised(types_, text_of(error), subject, tuple(files), by_candidate)


def text_of(error: BaseException) -> str:
    """Type and message of an exception whose own methods may misbehave."""
    try:
        message = str(error)
    except BaseException:
        message = "(its message cannot be shown)"
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] in _BENCH:
        text += " (pip install 'qspark[bench]')"
    if "'Graphviz' library is required" in message:
        text += " (the sandbox starts no other program, such as its dot)"
    return text.encode("utf-8", "replace").decode()
