"""The one look of tables on the terminal."""

from rich import box
from rich.table import Table


def table(*titles: str) -> Table:
    """An open table with these columns, their text folded; more columns may be added."""
    made = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
    )
    for title in titles:
        made.add_column(title, overflow="fold")
    return made
