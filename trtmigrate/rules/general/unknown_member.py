"""Replace members that no release of TensorRT has by those that are meant.

What changed: nothing. A migration by hand, or by analogy, easily makes up a name: the tensor API
has `set_input_shape` and no `set_shape`, and no `get_tensor_index` at all. A plan from
`build_serialized_network` has no `create_execution_context`: it has to be deserialized first.

Before:

    context.set_shape("input", (1, 3))

After:

    context.set_input_shape("input", (1, 3))

Not rewritten when: no member of the class, or more than one, has a name with the same words, or
that member does not take the arguments. The message names the member that comes closest. Nothing
is reported if the program sets the member itself, tests it with `hasattr`, tests the object with
`isinstance` or catches AttributeError, and for objects whose class only follows from their use.
Nor for an object of an interface that programs implement (`IOutputAllocator`, `IProfiler`, a
calibrator), for a member that one of several kinds of layer has, and for a member that a subclass
has where the program assigns `__class__`.

Safety: review: it is taken for granted that the member with the same words is meant.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Read
from trtmigrate.facts.domain.values import Instance, Ref
from trtmigrate.facts.models.tensorrt import has
from trtmigrate.findings import Safety
from trtmigrate.rewrites.arguments.fit import fits
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.scopes import is_target
from trtmigrate.syntax.tree import code

RULE = Rule("TRT005", "Member that no release has", Safety.REVIEW)
CLOSE = 0.75  # how alike two names are, from 0 to 1, for one to be the other with a slip
INSTEAD = {
    "ICudaEngine.get_tensor_index": (
        "I/O tensors have names and no indexes: pass the name, or look its place up in "
        "[engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]"
    ),
    "IHostMemory.create_execution_context": (
        "this is a serialized engine: call trt.Runtime(logger).deserialize_cuda_engine(plan) first"
    ),
    "IHostMemory.serialize": "this is the serialized engine already: write it to the file as it is",
}


@RULE.scans
def unknown_member(facts: Facts) -> Iterator[Proposal]:
    unknown = [read for read in facts.reads.values() if _is_unknown(read, facts)]
    stored = {
        (_class_of(read), read.member) for read in unknown if is_target(read.node, facts.tree)
    }
    for read in unknown:
        if (_class_of(read), read.member) in stored or _is_expected(read.node, facts):
            continue
        if not _is_of_other_class(read.node, facts):
            yield _report(read, facts)


def _is_unknown(read: Read, facts: Facts) -> bool:
    """True for `object.member` of a known class that has the member in no release."""
    cls = _class_of(read)
    if cls is None or read.dead or read.member.startswith("_"):
        return False
    if not isinstance(read.node, cst.Attribute) or has(cls, read.member):
        return False
    return not any(has(kind, read.member) for kind in _kinds_of(read, cls, facts))


def _kinds_of(read: Read, cls: str, facts: Facts) -> Iterable[str]:
    """Return the classes that an object may be of, as far as they are more than its class: several
    kinds meet in a variable, or the program assigns `__class__`, as it does with layers.
    """
    tree = facts.tree
    mentioned = (tree.parent(name) for name in tree.named("__class__"))
    if any(node is not None and is_target(node, tree) for node in mentioned):
        return [kind for kind in api.classes() if cls in api.bases(kind)]
    return read.owner.kinds if isinstance(read.owner, Instance) else ()


def _class_of(read: Read) -> str | None:
    """Return the class of an object, or the enum that a name is read from."""
    owner = read.owner
    if isinstance(owner, Instance):
        is_known = bool(api.members(owner.cls)) and not owner.guessed
        is_open = api.is_enum(owner.cls) or _is_implemented_by_programs(owner.cls)
        return owner.cls if is_known and not is_open else None
    if isinstance(owner, Ref) and owner.name.startswith("tensorrt."):
        enum = api.class_of_alias(owner.name.removeprefix("tensorrt."))
        is_enumerator = read.member.isupper() and api.is_enum(enum)
        return enum if is_enumerator else None
    return None


def _is_implemented_by_programs(cls: str) -> bool:
    """True for an interface that programs derive from: TensorRT hands their own objects back."""
    return cls.startswith("I") and bool(api.constructors(cls))


def _is_expected(node: cst.CSTNode, facts: Facts) -> bool:
    """True if the program catches the AttributeError."""
    below = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.Try) and up.body is below:
            if any(h.type is None or "AttributeError" in code(h.type) for h in up.handlers):
                return True
        below = up
    return False


def _is_of_other_class(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a test with `isinstance` decides about the object: what it is, is decided there."""
    assert isinstance(node, cst.Attribute)
    asked = f"isinstance({code(node.value)},"
    tests = (up.test for up in facts.tree.ancestors(node) if isinstance(up, (cst.If, cst.IfExp)))
    return any(asked in code(test) for test in tests)


def _report(read: Read, facts: Facts) -> Proposal:
    cls = _class_of(read)
    assert cls is not None and isinstance(read.node, cst.Attribute)
    member = f"{cls}.{read.member}"
    message = f"no release of TensorRT has {member}"
    if member in INSTEAD:
        return manual(read.node, member, f"{message}; {INSTEAD[member]}")
    known = [m for m in sorted(api.members(cls)) if api.exists(cls, m, facts.release)]
    meant = [m for m in known if _words(read.member) < _words(m)]
    call = facts.tree.parent(read.node)
    if len(meant) == 1 and isinstance(call, cst.Call) and call.func is read.node:
        if api.overloads(cls, meant[0], facts.release) and fits(call, cls, meant[0], facts):
            edit = Edit({read.node.attr: cst.Name(meant[0])})
            message = f"{message}; {meant[0]} takes these arguments"
            return Proposal(read.node, member, message, Safety.REVIEW, edit)
    alike = difflib.get_close_matches(read.member, known, n=1, cutoff=CLOSE) or meant
    if len(alike) == 1:
        closest = f"the closest that {facts.target} has is {alike[0]}: use it if it is meant"
        return manual(read.node, member, f"{message}; {closest}")
    return manual(read.node, member, f"{message}; see the Python API of {cls}")


def _words(name: str) -> set[str]:
    return set(name.lower().split("_"))
