"""How the processes of a profile are started: accelerate's configuration, and whether it was used."""

import os

from qspark.config import Profile
from qspark.errors import QSparkError


def processes(profile: Profile) -> int:
    """How many processes train together."""
    return profile.distribute.machines * profile.distribute.gpus


def rank() -> int:
    """This process's number among those that train together; 0 is the one that writes."""
    return int(os.environ.get("RANK", 0))


def check_launched(profile: Profile, command: str) -> None:
    """Raise QSparkError unless this is one of as many processes as the profile asks for."""
    wanted, there = processes(profile), int(os.environ.get("WORLD_SIZE", 1))
    if wanted > 1 and there != wanted:
        raise QSparkError(
            f"the profile {profile.name} trains with {wanted} processes and this is one of {there}: "
            f"write their configuration with `qspark train accelerate --profile {profile.name} --out "
            f"accelerate.yaml`, then `accelerate launch --config_file accelerate.yaml -m {command}`"
        )


def accelerate_config(profile: Profile) -> str:
    """The YAML for `accelerate launch --config_file` of the profile's machines.

    With several machines, each adds `--machine_rank`, `--main_process_ip` and `--main_process_port`.
    FSDP2 (arXiv 2304.11277 for its first version) shards every block of the model; checkpoints hold the
    whole state of the model, so that the best one can be kept as it is.
    """
    settings, several = profile.distribute, processes(profile) > 1
    # Quoted: YAML takes a bare `no` for false.
    lines = [
        "compute_environment: LOCAL_MACHINE",
        f"distributed_type: '{'FSDP' if settings.fsdp else 'MULTI_GPU' if several else 'NO'}'",
        f"mixed_precision: '{'bf16' if profile.model.dtype == 'bfloat16' else 'no'}'",
        f"num_machines: {settings.machines}",
        f"num_processes: {processes(profile)}",
        "machine_rank: 0",
        "main_training_function: main",
        "rdzv_backend: static",
        f"same_network: {'true' if settings.machines > 1 else 'false'}",
        "use_cpu: false",
    ]
    if settings.fsdp:
        offload = "true" if settings.offload else "false"
        lines += [
            "fsdp_config:",
            "  fsdp_version: 2",
            "  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP",
            "  fsdp_reshard_after_forward: true",
            "  fsdp_cpu_ram_efficient_loading: true",
            f"  fsdp_offload_params: {offload}",
            "  fsdp_state_dict_type: FULL_STATE_DICT",
        ]
    return "\n".join(lines) + "\n"


def leave_group() -> None:
    """Leave the group of processes in order: its threads, still running at exit, may abort a process."""
    from torch import distributed

    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()
