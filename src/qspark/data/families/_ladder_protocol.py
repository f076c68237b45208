"""How the families of composite protocols word their requests, and write their code."""


def _asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{text} {openers[1]}",
        f"{openers[2]}\n" + "\n".join(f"- {fact}" for fact in facts),
        f"{openers[3]}\n\n{text}",
    )


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _sorted_imports(lines: list[str]) -> str:
    """The lines once each, with names of the same module joined."""
    modules: dict[str, set[str]] = {}
    plain = []
    for line in lines:
        module, _, names = line.partition(" import ")
        if names:
            modules.setdefault(module, set()).update(names.split(", "))
        else:
            plain.append(line)
    return "\n".join(
        sorted(set(plain))
        + [f"{m} import {', '.join(sorted(modules[m]))}" for m in sorted(modules)]
    )
