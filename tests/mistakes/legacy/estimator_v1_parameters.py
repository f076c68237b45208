import numpy as np
from qiskit.circuit import QuantumCircuit, Parameter
from qiskit.primitives import Estimator
from qiskit.quantum_info import SparsePauliOp
from scipy.optimize import minimize

theta = Parameter("theta")
ansatz = QuantumCircuit(1)
ansatz.ry(theta, 0)
estimator = Estimator()
hamiltonian = SparsePauliOp("Z")


def cost(x):
    result = estimator.run([ansatz], [hamiltonian], [x]).result()
    return result.values[0]


best = minimize(cost, np.array([0.5]), method="COBYLA")
print(round(best.fun, 2))
