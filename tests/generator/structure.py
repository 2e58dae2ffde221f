"""Where setup and run of a program stand: a script, functions, closures or classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.text import Lines, filled, indented

Roles = dict[str, str]
RUN_ROLES = ("engine", "context", "contexts", "stream", "total", "n", "n_in", "counts")
_PLAIN = {role: role for role in RUN_ROLES}


@dataclass(frozen=True)
class Parts:
    """The pieces of a program, with roles in them.

    `setup` reads `plan`; `run` executes once and reads $k and $rows.
    """

    setup: Lines
    run: Lines
    plans: list[str]
    work: list[list[tuple[int, int]]]  # of each plan
    context_name: str  # "context", or "contexts" where the run takes one of several
    roles: Roles  # of storage that has no place of its own

    @property
    def work_differs(self) -> bool:
        return any(work != self.work[0] for work in self.work)


def _stored(parts: Parts, prefix: str, suffix: str = "") -> Roles:
    """Roles kept in an object or a dictionary: `self.engine`, `state["engine"]`."""
    names = {role: f"{prefix}{role}{suffix}" for role in RUN_ROLES}
    if parts.context_name == "contexts":
        names["context"] = "context"
    return {**names, **parts.roles}


def _plans(parts: Parts, body: Lines) -> Lines:
    if len(parts.plans) == 1:
        return [f"plan = {parts.plans[0]}", *body]
    plans = f"[{', '.join(parts.plans)}]"
    if parts.work_differs:
        return [f"for plan, work in zip({plans}, WORK):", *indented(body)]
    return [f"for plan in {plans}:", *indented(body)]


def _runs(parts: Parts, body: Lines) -> Lines:
    work = "work" if parts.work_differs else "WORK"
    return [f"for k, rows in {work}:", *indented(body)]


def _local(c: Choices, parts: Parts) -> Roles:
    """Plain names, in the words of one programmer."""
    engine = c.pick("engine named", ["engine", "model", "trt_engine", "eng", "net"])
    stream = c.pick("stream named", ["stream", "s"])
    return {"engine": engine, "stream": stream, "k": "k", "rows": "rows", **parts.roles}


def script(c: Choices, parts: Parts) -> Lines:
    roles = _local(c, parts)
    return filled(_plans(parts, [*parts.setup, *_runs(parts, parts.run)]), roles)


def main(c: Choices, parts: Parts) -> Lines:
    body = ["def main():", *indented(script(c, parts)), "", ""]
    return [*body, 'if __name__ == "__main__":', "    main()"]


def _passed(parts: Parts) -> list[str]:
    """The roles that a function of one run takes."""
    passed = ["engine", "stream"]
    if "context" not in parts.roles:
        passed.insert(1, parts.context_name)
    for role in ("total", "n", "n_in"):
        stored = parts.roles.get(role, f"${role}")
        name = "counts" if "$counts" in stored else role
        if name == "counts" or stored == f"${role}":
            passed += [name] if name not in passed else []
    return passed


def functions(c: Choices, parts: Parts) -> Lines:
    """`prepare(plan)` gives what `infer(...)` takes."""
    roles = _local(c, parts)
    values = ", ".join(f"${role}" for role in _passed(parts))
    names = ", ".join(filled([values], {**_PLAIN, **roles}))
    prepare = ["def prepare(plan):", *indented([*parts.setup, f"return {values}"]), "", ""]
    calls = {
        "positional": (f"{values}, k, rows", "infer(*prepared, k, rows)"),
        "keywords": (f"{values}, k, rows", "infer(*prepared, rows=rows, k=k)"),
        "defaults": (f"{values}, k=0, rows=3", "infer(*prepared, k, rows)"),
        "default used": (
            f"{values}, rows, k=0",
            "infer(*prepared, rows, k) if k else infer(*prepared, rows)",
        ),
    }
    parameters, call = c.one("infer called with", calls)
    infer = [f"def infer({parameters}):", *indented(parts.run), "", ""]
    how = c.pick("prepared kept", ["in a tuple", "unpacked"])
    if how == "unpacked":
        call = call.replace("*prepared", names)
        top = _plans(parts, [f"{names} = prepare(plan)", *_runs(parts, [call])])
    else:
        top = _plans(parts, ["prepared = prepare(plan)", *_runs(parts, [call])])
    return filled([*prepare, *infer, *top], roles)


def module_globals(c: Choices, parts: Parts) -> Lines:
    """`infer(k, rows)` reads the names of the module."""
    roles = _local(c, parts)
    default = c.pick("k in the function", ["parameter", "default"])
    head = "def infer(k, rows):" if default == "parameter" else "def infer(k=0, rows=3):"
    infer = ["", "", head, *indented(parts.run), "", ""]
    top = _plans(parts, [*parts.setup, *_runs(parts, ["infer(k, rows)"])])
    return filled([*infer, *top], roles)


def closure(c: Choices, parts: Parts) -> Lines:
    roles = _local(c, parts)
    inner = ["def infer(k, rows):", *indented(parts.run), "", "return infer"]
    make = ["def make(plan):", *indented([*parts.setup, "", *inner]), "", ""]
    top = _plans(parts, ["infer = make(plan)", *_runs(parts, ["infer(k, rows)"])])
    return filled([*make, *top], roles)


def in_a_dictionary(c: Choices, parts: Parts) -> Lines:
    return _in_an_object(parts, "state = {}", _stored(parts, 'state["', '"]'))


def in_a_namespace(c: Choices, parts: Parts) -> Lines:
    return _in_an_object(parts, "state = SimpleNamespace()", _stored(parts, "state."))


def _in_an_object(parts: Parts, empty: str, roles: Roles) -> Lines:
    load = ["def load(plan):", *indented([empty, *parts.setup, "return state"]), "", ""]
    infer = ["def infer(state, k, rows):", *indented(parts.run), "", ""]
    top = _plans(parts, ["state = load(plan)", *_runs(parts, ["infer(state, k, rows)"])])
    return filled([*load, *infer, *top], {**roles, "k": "k", "rows": "rows"})


def _class(parts: Parts, head: str, before: Lines, infer: str, roles: Roles) -> Lines:
    init = indented([head, *indented([*before, *parts.setup]), "", infer, *indented(parts.run)])
    return filled(["class Runner:", *init, "", ""], roles)


def class_of_all(c: Choices, parts: Parts) -> Lines:
    """One object an engine; the profile is a parameter of the method."""
    roles = {**_stored(parts, "self."), "k": "k", "rows": "rows"}
    infer = {
        "parameters": ("def infer(self, k, rows):", "runner.infer(k, rows)"),
        "default profile": (
            "def infer(self, rows, k=0):",
            "runner.infer(rows, k) if k else runner.infer(rows)",
        ),
        "called": ("def __call__(self, k, rows):", "runner(k, rows)"),
        "attribute set outside": (
            "def infer(self, rows):",
            "runner.k = k\nrunner.infer(rows)",
        ),
    }
    name = c.pick("method", infer)
    head, call = infer[name]
    before: Lines = []
    if name == "attribute set outside":
        roles["k"], before = "self.k", ["self.k = 0"]
    made = _class(parts, "def __init__(self, plan):", before, head, roles)
    return [*made, *_plans(parts, ["runner = Runner(plan)", *_runs(parts, call.split("\n"))])]


def class_of_profile(c: Choices, parts: Parts) -> Lines:
    """One object a profile; its number is a parameter of the constructor or of the class."""
    roles = {**_stored(parts, "self."), "k": "self.k", "rows": "rows"}
    keep = ["self.k = k"]
    heads = {
        "parameter": ("def __init__(self, plan, k):", keep, "Runner(plan, k)"),
        "default": (
            "def __init__(self, plan, k=0):",
            keep,
            "(Runner(plan, k) if k else Runner(plan))",
        ),
        "class attribute": (
            "def __init__(self, plan):",
            [],
            'type("Other", (Runner,), {"k": k})(plan)',
        ),
    }
    name = c.pick("number of the profile", heads)
    head, before, call = heads[name]
    made = _class(parts, head, before, "def infer(self, rows):", roles)
    if name == "class attribute":
        made.insert(1, "    k = 0\n")
    return [*made, *_plans(parts, _runs(parts, [f"{call}.infer(rows)"]))]


STRUCTURES: dict[str, Callable[[Choices, Parts], Lines]] = {
    "script": script,
    "main": main,
    "functions": functions,
    "globals": module_globals,
    "closure": closure,
    "dictionary": in_a_dictionary,
    "namespace": in_a_namespace,
    "class": class_of_all,
    "class, an object a profile": class_of_profile,
}
