"""What `qspark doctor` found, as tables on the terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from qspark.report.tables import table as new_table
from qspark.report.text import plain
from qspark.verify.doctor import broken


def print_diagnosis(diagnosis: Mapping[str, Any], console: Console) -> None:
    """Print what `diagnose` returned: the machine, the pool, the guarantees, and what follows."""
    pool, failed = diagnosis["pool"], broken(diagnosis)
    facts = {**_machine(diagnosis["machine"]), **_pool(pool)}
    installed = [f"{name} {version or '-'}" for name, version in diagnosis["versions"].items()]
    table = new_table("machine", "")
    for name, value in {**facts, "packages": ", ".join(installed)}.items():
        table.add_row(name, Text(plain(value)))
    console.print(table)
    console.print()

    table = new_table("guarantee", "holds", "what the attack met")
    for each in diagnosis["guarantees"]:
        word, style = ("yes", "green") if each["holds"] else ("not here", "yellow")
        if each["name"] in failed:
            word, style = "NO", "bold red"
        table.add_row(each["name"], Text(word, style), Text(plain(each["detail"])))
    console.print(table)
    console.print()
    if pool["gives_not"]:
        words = f"Isolation '{pool['isolation']}' does not give: {'; '.join(pool['gives_not'])}."
        console.print(Text(words, style="dim"))
    if failed:
        words = f"Promised here and does not hold: {'; '.join(failed)}."
        console.print(Text(words, style="bold red"))
    else:
        console.print(Text("All that this isolation promises holds.", style="green"))


def _machine(machine: Mapping[str, Any]) -> dict[str, str]:
    namespaces = machine["namespaces"]
    had = [name for name, obtained in namespaces.items() if obtained]
    threads = [f"{name}={value}" for name, value in machine["threads"].items() if value]
    features = [
        f"Landlock {machine['landlock_abi'] or 'absent'}",
        f"seccomp {'present' if machine['seccomp'] else 'absent'}",
        f"namespaces {' '.join(had) or 'none'}",
        f"cgroup {machine['cgroup'] or 'none'}",
    ]
    return {
        "system": f"{machine['platform']}, Python {machine['python']}",
        "CPUs": f"{machine['cpus']} usable; {', '.join(threads) or 'no thread variables set'}",
        "memory": _sizes(machine["memory_mb"]),
        "free space": _sizes(machine["free_mb"]),
        "kernel": f"{machine['kernel']}: {', '.join(features)}",
    }


def _pool(pool: Mapping[str, Any]) -> dict[str, str]:
    speed = "the judge does not start"
    if "start_seconds" in pool:
        speed = f"start {pool['start_seconds']} s, {pool['programs_per_second']} programs/s"
    return {"sandbox": pool["isolation"] or "none", "pool": f"{pool['workers']} workers, {speed}"}


def _sizes(mebibytes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {mib / 1024:.1f} GiB" for name, mib in mebibytes.items())
