"""The classes that values may be instances of, and what their members are."""

from qspark.mistakes.symbols import Index
from qspark.mistakes.values import RETURNS, UNKNOWN, VIRTUAL, Value


class Classes:
    """Questions about kinds: paths of classes in the index, or names in `VIRTUAL`."""

    def __init__(self, index: Index):
        self.index = index

    def is_a(self, value: Value, name: str) -> bool:
        """Whether a value is known to be an instance of a class with this simple name."""
        return bool(value.kind) and self.kind_is(value.kind, name)

    def kind_is(self, kind: str, name: str) -> bool:
        """Whether a kind is the class with this simple name, or derived from it."""
        simple = kind.rpartition(".")[2]
        if simple == name or name in VIRTUAL.get(kind, ()):
            return True
        if kind in self.index.classes:
            return self.index.is_a(kind, name)
        return simple != kind and simple == name

    def member_kind(self, kind: str, name: str) -> str:
        """The kind of a member of a kind; "" if it is not known."""
        if not kind:
            return ""
        simple = kind.rpartition(".")[2]
        parents = [simple, *VIRTUAL.get(kind, ()), *self.index.parents.get(kind, ())]
        for parent in parents:
            for member in (name, "*"):
                found = RETURNS.get(f"{parent}.{member}")
                if found is not None and (member != "*" or not name.startswith("[")):
                    return kind if found == "=" else self.full(found)
        return ""

    def full(self, name: str) -> str:
        """The path of the class that has a simple name, best known first."""
        homes = self.index.homes.get(name)
        if name in VIRTUAL and name not in ("Target",):
            return name
        return self.index.modules[homes[0]][name] if homes else name

    def element(self, value: Value) -> Value:
        """What an iteration over a value gives."""
        if value.items and not value.kind:
            kinds = {item.kind for item in value.items}
            return Value(kind=kinds.pop()) if len(kinds) == 1 else UNKNOWN
        return Value(kind=self.member_kind(value.kind, "iter"))
