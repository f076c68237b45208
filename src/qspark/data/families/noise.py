"""Noise of Aer: standard errors and their combinations, checked against exact channels."""

from random import Random

from qspark.data.families._noise import CHANNELS, one_error
from qspark.data.families.base import Instance, Wrong, family


@family(
    "noise",
    "intermediate",
    oracle="channel",
    skills=("error-channels", "composition"),
    why="compose applies its argument afterwards; tensor puts the argument on the "
    "lower qubit, expand above.",
    tolerance=1e-7,
)
def composed_errors(rng: Random) -> Instance:
    """One or two standard errors, combined, as an error, a channel or a figure of merit."""
    first = one_error(rng)
    second = one_error(rng)
    while second[0] == first[0]:
        second = one_error(rng)
    one, two = f"SuperOp({first[3]})", f"SuperOp({second[3]})"
    k = rng.choice([2, 3])
    code, words, want, qubits = rng.choice(
        [
            (
                f"{first[1]}.compose({second[1]})",
                "{}, followed by {}",
                f"SuperOp({second[3]} @ {first[3]})",
                1,
            ),
            (
                f"{first[1]}.compose({second[1]})",
                "{}, followed by {}",
                f"SuperOp({second[3]} @ {first[3]})",
                1,
            ),
            (
                f"{first[1]}.tensor({second[1]})",
                "{} on qubit 1 and independently {} on qubit 0",
                f"{one}.tensor({two})",
                2,
            ),
            (
                f"{first[1]}.expand({second[1]})",
                "{} on qubit 0 and independently {} on qubit 1",
                f"{two}.tensor({one})",
                2,
            ),
            (
                f"{first[1]}.power({k})",
                f"{{}}, {k} times in a row",
                f"SuperOp(np.linalg.matrix_power({first[3]}, {k}))",
                1,
            ),
        ]
    )
    single = ".power" in code
    said = words.format(first[2], second[2])
    returns, last, end, check = rng.choice(
        [
            (
                "QuantumError",
                "return error",
                "the `QuantumError`",
                "assert isinstance(got, QuantumError)\ngot = SuperOp(got)",
            ),
            (
                "QuantumError",
                "return error",
                "the `QuantumError`",
                "assert isinstance(got, QuantumError)\ngot = SuperOp(got)",
            ),
            (
                "SuperOp",
                "return error.to_quantumchannel()",
                "the channel as a `SuperOp`",
                "assert type(got) is SuperOp",
            ),
            (
                "Kraus",
                "return Kraus(error)",
                "the channel as a `Kraus` object of `qiskit.quantum_info`",
                'assert type(got).__name__ == "Kraus"\ngot = SuperOp(got)',
            ),
            (
                "Choi",
                "return Choi(error)",
                "the channel as a `Choi` object of `qiskit.quantum_info`",
                'assert type(got).__name__ == "Choi"\ngot = SuperOp(got)',
            ),
            (
                "np.ndarray",
                "return PTM(error).data",
                "its Pauli transfer matrix as an array",
                "from qiskit.quantum_info import PTM\ngot = SuperOp(PTM(got))",
            ),
            (
                "tuple[QuantumError, float]",
                "return error, average_gate_fidelity(error.to_quantumchannel())",
                "a tuple of the `QuantumError` and its average gate fidelity with the identity",
                f"got, fidelity = got\nd = {2**qubits}\nassert abs(fidelity - "
                f"(np.trace(want.data).real / d**2 * d + 1) / (d + 1)) < 1e-7\ngot = SuperOp(got)",
            ),
        ]
    )
    names = sorted(
        {first[0]}
        | ({second[0]} if not single else set())
        | ({"QuantumError"} if "Quantum" in returns else set())
    )
    body = f"error = {code}\n{last}"
    info = [
        n
        for n in ("Choi", "Kraus", "PTM", "SuperOp", "average_gate_fidelity")
        if n in body + returns.replace("QuantumError", "")
    ]
    gates = sorted({g for g in ("RXGate", "RYGate", "RZGate") if g in code})
    lines = ["import numpy as np"] * ("np." in body + returns)
    lines += [f"from qiskit.circuit.library import {', '.join(gates)}"] * bool(gates)
    lines += [f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info)
    lines += [f"from qiskit_aer.noise import {', '.join(names)}"]
    wrong = ()
    if ".compose(" in code and "reset" in code:
        wrong = (Wrong("S07", body.replace(".compose(", ".dot(", 1)),)
    return Instance(
        entry_point="build_error",
        signature=f"() -> {returns}",
        asks=(
            f"With `qiskit_aer.noise`, build this {qubits}-qubit error: {said}. Return {end}.",
            f"I model noise as follows: {said}. Make it from Aer's standard errors "
            f"and give me {end}. It acts on {qubits} "
            f"qubit{'s' * (qubits - 1)}.",
            f"Aer noise channel wanted, on {qubits} qubit{'s' * (qubits - 1)}: "
            f"{said}. Output: {end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""{CHANNELS}
got = candidate()
want = {want}
{check}
assert np.allclose(got.data, want.data, atol=1e-7)
""",
        params={"first": first[1], "second": second[1]},
        wrong=wrong,
    )
