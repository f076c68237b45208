"""IBM runtime client without an account: options of the primitives."""

from random import Random

from qspark.data.families.base import Instance, family

# (where it lives, field, literal, words); `where` is a path below the options, empty at the top
_COMMON = (
    ("", "default_shots", lambda r: str(r.randint(100, 9000)), "{} default shots"),
    (
        "",
        "max_execution_time",
        lambda r: str(r.randint(60, 900)),
        "a maximum execution time of {} s",
    ),
    ("dynamical_decoupling", "enable", lambda r: "True", "dynamical decoupling enabled"),
    (
        "dynamical_decoupling",
        "sequence_type",
        lambda r: repr(r.choice(["XX", "XpXm", "XY4"])),
        "the decoupling sequence {}",
    ),
    (
        "dynamical_decoupling",
        "extra_slack_distribution",
        lambda r: repr(r.choice(["middle", "edges"])),
        "extra slack of the decoupling at the {}",
    ),
    (
        "dynamical_decoupling",
        "scheduling_method",
        lambda r: repr(r.choice(["alap", "asap"])),
        "the decoupling's scheduling method {}",
    ),
    (
        "dynamical_decoupling",
        "skip_reset_qubits",
        lambda r: "True",
        "no decoupling on qubits that were just reset (skip_reset_qubits)",
    ),
    ("twirling", "enable_gates", lambda r: "True", "gate twirling on"),
    (
        "twirling",
        "enable_measure",
        lambda r: r.choice(["True", "False"]),
        "measurement twirling set to {}",
    ),
    (
        "twirling",
        "num_randomizations",
        lambda r: str(r.randint(8, 64)),
        "{} randomizations of the twirling",
    ),
    (
        "twirling",
        "shots_per_randomization",
        lambda r: str(r.randint(20, 200)),
        "{} shots per randomization of the twirling",
    ),
    (
        "twirling",
        "strategy",
        lambda r: repr(r.choice(["active", "active-accum", "all", "active-circuit"])),
        "the twirling strategy {}",
    ),
    (
        "execution",
        "init_qubits",
        lambda r: "False",
        "qubits not initialised before each shot (init_qubits False)",
    ),
    (
        "execution",
        "rep_delay",
        lambda r: r.choice(["0.0001", "0.00025", "0.0004"]),
        "a repetition delay of {} s",
    ),
    ("simulator", "seed_simulator", lambda r: str(r.randint(1, 999)), "the simulator seed {}"),
    (
        "simulator",
        "basis_gates",
        lambda r: r.choice(["['rz', 'sx', 'cx']", "['u', 'cz']", "['rz', 'x', 'ecr']"]),
        "the simulator's basis gates {}",
    ),
    (
        "environment",
        "log_level",
        lambda r: repr(r.choice(["INFO", "DEBUG", "ERROR"])),
        "the log level {}",
    ),
    (
        "environment",
        "job_tags",
        lambda r: r.choice(["['nightly', 'v2']", "['scan']", "['demo', 'b7']"]),
        "the job tags {}",
    ),
    ("environment", "private", lambda r: "True", "private jobs"),
)


_SAMPLER = (
    (
        (
            "execution",
            "meas_type",
            lambda r: repr(r.choice(["kerneled", "avg_kerneled"])),
            "the measurement type {}",
        )
    ),
)


_ESTIMATOR = (
    (
        "",
        "default_precision",
        lambda r: r.choice(["0.02", "0.05", "0.01", "0.03"]),
        "a default precision of {}",
    ),
    ("", "resilience_level", lambda r: str(r.randint(0, 2)), "resilience level {}"),
    ("", "seed_estimator", lambda r: str(r.randint(1, 999)), "the estimator seed {}"),
    (
        "resilience",
        "measure_mitigation",
        lambda r: r.choice(["True", "False"]),
        "measurement mitigation set to {}",
    ),
    ("resilience", "zne_mitigation", lambda r: "True", "zero-noise extrapolation on"),
    (
        "resilience.zne",
        "noise_factors",
        lambda r: r.choice(["[1, 3, 5]", "[1, 1.5, 2]", "[1, 2, 4]", "[1, 2.5]"]),
        "the ZNE noise factors {}",
    ),
    (
        "resilience.zne",
        "extrapolator",
        lambda r: r.choice(
            ["'linear'", "'exponential'", "['exponential', 'linear']", "'polynomial_degree_2'"]
        ),
        "the ZNE extrapolator {}",
    ),
    (
        "resilience.zne",
        "amplifier",
        lambda r: repr(r.choice(["gate_folding", "gate_folding_front", "pea"])),
        "the ZNE amplifier {}",
    ),
    (
        "resilience.measure_noise_learning",
        "num_randomizations",
        lambda r: str(r.randint(8, 64)),
        "{} randomizations of the learning of measurement noise",
    ),
    (
        "resilience.measure_noise_learning",
        "shots_per_randomization",
        lambda r: str(r.randint(30, 300)),
        "{} shots per randomization of the learning of measurement noise",
    ),
    (
        "resilience.layer_noise_learning",
        "max_layers_to_learn",
        lambda r: str(r.randint(1, 6)),
        "at most {} layers to learn in layer noise learning",
    ),
    (
        "resilience.layer_noise_learning",
        "layer_pair_depths",
        lambda r: r.choice(["[0, 1, 4, 16]", "[0, 2, 8]", "[0, 1, 2, 4]"]),
        "the layer pair depths {} in layer noise learning",
    ),
    (
        "resilience.pec",
        "max_overhead",
        lambda r: str(r.randint(20, 90)),
        "a maximum sampling overhead of {} for PEC",
    ),
)


_SWITCHES = (
    ("resilience.zne", "zne_mitigation", "zero-noise extrapolation on"),
    ("resilience.measure_noise_learning", "measure_mitigation", "measurement mitigation on"),
)


_CLASSES = {
    "dynamical_decoupling": "DynamicalDecouplingOptions",
    "twirling": "TwirlingOptions",
    "simulator": "SimulatorOptions",
    "environment": "EnvironmentOptions",
    "resilience": "ResilienceOptionsV2",
    "resilience.zne": "ZneOptions",
    "resilience.pec": "PecOptions",
    "resilience.measure_noise_learning": "MeasureNoiseLearningOptions",
    "resilience.layer_noise_learning": "LayerNoiseLearningOptions",
}


def _nested(chosen: list[tuple[str, str, str]]) -> dict:
    tree: dict = {}
    for where, name, value in chosen:
        node = tree
        for part in filter(None, where.split(".")):
            node = node.setdefault(part, {})
        node[name] = value
    return tree


def _literal(tree: dict) -> str:
    parts = (
        f'"{key}": {_literal(value) if isinstance(value, dict) else value}'
        for key, value in tree.items()
    )
    return "{" + ", ".join(parts) + "}"


def _objects(tree: dict, path: str, kind: str) -> str:
    """The same tree as calls of the options classes."""
    name = _CLASSES.get(path, kind)
    if path == "execution":
        name = "SamplerExecutionOptionsV2" if kind == "SamplerOptions" else "ExecutionOptionsV2"
    inner = []
    for key, value in tree.items():
        below = f"{path}.{key}".lstrip(".")
        inner.append(f"{key}={_objects(value, below, kind) if isinstance(value, dict) else value}")
    return f"{name}({', '.join(inner)})"


@family(
    "runtime",
    "intermediate",
    oracle="structure",
    skills=("options", "error-suppression"),
    why="Options of V2 primitives are nested dataclasses; unknown names are refused at once.",
)
def primitive_options(rng: Random) -> Instance:
    """Options of a sampler or an estimator, or a primitive that holds them, from several settings."""
    kind = rng.choice(["SamplerOptions", "EstimatorOptions"])
    pool = [*_COMMON, *(_SAMPLER if kind == "SamplerOptions" else _ESTIMATOR * 2)]
    chosen, said = [], []
    while len(chosen) < rng.choice([3, 4, 4, 5]):
        where, name, draw, words = rng.choice(pool)
        if any((where, name) == (w, n) for w, n, _ in chosen):
            continue
        for stem, switch, phrase in _SWITCHES:
            if where == stem and ("resilience", switch) not in {(w, n) for w, n, _ in chosen}:
                chosen.append(("resilience", switch, "True"))
                said.append(phrase)
        if name in ("measure_mitigation", "zne_mitigation", "resilience_level"):
            continue
        value = draw(rng)
        chosen.append((where, name, value))
        said.append(words.format(value.strip("'")))
    tree = _nested(chosen)
    style = rng.choice(["attributes", "attributes", "dict", "objects", "update", "primitive"])
    primitive = "SamplerV2" if kind == "SamplerOptions" else "EstimatorV2"
    imports = f"from qiskit_ibm_runtime import {kind}"
    args, returns, last = "()", kind, "return options"
    if style == "attributes":
        body = f"options = {kind}()\n" + "\n".join(
            f"options.{where + '.' if where else ''}{name} = {value}"
            for where, name, value in chosen
        )
    elif style == "dict":
        inner = ", ".join(
            f"{k}={_literal(v) if isinstance(v, dict) else v}" for k, v in tree.items()
        )
        body = f"options = {kind}({inner})"
    elif style == "objects":
        call = _objects(tree, "", kind)
        used = sorted(
            {
                w
                for w in (*_CLASSES.values(), "SamplerExecutionOptionsV2", "ExecutionOptionsV2")
                if f"{w}(" in call.replace("SamplerE", "Sampler_E") or f"={w}(" in call
            }
        )
        used = [
            w
            for w in used
            if f"{w}(" in call and (w != "ExecutionOptionsV2" or "SamplerExecution" not in call)
        ]
        imports += f"\nfrom qiskit_ibm_runtime.options import {', '.join(used)}" if used else ""
        body = f"options = {call}"
    elif style == "update":
        inner = ", ".join(
            f"{k}={_literal(v) if isinstance(v, dict) else v}" for k, v in tree.items()
        )
        body = f"options = {kind}()\noptions.update({inner})"
    else:
        imports = (
            f"from qiskit.providers import BackendV2\nfrom qiskit_ibm_runtime import {primitive}"
        )
        args, returns, last = "(backend: BackendV2)", primitive, "return primitive"
        body = f"primitive = {primitive}(mode=backend)\n" + "\n".join(
            f"primitive.options.{where + '.' if where else ''}{name} = {value}"
            for where, name, value in chosen
        )
    text = "; ".join(said)
    what = (
        f"an `{kind}` object"
        if returns == kind
        else f"a runtime `{primitive}` in local mode on `backend` whose options are set"
    )
    how = (
        " Build it from the options classes of `qiskit_ibm_runtime.options`."
        if style == "objects"
        else ""
    )
    checks = "\n".join(
        f"same(options.{where + '.' if where else ''}{name}, {value})"
        for where, name, value in chosen
    )
    return Instance(
        entry_point="configured",
        signature=f"{args} -> {returns}",
        asks=(
            f"Return {what}: {text}. Leave all other options alone.{how}",
            f"Settings for a run with the IBM runtime client: {text}. The function "
            f"returns {what}.{how}",
            f"How are these things set for a V2 primitive - {text}? Give me {what}; "
            f"nothing else should differ from the defaults.{how}",
        ),
        imports=imports,
        body=f"{body}\n{last}",
        test=f"""
from dataclasses import is_dataclass
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit_ibm_runtime import EstimatorV2, {kind}, SamplerV2
def same(one, two):
    one, two = (list(x) if isinstance(x, (list, tuple)) else x for x in (one, two))
    assert one == two and type(one) in (type(two), list, float), (one, two)
got = candidate({"GenericBackendV2(2, seed=1)" if args != "()" else ""})
assert isinstance(got, {returns})
options = got{".options" if returns != kind else ""}
{checks}
fresh = {kind}()
touched = {[f"{w}.{n}".lstrip(".") for w, n, _ in chosen]}
def walk(one, two, path):
    for name in vars(one) if is_dataclass(one) else ():
        where = f"{{path}}.{{name}}".lstrip(".")
        a, b = getattr(one, name), getattr(two, name)
        if is_dataclass(a) and is_dataclass(b):
            walk(a, b, where)
        elif where not in touched and not name.startswith("_"):
            assert a == b or repr(a) == repr(b), where
walk(options, fresh, "")
""",
        params={"kind": kind, "style": style, "settings": chosen},
    )
