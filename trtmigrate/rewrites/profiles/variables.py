"""The variables of functions and modules, without those of comprehensions."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.syntax.scopes import binders, loads
from trtmigrate.syntax.tree import walk


@dataclass(frozen=True)
class Variable:
    """A variable of one scope."""

    scope: cst.CSTNode
    name: str


def variable_of(node: cst.Name, facts: Facts) -> Variable:
    """Return the variable of a function or of the module that a name is."""
    function = facts.tree.function(node)
    while function is not None and not binders(node.value, function, facts.tree):
        function = facts.tree.function(function)
    return Variable(function if function is not None else facts.module, node.value)


def reads_of(variable: Variable, facts: Facts) -> list[cst.Name]:
    """Return the reads of a variable in its scope."""
    found = loads(variable.name, variable.scope, facts.tree)
    return [node for node in found if not _is_of_comprehension(node, facts)]


def _is_of_comprehension(node: cst.Name, facts: Facts) -> bool:
    """True if a comprehension around a name has a variable of its own under that name."""
    below: list[cst.CSTNode] = [node]
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.BaseComp):
            clause: cst.CompFor | None = up.for_in
            if not any(n is up.for_in.iter for n in below):  # evaluated outside
                while clause is not None:
                    targets = (n for n in walk(clause.target) if isinstance(n, cst.Name))
                    if any(n.value == node.value for n in targets):
                        return True
                    clause = clause.inner_for_in
        below.append(up)
    return False
