import json
from pathlib import Path

import pytest
from tests.tasks.test_suites import HARD, ROW

from qspark.tasks.prompts import STYLES, Prompt, prompt_for, rendered
from qspark.tasks.suites import load_suite
from qspark.tasks.task import Task


@pytest.fixture
def tasks(tmp_path: Path) -> tuple[Task, ...]:
    """One to complete, one that is an instruction."""
    (tmp_path / "suite.json").write_text(json.dumps([ROW, HARD]))
    return load_suite(str(tmp_path / "suite.json")).tasks


def test_a_completion_is_the_prompt_itself_and_stops_where_the_function_ends(tasks) -> None:
    begun, asked = tasks
    prompt = prompt_for(begun, "completion")
    assert (prompt.text, prompt.messages) == (ROW["prompt"], ())
    assert "\ndef " in prompt.stop and len(prompt.stop) <= 4
    # Imports and comments at the margin are part of right answers; a whole file has definitions.
    assert not any(word.startswith(("\n#", "\nimport", "\nfrom")) for word in prompt.stop)
    assert prompt_for(asked, "completion") == Prompt(HARD["prompt"])


def test_chats(tasks) -> None:
    begun, asked = tasks
    (message,) = prompt_for(begun, "chat").messages
    assert message["role"] == "user"
    assert f"```python\n{ROW['prompt']}\n```" in message["content"]
    assert HARD["prompt"] in prompt_for(asked, "chat").messages[0]["content"]
    assert prompt_for(begun, "official").messages == ({"role": "user", "content": ROW["prompt"]},)
    system, user = prompt_for(begun, "versions", system="Be brief.").messages
    assert system["role"] == "system"
    assert system["content"].startswith("Be brief.\n\n") and "qiskit 2." in system["content"]
    assert user == message
    assert prompt_for(begun, "trained") == Prompt(ROW["prompt"])
    assert prompt_for(asked, "trained") == prompt_for(asked, "official")


def test_no_prompt_shows_the_test_or_the_solution(tasks) -> None:
    for task in tasks:
        for style in STYLES:
            shown = json.dumps(prompt_for(task, style).content)
            assert "assert" not in shown
            assert json.dumps(task.canonical_solution.strip())[1:-1] not in shown


def test_a_chat_is_rendered_by_the_models_own_template(tasks) -> None:
    class Tokenizer:
        def apply_chat_template(self, messages, **options) -> str:
            assert options == {"tokenize": False, "add_generation_prompt": True}
            return "|".join(message["role"] for message in messages) + "|assistant"

    assert rendered(prompt_for(tasks[0], "versions"), Tokenizer()) == "system|user|assistant"
    assert rendered(prompt_for(tasks[0], "completion"), Tokenizer()) == ROW["prompt"]
