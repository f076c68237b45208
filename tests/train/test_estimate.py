import subprocess
import sys

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from qspark.config import Scratch, builtin_profiles, load_profile
from qspark.errors import ModelError
from qspark.report.estimate import figures, settings
from qspark.train.estimate import (
    GIB,
    PROMPT,
    TILE,
    Part,
    activations,
    block_activations,
    cache,
    forward_flops,
    memory,
    peak,
    plan,
    seconds,
    update_flops,
)
from qspark.train.shape import Shape, shape_of

SCRATCH = Scratch()
BIG = shape_of("Qwen/Qwen2.5-Coder-32B-Instruct", SCRATCH)
# hidden 4, 2 blocks, feed-forward 8, 10 words, 2 key-value numbers: small enough for a hand.
SMALL = Shape(4, 2, 8, 10, 4, 2, tied=False)
STAGES = ("sft", "orpo", "grpo")


def changed(name, stage=None, **values):
    profile = load_profile(name)
    if stage is None:
        return profile.model_copy(update=values)
    return profile.model_copy(update={stage: getattr(profile, stage).model_copy(update=values)})


def part(parts, name):
    return next(p for p in parts if p.name == name)


@pytest.mark.parametrize(
    ("size", "count"),
    [
        ("0.5B", 494_032_768),
        ("1.5B", 1_543_714_304),
        ("3B", 3_085_938_688),
        ("7B", 7_615_616_512),
        ("14B", 14_770_033_664),
        ("32B", 32_763_876_352),
    ],
)
def test_the_shapes_have_the_published_numbers_of_parameters(size, count):
    assert shape_of(f"Qwen/Qwen2.5-Coder-{size}", SCRATCH).parameters == count
    assert shape_of(f"Qwen/Qwen2.5-Coder-{size}-Instruct", SCRATCH).parameters == count


def test_parameters_by_hand():
    # Projections 4x4, 4x2, 4x2, 4x4 and 3 of 4x8: 144 a block; biases 4+2+2, norms 4+4; embeddings 2x40.
    assert SMALL.in_linears == 2 * 144
    assert SMALL.parameters == 2 * 40 + 2 * (144 + 8 + 8) + 4


def test_a_models_own_parameters_are_counted_rightly(tmp_path):
    config = Qwen2Config(
        vocab_size=97, hidden_size=32, intermediate_size=64, num_hidden_layers=3,
        num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=False,
    )  # fmt: skip
    model = Qwen2ForCausalLM(config)
    model.config.save_pretrained(tmp_path)
    count = sum(weight.numel() for weight in model.parameters())
    assert shape_of(str(tmp_path), SCRATCH).parameters == count


def test_a_lora_adapter_by_hand():
    # A block's layers: in + out is 8, 6, 6, 8, 12, 12, 12.
    assert SMALL.adapter(3) == 2 * 3 * 64
    assert BIG.adapter(32) == 268_435_456


# PEFT asks transformers 5.23 by a name that it deprecates.
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_an_adapter_counts_as_peft_counts(tmp_path):
    from peft import LoraConfig, get_peft_model

    config = Qwen2Config(
        vocab_size=50, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2,
    )  # fmt: skip
    config.save_pretrained(tmp_path)
    lora = LoraConfig(r=3, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(Qwen2ForCausalLM(config), lora)
    assert shape_of(str(tmp_path), SCRATCH).adapter(3) == model.get_nb_trainable_parameters()[0]


def test_the_embedded_model_and_an_adapters_base(tmp_path):
    assert shape_of("scratch", SCRATCH).parameters == 772_096
    (tmp_path / "adapter_config.json").write_text(
        '{"base_model_name_or_path": "Qwen/Qwen2.5-Coder-7B"}'
    )
    assert shape_of(str(tmp_path), SCRATCH).hidden == 3584


@pytest.mark.parametrize("source", ["Qwen/Qwen3-8B", "nobody/nothing", "./nowhere"])
def test_an_unknown_shape_is_a_users_fault(source):
    with pytest.raises(ModelError, match=r"config\.json"):
        shape_of(source, SCRATCH)


def test_weights_and_optimizer_of_32b_by_hand():
    parts = memory(load_profile("h200-32b"), "orpo", BIG)
    assert part(parts, "weights").bytes / GIB == pytest.approx(2 * 32.763876352e9 / 2**30)
    assert part(parts, "weights").bytes / GIB == pytest.approx(61.03, abs=0.01)
    # 268 million adapter weights: 4 bytes each, 4 for the gradient, 8 for Adam: 4 GiB exactly.
    trained = [part(parts, name).bytes for name in ("adapter", "gradients", "optimizer")]
    assert [value / GIB for value in trained] == [1.0, 1.0, 2.0]


def test_four_bits_by_hand():
    weights = part(memory(load_profile("paper"), "orpo", BIG), "weights")
    linear, rest = 31_205_621_760, 32_763_876_352 - 31_205_621_760
    assert weights.bytes == pytest.approx(linear * 4.127 / 8 + 2 * rest)
    assert weights.bytes / GIB == pytest.approx(17.9, abs=0.05)
    optimizer = part(memory(load_profile("paper"), "orpo", BIG), "optimizer")
    assert optimizer.bytes == 2 * BIG.adapter(16)


def test_full_weights_are_sixteen_bytes_each():
    profile = load_profile("tiny-cpu")
    shape = shape_of("scratch", profile.model.scratch)
    parts = memory(profile, "sft", shape)
    total = sum(part(parts, name).bytes for name in ("weights", "gradients", "optimizer"))
    assert total == 16 * 772_096


def test_activations_and_cache_by_hand():
    # Checkpointed: 5,120 numbers of 2 bytes in each of 64 blocks, 640 KiB a token, and one block's own.
    one = activations(BIG, 1, 2, checkpointing=True) - 2 * block_activations(BIG)
    assert one == 640 * 1024
    assert block_activations(BIG) == 8 * 5120 + 2 * 1024 + 4 * 27_648
    assert activations(BIG, 3, 2, checkpointing=False) == 3 * 64 * 2 * block_activations(BIG)
    assert cache(BIG, 2) == 256 * 1024


def test_activations_are_about_what_autograd_keeps():
    config = Qwen2Config(
        vocab_size=16, hidden_size=64, intermediate_size=192, num_hidden_layers=4,
        num_attention_heads=4, num_key_value_heads=2,
    )  # fmt: skip
    model = Qwen2ForCausalLM(config).model
    shape = Shape(64, 4, 192, 16, 64, 32, tied=True)
    own = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    kept: dict[int, int] = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    ids = torch.zeros(2, 100, dtype=torch.long)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(ids, use_cache=False).last_hidden_state.sum()
    estimate = activations(shape, 200, 4, checkpointing=False)
    assert sum(kept.values()) == pytest.approx(estimate, rel=0.25)


def test_flops_by_hand():
    # 288 weights in linear layers, 40 in the head, two a multiplication; attention 2 x 2 blocks x 4 x 5.
    assert forward_flops(SMALL, 5) == 2 * (288 + 40) + 2 * 2 * 4 * 5
    profile = load_profile("h200-32b")
    resolved = plan(profile, "sft", BIG)
    # 6 FLOPs a frozen weight and token: forward, gradient of activations, recomputation.
    weights = update_flops(resolved) / (BIG.in_linears + 2 / 3 * 5120 * 152_064)
    assert weights == pytest.approx(6, rel=0.05)


def test_time_is_flops_over_the_share_of_the_peak_that_is_reached():
    profile = load_profile("h200-32b")
    (update,) = seconds(profile, "sft", BIG)
    tokens = 16 * 2048
    expected = update_flops(plan(profile, "sft", BIG)) * tokens / (989e12 * 0.3)
    assert update.seconds == pytest.approx(expected)
    assert seconds(load_profile("tiny-cpu"), "sft", BIG) == []


def test_decoding_reads_the_weights_once_a_token():
    profile = changed("h200-32b", "grpo", batch_size=8, accumulation=1, max_completion_length=100)
    generation, update = seconds(profile, "grpo", BIG)
    flow, speed = 4800e9 * 0.3, 989e12 * 0.3
    kept = 256 * 1024 * 8 * (PROMPT + 50)
    token = (2 * BIG.parameters + kept) / flow
    prefill = 8 * PROMPT * forward_flops(BIG, PROMPT) / speed
    assert generation.seconds == pytest.approx(prefill + 100 * token)
    assert update.name == "update"


def test_the_peak_is_the_busier_of_updating_and_generating():
    def parts(update, generate):
        return [Part("a", 5, "always", ""), Part("b", update, "update", ""),
                Part("c", generate, "generate", "")]  # fmt: skip

    assert peak(parts(3, 2)) == 8
    assert peak(parts(3, 4)) == 9


def test_sharding_divides_what_is_held_and_gathers_two_blocks():
    alone = memory(
        changed("cluster-32b", distribute=load_profile("h200-32b").distribute), "sft", BIG
    )
    shared = memory(load_profile("cluster-32b"), "sft", BIG)
    for name in ("weights", "adapter", "gradients", "optimizer"):
        assert part(alone, name).bytes == pytest.approx(16 * part(shared, name).bytes)
    block = 5120 * (2 * 5120 + 2 * 1024 + 3 * 27_648)
    assert part(shared, "gathered").bytes == 2 * (2 * block + 2 * 5120 * 152_064)


def test_a_reference_model_is_held_only_for_full_weights_and_a_kl_term():
    names = [
        {p.name for p in memory(profile, "grpo", BIG)}
        for profile in (
            changed("tiny-cpu", "grpo", kl_weight=0.1),
            changed("tiny-cpu"),
            changed("h200-32b", "grpo", kl_weight=0.1),
        )
    ]
    assert ["reference" in found for found in names] == [True, False, False]


def test_the_tile_is_the_one_that_is_computed_with():
    from trl.kernels.chunked_logprob import TOKEN_CHUNK_SIZE
    from trl.trainer.utils import _CHUNKED_LOGPROB_CHUNK_SIZE

    from qspark.train import logprobs
    from qspark.train.estimate import _TRL_TILE

    assert logprobs.TILE == TILE
    assert TOKEN_CHUNK_SIZE * _CHUNKED_LOGPROB_CHUNK_SIZE == _TRL_TILE


@pytest.mark.parametrize("name", sorted(builtin_profiles()))
@pytest.mark.parametrize("stage", STAGES)
def test_every_profile_is_estimated_and_fits_the_card_that_it_names(name, stage):
    profile = load_profile(name)
    found = figures(profile, stage, shape_of(profile.model.name, profile.model.scratch))
    assert found["peak_gib"] > 0
    assert all(p["gib"] > 0 for p in found["memory"])
    if profile.device:
        assert found["fits"] is True
        assert found["step_seconds"] > 0


def test_the_settings_are_resolved():
    found = settings(load_profile("h200-32b"), "grpo")
    assert found["grpo.clip_high"] == 0.28
    assert found["model.lora.rank"] == 32
    assert not any(key.startswith(("orpo.", "sft.", "model.scratch")) for key in found)


def test_estimates_need_no_torch():
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'peft', 'trl', 'accelerate'): sys.modules[name] = None\n"
        "sys.argv = ['qspark', 'train', 'grpo', '--profile', 'h200-32b', '--dry-run']\n"
        "from qspark.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "32,763,876,352 parameters" in done.stdout and "it fits" in done.stdout
