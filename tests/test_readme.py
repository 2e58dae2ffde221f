"""The documentation speaks of what is there, and of all of it; what it says to run, runs."""

from __future__ import annotations

import importlib
import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from trtmigrate import migrate_source
from trtmigrate.cli import _LAZY, cli
from trtmigrate.facts import Facts
from trtmigrate.rules.base import Rule
from trtmigrate.sources import config
from trtmigrate.sources.config import _KEYS
from trtmigrate.sources.toml import read_toml
from trtmigrate.syntax.parse import parse
from trtmigrate.verify.command import verify

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Pages that name modules and files of the repository.
OF_CODE = (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

# What the commands of the README work on.
OLD = """\
import numpy as np
import pycuda.autoinit
import pycuda.driver as cuda
import tensorrt as trt

builder = trt.Builder(trt.Logger())
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
x = network.add_input("x", trt.float32, (2,))
network.mark_output(network.add_unary(x, trt.UnaryOperation.NEG).get_output(0))
plan = builder.build_serialized_network(network, builder.create_builder_config())
engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)
context = engine.create_execution_context()
data = np.ones(2, np.float32)
buffers = [cuda.mem_alloc(data.nbytes) for i in range(engine.num_bindings)]
bindings = [int(buffer) for buffer in buffers]
stream = cuda.Stream()
cuda.memcpy_htod(buffers[0], data)
context.execute_async_v2(bindings, stream.handle)
stream.synchronize()
cuda.memcpy_dtoh(data, buffers[1])
print(data)
"""

# What the commands of the other pages leave for a person.
LEFT = """\
import tensorrt as trt


def shape_of(engine: trt.ICudaEngine, *key):
    return engine.get_binding_shape(*key)
"""


def page_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Return the commands after `$ `, without the comments behind them."""
    lines = [line for block in blocks(text, "console") for line in block.splitlines()]
    return [
        line[2:].split("   # ")[0].split(" # ")[0].strip() for line in lines if line[:2] == "$ "
    ]


def anchors(text: str) -> set[str]:
    """Return what a link into a page can name: its headings, as GitHub spells them, and its ids."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    spelled = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return spelled | set(re.findall(r'<a id="([\w-]+)">', plain))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what the commands of the README name: `src/`, `old.py` and `new.py`."""
    (tmp_path / "src").mkdir()
    for name in ("src/infer.py", "old.py", "new.py"):
        (tmp_path / name).write_text(OLD, encoding="utf-8")
    run(tmp_path, "trtmigrate new.py --write --quiet")
    return tmp_path


def write_programs(folder: Path) -> None:
    """Write what the commands of the other pages name."""
    (folder / "src").mkdir()
    for name in ("src/infer.py", "infer.py", "old.py"):
        (folder / name).write_text(OLD, encoding="utf-8")
    (folder / "new.py").write_text(migrate_source(OLD).after, encoding="utf-8")
    (folder / "src/shapes.py").write_text(LEFT, encoding="utf-8")


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    arguments = command.split()
    assert arguments[0] == "trtmigrate"
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True
    )


# README


def test_every_option_is_in_the_readme_and_no_other() -> None:
    options = {name for param in cli.commands["migrate"].params for name in param.opts}
    long = {name for name in options if name.startswith("--")} - {"--quiet", "--verbose"}
    table = README.split("## Command line")[1].split("| command |")[0]
    assert set(re.findall(r"--[a-z][a-z-]+", table)) == long
    assert "`-q`, `-v`" in table


def test_every_command_is_in_the_readme() -> None:
    for name in {*cli.commands, *_LAZY} - {"migrate"}:
        assert f"`trtmigrate {name}" in README


def test_every_key_of_the_configuration_is_in_the_readme() -> None:
    section = README.split("[tool.trtmigrate]\n")[1].split("```")[0]
    for key in _KEYS:
        assert key in section


def test_configuration_of_the_readme_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    (block,) = blocks(README, "toml")
    file.write_text(block, encoding="utf-8")
    assert config.load(file).target == "10"


def test_commands_of_the_readme_run(project: Path) -> None:
    ours = [line for line in commands(README) if line.startswith("trtmigrate ")]
    assert any(" --write" in line for line in ours) and any(" verify " in line for line in ours)
    for line in ours:
        done = run(project, line)
        assert done.returncode == (1 if line == "trtmigrate src/" else 0), done.stderr + done.stdout
    assert "execute_async_v3" in (project / "src" / "infer.py").read_text(encoding="utf-8")


def test_commands_of_a_clone_are_there() -> None:
    for line in (*commands(README), *commands(CONTRIBUTING)):
        for word in line.split():
            if re.match(r"(\./|scripts/|tests/|\.ci/)", word):
                assert (ROOT / word).exists(), line


def test_python_of_the_readme_runs() -> None:
    (block,) = blocks(README, "python")[-1:]
    names: dict[str, object] = {"source": OLD}
    exec(block, names)
    assert names["result"].after != OLD  # type: ignore[attr-defined]


def test_hooks_of_the_readme_are_there() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    named = re.findall(r"- id: ([\w-]+)", README)
    assert named and set(named) == set(re.findall(r"- id: ([\w-]+)", hooks))


def test_entry_points_are_executable() -> None:
    for name in ("scripts/test", "scripts/demo", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111


# the other pages


USED = [page for page in (ROOT / "docs").glob("*.md") if "\n$ trtmigrate" in page.read_text()]


@pytest.mark.parametrize("page", USED, ids=page_name)
def test_commands_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    write_programs(folder)
    monkeypatch.chdir(folder)
    lines = commands(page.read_text(encoding="utf-8"))
    if any(line.startswith("git ") for line in lines):
        commit_all()
    for line in lines:
        if line in commands(README):
            continue  # run above
        program, *arguments = shlex.split(line)
        if program == "cp":
            shutil.copy(*arguments)
        elif program == "git":
            subprocess.run([program, *arguments], check=True, capture_output=True)
        elif program == "trtmigrate":
            result = CliRunner().invoke(cli, arguments, standalone_mode=False)
            assert result.exception is None, line
            assert result.return_value in (0, 1), f"{line}: {result.output}"


def commit_all() -> None:
    """Make the current folder a repository with all that is in it."""
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "old")):
        subprocess.run([*git, *arguments], check=True)


# the snippets for CI

SNIPPETS = [
    pytest.param(yaml.safe_load(block), id=f"{page_name(page)}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page.read_text(encoding="utf-8"), "yaml"), 1)
]


def values_of(document: Any, key: str) -> Iterator[Any]:
    """Yield what stands at a key, however deep."""
    if isinstance(document, dict):
        yield from (value for name, value in document.items() if name == key)
    if isinstance(document, (dict, list)):
        for one in document.values() if isinstance(document, dict) else document:
            yield from values_of(one, key)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_for_ci_names_what_is_there(snippet: Any) -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    hooks = {hook["id"] for hook in yaml.safe_load(text)}
    assert set(values_of(snippet, "id")) <= hooks
    for action in values_of(snippet, "uses"):
        assert re.fullmatch(r"[\w-]+(/[\w-]+)+@v\d+", action)
    used = [*values_of(snippet, "id"), *values_of(snippet, "run"), *values_of(snippet, "script")]
    assert used, "has nothing that is tested"


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_commands_of_a_snippet_for_ci_fail_where_there_is_something_to_do(
    snippet: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_programs(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines = [*values_of(snippet, "run"), *itertools.chain(*values_of(snippet, "script"))]
    for line in lines:
        if line == "pip install trtmigrate":
            continue
        command, _, file = line.partition(" > ")
        program, *arguments = command.split()
        assert program == "trtmigrate"
        done = CliRunner().invoke(cli, arguments, standalone_mode=False)
        assert done.exception is None and done.return_value == 1, line
        if "sarif" in arguments:
            assert json.loads(done.stdout)["version"] == "2.1.0"
            assert file in values_of(snippet, "sarif_file")
        elif "github" in arguments:
            assert "::warning file=src/infer.py,line=14" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_extras_that_a_page_installs_are_there(page: Path) -> None:
    extras = read_toml(ROOT / "pyproject.toml")["project"]["optional-dependencies"]
    installed = re.findall(r"(?:trtmigrate|'\.)\[(\w+)\]'", page.read_text(encoding="utf-8"))
    assert set(installed) <= set(extras)


def test_every_page_is_in_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r": ([\w./-]+\.md)$", site, re.MULTILINE)) == pages


def test_commands_of_the_comparison_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_programs(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
    shown = sorted(set(re.findall(r"`trtmigrate ([^`]+)` \|$", text, re.MULTILINE)))
    assert shown
    for line in shown:
        if f"trtmigrate {line}" in commands(README):
            continue
        result = CliRunner().invoke(cli, line.split(), input=OLD, standalone_mode=False)
        assert result.exception is None and result.return_value in (0, 1), line


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", OF_CODE, ids=page_name)
def test_modules_and_functions_that_a_page_names_are_there(page: Path) -> None:
    for name in re.findall(r"`trtmigrate((?:\.[a-z_]\w*)+)", page.read_text(encoding="utf-8")):
        module, _, function = f"trtmigrate{name}".rpartition(".")
        assert hasattr(importlib.import_module(module), function) or importlib.import_module(
            f"{module}.{function}"
        ), name


@pytest.mark.parametrize("page", OF_CODE, ids=page_name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    homes = [
        ROOT,
        ROOT / "trtmigrate",
        *(path for path in (ROOT / "trtmigrate").rglob("*") if path.is_dir()),
    ]
    for name in re.findall(r"`([\w.]+/[\w./]*|\w+\.py)`", text):
        assert any((home / name).exists() for home in homes), name


def test_every_option_of_verify_is_in_its_page_and_no_other() -> None:
    pages = (ROOT / "docs" / "verify.md", ROOT / "docs" / "verify-gpu.md")
    texts = [page.read_text(encoding="utf-8").split("## Many programs")[0] for page in pages]
    text = "\n".join(texts)
    options = {name for param in verify.params for name in param.opts if name.startswith("--")}
    assert set(re.findall(r"--[a-z][a-z-]+", text)) - {"--help"} == options - {"--help"}


def test_rule_of_the_contributing_page_is_a_rule() -> None:
    (source,) = (block for block in blocks(CONTRIBUTING, "python") if "RULE = Rule(" in block)
    module = types.ModuleType("example")
    exec(compile(source, "CONTRIBUTING.md", "exec"), vars(module))
    rule = vars(module)["RULE"]
    assert isinstance(rule, Rule) and rule.check is not None
    facts = Facts(
        parse(
            "import tensorrt as trt\n"
            "def f(context: trt.IExecutionContext, where):\n"
            "    print(context.get_strides(0), context.get_strides(*where))\n"
        ),
        "10",
    )
    uses = sorted(facts.uses, key=lambda use: facts.tree.order[use.node])
    found = [rule.check(use, facts) for use in uses if use.member in rule.members]
    assert [one is not None and one.edit is not None for one in found] == [True, False]
