"""The shape of a decoder-only model of Qwen2's kind, without loading it: what estimates are made from."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qspark.config import Scratch
from qspark.errors import ModelError


@dataclass(frozen=True)
class Shape:
    """Dimensions of a decoder-only model with gated feed-forward layers and grouped key-value heads.

    `key_value` is the width of the keys, the number of key-value heads times the size of a head;
    `query` that of the queries. `bias` says whether query, key and value projections have one.
    """

    hidden: int
    layers: int
    intermediate: int
    vocabulary: int
    query: int
    key_value: int
    tied: bool
    bias: bool = True

    @property
    def linears(self) -> tuple[tuple[int, int], ...]:
        """(inputs, outputs) of each linear layer in one block."""
        return (
            (self.hidden, self.query),
            (self.hidden, self.key_value),
            (self.hidden, self.key_value),
            (self.query, self.hidden),
            (self.hidden, self.intermediate),
            (self.hidden, self.intermediate),
            (self.intermediate, self.hidden),
        )

    @property
    def in_linears(self) -> int:
        """Weights in the linear layers of all blocks: what a token is multiplied by, without the head."""
        return self.layers * sum(one * two for one, two in self.linears)

    @property
    def in_embeddings(self) -> int:
        """Weights of the embedding and, where it is not tied to it, of the head."""
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        """All weights: embeddings, linear layers, biases, norms."""
        biases = self.query + 2 * self.key_value if self.bias else 0
        small = self.layers * (biases + 2 * self.hidden) + self.hidden
        return self.in_embeddings + self.in_linears + small

    def adapter(self, rank: int) -> int:
        """Weights of a LoRA adapter (arXiv 2106.09685) of a rank on every linear layer but the head."""
        return self.layers * rank * sum(one + two for one, two in self.linears)


# config.json of Qwen/Qwen2.5-Coder-* (arXiv 2409.12186, table 1): the Instruct models have the same.
_QWEN = {
    "0.5B": Shape(896, 24, 4864, 151_936, 896, 128, True),
    "1.5B": Shape(1536, 28, 8960, 151_936, 1536, 256, True),
    "3B": Shape(2048, 36, 11_008, 151_936, 2048, 256, True),
    "7B": Shape(3584, 28, 18_944, 152_064, 3584, 512, False),
    "14B": Shape(5120, 48, 13_824, 152_064, 5120, 1024, False),
    "32B": Shape(5120, 64, 27_648, 152_064, 5120, 1024, False),
}


def shape_of(source: str, scratch: Scratch) -> Shape:
    """The shape of a model: a Qwen2.5-Coder of the hub by its name, a folder by its config.json.

    `source` "scratch" is the embedded model with the settings in `scratch`. An adapter's folder has
    the shape of its base. Raises ModelError where it cannot be told.
    """
    if source == "scratch":
        size = scratch.hidden_size // scratch.heads
        return Shape(
            scratch.hidden_size, scratch.layers, scratch.intermediate_size, scratch.vocab_size,
            scratch.hidden_size, size * scratch.key_value_heads, True,
        )  # fmt: skip
    folder = Path(source)
    if (folder / "adapter_config.json").is_file():
        return shape_of(_read(folder / "adapter_config.json")["base_model_name_or_path"], scratch)
    if (folder / "config.json").is_file():
        return _of_config(_read(folder / "config.json"), folder)
    owner, _, name = source.partition("/")
    size = name.removeprefix("Qwen2.5-Coder-").removesuffix("-Instruct")
    if owner == "Qwen" and name.startswith("Qwen2.5-Coder-") and size in _QWEN:
        return _QWEN[size]
    raise ModelError(
        f"the shape of {source} is not known without loading it: give a folder with a config.json, or "
        f"one of Qwen/Qwen2.5-Coder-{{{','.join(_QWEN)}}}"
    )


def _of_config(config: dict[str, Any], folder: Path) -> Shape:
    try:
        heads = config["num_attention_heads"]
        size = config.get("head_dim") or config["hidden_size"] // heads
        return Shape(
            config["hidden_size"], config["num_hidden_layers"], config["intermediate_size"],
            config["vocab_size"], heads * size,
            config.get("num_key_value_heads", heads) * size,
            config.get("tie_word_embeddings", False),
            config.get("attention_bias", config.get("model_type") == "qwen2"),
        )  # fmt: skip
    except KeyError as error:
        raise ModelError(
            f"{folder / 'config.json'} has no {error.args[0]}: estimates are for decoder-only models of "
            "Qwen2's or Llama's kind"
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path} is no JSON: give a complete model folder") from error
