"""Replace names of enumerations that were aliases.

What changed: TensorRT 10.0 removed names that were aliases: `trt.ResizeMode` is
`trt.InterpolationMode`, `trt.SliceMode` is `trt.SampleMode`, and some members of
`EngineCapability`, `ProfilingVerbosity` and `SampleMode` have another name for the same value.

Before:

    from tensorrt import ResizeMode
    mode = ResizeMode.LINEAR
    wrap = trt.SliceMode.WRAP
    strict = trt.SliceMode.DEFAULT
    verbosity = trt.ProfilingVerbosity.VERBOSE

After:

    from tensorrt import InterpolationMode
    mode = InterpolationMode.LINEAR
    wrap = trt.SampleMode.WRAP
    strict = trt.SampleMode.STRICT_BOUNDS
    verbosity = trt.ProfilingVerbosity.DETAILED

Not rewritten when: never.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import binders, is_variable
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import walk, walk_scope

CLASSES = {"ResizeMode": "InterpolationMode", "SliceMode": "SampleMode"}
MEMBERS = {
    "EngineCapability.DEFAULT": "STANDARD",
    "EngineCapability.SAFE_GPU": "SAFETY",
    "EngineCapability.SAFE_DLA": "DLA_STANDALONE",
    "ProfilingVerbosity.DEFAULT": "LAYER_NAMES_ONLY",
    "ProfilingVerbosity.VERBOSE": "DETAILED",
    "SampleMode.DEFAULT": "STRICT_BOUNDS",
    "SliceMode.DEFAULT": "STRICT_BOUNDS",
}
_OF_CLASSES = tuple(f"ResizeMode.{name}" for name in ("NEAREST", "LINEAR", "CUBIC")) + tuple(
    f"SliceMode.{name}" for name in ("STRICT_BOUNDS", "WRAP", "CLAMP", "FILL", "REFLECT")
)


def _class_of(member: str) -> str:
    cls = member.split(".")[0]
    return CLASSES.get(cls, cls)


RULE = Rule(
    "TRT308",
    "Names that were aliases",
    Safety.SAFE,
    members=(*CLASSES, *MEMBERS, *_OF_CLASSES),
    becomes={
        **CLASSES,
        **{old: f"{_class_of(old)}.{new}" for old, new in MEMBERS.items()},
        **{old: f"{_class_of(old)}.{old.split('.')[1]}" for old in _OF_CLASSES},
    },
)


@RULE.checks_imports_too
def enum_aliases(use: AnyUse, facts: Facts) -> Proposal | None:
    cls, _, member = use.member.partition(".")
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    if not member:
        changes.update(
            _rename_import(use, facts)
            if use.context == "import"
            else rename_member(use, CLASSES[cls])
        )
        return _propose(use, f"{cls} is gone; it was an alias: use {CLASSES[cls]}", changes)
    if use.member in MEMBERS:
        changes.update(rename_member(use, MEMBERS[use.member]))
    receiver = use.receiver if isinstance(use, Use) else None
    if cls in CLASSES and isinstance(receiver, cst.Attribute) and receiver.attr.value == cls:
        changes[receiver.attr] = cst.Name(CLASSES[cls])
    if cls in CLASSES and isinstance(receiver, cst.Call):  # getattr(trt, "ResizeMode")
        changes[receiver] = expression(f"{{}}.{CLASSES[cls]}", receiver.args[0].value)
    if not changes:
        return None  # a variable holds the class: it is renamed where it is assigned or imported
    new = f"{CLASSES.get(cls, cls)}.{MEMBERS.get(use.member, member)}"
    return _propose(use, f"{use.member} is gone; it was an alias: use {new}", changes)


def _propose(use: AnyUse, message: str, changes: dict[cst.CSTNode, cst.CSTNode]) -> Proposal:
    return Proposal(use.node, use.member, message, Safety.SAFE, Edit(changes))


def _rename_import(use: AnyUse, facts: Facts) -> dict[cst.CSTNode, cst.CSTNode]:
    """Rename the class in its import and, if the import gives it no other name, in the scope of
    the import.
    """
    assert isinstance(use.node, cst.ImportAlias)
    new = CLASSES[use.name]
    if use.node.asname is not None:
        return {use.node.name: cst.Name(new)}
    scope = facts.tree.scope(use.node)
    if new in facts.tree.names(scope):  # the new name may mean something else there
        kept = cst.AsName(cst.Name(use.name))
        return {use.node: use.node.with_changes(name=cst.Name(new), asname=kept)}
    changes: dict[cst.CSTNode, cst.CSTNode] = {use.node.name: cst.Name(new)}
    for node in walk(scope):
        if isinstance(node, cst.Name) and node.value == use.name and is_variable(node, facts.tree):
            if _means_import(node, scope, facts):
                changes[node] = cst.Name(new)
    return changes


def _means_import(node: cst.Name, scope: cst.CSTNode, facts: Facts) -> bool:
    """True if no scope inside that of the import binds the name itself."""
    inner = facts.tree.scope(node)
    while inner is not scope:
        if binders(node.value, inner, facts.tree) or _imports(node.value, inner):
            return False
        if isinstance(scope, cst.ClassDef):
            return False  # the methods of a class do not see its names
        inner = facts.tree.scope(inner)
    return True


def _imports(name: str, scope: cst.CSTNode) -> bool:
    return any(
        isinstance(node, cst.ImportAlias) and (node.evaluated_alias or node.evaluated_name) == name
        for node in walk_scope(scope)
    )
