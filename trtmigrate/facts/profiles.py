"""Whether a module shows a sign of several optimization profiles."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.tree import walk

_SIGNS = frozenset(["num_optimization_profiles"])


def shows_several_profiles(module: cst.Module) -> bool:
    """True if the code switches profiles, counts them, adds a second one or knows their name
    suffix.

    Choosing profile 0, which every context starts with, is no such sign.
    """
    added = 0
    for node in walk(module):
        if isinstance(node, cst.Attribute):
            if node.attr.value in _SIGNS:
                return True
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            called = node.func.attr.value
            if called == "set_optimization_profile_async" and node.args:
                if not _is_zero(node.args[0].value):
                    return True
            if called == "add_optimization_profile":
                added += 1
                if added > 1:
                    return True
        if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Attribute):
            pass
        if isinstance(node, cst.Assign):
            for target in node.targets:
                if (
                    isinstance(target.target, cst.Attribute)
                    and target.target.attr.value == "active_optimization_profile"
                    and not _is_zero(node.value)
                ):
                    return True
        if (
            isinstance(node, (cst.SimpleString, cst.FormattedStringText))
            and "[profile" in node.value
        ):
            return True
    return False


def _is_zero(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Integer) and node.evaluated_value == 0
