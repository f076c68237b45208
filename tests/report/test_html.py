import json
import re
import shutil
from html.parser import HTMLParser

import pytest
from browser import CHROMIUM, chromium
from synthetic_run import HOSTILE, SKILL, write_json, write_run

from qspark.errors import RunError
from qspark.report.html import write_report

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Balance(HTMLParser):
    """Fails on an element that is closed out of order, and collects what loads or runs things."""

    def __init__(self):
        super().__init__()
        self.open: list[str] = []
        self.scripts, self.loads, self.handlers, self.ids = 0, [], [], set()

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        for name, value in attrs:
            if name in ("src", "srcset", "data", "action") or (name == "href" and value[0] != "#"):
                self.loads.append((tag, name, value))
            if name.startswith("on"):
                self.handlers.append((tag, name))
            if name == "id":
                self.ids.add(value)
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def report(run):
    out = run / "nested" / "report.html"
    write_report(run, out)
    return out


def parsed(page: str) -> Balance:
    parser = Balance()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_the_page_is_whole_small_and_loads_nothing(report):
    page = report.read_text()
    found = parsed(page)
    assert found.loads == [] and found.handlers == [] and found.scripts == 1
    assert "url(" not in page and "@import" not in page
    assert report.stat().st_size < 1_000_000
    assert [path.name for path in report.parent.iterdir()] == ["report.html"]


def test_every_number_of_the_summary_is_there(run, report):
    page = report.read_text()
    summary = json.loads((run / "evaluate" / "summary.json").read_text())
    assert all(f'<span class="swatch"></span>{model}</span>' in page for model in SKILL)
    for entry in summary["models"].values():
        rate = entry["pass_at_1"]
        assert f"{rate['passed']}/{rate['total']}" in page
        assert f"{100 * rate['value']:.1f} [{100 * rate['low']:.1f}, " in page
    for text in (
        "tiny-cpu",
        "General ability",
        "qiskit 2.3.1",
        "1280 tasks",
        summary["suite_sha256"],
        "56.29",
        "46.53",
    ):
        assert text in page
    assert page.count("published, not run here") > 14


def test_what_a_model_wrote_is_only_ever_text(report):
    page = report.read_text()
    assert HOSTILE not in page and "<script>window" not in page and "<img" not in page
    assert "\x1b" not in page and "\u202e" not in page
    assert "wrong/&lt;b&gt;value&lt;/b&gt;" in page
    assert "{{ 7 * 7 }}" in page and "&lt;/script&gt;" in page


def test_links_of_the_navigation_lead_somewhere(report):
    page = report.read_text()
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets and targets <= parsed(page).ids


def test_huge_answers_do_not_make_a_huge_file(run, tmp_path):
    big = shutil.copytree(run, tmp_path / "big")
    for model in SKILL:
        path = big / "evaluate" / model / "results.jsonl"
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for index, row in enumerate(rows):
            row["program"] = f"x = '{'a' * 5_000}'\n" + f"value_{index} = {index}\n" * 2_000
        path.write_text("".join(json.dumps(row) + "\n" for row in rows[::9]))
    write_report(big, tmp_path / "big.html")
    assert (tmp_path / "big.html").stat().st_size < 3_000_000


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("evaluate", "This run has not been evaluated"),
        ("orpo", "No training log for orpo: this stage has not run."),
        ("profile.json", "The run folder holds no profile."),
        ("data", "outcomes changed, but the run folder has no data/heldout.jsonl"),
        ("evaluate/base/results.jsonl", "There are no answers"),
    ],
)
def test_a_missing_part_is_left_out_with_a_sentence(run, tmp_path, gone, said):
    part = shutil.copytree(run, tmp_path / "part")
    path = part / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    write_report(part, tmp_path / "part.html")
    page = (tmp_path / "part.html").read_text()
    parsed(page)
    assert said in page


def test_a_run_that_has_only_started(tmp_path):
    write_json(tmp_path / "manifest.json", {"name": "new", "seed": 0, "versions": {}, "stages": {}})
    write_report(tmp_path, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    parsed(page)
    assert "No stage has finished yet." in page and "these stages have not run" in page


def test_a_last_line_that_is_still_being_written_is_not_read(run, tmp_path):
    part = shutil.copytree(run, tmp_path / "part")
    with (part / "grpo" / "log.jsonl").open("a") as log:
        log.write('{"step": 61, "rew')
    write_report(part, tmp_path / "part.html")


def test_faults_are_one_sentence_with_a_remedy(run, tmp_path):
    with pytest.raises(RunError, match="give the folder that"):
        write_report(tmp_path, tmp_path / "r.html")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="give another --out"):
        write_report(run, tmp_path / "file" / "r.html")
    part = shutil.copytree(run, tmp_path / "part")
    (part / "sft" / "log.jsonl").write_text('{"step": 1}\n{"step"\n')
    with pytest.raises(RunError, match="line 2, is damaged"):
        write_report(part, tmp_path / "r.html")
    (part / "data" / "heldout.jsonl").write_text('{"task_id": 1}\n')
    with pytest.raises(RunError, match="no task"):
        write_report(part, tmp_path / "r.html")
    (part / "manifest.json").write_text("[1]")
    with pytest.raises(RunError, match="does not hold a JSON object"):
        write_report(part, tmp_path / "r.html")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_it_works_in_a_browser(report):
    shown = "[...document.querySelectorAll('{}')].filter(e => !e.hidden).length"
    choose = (
        "(() => {{ const s = document.querySelector('{}'); s.value = '{}';"
        "s.dispatchEvent(new Event('change')); }})()"
    )
    examples, families = shown.format("#examples > details"), shown.format("#families tbody tr")
    with chromium() as page:
        page.open(report)
        total = page.ask(examples)
        page.ask(choose.format("#examples select[name=model]", "grpo"))
        of_grpo = page.ask(examples)
        page.ask(choose.format("#examples select[name=outcome]", "lost"))
        lost = page.ask(examples)
        page.ask("document.querySelector('#examples button').click()")
        opened = page.ask("document.querySelectorAll('#examples details[open]').length")
        every = page.ask(families)
        page.ask(choose.format("#families select", "unseen"))
        unseen = page.ask(families)
        counter = page.ask("document.querySelector('#families output').textContent")
        pwned = page.ask("String(window.pwned)")
        wide = page.ask("document.documentElement.scrollWidth <= window.innerWidth")
        sections = page.ask(
            "[...document.querySelectorAll('section')].every(s => s.offsetHeight > 60)"
        )
        requests = [event["request"]["url"] for event in page.named("Network.requestWillBeSent")]
        errors = page.named("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
    assert total > of_grpo > lost > 0 and opened == lost + 1  # the first is open from the start
    assert (every, unseen, counter) == (8, 2, "2 of 8 shown")
    assert pwned == "undefined" and wide and sections
    assert [url for url in requests if url != "about:blank"] == [report.as_uri()]
    assert errors == []
