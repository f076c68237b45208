import argparse

from qiskit import QuantumCircuit, transpile, Aer, execute


def build(n: int) -> QuantumCircuit:
    circ = QuantumCircuit(n, n)
    circ.h(0)
    for k in range(n - 1):
        circ.cnot(k, k + 1)
    circ.measure(range(n), range(n))
    return circ


def main():
    backend = Aer.get_backend('aer_simulator')
    circ = transpile(build(4), backend)
    counts = execute(circ, backend, shots=64).result().get_counts()
    assert set(counts) <= {'0000', '1111'}


if __name__ == '__main__':
    main()
