"""Requests made of a docstring without a model: the docstring, one paragraph, a specification."""

import ast
import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(
    r"^\s*(args|arguments|parameters|params|inputs?|returns?|outputs?|yields?|raises|examples?|usage|"
    r"notes?|references|see also|warnings?|todo)\s*(:?)\s*$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\s*:(param|type|returns?|rtype|raises)\b\s*([^:]*):\s*(.*)$")
_GOOGLE = re.compile(r"^\s*\*{0,2}(\w+)\s*(?:\(([^)]*)\))?\s*[:\u2013-]\s+(.*)$")
_NUMPY = re.compile(r"^\*{0,2}(\w+)\s*(?::\s*(.*))?$")
_TYPED = re.compile(r"([A-Z]?[\w.]+(?:\[[\w\[\], .]+\])?):\s+(.+)")
_ROLE = re.compile(r":[\w:]+:`~?([^`<]+?)(?:\s*<[^>]*>)?`")
_LINK = re.compile(r"`([^`<]+)\s<https?://[^>]*>`_+")


@dataclass
class Described:
    """What a docstring says: paragraphs, parameters by name, and what comes back."""

    paragraphs: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    returns: str = ""

    @property
    def text(self) -> str:
        """The paragraphs as one."""
        return " ".join(self.paragraphs)


def described(docstring: str) -> Described:
    """Read a docstring in Google's, NumPy's or Sphinx's form, or plain. Examples are left out."""
    lines = _without_examples(inspect.cleandoc(docstring).split("\n"))
    found = Described()
    section, name, body = "", "", list[str]()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        underlined = re.fullmatch(r"\s*[-=~]{3,}\s*", following) is not None
        header = _SECTION.match(line)
        if header and (header[2] or underlined):
            section, name = header[1].lower().rstrip("s"), ""
        elif re.fullmatch(r"\s*[-=~]{3,}\s*", line):
            continue
        elif field_said := _FIELD.match(line):
            section, name = _take_field(found, field_said)
        elif section in ("", "body"):
            body.append(line)
        elif section in ("arg", "argument", "parameter", "param", "input"):
            name = _take_parameter(found, line, name)
        elif section in ("return", "output"):
            found.returns = f"{found.returns} {line.strip()}".strip()
        elif (
            not line.strip()
            and not following.startswith(" ")
            and following
            and section != "example"
        ):
            section = "body" if not _SECTION.match(following) else section
    paragraphs = re.split(r"\n\s*\n", "\n".join(body))
    found.paragraphs = [text for p in paragraphs if (text := plain(p))]
    found.parameters = {n: plain(text) for n, text in found.parameters.items() if plain(text)}
    found.returns = plain(found.returns)
    if typed := _TYPED.fullmatch(found.returns):
        found.returns = f"{typed[2].strip().rstrip('.')} ({typed[1]})"
    return found


def plain(text: str) -> str:
    """Prose without reStructuredText's marks, in one line."""
    text = re.sub(r"^\s*\.\. \w[^\n]*$", "", text, flags=re.MULTILINE)
    text = _LINK.sub(r"\1", _ROLE.sub(r"`\1`", text)).replace("``", "`")
    return " ".join(re.sub(r"\s?\[\d+(,\s?\d+)*\]_?(?=[\s.,;:)]|$)", "", text).split())


def phrasings(
    function: ast.FunctionDef, said: Described, facts: str, result: str, examples: dict[str, str]
) -> tuple[str, str, str]:
    """Three requests for a function; each has the facts that the test relies on.

    `result` are words for what comes back, `examples` values of parameters, both as they were seen.
    """
    signature = f"{function.name}({ast.unparse(function.args)})"
    own = [
        a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    ]
    told = {name: said.parameters[name] for name in own if name in said.parameters}
    returns = _sentence(said.returns)
    blocks = ["\n\n".join(map(_sentence, said.paragraphs))]
    if told:
        blocks.append("\n".join(f"{name}: {text}" for name, text in told.items()))
    if returns:
        blocks.append(f"Returns: {returns}")
    first = "\n\n".join([*blocks, facts])
    inline = " ".join(_sentence(f"`{name}` is {_lowered(text)}") for name, text in told.items())
    second = " ".join(
        filter(
            None,
            [
                f"Write a Python function `{signature}` with Qiskit for this purpose:",
                _sentence(said.text), inline, f"It returns {_lowered(returns)}" if returns else "", facts,
            ],
        )
    )  # fmt: skip
    inputs = [f"- `{name}`: {told.get(name) or _typed(function, name, examples)}" for name in own]
    third = "\n".join(
        [
            f"Function: `{signature}`",
            f"Purpose: {_sentence(said.text)}",
            "Inputs:" if inputs else "Inputs: none",
            *inputs,
            f"Output: {returns or _sentence(result)}",
            facts,
        ]
    )
    return first.strip(), second, third


def _typed(function: ast.FunctionDef, name: str, examples: dict[str, str]) -> str:
    args = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    note = next(a.annotation for a in args if a.arg == name)
    if note is not None:
        return f"of type `{ast.unparse(note)}`"
    return f"for example `{examples[name]}`" if name in examples else "as the purpose says"


def _take_field(found: Described, said: re.Match[str]) -> tuple[str, str]:
    kind, words, text = said[1], said[2].split(), said[3]
    if kind == "param" and words:
        found.parameters[words[-1]] = text
        return "param", words[-1]
    if kind in ("return", "returns"):
        found.returns = text
        return "return", ""
    return "other", ""


def _take_parameter(found: Described, line: str, name: str) -> str:
    """Read a line of a section of parameters; returns the parameter that it speaks of."""
    google = _GOOGLE.match(line)
    numpy = _NUMPY.match(line)
    if google and not (numpy and not line.startswith(" ") and google[2] is None):
        found.parameters[google[1]] = google[3]
        return google[1]
    if numpy:
        found.parameters[numpy[1]] = ""
        return numpy[1]
    if name and line.strip():
        found.parameters[name] = f"{found.parameters[name]} {line.strip()}".strip()
    return name


def _without_examples(lines: list[str]) -> list[str]:
    """Without doctests and what they print, and without blocks of code."""
    kept, inside, margin = list[str](), False, -1
    for line in lines:
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if stripped.startswith(">>>"):
            inside = True
        elif not stripped:
            inside = False
        if margin >= 0 and stripped and indent <= margin:
            margin = -1
        if re.match(
            r"\.\. (code|code-block|jupyter-execute|plot|math|parsed-literal|testcode)\b", stripped
        ):
            margin = indent
        if not inside and margin < 0 and not stripped.startswith("```"):
            kept.append(line)
    return kept


def _sentence(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    return text if text[-1] in ".!?:" else f"{text}."


def _lowered(text: str) -> str:
    """With a small first letter, where it begins a sentence and not a name."""
    first = text.partition(" ")[0]
    return text[0].lower() + text[1:] if first.istitle() and first.isalpha() else text
