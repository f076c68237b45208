"""What a model is shown for a task: a text to continue, or a conversation.

    completion   the task's prompt as it stands, to be continued: for base models
    chat         one user message that asks for a self-contained script (EvalPlus's wording)
    official     one user message that is the task's prompt and nothing else
    versions     `chat`, after a system message that names the installed versions of Qiskit
    trained      as QSpark trains: a completion task is continued, an instruction task is a message

The answer that is taught ends with the tokenizer's end token in both cases.
"""

import sys
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from qspark.tasks.task import Task

STYLES = ("completion", "chat", "official", "versions", "trained")

# lm-evaluation-harness's stop words for HumanEval without a comment at column 0, which is common in
# right Qiskit answers, and without a bare `if`. OpenAI's API takes four at the most.
STOP = ("\ndef ", "\nclass ", "\nif __name__", "\nprint(")

_ASK = (
    "Please provide a self-contained Python script that solves the following problem in a markdown "
    "code block:"
)
_PACKAGES = ("qiskit", "qiskit-aer", "qiskit-ibm-runtime")


@dataclass(frozen=True)
class Prompt:
    """Either a `text` that the model continues until one of `stop`, or `messages` of a chat."""

    text: str = ""
    messages: tuple[dict[str, str], ...] = ()
    stop: tuple[str, ...] = ()

    @property
    def content(self) -> Any:
        """Everything that it says, as JSON can hold it."""
        return [self.text, list(self.messages), list(self.stop)]


def prompt_for(task: Task, style: str, system: str = "") -> Prompt:
    """The prompt of a task in one of STYLES; `system` is a system message for chats."""
    if style == "completion":
        return Prompt(task.prompt, stop=STOP if task.form == "completion" else ())
    if style == "trained" and task.form == "completion":
        return Prompt(task.prompt)
    text = task.prompt
    if style in ("chat", "versions"):
        shown = f"```python\n{text.strip()}\n```" if task.form == "completion" else text.strip()
        text = f"{_ASK}\n{shown}\n"
    if style == "versions":
        system = "\n\n".join(filter(None, (system, _versions())))
    messages = [{"role": "system", "content": system}] if system else []
    return Prompt(messages=(*messages, {"role": "user", "content": text}))


def _versions() -> str:
    named = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    python = ".".join(map(str, sys.version_info[:2]))
    return f"The code will run with Python {python}, {named}."


def render(task: Task, tokenizer: Any) -> str:
    """The exact text that a model trained here continues, special tokens written out.

    `tokenizer` is a Hugging Face tokenizer; only its `apply_chat_template` is used.
    """
    return rendered(prompt_for(task, "trained"), tokenizer)


def rendered(prompt: Prompt, tokenizer: Any) -> str:
    """The text of a prompt, a chat in the tokenizer's own template up to the model's turn."""
    if not prompt.messages:
        return prompt.text
    text = tokenizer.apply_chat_template(
        list(prompt.messages), tokenize=False, add_generation_prompt=True
    )
    return str(text)
