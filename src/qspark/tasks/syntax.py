"""Reading Python source that may be wrong, without noise."""

import ast
import io
import threading
import tokenize
import warnings

# CPython 3.11 counts the depth of a tree for all threads together, and two at once can raise SystemError.
_ONE_AT_A_TIME = threading.Lock()
_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)


def parse(source: str) -> ast.Module | None:
    """The syntax tree of a source text, or None when it is not Python."""
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
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


def names(source: str) -> frozenset[str]:
    """The names in a source text, without making a tree; none where it is not Python.

    Keywords and attributes are among them, names in imports and of keyword arguments are not.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (*_FAULTS, tokenize.TokenError):
        return frozenset()
    found, depth, importing, first = set(), 0, False, True
    for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        if token.type == tokenize.NAME:
            importing |= first and token.string in ("import", "from")
            if not importing and not (depth and after.string == "="):
                found.add(token.string)
        ends = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL)
        if token.type in ends or token.string == ";":
            first = depth == 0
            importing &= not first
        elif token.type != tokenize.COMMENT:
            first = False
    return frozenset(found)
