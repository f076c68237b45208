"""How the families of composite protocols word their requests, and write their code."""


def _asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{text} {openers[1]}",
        f"{openers[2]}\n" + "\n".join(f"- {fact}" for fact in facts),
        f"{openers[3]}\n\n{text}",
    )
