"""Every error that QSpark raises on purpose.

    QSparkError               a fault that the user can mend; its text names the remedy
    ├── ProfileError          a profile that does not exist, or has a wrong or unknown key
    ├── SuiteError            a suite or sample file that is missing or broken
    ├── ModelError            a model that cannot be found or loaded
    │   └── UnansweredError   a server that answers none of the requests it is first asked
    ├── MissingExtraError     a feature whose optional packages are not installed
    ├── RunError              a run folder that cannot be used (locked, changed, unwritable)
    └── SandboxError          the sandbox cannot start here

The command line prints the text of a QSparkError and exits with 2, without a traceback. What goes wrong
inside a candidate program is never an exception: it is a `Verdict`.
"""


class QSparkError(Exception):
    """A fault that the user can mend. The message is one sentence that says how."""


class ProfileError(QSparkError):
    """A profile that does not exist, or has a wrong or unknown key."""


class SuiteError(QSparkError):
    """A suite or sample file that is missing or broken."""


class ModelError(QSparkError):
    """A model that cannot be found or loaded."""


class UnansweredError(ModelError):
    """A server that answers none of the requests that it is first asked."""


class MissingExtraError(QSparkError):
    """A feature whose optional packages are not installed."""

    def __init__(self, feature: str, extra: str):
        super().__init__(
            f"{feature} needs packages that are not installed: pip install 'qspark[{extra}]'"
        )


class RunError(QSparkError):
    """A run folder that cannot be used: locked by another process, changed, or unwritable."""


class SandboxError(QSparkError):
    """The sandbox cannot start on this machine."""
