"""Rules of other packages, by entry points of the group `trtmigrate.rules`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import trtmigrate.rules
from trtmigrate.cli import cli

RULE = '''"""Call load in place of read_engine.

What changed: acme 2 renamed it.
"""

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule("ACME101", "read_engine of acme", Safety.SAFE, gate=("read_engine",))


@RULE.scans
def read_engine(facts):
    for node in facts.tree.of_kind(cst.Attribute):
        if node.attr.value == "read_engine":
            edit = Edit({node.attr: cst.Name("load")})
            yield Proposal(node, "acme.read_engine", "it is load now", Safety.SAFE, edit)
'''
CACHES = (trtmigrate.rules.all_rules, trtmigrate.rules.rule_for, trtmigrate.rules.rule_by_code)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package with the module `acme_rules`."""
    info = tmp_path / "site" / "acme-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[trtmigrate.rules]\nacme = acme_rules\n")
    module = tmp_path / "site" / "acme_rules.py"
    module.write_text(RULE)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for cache in CACHES:
        cache.cache_clear()
    yield module
    sys.modules.pop("acme_rules", None)
    for cache in CACHES:
        cache.cache_clear()


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), standalone_mode=False)


def test_rule_finds_and_edits_in_files_without_tensorrt(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import acme\n\nacme.read_engine()  # ours\n")
    assert "a.py:3:1 ACME101 it is load now" in run(path).output
    run(path, "--write")
    assert path.read_text() == "import acme\n\nacme.load()  # ours\n"


def test_rule_is_selected_suppressed_listed_and_explained(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import acme\n\nacme.read_engine()  # trtmigrate: ignore[ACME101]\n")
    assert run(path).return_value == 0
    path.write_text("import acme\n\nacme.read_engine()\n")
    assert run(path, "--select", "TRT").return_value == 0
    assert run(path, "--select", "acme").return_value == 1
    assert run("rules", "acme").output.startswith("ACME101  safe    read_engine of acme")
    assert "acme 2 renamed it" in run("explain", "ACME101").output


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("ACME101", "TRT101"), "the code 'TRT101'"),
        (("ACME101", "acme1"), "the code 'acme1'"),
        (("RULE = Rule", "OTHER = Rule"), "RULE"),
        (("import libcst", "import no_such_module_here"), "ModuleNotFoundError"),
        (("gate=(", "members=('ICudaEngine.num_bindings',), gate=("), "members have rules here"),
    ],
)
def test_package_that_cannot_be_used_is_an_error_with_its_name(
    package: Path, tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    package.write_text(RULE.replace(*change))
    (tmp_path / "a.py").write_text("x = 1\n")
    for arguments in ((tmp_path / "a.py",), ("rules",), ("explain", "ACME101")):
        error = run(*arguments).exception
        message = getattr(error, "message", "")
        assert "acme = acme_rules" in message and reason in message
