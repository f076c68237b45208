import re
from html.parser import HTMLParser

import pytest
from browser import CHROMIUM, chromium
from tests.evaluate.scored_runs import make_row, make_scored, make_suite, make_task

from qspark.errors import RunError
from qspark.evaluate.scored import Scored
from qspark.report.drawing import Drawing
from qspark.report.evaluation import figures_of, render_evaluation
from qspark.report.page import write_page
from qspark.report.shown import MAX_SHOWN, programs_to_draw

EVIL = (
    "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
    "</style></pre>\x00\x1b[2J\u202e{{ 7 * 7 }} <!-- \" ' &lt;\ud800"
)
OUTCOMES = ["pass", "weak", "wrong/value", "api/removed", "infra", None]
LEVELS = ("basic", "intermediate", "advanced")
TASKS = [make_task(n, LEVELS[n % 3], ("gates",)) for n in range(60)]


class Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.bad, self.ids, self.links, self.scripts = [], [], [], [], 0

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        found = dict(attrs)
        self.bad += [(tag, k, v) for k, v in attrs if k in ("src", "action") or k[:2] == "on"]
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        if tag not in {"meta", "br", "input", "line", "circle"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.bad += [(tag, k, v) for k, v in attrs if k == "src" or k[:2] == "on"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())


def parsed(page: str) -> Balance:
    parser = Balance()
    parser.feed(page)
    parser.close()
    assert parser.open == [] and parser.bad == [] and parser.scripts == 1
    assert len(set(parser.ids)) == len(parser.ids)
    assert all(link[0] == "#" and link[1:] in parser.ids for link in parser.links)
    assert not re.search(r"url\(|@import|<link", page)
    return parser


def run(name: str, shift: int = 0, **more) -> Scored:
    outcomes = [OUTCOMES[(n + shift) % 6] for n in range(len(TASKS))]
    scored = make_scored(name, TASKS, outcomes)
    return Scored(
        name, scored.suite, scored.rows, more.get("settings", {}), more.get("summary", {})
    )


def test_one_run_is_shown_whole():
    figures = {
        "all": {
            "label": "all tasks",
            "tasks": 50,
            "passed": 20.0,
            "pass_at_1": 0.4,
            "ci95": [0.3, 0.5],
        }
    }
    settings = {
        "model": "m",
        "suite_path": "/home/me/x/suite.json",
        "sampling": {"top_p": 0.9},
        "base_url": "http://key@private",
    }
    page = render_evaluation(
        [run("m", settings=settings, summary={"figures": figures, "answers": {"truncated": 3}})]
    )
    parsed(page)
    for text in (
        "passes 20 of 50 tasks",
        "40.0 %",
        "10 tasks without an answer are in no share",
        "10 could not be judged (infra)",
        "10 weak",
        "3 cut off at the token limit",
        '>all tasks</th><td class="n">20</td>',
        "published, not run here",
        "gates",
        "api/removed",
        "…/suite.json",
        "…/x.py",
    ):
        assert text in page, text
    assert "/home/" not in page and "private" not in page


def test_two_runs_show_what_turned():
    page = render_evaluation([run("before"), run("after", 1)])
    parsed(page)
    assert "before is better than after by 33.3 points" in page
    assert "Not compared, not judged on one side (infra): t/3, " in page
    assert "and 12 more (20 in all)" in page
    assert "lost: passed before, not after" in page and 'data-turned="turned"' in page


def test_runs_on_different_suites_are_refused_or_cut_to_their_equal_tasks():
    other = make_suite([*TASKS[:59], make_task(59, "advanced").model_copy(update={"test": "x"})])
    changed = Scored("b", make_suite(list(other.tasks), sha256="cd" * 32), run("b").rows, {}, {})
    with pytest.raises(RunError, match="different suites"):
        render_evaluation([run("a"), changed])
    page = render_evaluation([run("a"), changed], common=True)
    assert "not the same task in both suites: t/59 (1 in all)" in page and "t/59:" not in page


def test_several_answers_and_too_many_tasks():
    many = [make_task(n) for n in range(MAX_SHOWN + 40)]
    rows = [make_row(t, "pass" if n or k else "x/y", k) for n, t in enumerate(many) for k in (0, 1)]
    page = render_evaluation([Scored("m", make_suite(many), rows, {}, {})])
    found = parsed(page)
    assert "1 of 2 answers pass" in page and "40 more tasks are not listed" in page
    assert sum(i.startswith("task-") for i in found.ids) == MAX_SHOWN


def test_two_runs_that_both_fail_everything():
    failed = make_scored("m", TASKS, ["x/y"] * len(TASKS))
    page = render_evaluation([failed, failed])
    parsed(page)
    assert "passed by neither" in page and "These tasks do not tell m from m" in page


def test_figures_of_other_forms_are_left_out():
    broken = [1, {"label": "x"}, None, {"label": "x", "value": 1, "ci95": [1]}]
    assert figures_of({}) == figures_of({"figures": broken}) == figures_of({"figures": 3}) == []
    [figure] = figures_of({"figures": [{"name": "a_b", "value": 0.5, "low": 0, "high": 1}]})
    assert figure["label"] == "a b"


def test_only_what_is_shown_is_drawn():
    programs = programs_to_draw([run("m")])
    ids = {task.task_id for task, _ in programs}
    assert ids == {t.task_id for n, t in enumerate(TASKS) if n % 6 in (2, 3, 4)}


def hostile() -> tuple[list[Scored], dict]:
    evil = make_task(0).model_copy(
        update={"task_id": f"t/{EVIL}", "prompt": EVIL, "annotations": {"topics": [EVIL]}}
    )
    big = make_task(1).model_copy(update={"prompt": "p" * 1_000_000})
    rows = [make_row(evil, "x/y", program=EVIL), make_row(big, "x/y", program="x" * 1_000_000)]
    rows[0]["verdict"].update(
        message=EVIL, category=EVIL, line=EVIL, isolation=EVIL, integrity=EVIL
    )
    rows[0].update(test_fault=EVIL, reference_fault=EVIL)
    rows[1]["verdict"]["message"] = "y" * 1_000_000
    suite = make_suite([evil, big], EVIL)
    settings = {"model": EVIL, EVIL: {EVIL: EVIL}, "versions": {EVIL: EVIL}}
    figures = {"figures": {EVIL: {"value": 0.5, "ci95": [0, 1], "passed": 1, "total": 2}}}
    drawings = {(evil.task_id, EVIL): Drawing(EVIL, EVIL)}
    one = Scored(EVIL, suite, rows, settings, figures)
    return [
        one,
        Scored(EVIL, suite, [make_row(evil, "pass"), rows[1]], settings, figures),
    ], drawings


@pytest.mark.parametrize("number", [1, 2])
def test_hostile_text_stays_text(number):
    runs, drawings = hostile()
    page = render_evaluation(runs[:number], drawings)
    parsed(page)
    assert "<script>window" not in page and "<img" not in page
    assert not {"\x00", "\x1b", "\u202e"} & set(page)
    assert "{{ 7 * 7 }}" in page and "49" not in re.findall(r"\[2J.{0,12}", page)
    assert len(page) < 300_000


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_it_works_in_a_browser(tmp_path):
    many = [make_task(n, LEVELS[n % 3]) for n in range(400)]
    outcomes = [("pass", "wrong/value", "api/removed", "weak")[n % 4] for n in range(400)]
    write_page(tmp_path / "many.html", render_evaluation([make_scored("m", many, outcomes)]))
    runs, drawings = hostile()
    write_page(tmp_path / "evil.html", render_evaluation(runs, drawings))
    shown = "[...document.querySelectorAll('#tasks > details')].filter(e => !e.hidden).length"
    choose = (
        "(() => {{ const s = document.querySelector('#tasks [name={}]'); s.value = '{}';"
        "s.dispatchEvent(new Event('change')); }})()"
    )
    search = (
        "(() => {{ const s = document.querySelector('#tasks input'); s.value = '{}';"
        "s.dispatchEvent(new Event('input')); }})()"
    )
    with chromium() as page:
        page.open(tmp_path / "many.html")
        counts = [page.ask(shown)]
        for name, value in (("outcome", ""), ("difficulty", "basic"), ("category", "api/removed")):
            page.ask(choose.format(name, value))
            counts.append(page.ask(shown))
        page.ask(choose.format("category", "") + ";" + search.format("T/39 "))
        counts.append(page.ask(shown))
        page.ask(search.format("") + ";" + choose.format("difficulty", "intermediate"))
        page.ask("document.querySelector('a[href=\"#task-0\"]').click()")
        page.ask("1")
        revealed = page.ask(
            "(() => { const t = document.querySelector('#task-0');"
            "return [t.open, t.hidden, document.activeElement === t.querySelector('summary')].join(); })()"
        )
        wide = page.ask("document.documentElement.scrollWidth <= innerWidth")
        page.send(
            "Emulation.setDeviceMetricsOverride",
            width=360,
            height=800,
            deviceScaleFactor=1,
            mobile=True,
        )
        narrow = page.ask("document.documentElement.scrollWidth <= 360")
    with chromium() as evil:
        evil.open(tmp_path / "evil.html")
        pwned = evil.ask("String(window.pwned)")
        requests = [event["request"]["url"] for event in evil.named("Network.requestWillBeSent")]
        named = "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"
        errors = page.named(*named) + evil.named(*named)
    assert counts == [200, 400, 134, 33, 5]
    assert revealed == "true,false,true" and wide and narrow
    assert pwned == "undefined" and errors == []
    assert [url for url in requests if url != "about:blank"] == [(tmp_path / "evil.html").as_uri()]
