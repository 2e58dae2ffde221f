"""Raise pins of the package tensorrt that exclude the target.

What changed: a migrated program needs the release that it was migrated for. This rule reads
`setup()`; requirements files, pyproject.toml, setup.cfg, environment.yml and Dockerfiles are read
beside the Python files.

Before:

    setup(name="detector", install_requires=["numpy", "tensorrt==8.6.1"])

After: (for target 10)

    setup(name="detector", install_requires=["numpy", "tensorrt>=10,<11"])

Not rewritten when: a container image or a system package brings TensorRT. A pin that has the
release of the file's name (`requirements_8.txt`) is noted and stays.

Safety: review: a person has to decide which release is installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.requirements.pins import PIN
from trtmigrate.rewrites.setup_py import check_requirements
from trtmigrate.rules.base import Rule

RULE = Rule(PIN, "Required version of TensorRT", Safety.REVIEW)


@RULE.scans
def requirement_pins(facts: Facts) -> Iterator[Proposal]:
    return check_requirements(facts, PIN)
