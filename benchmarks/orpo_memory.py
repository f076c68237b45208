"""Peak memory and time of an ORPO step, ours beside TRL's, at Qwen's vocabulary and 2,048 tokens.

    python benchmarks/orpo_memory.py [--lora] [--prompt 512] [--out orpo_memory.json]

Both train the same model on the same pair of 2 x 2,048 tokens with the same settings, each in a process of
its own: two updates, of which the second (with the optimizer's state) is timed. The model is Qwen2's
with two narrow layers, so that what differs, the logits, is what is measured. On a CPU the peak is the
growth of resident memory since the model was loaded, and time is CPU time; on a GPU they are
`torch.cuda.max_memory_allocated` beyond the model, and wall time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

VOCABULARY, LENGTH = 151_936, 2_048


def pair(prompt: int) -> dict[str, dict[str, list[int]]]:
    """A prompt of `prompt` random tokens with two answers that fill the length."""
    import torch

    from qspark.train.logprobs import IGNORE

    tokens = torch.randint(VOCABULARY, (3, LENGTH), generator=torch.Generator().manual_seed(0))
    head = tokens[0, :prompt].tolist()
    found = {}
    for side, answer in (("chosen", tokens[1]), ("rejected", tokens[2])):
        tail = answer[: LENGTH - prompt].tolist()
        found[side] = {"input_ids": head + tail, "labels": [IGNORE] * prompt + tail}
    return found


def model(lora: bool) -> Any:
    """Two layers of width 256 under Qwen2.5-Coder-0.5B's vocabulary, embeddings tied."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    from qspark.config import Lora, Model
    from qspark.train.models import with_lora

    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=VOCABULARY,
        hidden_size=256,
        intermediate_size=1024,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=LENGTH,
        tie_word_embeddings=True,
    )
    made = Qwen2ForCausalLM(config)
    if torch.cuda.is_available():
        made = made.cuda()
    return with_lora(made, Model(lora=Lora(rank=16) if lora else None))


def settings(folder: str) -> dict[str, Any]:
    """Arguments that both trainers get."""
    import torch

    on_gpu = torch.cuda.is_available()
    return {
        "output_dir": folder,
        "max_steps": 2,
        "per_device_train_batch_size": 1,
        "learning_rate": 1e-4,
        "bf16": on_gpu,
        "gradient_checkpointing": None,
        "use_cpu": not on_gpu,
        "dataloader_pin_memory": False,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "remove_unused_columns": False,
    }


def ours(lora: bool, prompt: int, folder: str) -> Any:
    """Our trainer, ready to go."""
    from transformers import TrainingArguments

    from qspark.train.common import pad_rows
    from qspark.train.logprobs import score_answers
    from qspark.train.orpo import OrpoTrainer

    prepared = model(lora)
    score_answers(prepared)
    return OrpoTrainer(
        model=prepared,
        args=TrainingArguments(**settings(folder)),
        train_dataset=[pair(prompt)] * 2,  # type: ignore[arg-type]
        data_collator=lambda rows: pad_rows([rows[0]["chosen"], rows[0]["rejected"]], 0),
        weight=0.1,
    )


def trl(lora: bool, prompt: int, folder: str) -> Any:
    """TRL's trainer, ready to go, given the same tokens."""
    from datasets import Dataset

    from qspark.train.common import pad_rows
    from qspark.train.models import train_tokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trl.experimental.orpo import ORPOConfig, ORPOTrainer

    trainer = ORPOTrainer(
        model=model(lora),
        args=ORPOConfig(**settings(folder), beta=0.1, max_length=LENGTH, padding_value=0),
        train_dataset=Dataset.from_list([{"prompt": "a", "chosen": "b", "rejected": "c"}]),
        processing_class=train_tokenizer(["a b c"], 300),
    )

    def collate(rows: list[Any]) -> dict[str, Any]:
        return {
            f"{side}_{key}": value
            for side in ("chosen", "rejected")
            for key, value in pad_rows([rows[0][side]], 0).items()
        }

    trainer.train_dataset = [pair(prompt)] * 2  # type: ignore[assignment]
    trainer.data_collator = collate
    return trainer


def resident(key: str) -> int:
    """Bytes of this process: VmRSS now, or VmHWM at its peak since it was set back."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(key)


def measure(which: str, lora: bool, prompt: int) -> dict[str, float]:
    """Peak bytes beyond the loaded model, seconds of the second update, and its loss."""
    import torch
    from transformers import TrainerCallback

    on_gpu = torch.cuda.is_available()
    clock = time.perf_counter if on_gpu else time.process_time
    stamps: list[float] = []

    class Stamps(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if on_gpu:
                torch.cuda.synchronize()
            stamps.append(clock())

    with tempfile.TemporaryDirectory() as folder:
        trainer = {"ours": ours, "trl": trl}[which](lora, prompt, folder)
        trainer.add_callback(Stamps())
        if on_gpu:
            torch.cuda.reset_peak_memory_stats()
            before = torch.cuda.memory_allocated()
        else:
            Path("/proc/self/clear_refs").write_text("5")  # sets VmHWM back
            before = resident("VmRSS")
        trainer.train()
        after = torch.cuda.max_memory_allocated() if on_gpu else resident("VmHWM")
    loss = [row["loss"] for row in trainer.state.log_history if "loss" in row][-1]
    return {"peak": after - before, "seconds": stamps[1] - stamps[0], "loss": loss}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--lora", action="store_true", help="an adapter on frozen weights")
    parser.add_argument("--prompt", type=int, default=512, help="tokens of the prompt, of 2,048")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("orpo_memory.json"))
    parser.add_argument("--child", choices=["ours", "trl"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(measure(given.child, given.lora, given.prompt)))
        return
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(given.threads),
        "TRL_EXPERIMENTAL_SILENCE": "1",
        "HF_HUB_OFFLINE": "1",
    }
    results: dict[str, Any] = {}
    for which in ("ours", "trl"):
        done = subprocess.run(
            [sys.executable, __file__, *sys.argv[1:], "--child", which],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        results[which] = json.loads(done.stdout.splitlines()[-1])
    ours, trl = results["ours"], results["trl"]
    results |= {
        "vocabulary": VOCABULARY,
        "length": LENGTH,
        "prompt": given.prompt,
        "lora": given.lora,
        "threads": given.threads,
        "memory_ratio": ours["peak"] / trl["peak"],
        "time_ratio": ours["seconds"] / trl["seconds"],
    }
    kind = "LoRA" if given.lora else "full weights"
    print(f"one pair of 2 x {LENGTH} tokens ({given.prompt} of them prompt), {kind}")
    print(f"{'':6}{'peak GiB':>10}{'seconds':>10}{'loss':>9}")
    for which, row in (("ours", ours), ("TRL", trl)):
        print(f"{which:6}{row['peak'] / 2**30:10.2f}{row['seconds']:10.1f}{row['loss']:9.3f}")
    print(f"{'ratio':6}{results['memory_ratio']:10.2f}{results['time_ratio']:10.2f}")
    given.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
