"""Report packages that ended with older releases of TensorRT.

What changed: `nvidia-tensorrt` and `nvidia-pyindex` gave way to `tensorrt` on PyPI; `uff` and
`graphsurgeon` went with the UFF parser. This rule reads `setup()`; requirements files,
pyproject.toml, setup.cfg, environment.yml and Dockerfiles are read beside the Python files.

Before:

    setup(name="detector", install_requires=["nvidia-tensorrt==8.4.1.5"])

After: (for target 10)

    setup(name="detector", install_requires=["tensorrt>=10,<11"])

Not rewritten when: the package has no successor of the same kind (`nvidia-pyindex`, `uff`,
`graphsurgeon`).

Safety: review: a person has to decide which release is installed.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Safety
from trtmigrate.requirements.pins import PACKAGE
from trtmigrate.rewrites.setup_py import check_requirements
from trtmigrate.rules.base import Rule

RULE = Rule(PACKAGE, "Package of an older TensorRT", Safety.REVIEW)


@RULE.scans
def requirement_packages(facts: Facts) -> Iterator[Proposal]:
    return check_requirements(facts, PACKAGE)
