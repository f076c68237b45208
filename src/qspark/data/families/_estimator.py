"""What the families of the Estimator share: the estimators that compute exactly."""

# (import line, constructor, words, precision 0 given to run where the default would sample)
EXACT = (
    (
        "from qiskit.primitives import StatevectorEstimator",
        "StatevectorEstimator()",
        "`StatevectorEstimator`",
    ),
    (
        "from qiskit_aer.primitives import EstimatorV2",
        "EstimatorV2()",
        "Aer's `EstimatorV2` (exact: its default precision is 0)",
    ),
)
