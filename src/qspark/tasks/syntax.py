"""Reading Python source that may be wrong, without noise."""

import ast
import warnings

_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)


def parse(source: str) -> ast.Module | None:
    """The syntax tree of a source text, or None when it is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except _FAULTS:
        return None


def fault(source: str) -> str:
    """Why a source text does not compile, such as `SyntaxError: ...`; empty when it does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<candidate>", "exec", dont_inherit=True)
    except _FAULTS as error:
        return f"{type(error).__name__}: {error}"
    return ""
