"""How alike two tasks are: words, n-grams, syntax trees, MinHash."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[a-z0-9_]+")
PERMUTATIONS = 256


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def ngrams(items: Sequence[str], size: int) -> set[tuple[str, ...]]:
    """Every run of `size` items; empty where there are fewer."""
    return {tuple(items[i : i + size]) for i in range(len(items) - size + 1)}


def jaccard(one: set, two: set) -> float:
    """Shared over all; 0 for two empty sets, which say nothing."""
    return len(one & two) / len(one | two) if one or two else 0.0


def code_tokens(program: str) -> list[str]:
    """The tokens of a program without comments, docstrings and white space."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    plain = ast.unparse(tree)
    skipped = (
        tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT,
        tokenize.ENDMARKER,
    )  # fmt: skip
    read = tokenize.generate_tokens(io.StringIO(plain).readline)
    return [token.string for token in read if token.type not in skipped]


def normal_form(program: str) -> str:
    """The syntax tree without imports, docstrings, annotations and the names that it gives itself."""
    tree = ast.parse(program)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.setdefault(node.name, f"name{len(names)}")
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        elif isinstance(node, ast.arg):
            names.setdefault(node.arg, f"name{len(names)}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, f"name{len(names)}")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.name, node.returns = names[node.name], None
        elif isinstance(node, ast.ClassDef):
            node.name = names[node.name]
        elif isinstance(node, ast.arg):
            node.arg, node.annotation = names[node.arg], None
        elif isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    tree.body = [n for n in tree.body if not isinstance(n, ast.Import | ast.ImportFrom)]
    return ast.dump(tree)


def statements(program: str) -> list[str]:
    """The statements of all function bodies, each as normal text, docstrings left out."""
    found = []
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            found += [ast.unparse(statement) for statement in body]
    return found


def api_names(program: str) -> frozenset[str]:
    """The attribute names and imported names that a program uses."""
    found = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


def sketch(items: Iterable[tuple[str, ...]]):
    """A datasketch MinHash of shingles (256 permutations), or None of fewer than 5 of them."""
    from datasketch import MinHash

    shingles = sorted({" ".join(item).encode() for item in items})
    if len(shingles) < 5:
        return None
    made = MinHash(num_perm=PERMUTATIONS, seed=1)
    made.update_batch(shingles)
    return made


def text_sketch(text: str):
    """The sketch of a prompt: runs of 3 words."""
    return sketch(ngrams(words(text), 3))


def code_sketch(program: str):
    """The sketch of a program: runs of 5 tokens."""
    return sketch(ngrams(code_tokens(program), 5))
