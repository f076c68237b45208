"""What goes wrong in Qiskit code: one catalogue of mistakes."""
