"""The names that a module imports from another one of the run, and that only removed code uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Imported, UserClass
from trtmigrate.rewrites.removal.old_definitions import Owners, mentions_by_name, users_of
from trtmigrate.syntax.tree import code


@dataclass(frozen=True)
class OldImport:
    """An import with names that go."""

    node: cst.ImportFrom
    edit: Edit
    users: Sequence[cst.CSTNode]  # what mentions the names, and goes


def old_imports(owners: Owners, facts: Facts) -> Iterator[OldImport]:
    """Yield the imports with names whose every mention goes, if other names stay: then the module
    is imported all the same.
    """
    mentions = mentions_by_name(facts)
    for node in facts.tree.of_kind(cst.ImportFrom) if owners else ():
        if isinstance(node.names, cst.ImportStar):
            continue
        gone: dict[cst.ImportAlias, list[cst.CSTNode]] = {}
        for alias in node.names:
            name = code(alias.asname.name if alias.asname is not None else alias.name)
            if _is_of_run(name, facts) and not facts.outside.reaches(name):
                users = users_of(alias, mentions[name], owners, facts)
                gone.update({alias: users} if users else {})
        kept = [alias for alias in node.names if alias not in gone]
        if gone and kept:
            kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
            edit = Edit({node: node.with_changes(names=kept)})
            yield OldImport(node, edit, [user for users in gone.values() for user in users])


def _is_of_run(name: str, facts: Facts) -> bool:
    """True if a variable holds something that a module of the run defines, and no module."""
    value = facts.module_variables.get(name)
    return isinstance(value, (Const, Imported, UserClass))
