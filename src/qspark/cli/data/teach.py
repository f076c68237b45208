"""`qspark data teach`: tasks from a teacher model, kept where execution bears them out."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qspark.cli.options import AsJson, Cache, Workers, default_cache
from qspark.errors import QSparkError

if TYPE_CHECKING:
    from qspark.data.candidate import Candidate

LICENCE = "unknown: the teacher model's terms apply"


def teach(
    model: Annotated[str, typer.Option(help="The teacher, as openai:NAME.")],
    out: Annotated[Path, typer.Option(help="The candidates: a JSONL file.")],
    base_url: Annotated[str, typer.Option(help="The server's address [OPENAI_BASE_URL].")] = "",
    tasks: Annotated[int, typer.Option(min=1, help="Tasks to keep.")] = 10,
    budget_tokens: Annotated[
        int | None, typer.Option(min=1, help="Tokens of all runs with this --out [no limit].")
    ] = None,
    attempts: Annotated[int, typer.Option(min=1, max=64, help="Fresh solutions of each task.")] = 4,
    agree: Annotated[int, typer.Option(min=1, help="Fresh solutions that must pass.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Another seed asks for other tasks.")] = 0,
    topic_like: Annotated[
        list[str] | None, typer.Option(help="Only objects with this in their name; repeatable.")
    ] = None,
    used: Annotated[
        list[Path] | None,
        typer.Option(help="Candidates whose objects are asked for less; repeatable."),
    ] = None,
    licence: Annotated[str, typer.Option(help="The licence of what the teacher writes.")] = LICENCE,
    temperature: Annotated[
        float, typer.Option(min=0.01, max=2, help="How answers are drawn.")
    ] = 0.7,
    top_p: Annotated[float, typer.Option(min=0.01, max=1, help="Nucleus.")] = 0.95,
    max_tokens: Annotated[int, typer.Option(min=1, help="New tokens per answer.")] = 4096,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests at a time.")] = 8,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one answer.")] = 600,
    replay: Annotated[
        bool, typer.Option("--replay", help="Ask nothing; use the answers that are there.")
    ] = False,
    workers: Workers = 2,
    cache: Cache = None,
    as_json: AsJson = False,
) -> None:
    """Let a teacher model write tasks; keep those that execution bears out. Goes on where it stopped."""
    from rich.console import Console

    from qspark.data.candidate import Candidate, read_candidates
    from qspark.data.teach import Settings
    from qspark.data.teach import teach as make
    from qspark.data.teacher.journal import Journal, Keep, Question, Said
    from qspark.data.teacher.seeds import seeds, uses_in
    from qspark.evaluate.answers import Answer, Request, Sampling, seed_of
    from qspark.evaluate.openai_http import answer, endpoint
    from qspark.report.progress import reporter
    from qspark.runs import append_jsonl
    from qspark.tasks.prompts import Prompt
    from qspark.verify.pool import JudgePool

    kind, _, name = model.partition(":")
    if kind != "openai" or not name:
        raise QSparkError(f"{model!r} is no teacher: give --model openai:NAME and --base-url")
    sampling = Sampling(temperature, top_p, max_tokens)
    drawn = {"temperature": temperature, "top_p": top_p, "max_tokens": max_tokens}

    def backend(questions: Sequence[Question], keep: Keep) -> None:
        where = endpoint(name, base_url, concurrency, timeout)
        requests = []
        for number, question in enumerate(questions):
            said = json.dumps(question.messages)
            drawn_with = seed_of(seed, said, question.sample)
            prompt = Prompt(messages=question.messages)
            requests.append(Request(str(number), question.sample, prompt, drawn_with))

        def came(answers: Sequence[tuple[Request, Answer]]) -> None:
            for request, a in answers:
                tokens = (a.prompt_tokens, a.completion_tokens)
                told = Said(a.text, a.finish_reason, a.model or name, tokens, error=a.error)
                keep(questions[int(request.task_id)], told)

        answer(where, sampling, requests, came)

    settings = Settings(
        tasks, attempts, agree, max(2, concurrency), licence, {"temperature": temperature}
    )
    counted = Counter[str]()
    for file in used or []:
        counted += uses_in(c.instance.solution() for c in read_candidates(file))
    chosen = seeds(seed, topic_like or (), counted)
    console = Console(stderr=as_json, highlight=False)
    there = {c.key for c in candidates_in(out)}
    new = 0

    def keep(candidate: Candidate) -> None:
        nonlocal new
        if candidate.key not in there:
            append_jsonl(out, [candidate.model_dump(mode="json")])
            there.add(candidate.key)
            new += 1

    journal = Journal(
        out.with_name(f"{out.stem}.answers.jsonl"),
        {"model": name, "seed": seed, **drawn},
        None if replay else backend,
        budget_tokens,
        concurrency,
    )
    with (
        journal,
        JudgePool(workers, cache or default_cache()) as pool,
        reporter(console) as (_, report),
    ):

        def progress(what: str, done: int, total: int) -> None:
            report(f"{what} ({journal.spent:,} tokens)", done, total)

        tally = make(chosen, settings, journal.ask, pool, keep, progress)
    result = {
        "seeds": tally.seeds, "kept": tally.kept, "new": new, "unfinished": tally.unfinished,
        "dropped": dict(tally.dropped.most_common()), "requests": journal.asked,
        "tokens": journal.spent, "tokens_left": journal.left, "candidates": str(out),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(result))
        return
    console.print(
        f"{tally.seeds} seeds: {tally.kept} kept ({new} new), {tally.dropped.total()} dropped"
    )
    for reason, count in tally.dropped.most_common():
        console.print(f"  {count:5} {reason}", markup=False)
    guessed = ", some of them guessed" if journal.estimated else ""
    console.print(f"{journal.asked} requests; {journal.spent:,} tokens in all{guessed}")
    if tally.unfinished:
        console.print(
            f"The budget of {budget_tokens:,} tokens is spent: {tally.unfinished} seeds are "
            f"unfinished and {max(0, tasks - tally.kept)} of {tasks} tasks are wanting; the same "
            "command with a larger --budget-tokens goes on from here",
            soft_wrap=True,
        )
    elif tally.kept < tasks:
        console.print(
            f"{tasks - tally.kept} of {tasks} tasks are wanting: another --seed, more --attempts or "
            "a better teacher may give them",
            soft_wrap=True,
        )
    console.print(f"Candidates: {out}", soft_wrap=True, markup=False)


def candidates_in(out: Path) -> "list[Candidate]":
    """The candidates that an output file has so far. Raises QSparkError where it is no such file."""
    from qspark.data.candidate import read_candidates

    if out.is_dir():
        raise QSparkError(f"{out} is a folder: give --out the name of a file")
    return read_candidates(out) if out.exists() else []
