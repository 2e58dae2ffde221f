"""Remove preview features that are always on.

What changed: `PreviewFeature.FASTER_DYNAMIC_SHAPES_0805` and
`DISABLE_EXTERNAL_TACTIC_SOURCES_FOR_CORE_0805` are gone since TensorRT 10.0: the faster
implementation of dynamic shapes is the only one, and the core never uses external tactic sources.

Before:

    config = builder.create_builder_config()
    config.set_preview_feature(trt.PreviewFeature.FASTER_DYNAMIC_SHAPES_0805, True)
    features = [trt.PreviewFeature.FASTER_DYNAMIC_SHAPES_0805, sharing]

After:

    config = builder.create_builder_config()
    features = [sharing]

Not rewritten when: the code switches the feature off, which TensorRT no longer can, and wherever
such a program asks for it; or the code keeps the feature in another way than in a list.

Safety: safe; review where a list of features loses one.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.tree import code

RULE = Rule(
    "TRT312",
    "Preview features that are always on",
    Safety.SAFE,
    members=(
        "PreviewFeature.FASTER_DYNAMIC_SHAPES_0805",
        "PreviewFeature.DISABLE_EXTERNAL_TACTIC_SOURCES_FOR_CORE_0805",
    ),
)
LISTED = (
    "on TensorRT 8.6, code that takes the list can switch off what is not in it, as CreateConfig "
    "of Polygraphy does"
)


@RULE.checks
def former_preview_features(use: Use, facts: Facts) -> Proposal:
    message = f"PreviewFeature.{use.name} is gone; it is always on"
    edit = _edit(use, facts)
    if edit is None:
        return manual(use.node, use.member, f"{message} and cannot be switched off: remove it here")
    if not _is_argument(use, facts, "set_preview_feature", "get_preview_feature"):
        return Proposal(use.node, use.member, f"{message}; {LISTED}", Safety.REVIEW, edit)
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


def _is_argument(use: Use, facts: Facts, *methods: str) -> bool:
    """True if the feature is an argument of one of these methods."""
    parent = facts.tree.parent(use.node)
    call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
    return calls_method(call, *methods)


def _edit(use: Use, facts: Facts) -> Edit | None:
    parent = facts.tree.parent(use.node)
    if isinstance(parent, cst.Element):
        return _without(parent, facts)
    call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    method, statement = call.func.attr.value, facts.tree.parent(call)
    if method == "get_preview_feature":
        return None if _is_switched(use.member, facts) else Edit({call: cst.Name("True")})
    if method == "set_preview_feature":
        if not _switches_on(call):
            return None
        if isinstance(statement, cst.Expr):
            return Edit(remove=(statement,))
        return Edit({call: cst.Name("True")})
    if method == "append" and isinstance(statement, cst.Expr):
        return Edit(remove=(statement,))
    return None


def _switches_on(setter: cst.Call) -> bool:
    enable = argument(setter, 1, "enable")
    return enable is not None and code(enable.value) == "True"


def _is_switched(feature: str, facts: Facts) -> bool:
    """True if the program may switch a feature off, so that asking for it tells more than True."""
    for use in facts.all_uses:
        parent = facts.tree.parent(use.node)
        call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
        if use.member == feature and calls_method(call, "set_preview_feature"):
            if isinstance(call, cst.Call) and not _switches_on(call):
                return True
    return False


def _without(element: cst.Element, facts: Facts) -> Edit | None:
    """Take the feature out of a list."""
    items = facts.tree.parent(element)
    if not isinstance(items, cst.List):
        return None
    kept = [e for e in items.elements if e is not element]
    if any(use is not element and code(use.value).endswith("_0805") for use in kept):
        return None  # several of them in one list
    if kept:
        kept[-1] = kept[-1].with_changes(comma=items.elements[-1].comma)
    return Edit({items: items.with_changes(elements=kept)})
