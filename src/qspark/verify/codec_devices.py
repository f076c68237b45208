"""Codecs for what circuits run on: targets, backends by name, simulators, noise."""

import importlib
import warnings
from typing import Any

from qiskit.providers import BackendV2, QubitProperties
from qiskit.providers.basic_provider import BasicSimulator
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.transpiler import InstructionProperties, Target
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, QuantumError, ReadoutError

from qspark.verify.codec import CannotCross, Codec

_TARGET_FACTS = (
    "description", "num_qubits", "dt", "granularity", "min_length", "pulse_alignment",
    "acquire_alignment", "qubit_properties", "concurrent_measurements",
)  # fmt: skip


def _target_parts(target: Target) -> tuple[Any, ...]:
    operations = []
    for name in target.operation_names:
        where = target[name]
        places = [None if qargs is None else list(qargs) for qargs in where]
        bounds = _bounds(target, name)
        operations.append(
            (name, target.operation_from_name(name), places, list(where.values()), bounds)
        )
    return ({name: getattr(target, name) for name in _TARGET_FACTS}, operations)


def _bounds(target: Target, name: str) -> list[tuple[float, float] | None] | None:
    """The bounds of an operation's angles, which only the target's pickled state tells."""
    if not target.gate_has_angle_bounds(name):
        return None
    found = target.__getstate__()["base"]["gate_map"][name]["angle_bounds"]
    return [None if one is None else tuple(one) for one in found]


def _target(facts: dict[str, Any], operations: list[Any]) -> Target:
    target = Target(**facts)
    for name, operation, places, properties, bounds in operations:
        if isinstance(operation, type):
            target.add_instruction(operation, name=name)
            continue
        where = {
            None if place is None else tuple(place): about
            for place, about in zip(places, properties, strict=True)
        }
        target.add_instruction(
            operation, None if None in where else where, name=name, angle_bounds=bounds
        )
    return target


def _generic_backend(target: Target) -> GenericBackendV2:
    backend = GenericBackendV2(target.num_qubits or 1, seed=0)
    backend._target = target
    if (coupling := target.build_coupling_map()) is not None:
        backend._coupling_map = coupling
    return backend


def _backend_parts(backend: BackendV2) -> tuple[Any, ...]:
    kind = type(backend)
    if kind.__module__.startswith("qiskit_ibm_runtime.fake_provider"):
        return ("fake", kind.__qualname__)
    raise CannotCross(kind.__qualname__)


def _backend(how: str, name: str) -> BackendV2:
    provider = importlib.import_module("qiskit_ibm_runtime.fake_provider")
    kind = getattr(provider, name)
    if how != "fake" or not (isinstance(kind, type) and issubclass(kind, BackendV2)):
        raise CannotCross(name)
    return kind()


def _simulator_parts(simulator: AerSimulator) -> tuple[Any, ...]:
    if simulator._from_backend:
        raise CannotCross("a simulator made from a backend")
    given = {
        name: value
        for name, value in simulator.options.__dict__.items()
        if value is not None and value != _SIMULATOR_DEFAULTS.get(name)
    }
    return (given,)


_SIMULATOR_DEFAULTS = dict(AerSimulator._default_options().__dict__)


def _noise_parts(model: NoiseModel) -> tuple[Any, ...]:
    if model._custom_noise_passes:
        raise CannotCross("a noise model with passes")
    return (model.to_dict(serializable=True), model.basis_gates)


def _noise(content: dict[str, Any], basis: list[str]) -> NoiseModel:
    with warnings.catch_warnings(action="ignore"):
        model = NoiseModel.from_dict(content)
    model.add_basis_gates(basis)
    return model


DEVICES: tuple[Codec, ...] = (
    Codec(Target, _target_parts, _target),
    Codec(InstructionProperties, lambda v: (v.duration, v.error), InstructionProperties),
    Codec(QubitProperties, lambda v: (v.t1, v.t2, v.frequency), QubitProperties, family=True),
    Codec(BasicSimulator, lambda v: (), BasicSimulator),
    Codec(AerSimulator, _simulator_parts, lambda given: AerSimulator(**given)),
    Codec(BackendV2, _backend_parts, _backend, family=True),
    Codec(GenericBackendV2, lambda v: (v.target,), _generic_backend, exact=False),
    Codec(NoiseModel, _noise_parts, _noise),
    Codec(QuantumError, lambda v: (v.circuits, v.probabilities),
          lambda circuits, shares: QuantumError(list(zip(circuits, shares, strict=True)))),
    Codec(ReadoutError, lambda v: (v.probabilities,), ReadoutError),
)  # fmt: skip
