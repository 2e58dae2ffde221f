"""Keep requirements of the package tensorrt below the release after the target.

What changed: pip installs the newest release that a requirement admits. Each major release of
TensorRT removes what the one before still had, so `tensorrt` or `tensorrt>=8.6` breaks a program
that was migrated for 10 as soon as 11 is installed. This rule reads `setup()`; requirements files,
pyproject.toml, setup.cfg, environment.yml and Dockerfiles are read beside the Python files.

Before:

    setup(name="detector", install_requires=["numpy", "tensorrt>=8.6"])

After: (for target 10)

    setup(name="detector", install_requires=["numpy", "tensorrt>=8.6,<11"])

Not rewritten when: no release after the target is known, or the name stands alone in an array of
pyproject.toml, where it may be a keyword.

Safety: review: a person has to decide which release is installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.requirements.pins import OPEN
from trtmigrate.rewrites.setup_py import check_requirements
from trtmigrate.rules.base import Rule

RULE = Rule(OPEN, "Open version of TensorRT", Safety.REVIEW)


@RULE.scans
def requirement_open(facts: Facts) -> Iterator[Proposal]:
    return check_requirements(facts, OPEN)
