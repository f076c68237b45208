"""QSpark: verified Qiskit code from language models (data, training, evaluation)."""

__version__ = "0.1.0"
