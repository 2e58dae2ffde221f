"""The documentation of a rule is what the rule does: its Before becomes its After."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import trtmigrate.rules
from trtmigrate import migrate_source
from trtmigrate.rules import all_rules
from trtmigrate.rules.base import Rule

ROOT = Path(__file__).parents[1]
SECTIONS = ("What changed:", "Before:", "After:", "Not rewritten when:", "Safety:")

# What an example may take for granted: a line for each name that it uses.
GIVEN = {
    "TRT_LOGGER": "TRT_LOGGER = trt.Logger()",
    "logger": "logger = trt.Logger()",
    "runtime": "runtime = trt.Runtime(trt.Logger())",
    "builder": "builder = trt.Builder(trt.Logger())",
    "network": "network: trt.INetworkDefinition = given()",
    "config": "config: trt.IBuilderConfig = given()",
    "parser": "parser: trt.OnnxParser = given()",
    "engine": "engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(plan)",
    "context": "context = engine.create_execution_context()",
    "registry": "registry: trt.IPluginRegistry = given()",
    "profile": "profile: trt.IOptimizationProfile = given()",
    "data": "data: trt.ITensor = given()",
    "stream": "stream = cuda.Stream()",
}

# Rules that only finish what another rule begins in the same expression.
TOGETHER_WITH = {
    "TRT111": ("TRT101",),
    "TRT112": ("TRT103",),
    "TRT113": ("TRT103",),
    "TRT114": ("TRT101", "TRT102"),
    "TRT206": ("TRT203",),
    "TRT208": ("TRT202",),
    "TRT209": ("TRT203",),
    "TRT904": ("TRT203",),
    "TRT211": ("TRT202",),
}

# Rules that look only at programs with a sign of several profiles.
OF_PROFILES = {"TRT209"}

# Rules whose example cannot be shown as a module.
WITHOUT_EXAMPLE = {
    "TRT001",  # answers for what no other rule answers for, which is nothing now
    "TRT009",  # looks at lines that are no Python; tests/test_notebook.py
    "TRT011",  # needs a configuration; tests/test_renames.py
}


def preamble(text: str) -> str:
    """What stands before an example (`text` is its Before and After) to make it a program."""
    used = set(re.findall(r"\w+", text))
    used |= {"engine"} if "context" in used else set()
    defined = set(re.findall(r"^(\w+)(?:: [^=\n]+)? = ", text, re.MULTILINE))
    lines = [line for name, line in GIVEN.items() if name in used - defined]
    imports = ["import numpy as np"] if "np" in used else []
    imports += ["import pycuda.driver as cuda"] if "stream" in used else []
    return "\n".join([*imports, "import tensorrt as trt", *lines]) + "\n"


def example(rule: Rule, heading: str) -> str | None:
    """The indented block under a heading; None where the rule says `(not rewritten)`."""
    found = re.search(rf"^{heading}([^\n]*)\n((?:\n| {{4}}[^\n]*\n)*)", rule.doc, re.MULTILINE)
    assert found is not None, f"{rule.code} has no {heading}"
    if "(not rewritten)" in found[1]:
        return None
    return textwrap.dedent(found[2]).strip("\n") + "\n"


def by_code(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", all_rules(), ids=by_code)
def test_docstring_has_its_sections_in_order(rule: Rule) -> None:
    places = [rule.doc.find(f"\n{section}") for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)
    assert "\n" not in rule.doc.strip().split("\n\n")[0], "the summary is one line"


WITH_EXAMPLE = [rule for rule in all_rules() if rule.code not in WITHOUT_EXAMPLE]


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=by_code)
def test_before_becomes_after(rule: Rule) -> None:
    before, after = example(rule, "Before:"), example(rule, "After:")
    assert before is not None
    target = "11" if rule.code.startswith("TRT6") else "10"
    given = preamble(before + (after or ""))
    if rule.code in OF_PROFILES:
        given += "from cuda import cudart\ncontext.set_optimization_profile_async(1, 0)\n"
    select = (rule.code, *TOGETHER_WITH.get(rule.code, ()))
    result = migrate_source(given + before, target=target, select=select, line_length=100)
    assert result.error is None
    assert rule.code in {f.code for f in result.findings}, "the rule does not see its example"
    assert result.after == given + (before if after is None else after)


def test_rules_pages_are_what_the_rules_say() -> None:
    script = ROOT / "scripts" / "make_rules_page.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_each_rule_has_its_text_on_exactly_one_page() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rules").glob("*.md")]
    for rule in all_rules():
        assert sum(f"## {rule.code}: {rule.title}\n" in page for page in pages) == 1


def test_each_rule_stands_in_the_folder_of_its_series() -> None:
    for info in pkgutil.iter_modules(trtmigrate.rules.__path__, "trtmigrate.rules."):
        folder = importlib.import_module(info.name)
        for module in pkgutil.iter_modules(folder.__path__) if info.ispkg else ():
            rule = importlib.import_module(f"{info.name}.{module.name}").RULE
            assert f" {rule.code[:4]}:" in folder.__doc__


# A verb that tells a person what to do. Words that only follow "it is gone" are not among them.
ORDER = re.compile(
    r"\b(add|annotate|ask|assign|build|call|choose|compare|convert|create|deal|derive|export|fill|"
    r"give|go over|make|move|name|pass|put|quantize|raise|read|register|remove|rename|replace|"
    r"rewrite|see|set|split|take|tell|test|use|what to do|write)\b"
)


def test_what_is_left_says_what_to_write() -> None:
    findings = sorted((ROOT / "tests" / "fixtures").rglob("*.findings.txt"))
    assert len(findings) > 100
    silent = []
    for path in findings:
        for text in re.findall(
            r"^\d+ TRT\d+ manual left\n    (.*)", path.read_text(), re.MULTILINE
        ):
            if not ORDER.search(text):
                silent.append(f"{path.parent.name}/{path.name}: {text}")
    assert silent == []
