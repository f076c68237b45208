"""Standard one-qubit errors of Aer with their exact superoperators: shared by the noise families."""

from random import Random

CHANNELS = """
import numpy as np
from qiskit.quantum_info import Operator, SuperOp
from qiskit_aer.noise import QuantumError
def from_kraus(*kraus):
    return sum(np.kron(np.conj(k), k) for k in map(np.array, kraus))
I, X, Y, Z = np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
def damping(a, p=0.0):
    return from_kraus(
        np.sqrt(1 - p) * np.diag([1, np.sqrt(1 - a)]), np.sqrt(1 - p) * np.array([[0, np.sqrt(a)], [0, 0]]),
        np.sqrt(p) * np.diag([np.sqrt(1 - a), 1]), np.sqrt(p) * np.array([[0, 0], [np.sqrt(a), 0]]))
def rotation(axis, angle):
    return np.cos(angle / 2) * I - 1j * np.sin(angle / 2) * axis
def mixture(*terms):
    return sum(p * np.kron(np.conj(u), u) for p, u in terms)
def relaxation(t1, t2, time, p=0.0):
    a, e = 1 - np.exp(-time / t1), np.exp(-time / t2)
    q = 1 - p
    return np.array([[1 - a * p, 0, 0, a * q], [0, e, 0, 0], [0, 0, e, 0], [a * p, 0, 0, 1 - a * q]])
def reset(p0, p1):
    keep = (1 - p0 - p1) * np.eye(4)
    keep[0, [0, 3]] += p0
    keep[3, [0, 3]] += p1
    return keep
"""


def one_error(rng: Random) -> tuple[str, str, str, str]:
    """(names to import, call, words, the superoperator in the test) of an error on one qubit."""
    a, b = rng.randint(4, 30) / 100, rng.randint(4, 25) / 100
    t1 = rng.randint(40, 90)
    short, long = rng.randint(20, t1 - 5), rng.randint(t1 + 5, 2 * t1 - 5)
    time, theta = rng.randint(3, 20), rng.randint(20, 120) / 100
    one, two = rng.sample("XYZ", 2)
    axis = rng.choice("XYZ")
    rest = round(1 - a - b, 2)
    return rng.choice(
        [
            (
                "amplitude_damping_error",
                f"amplitude_damping_error({a})",
                f"amplitude damping with parameter {a}",
                f"damping({a})",
            ),
            (
                "amplitude_damping_error",
                f"amplitude_damping_error({a}, excited_state_population={b})",
                f"amplitude damping with parameter {a} and an excited-state population of {b}",
                f"damping({a}, {b})",
            ),
            (
                "phase_damping_error",
                f"phase_damping_error({a})",
                f"phase damping with parameter {a}",
                f"from_kraus(np.diag([1, np.sqrt(1 - {a})]), np.diag([0, np.sqrt({a})]))",
            ),
            (
                "phase_amplitude_damping_error",
                f"phase_amplitude_damping_error({a}, {b})",
                f"combined damping with amplitude parameter {a} and phase parameter {b}",
                f"from_kraus(np.diag([1, np.sqrt(1 - {a} - {b})]), [[0, np.sqrt({a})], "
                f"[0, 0]], np.diag([0, np.sqrt({b})]))",
            ),
            (
                "depolarizing_error",
                f"depolarizing_error({a}, 1)",
                f"a one-qubit depolarizing error with parameter {a} (the state becomes "
                f"maximally mixed with that probability)",
                f"mixture((1 - 0.75 * {a}, I), *(({a} / 4, p) for p in (X, Y, Z)))",
            ),
            (
                "pauli_error",
                f'pauli_error([("{one}", {a}), ("{two}", {b}), ("I", {rest})])',
                f"{one} with probability {a}, {two} with probability {b}, and else nothing",
                f"mixture(({a}, {one}), ({b}, {two}), ({rest}, I))",
            ),
            (
                "coherent_unitary_error",
                f"coherent_unitary_error(R{axis}Gate({theta}))",
                f"a coherent over-rotation about {axis} by {theta} rad",
                f"mixture((1, rotation({axis}, {theta})))",
            ),
            (
                "mixed_unitary_error",
                f"mixed_unitary_error([(R{axis}Gate({theta}), {a}), (np.eye(2), "
                f"{round(1 - a, 2)})])",
                f"a rotation about {axis} by {theta} rad with probability {a}",
                f"mixture(({a}, rotation({axis}, {theta})), ({round(1 - a, 2)}, I))",
            ),
            (
                "kraus_error",
                f"kraus_error([np.diag([1, {b}]), np.diag([0, np.sqrt(1 - {b}**2)])])",
                f"the channel with the Kraus operators diag(1, {b}) and diag(0, sqrt(1 - {b}^2))",
                f"from_kraus(np.diag([1, {b}]), np.diag([0, np.sqrt(1 - {b} ** 2)]))",
            ),
            (
                "reset_error",
                f"reset_error({a}, {b})",
                f"a reset to |0> with probability {a} and to |1> with probability {b}",
                f"reset({a}, {b})",
            ),
            (
                "thermal_relaxation_error",
                f"thermal_relaxation_error({t1}, {short}, {time})",
                f"thermal relaxation for a time {time} with T1 = {t1} and T2 = {short}",
                f"relaxation({t1}, {short}, {time})",
            ),
            (
                "thermal_relaxation_error",
                f"thermal_relaxation_error({t1}, {long}, {time})",
                f"thermal relaxation for a time {time} with T1 = {t1} and T2 = {long}",
                f"relaxation({t1}, {long}, {time})",
            ),
            (
                "thermal_relaxation_error",
                f"thermal_relaxation_error({t1}, {short}, {time}, excited_state_population={b})",
                f"thermal relaxation for a time {time} with T1 = {t1}, T2 = {short} and "
                f"an equilibrium excited population of {b}",
                f"relaxation({t1}, {short}, {time}, {b})",
            ),
        ]
    )
