"""What a training stage needs: memory of each component per GPU, and time per step. Nothing is loaded.

Every sequence is taken to be as long as it may be. Not counted: fragmentation, the CUDA context (about
half a GiB), what FSDP sends, and the judge, which runs on the CPU.

    weights       float32 where they are trained, else the model's dtype; NF4 is 4.127 bits a weight
                  with double quantisation (arXiv 2305.14314, section 3), embeddings and head in bfloat16
    gradients     4 bytes a trained weight
    optimizer     Adam's two moments (arXiv 1412.6980): 8 bytes a trained weight, 2 in eight bits
                  (arXiv 2110.02861)
    activations   checkpointed (arXiv 1604.06174): each block's input, and all of one block; else all of
                  every block. Without attention matrices, which fused attention never writes.
    FLOPs         2 a weight and token forward, the same again for the gradient of the activations, for
                  that of trained weights, and for recomputation under checkpointing (arXiv 2001.08361,
                  section 2.1); attention 2 x length x query width a block and token (causal)
    decoding      reads all weights and the key-value cache once a token of all sequences
"""

from dataclasses import dataclass
from typing import Literal

from qspark.config import Grpo, Profile, Sft
from qspark.train.shape import Shape

Stage = Literal["sft", "orpo", "grpo"]
Phase = Literal["always", "update", "generate"]

GIB = 2**30
# Tokens of a prompt: a round figure, since a profile does not bound them.
PROMPT = 300
NF4 = 4.127 / 8
# What is computed at a time of the logits: float32 and a copy in the model's dtype (train/logprobs.py).
TILE = 2**26
# TRL 1.16's tile: tokens x words, in the model's dtype.
_TRL_TILE = 4096 * 32_768


@dataclass(frozen=True)
class Part:
    """One component of memory: bytes on each GPU, when it is there, and what they are made of."""

    name: str
    bytes: float
    phase: Phase
    how: str


@dataclass(frozen=True)
class Span:
    """One part of a step: seconds, and what they are made of."""

    name: str
    seconds: float
    how: str


@dataclass(frozen=True)
class _Plan:
    """What of a profile the formulas need, for one stage and one GPU."""

    shape: Shape
    trained: int  # weights
    full: bool  # no adapter
    compute: int  # bytes of the model's dtype
    four_bits: bool
    shards: int
    batch: int  # sequences in one micro batch
    length: int  # tokens of a sequence
    accumulation: int
    checkpointing: bool

    @property
    def frozen_bytes(self) -> float:
        """The weights that an adapter stands on."""
        if not self.four_bits:
            return self.shape.parameters * self.compute
        rest = self.shape.parameters - self.shape.in_linears
        return self.shape.in_linears * NF4 + rest * 2


def plan(profile: Profile, stage: Stage, shape: Shape) -> _Plan:
    """Resolve what a stage does on each GPU."""
    section = getattr(profile, stage)
    lora, compute = profile.model.lora, 2 if profile.model.dtype == "bfloat16" else 4
    full = lora is None or (stage == "sft" and profile.model.name == "scratch")
    processes = profile.distribute.machines * profile.distribute.gpus
    grpo = isinstance(section, Grpo)
    return _Plan(
        shape=shape,
        trained=shape.parameters if full or lora is None else shape.adapter(lora.rank),
        full=full,
        compute=compute,
        four_bits=not full and lora is not None and lora.quantise is not None,
        shards=processes if profile.distribute.fsdp else 1,
        batch=section.batch_size * (1 if grpo or isinstance(section, Sft) else 2),
        length=PROMPT + section.max_completion_length if grpo else section.max_length,
        accumulation=section.accumulation,
        checkpointing=section.gradient_checkpointing,
    )


def block_activations(shape: Shape) -> int:
    """Numbers that one block keeps for its backward pass, per token.

    Two norms keep their float32 input and their output (6 hidden), attention its queries, keys, values
    and output, the feed-forward layer gate, activation, up and product (4 intermediate).
    """
    return 6 * shape.hidden + 2 * shape.query + 2 * shape.key_value + 4 * shape.intermediate


def activations(shape: Shape, tokens: int, width: int, checkpointing: bool) -> float:
    """Bytes of activations of a micro batch of `tokens` tokens, numbers being `width` bytes wide."""
    block = block_activations(shape)
    kept = shape.layers * shape.hidden + block if checkpointing else shape.layers * block
    return float(tokens * width * kept)


def cache(shape: Shape, width: int) -> int:
    """Bytes of keys and values of one token, in all blocks."""
    return 2 * shape.layers * shape.key_value * width


def memory(profile: Profile, stage: Stage, shape: Shape) -> list[Part]:
    """The components of memory on each GPU."""
    p = plan(profile, stage, shape)
    share = f", over {p.shards} GPUs" if p.shards > 1 else ""
    parts = []
    if p.full:
        parts.append(Part("weights", p.trained * 4 / p.shards, "always", f"float32{share}"))
    else:
        kind = "NF4" if p.four_bits else profile.model.dtype
        parts.append(Part("weights", p.frozen_bytes / p.shards, "always", f"frozen, {kind}{share}"))
        parts.append(
            Part("adapter", p.trained * 4 / p.shards, "always", f"{p.trained:,} weights, float32")
        )
    moments = 2 if getattr(profile, stage).optimizer == "adamw_8bit" else 8
    parts += [
        Part("gradients", p.trained * 4 / p.shards, "update", f"float32{share}"),
        Part("optimizer", p.trained * moments / p.shards, "always", f"{moments} bytes a weight"),
    ]
    if p.shards > 1:
        gathered = 2 * shape.in_linears / shape.layers + shape.in_embeddings
        parts.append(
            Part(
                "gathered", gathered * p.compute, "update", "two blocks, embedding and head, whole"
            )
        )
    elif p.full and p.compute == 2:
        parts.append(Part("casts", p.trained * 2, "update", "bfloat16 copies under autocast"))
    tokens = p.batch * p.length
    held = "checkpointed" if p.checkpointing else "all kept"
    parts.append(
        Part(
            "activations", activations(shape, tokens, p.compute, p.checkpointing), "update",
            f"{p.batch} sequences x {p.length} tokens, {held}",
        )
    )  # fmt: skip
    if stage == "grpo":
        return parts + _grpo(profile, p)
    tile = min(TILE, tokens * shape.vocabulary)
    parts.append(
        Part("logits", tile * (4 + p.compute), "update", "a tile at a time; whole: " + _whole(p))
    )
    return parts


def peak(parts: list[Part]) -> float:
    """Bytes at the busiest moment: what is always there, and an update or a generation."""
    by: dict[str, float] = {"always": 0.0, "update": 0.0, "generate": 0.0}
    for part in parts:
        by[part.phase] += part.bytes
    return by["always"] + max(by["update"], by["generate"])


def seconds(profile: Profile, stage: Stage, shape: Shape) -> list[Span]:
    """The parts of one optimizer step, one after the other; none where the profile has no [device]."""
    device = profile.device
    if device is None:
        return []
    p = plan(profile, stage, shape)
    flops = update_flops(p) * p.batch * p.length * p.accumulation
    speed, flow = (
        device.tflops * 1e12 * device.utilisation,
        device.bandwidth * 1e9 * device.utilisation,
    )
    rows = p.batch * p.accumulation
    spans = [
        Span("update", flops / speed, f"{rows} sequences x {p.length} tokens, {flops:.2e} FLOPs")
    ]
    if stage != "grpo":
        return spans
    section, how = profile.grpo, ""
    made = rows * section.minibatches
    if section.generate == "vllm-server":
        made *= profile.distribute.machines
        how = f"by each of {profile.distribute.gpus} such GPUs of the server, "
    kept = cache(shape, p.compute) * made * (PROMPT + section.max_completion_length / 2)
    token = max((_read(p, section) + kept) / flow, made * forward_flops(shape, p.length) / speed)
    prefill = made * PROMPT * forward_flops(shape, PROMPT) / speed
    total = prefill + section.max_completion_length * token
    per_step = total / (section.minibatches * section.iterations)
    how += f"{made} sequences, {section.max_completion_length} tokens of {1000 * token:.0f} ms"
    return [Span("generation", per_step, how), *spans]


def forward_flops(shape: Shape, length: int) -> float:
    """FLOPs of one token's forward pass in a causal sequence of `length` tokens, head included."""
    head = shape.hidden * shape.vocabulary
    return 2.0 * (shape.in_linears + head) + 2.0 * shape.layers * shape.query * length


def update_flops(p: _Plan) -> float:
    """FLOPs of one token in an update: forward, backward, and what is computed again."""
    times = 2 + p.full + p.checkpointing
    head = 2.0 * p.shape.hidden * p.shape.vocabulary * (4 if p.full else 2)
    blocks = forward_flops(p.shape, p.length) - 2.0 * p.shape.hidden * p.shape.vocabulary
    return blocks * times + head


def _grpo(profile: Profile, p: _Plan) -> list[Part]:
    """What GRPO holds beyond an update: TRL's tile, a reference model, and what generates."""
    section, shape = profile.grpo, p.shape
    tile = min(_TRL_TILE, p.batch * p.length * shape.vocabulary)
    parts = [Part("logits", tile * p.compute, "update", "TRL's tile; whole: " + _whole(p))]
    if section.kl_weight and p.full:
        parts.append(Part("reference", shape.parameters * 4 / p.shards, "always", "float32"))
    made = p.batch * p.accumulation * section.minibatches
    kept = cache(shape, p.compute) * made * p.length
    if section.generate == "transformers":
        prefill = made * PROMPT * (2 * shape.hidden + 3 * shape.intermediate) * p.compute
        parts += [
            Part("key-value cache", kept, "generate", f"{made} sequences x {p.length} tokens"),
            Part("prefill", prefill, "generate", f"{made} prompts of {PROMPT} tokens, one block"),
        ]
    elif section.generate == "vllm-colocate":
        taken = section.vllm_memory * profile.device.memory_gib * GIB if profile.device else kept
        parts.append(
            Part(
                "vLLM",
                taken,
                "generate",
                f"{section.vllm_memory:.0%} of the card; asleep in updates",
            )
        )
    return parts


def _read(p: _Plan, section: Grpo) -> float:
    """Bytes of weights that are read for one token; NF4 is written out in bfloat16 and read again."""
    if section.generate != "transformers":
        return p.shape.parameters * p.compute
    if p.four_bits:
        return p.frozen_bytes + p.shape.in_linears * 4
    return p.shape.parameters * 4 if p.full else p.frozen_bytes


def _whole(p: _Plan) -> str:
    return f"{p.batch * p.length * p.shape.vocabulary * 4 / GIB:.1f} GiB"
