"""A model folder as Qwen2.5-Coder comes from the hub, with small dimensions and random weights.

Every file and key is there, with the values that do not depend on size. What the loading code may trip over
is as it is there: rows of the embedding beyond the tokenizer's last token, sharded weights in bfloat16 with
an index, the old key `torch_dtype`, a generation config with sampling and a repetition penalty, two end
tokens, a chat template with a default system prompt.
"""

import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

# The tokens after the BPE vocabulary, in order, and whether the tokenizer calls them special.
ADDED = {
    "<|endoftext|>": True,
    "<|im_start|>": True,
    "<|im_end|>": True,
    "<|object_ref_start|>": True,
    "<|object_ref_end|>": True,
    "<|box_start|>": True,
    "<|box_end|>": True,
    "<|quad_start|>": True,
    "<|quad_end|>": True,
    "<|vision_start|>": True,
    "<|vision_end|>": True,
    "<|vision_pad|>": True,
    "<|image_pad|>": True,
    "<|video_pad|>": True,
    "<tool_call>": False,
    "</tool_call>": False,
    "<|fim_prefix|>": False,
    "<|fim_middle|>": False,
    "<|fim_suffix|>": False,
    "<|fim_pad|>": False,
    "<|repo_name|>": False,
    "<|file_sep|>": False,
}
_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# The original without its branches for tools.
_TEMPLATE = """\
{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant") %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""  # noqa: E501
_TEXT = [
    "from qiskit import QuantumCircuit\n\n\ndef bell() -> QuantumCircuit:\n",
    '    """Return a circuit of 2 qubits."""\n    qc = QuantumCircuit(2)\n',
    "    qc.h(0)\n    qc.cx(0, 1)\n    return qc\n",
]


def _core(bpe_tokens: int) -> Tokenizer:
    core = Tokenizer(BPE())
    core.normalizer = normalizers.NFC()
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    core.post_processor = processors.ByteLevel(trim_offsets=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=bpe_tokens,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(_TEXT * 3, trainer)
    for token, special in ADDED.items():
        added = AddedToken(token, special=special, normalized=False)
        (core.add_special_tokens if special else core.add_tokens)([added])
    return core


def tokenizer(bpe_tokens: int = 300) -> PreTrainedTokenizerFast:
    """The folder's tokenizer without the folder."""
    return PreTrainedTokenizerFast(
        tokenizer_object=_core(bpe_tokens), pad_token="<|endoftext|>", eos_token="<|im_end|>"
    )


def qwen_folder(folder: Path, tied: bool, bpe_tokens: int = 300) -> Path:
    """Write the folder. Embeddings are tied as in 0.5B and 1.5B, or not as in 7B to 32B."""
    folder.mkdir(parents=True)
    core = _core(bpe_tokens)
    first = core.token_to_id("<|endoftext|>")
    size = core.get_vocab_size()
    end = core.token_to_id("<|im_end|>")
    config: dict[str, Any] = {
        "architectures": ["Qwen2ForCausalLM"],
        "attention_dropout": 0.0,
        "bos_token_id": first,
        "eos_token_id": end,
        "hidden_act": "silu",
        "hidden_size": 32,
        "initializer_range": 0.02,
        "intermediate_size": 64,
        "max_position_embeddings": 32768,
        "max_window_layers": 2 if tied else 70,
        "model_type": "qwen2",
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-06,
        "rope_theta": 1000000.0,
        "sliding_window": 32768 if tied else 131072,
        "tie_word_embeddings": tied,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.43.1",
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": size + 271,  # 151,936 - 151,665
    }
    generation = {
        "bos_token_id": first,
        "do_sample": True,
        "eos_token_id": [end, first],
        "pad_token_id": first,
        "repetition_penalty": 1.1,
        "temperature": 0.7,
        "top_k": 20,
        "top_p": 0.8,
        "transformers_version": "4.43.1",
    }
    words = {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": {
            str(first + i): {
                "content": token,
                "lstrip": False,
                "normalized": False,
                "rstrip": False,
                "single_word": False,
                "special": special,
            }
            for i, (token, special) in enumerate(ADDED.items())
        },
        "additional_special_tokens": [t for t in list(ADDED)[1:14]],
        "bos_token": None,
        "chat_template": _TEMPLATE,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>",
        "errors": "replace",
        "model_max_length": 32768,
        "pad_token": "<|endoftext|>",
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(Qwen2Config(**{**config, "dtype": "bfloat16"})).to(torch.bfloat16)
    model.save_pretrained(folder, max_shard_size="60KB")
    core.save(str(folder / "tokenizer.json"))
    core.model.save(str(folder))
    for name, content in (
        ("config", config),
        ("generation_config", generation),
        ("tokenizer_config", words),
    ):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2))
    return folder
