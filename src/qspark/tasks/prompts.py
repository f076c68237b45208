"""What a model is shown for a task.

A completion task is continued as it stands; an instruction task becomes one user message in the model's
own chat template. The answer that is taught ends with the tokenizer's end token in both cases.
"""

from typing import Any

from qspark.tasks.task import Task


def render(task: Task, tokenizer: Any) -> str:
    """The exact text that the model continues, special tokens written out.

    `tokenizer` is a Hugging Face tokenizer; only its `apply_chat_template` is used.
    """
    if task.form == "completion":
        return task.prompt
    messages = [{"role": "user", "content": task.prompt}]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return str(text)
