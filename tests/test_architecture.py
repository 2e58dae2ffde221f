"""The arrows between the modules go one way, and modules and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "trtmigrate"
MODULE_LINES, FUNCTION_LINES = 400, 40

# A module may import what stands on a lower level, or in its own room. The longest name counts.
LEVELS = {
    "trtmigrate.__main__": 15,
    "trtmigrate.cli": 14,
    "trtmigrate.interactive": 12,  # the part of the command line that asks
    "trtmigrate.output": 12,  # the part of the command line that prints
    "trtmigrate.run_options": 12,  # the part of the command line that knows what is asked for
    "trtmigrate.lsp": 13,  # the command `lsp`: an editor in place of the terminal
    "trtmigrate.verify": 11,  # the command `verify`: migrates by the public function
    "trtmigrate": 10,  # the public functions, loaded when they are asked for
    "trtmigrate.batch": 9,
    "trtmigrate.engine": 8,
    "trtmigrate.sift": 8,
    "trtmigrate.rounds": 7,
    "trtmigrate.later": 7,  # what is told of the rounds after the first
    "trtmigrate.rules": 6,
    "trtmigrate.report": 5,
    "trtmigrate.rewrites": 5,
    "trtmigrate.rules.base": 4,  # what a rule is: plain data that the rewrites know, too
    "trtmigrate.editing": 3,
    "trtmigrate.facts": 3,
    "trtmigrate.layout": 3,
    "trtmigrate.passages": 3,  # several programs in a file
    "trtmigrate.requirements": 3,
    "trtmigrate.sources": 2,
    "trtmigrate.api": 1,
    "trtmigrate.syntax": 1,
    "trtmigrate.workers": 1,  # processes, whatever they do
    "trtmigrate.limits": 1,  # time and memory, whatever takes them
    "trtmigrate.interrupt": 0,  # signals
    "trtmigrate.options": 0,
    "trtmigrate.outside": -1,  # travels in the options
    "trtmigrate.findings": 0,
}

# Imports inside functions, by module, with the reason.
LAZY = {
    "trtmigrate.__main__": "signals are handled before anything that takes time is imported",
    "trtmigrate.output": "a run needs one form of report",
    "trtmigrate": "the command line starts in it, before signals are handled",
    "trtmigrate.cli": "the command line starts without the rules, the api data and the reports",
    "trtmigrate.batch": "no engine where no file passes the gate, no processes in a small run",
    "trtmigrate.sift": "most runs need no imports, and no api data for requirements",
    "trtmigrate.limits": "Windows has no module resource",
    "trtmigrate.lsp.command": "`lsp --help` needs no pygls",
    "trtmigrate.options": "pathspec is slow to import and most runs have no pattern",
    "trtmigrate.report.diff": "most runs show no diff",
    "trtmigrate.report.progress": "most runs are too short for a bar",
    "trtmigrate.report.text": "a run that finds nothing compares no texts and loads no rich",
    "trtmigrate.run_options": "most runs name no code and a target, and show no configuration",
    "trtmigrate.rules.plugins": "importlib.metadata takes 30 ms for what few have",
    "trtmigrate.sources.cache": "a run over few files has no cache and no use of hashlib, json",
    "trtmigrate.sources.config": "only unusual spellings of a target need the api data",
    "trtmigrate.sources.toml": "most runs read no configuration",
    "trtmigrate.sources.discover": "pathspec is slow to import and git mostly answers instead",
    "trtmigrate.sources.gate": "only unusual spellings of a target need the api data",
    "trtmigrate.sources.git": "subprocess is needed for folders in a work tree alone",
    "trtmigrate.verify.command": "`verify --help` starts without numpy",
    "trtmigrate.verify.migrated": "`verify` of two programs needs no migration",
}
# The recorder runs in the user's interpreter: there it can import only what is installed.
RECORDER = "trtmigrate.verify.recorder"

LONG_MODULES = {"trtmigrate.sources.gate_words": "a table, made by a script"}
LONG_FUNCTIONS: dict[str, str] = {}


@cache
def modules() -> dict[str, tuple[ast.Module, int]]:
    """Every module of the package with its tree and its lines, but for the simulator's stand-ins,
    which are laid out as the libraries that they stand in for.
    """
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if parts[:4] != ("trtmigrate", "verify", "sim", "site"):
            text = path.read_text(encoding="utf-8")
            name = ".".join(parts).removesuffix(".__init__")
            found[name] = (ast.parse(text), len(text.splitlines()))
    return found


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in (
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
    )


def imports(node: ast.AST, *, at_run_time: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports below a node; `at_run_time` leaves out functions and TYPE_CHECKING."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child
        elif at_run_time and (
            is_type_checking(child) or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        ):
            continue
        else:
            yield from imports(child, at_run_time=at_run_time)


def imported(statement: ast.Import | ast.ImportFrom, module: str) -> Iterator[str]:
    """The modules of this package that an import in `module` names."""
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    else:
        base = statement.module or ""
        if statement.level:  # the recorder runs as a folder, under any name
            assert module.startswith(RECORDER), "imports are absolute"
            is_folder = (ROOT.parent / module.replace(".", "/")).is_dir()
            up = statement.level - is_folder
            around = module.split(".")[:-up] if up else module.split(".")
            base = ".".join([*around, *([base] if base else [])])
        names = [f"{base}.{alias.name}" for alias in statement.names]
        names = [name if name in modules() else base for name in names]
    yield from (name for name in names if name.split(".")[0] == "trtmigrate")


@cache
def needs(module: str) -> frozenset[str]:
    """What has to be there when a module is loaded."""
    tree, _ = modules()[module]
    found = imports(tree, at_run_time=True)
    return frozenset(name for statement in found for name in imported(statement, module))


def room(module: str) -> str:
    parts = module.split(".")
    return next(n for i in range(len(parts), 0, -1) if (n := ".".join(parts[:i])) in LEVELS)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (
        node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    )


def upward(module: str) -> list[str]:
    tree, _ = modules()[module]
    targets = {n for s in imports(tree, at_run_time=False) for n in imported(s, module)}
    mine = room(module)
    return sorted(
        target
        for target in targets
        if room(target) != mine and LEVELS[room(target)] >= LEVELS[mine]
    )


@pytest.mark.parametrize("module", sorted(modules()))
def test_arrows_go_down(module: str) -> None:
    allowed = (
        {"trtmigrate"} if module in ("trtmigrate.cli", "trtmigrate.output") else set()
    )  # the version
    if room(module) == "trtmigrate.verify":
        allowed = {"trtmigrate"}  # the version and the public functions
    if module == "trtmigrate":
        allowed = set()
    assert set(upward(module)) <= allowed


def test_there_is_a_level_for_every_room_and_a_room_for_every_level() -> None:
    tops = {".".join(module.split(".")[:2]) for module in modules()}
    assert tops <= set(LEVELS)
    assert {room(module) for module in modules()} == set(LEVELS)


def test_no_module_needs_itself() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module in done:
            return
        for other in sorted(needs(module)):
            visit(other, (*path, module))
        done.add(module)

    for module in modules():
        visit(module, ())


def test_discover_does_not_reach_the_engine() -> None:
    seen: set[str] = set()
    open_modules = ["trtmigrate.sources.discover"]
    while open_modules:
        module = open_modules.pop()
        if module not in seen:
            seen.add(module)
            tree, _ = modules()[module]
            found = imports(tree, at_run_time=False)
            open_modules += [n for s in found for n in imported(s, module)]
    reached = {room(module) for module in seen}
    data = {"trtmigrate.options", "trtmigrate.outside", "trtmigrate.findings"}
    assert reached <= {"trtmigrate.sources", *data}


def imports_inside(module: str) -> bool:
    tree, _ = modules()[module]
    return any(True for function in functions(tree) for _ in imports(function, at_run_time=False))


def test_imports_inside_functions_have_a_reason() -> None:
    found = {m for m in modules() if imports_inside(m) and not m.startswith(RECORDER)}
    assert found == set(LAZY)


def test_modules_are_short() -> None:
    found = {module for module, (_, lines) in modules().items() if lines > MODULE_LINES}
    assert found == set(LONG_MODULES)


def test_functions_are_short() -> None:
    found = {
        f"{module}.{function.name}"
        for module, (tree, _) in modules().items()
        for function in functions(tree)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    }
    assert found == set(LONG_FUNCTIONS)
