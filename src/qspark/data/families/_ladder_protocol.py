"""How the families of composite protocols word their requests."""


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{text} {openers[1]}",
        f"{openers[2]}\n" + "\n".join(f"- {fact}" for fact in facts),
        f"{openers[3]}\n\n{text}",
    )
