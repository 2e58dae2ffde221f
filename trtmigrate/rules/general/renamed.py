"""Rename what the project has renamed itself.

What changed: nothing in TensorRT. A project that moves often renames helpers of its own with it,
and other projects use them. `[tool.trtmigrate.renames]` in the configuration names them, each with
its module: `"helpers.allocate_bindings" = "allocate_tensors"`.

Before:

    from helpers import allocate_bindings

    buffers = allocate_bindings(engine)

After:

    from helpers import allocate_tensors

    buffers = allocate_tensors(engine)

Not rewritten when: the module is imported relatively, or the name is found by `getattr` or by
`import *`. If the name is bound a second time, is used by other files, or is not used here, the
import keeps it: `from helpers import allocate_tensors as allocate_bindings`.

Safety: safe: the configuration says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import is_target, is_variable
from trtmigrate.syntax.tree import code

RULE = Rule("TRT011", "Name that the project has renamed", Safety.SAFE)


@RULE.scans
def renamed(facts: Facts) -> Iterator[Proposal]:
    for old, new in facts.renames.items():
        module, _, name = old.rpartition(".")
        yield from _attributes(old, name, new, facts)
        for node in facts.tree.of_kind(cst.ImportFrom):
            if node.module is not None and not node.relative and code(node.module) == module:
                if not isinstance(node.names, cst.ImportStar):
                    aliases = (alias for alias in node.names if code(alias.name) == name)
                    for alias in aliases:
                        yield from _imported(alias, old, new, facts)


def _attributes(old: str, name: str, new: str, facts: Facts) -> Iterator[Proposal]:
    """Yield the uses as `module.name`."""
    for node in facts.tree.of_kind(cst.Attribute):
        if node.attr.value == name and facts.value(node) == Ref(old):
            yield _proposal(node, Edit({node.attr: cst.Name(new)}), old, new)


def _imported(alias: cst.ImportAlias, old: str, new: str, facts: Facts) -> Iterator[Proposal]:
    """Yield the import of a name, with all uses of the name."""
    assert isinstance(alias.name, cst.Name)
    name = alias.name.value
    if alias.asname is not None:
        yield _proposal(alias, Edit({alias.name: cst.Name(new)}), old, new)
        return
    named = [n for n in facts.tree.of_kind(cst.Name) if n.value == name and n is not alias.name]
    uses = [node for node in named if is_variable(node, facts.tree)]
    plain = all(facts.value(n) == Ref(old) and not is_target(n, facts.tree) for n in uses)
    if not uses or not plain or _is_bound_again(named, uses, facts) or facts.outside.reaches(name):
        kept = alias.with_changes(name=cst.Name(new), asname=_as(name))
        yield _proposal(alias, Edit({alias: kept}), old, new)
        return
    for node in (alias.name, *uses):
        yield _proposal(node, Edit({node: cst.Name(new)}), old, new, group=("renamed", old))


def _is_bound_again(named: list[cst.Name], uses: list[cst.Name], facts: Facts) -> bool:
    """True if a parameter, a function, a class or another import has the name, too."""
    others = [node for node in named if not any(node is use for use in uses)]
    return any(not isinstance(facts.tree.parent(node), (cst.Attribute, cst.Arg)) for node in others)


def _as(name: str) -> cst.AsName:
    return cst.AsName(cst.Name(name))


def _proposal(
    node: cst.CSTNode, edit: Edit, old: str, new: str, group: tuple[str, str] | None = None
) -> Proposal:
    message = f"{old} is {new} now, says the configuration"
    return Proposal(node, old, message, Safety.SAFE, edit, group=group)
