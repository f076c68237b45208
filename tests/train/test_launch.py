import pytest
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.utils import DistributedType

from qspark.config import Distribute, load_profile
from qspark.errors import QSparkError
from qspark.train.launch import accelerate_config, check_launched, processes


def read(profile, tmp_path):
    path = tmp_path / "accelerate.yaml"
    path.write_text(accelerate_config(profile))
    return load_config_from_file(str(path))


def test_accelerate_reads_the_configuration_of_the_cluster(tmp_path):
    found = read(load_profile("cluster-32b"), tmp_path)
    assert found.distributed_type == DistributedType.FSDP
    assert (found.num_machines, found.num_processes, found.mixed_precision) == (2, 16, "bf16")
    assert found.fsdp_config["fsdp_version"] == 2
    assert found.fsdp_config["fsdp_offload_params"] is False
    # The best checkpoint is copied from a checkpoint's files, so these must hold the whole model.
    assert found.fsdp_config["fsdp_state_dict_type"] == "FULL_STATE_DICT"


def test_without_fsdp_every_process_holds_the_model(tmp_path):
    profile = load_profile("small-gpu")
    two = profile.model_copy(update={"distribute": Distribute(gpus=2)})
    assert read(two, tmp_path).distributed_type == DistributedType.MULTI_GPU
    assert read(profile, tmp_path).distributed_type == DistributedType.NO
    assert read(load_profile("tiny-cpu"), tmp_path).mixed_precision == "no"


def test_offloading_is_passed_on(tmp_path):
    offload = Distribute(gpus=2, fsdp=True, offload=True)
    profile = load_profile("cluster-32b").model_copy(update={"distribute": offload})
    assert read(profile, tmp_path).fsdp_config["fsdp_offload_params"] is True
    assert processes(profile) == 2


def test_a_profile_for_many_processes_is_not_started_with_one(monkeypatch):
    profile = load_profile("cluster-32b")
    with pytest.raises(QSparkError, match="qspark train accelerate --profile cluster-32b"):
        check_launched(profile, "qspark train sft")
    monkeypatch.setenv("WORLD_SIZE", "16")
    check_launched(profile, "qspark train sft")
    monkeypatch.delenv("WORLD_SIZE")
    check_launched(load_profile("tiny-cpu"), "qspark train sft")
