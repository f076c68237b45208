"""How the families of register arithmetic check a map of basis states."""

# A map of basis states is tested on all inputs at once: a superposition with random amplitudes.
MAP = """
def check_map(circuit, pairs, rng):
    amplitudes = rng.normal(size=len(pairs)) + 1j * rng.normal(size=len(pairs))
    amplitudes /= np.linalg.norm(amplitudes)
    start, want = np.zeros((2, 2**circuit.num_qubits), dtype=complex)
    for amplitude, (before, after) in zip(amplitudes, pairs):
        start[before] = want[after] = amplitude
    assert np.count_nonzero(want) == len(pairs)
    got = Statevector(start).evolve(circuit)
    assert got.equiv(Statevector(want), atol=1e-7, rtol=0)
"""
