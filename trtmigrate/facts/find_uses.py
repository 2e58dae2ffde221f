"""Find the uses of members that the target release lacks among all reads of a module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    External,
    Instance,
    Ref,
    Union,
    UserClass,
    UserInstance,
    is_text,
)
from trtmigrate.facts.interpreter.members import attribute_of_class
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import name_hints, tensorrt
from trtmigrate.facts.probed import is_behind_own_probe
from trtmigrate.facts.reads import Read
from trtmigrate.facts.uses import AnyUse, CallUse, Context, Use
from trtmigrate.syntax.scopes import is_within_target
from trtmigrate.syntax.tree import code, dotted, parameters

_TARGETS = frozenset({cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.CompFor})


class UseFinder:
    """Tells which reads are uses of a member that the target lacks."""

    def __init__(self, state: State, missing: Mapping[str, api.Missing]) -> None:
        self.state = state
        self.tree = state.tree
        self.missing = missing

    def find(self) -> tuple[AnyUse, ...]:
        """Return every use of a member that the target lacks, in no particular order.

        Of a chain of names the longest counts: `trt.UffInputOrder.NCHW` is one use, not also a use
        of `trt.UffInputOrder`.
        """
        found = [use for read in self.state.reads.values() for use in self._uses(read)]
        nodes = {use.node for use in found}
        return tuple(use for use in found if not self._goes_on(use.node, nodes))

    def _goes_on(self, node: cst.CSTNode, nodes: set[cst.CSTNode]) -> bool:
        parent = self.tree.parent(node)
        return isinstance(parent, cst.Attribute) and parent in nodes

    def _uses(self, read: Read) -> Iterator[AnyUse]:
        context, call = self._context(read.node)
        for member in self._members(read, context):
            node = read.node
            if member.startswith("?.") and is_behind_own_probe(node, self.tree):
                read = read._replace(dead=True)
            receiver = getattr(node, "value", None)
            if isinstance(node, cst.Call):
                receiver = node.args[0].value
            if receiver is None:
                yield AnyUse(node=node, member=member, context=context, read=read)
            elif call is None:
                yield Use(node=node, member=member, context=context, read=read, receiver=receiver)
            else:
                yield CallUse(
                    node=node,
                    member=member,
                    context=context,
                    read=read,
                    receiver=receiver,
                    call=call,
                )

    # which members are gone

    def _members(self, read: Read, context: Context) -> Iterator[str]:
        """Yield the removed members that a read may mean."""
        owner, name = read.owner, read.member
        if isinstance(owner, Instance):
            yield from self._of_object(read, owner, context)
        elif isinstance(owner, Ref):
            if owner.name == "tensorrt" or owner.name.startswith("tensorrt."):
                full = f"{owner.name}.{name}".removeprefix("tensorrt.")
                if full not in self.missing:
                    now = tensorrt.current_path(f"{owner.name}.{name}")
                    full = now.removeprefix("tensorrt.")
                found = self.missing.get(full)
                if found is not None and found.kind != "setter":
                    yield full
        elif isinstance(owner, (UserInstance, UserClass)):
            inherited = list(self._inherited(owner, name))
            yield from inherited
            known = attribute_of_class(self.state, owner, name) is not UNKNOWN
            if not inherited and not known and self._may_be_missing(read, certain=True):
                yield f"?.{name}"
        elif owner is UNKNOWN or isinstance(owner, Union):
            doubted = read.node in self.state.doubted and name in self._missing_names
            if doubted or self._may_be_missing(read, certain=False):
                yield f"?.{name}"
        elif isinstance(owner, External) and name_hints.is_stand_in(owner.name):
            if name in self._missing_names and name_hints.is_of_tensorrt(name):
                yield f"?.{name}"  # it stands for an object of TensorRT
        elif isinstance(owner, External) and owner.is_made:
            return  # tensorrt_llm.Builder has a build_engine of its own
        elif self._may_be_missing(read, certain=True):
            yield f"?.{name}"

    def _of_object(self, read: Read, owner: Instance, context: Context) -> Iterator[str]:
        name = read.member
        if owner.kinds and not tensorrt.has(owner.cls, name):
            yield from self._of_several_kinds(owner, name)
            return
        for cls in tensorrt.lineage(owner.cls):
            full = f"{cls}.{name}"
            found = self.missing.get(full)
            if found is not None:
                kept = found.kind == "setter" and context != "store"
                fits = found.kind == "overload" and self._still_fits(read, cls)
                if not kept and not fits:
                    yield full
                return
        telling = owner.guessed or name_hints.is_rare(name)
        if telling and name in self._missing_names and not tensorrt.has(owner.cls, name):
            yield f"?.{name}"  # its class never had such a member

    def _of_several_kinds(self, owner: Instance, name: str) -> Iterator[str]:
        """Yield the member that is gone from each kind of object that has it; of unknown class if
        the target still has it for some.
        """
        having = [kind for kind in owner.kinds if tensorrt.has(kind, name)]
        gone = [full for kind in having if (full := f"{kind}.{name}") in self.missing]
        if gone:
            yield gone[0] if len(gone) == len(having) else f"?.{name}"

    def _inherited(self, owner: UserInstance | UserClass, name: str) -> Iterator[str]:
        """A class of the module that derives from a TensorRT class has its members."""
        cls = owner.cls if isinstance(owner, UserInstance) else owner
        is_set = (cls.node, name) in self.state.known.attrs
        for base in self.state.bases.get(cls.node, ()):
            if isinstance(base, Ref) and base.name.startswith("tensorrt."):
                full = f"{base.name.removeprefix('tensorrt.')}.{name}"
                found = self.missing.get(full)
                # `self.fp16_mode = True` sets the property of the base
                is_own = is_set and (found is None or found.kind != "property")
                if found is not None and not is_own and not self._defines(cls, name):
                    yield full

    def _defines(self, cls: UserClass, name: str) -> bool:
        """True if the body of a class defines a method or a variable of this name."""
        node = cls.node
        return isinstance(node, cst.ClassDef) and any(
            getattr(part, "value", None) == name and not isinstance(part, cst.SimpleString)
            for part in self.tree.named_in(node, name)
        )

    # objects that cannot be followed

    def _may_be_missing(self, read: Read, certain: bool) -> bool:
        """True if a member of an object that cannot be followed has to be reported."""
        name = read.member
        own = name in self._own_names and not isinstance(read.owner, Union)
        if name not in self._missing_names or own:
            return False
        if certain:
            return name_hints.is_certain(name)
        owner = getattr(read.node, "value", None)
        called = (dotted(owner) or "") if isinstance(owner, cst.CSTNode) else ""
        called = called.rpartition(".")[2]
        if name_hints.is_kept_by(called, name, self.state.release):
            return False
        parameter = isinstance(owner, cst.Name) and self._is_parameter(owner)
        imports_tensorrt = self.state.imports_tensorrt
        if parameter and imports_tensorrt:
            if f"{name_hints.class_called(called)}.{name}" in self.missing:
                return True
        return name_hints.is_telling(
            name, imports_tensorrt, called, parameter, self._names_tensorrt
        )

    def _is_parameter(self, node: cst.Name) -> bool:
        return any(
            isinstance(up, (cst.FunctionDef, cst.Lambda))
            and any(p.name.value == node.value for p in parameters(up))
            for up in self.tree.ancestors(node)
        )

    @cached_property
    def _names_tensorrt(self) -> bool:
        """True if a name, a text or a comment of the module mentions TensorRT."""
        return re.search(r"(?i)trt|tensorrt", self.tree.text) is not None

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """The functions and methods that the module defines itself."""
        return frozenset(n.name.value for n in self.tree.of_kind(cst.FunctionDef))

    @cached_property
    def _missing_names(self) -> frozenset[str]:
        return frozenset(member.rsplit(".", 1)[-1] for member in self.missing)

    # overloads

    def _still_fits(self, read: Read, cls: str) -> bool:
        """True if the target has an overload for this call; `engine[x]` is gone only where x is a
        string.
        """
        if isinstance(read.node, cst.Subscript):
            index = read.node.slice[0].slice
            if not isinstance(index, cst.Index):
                return True
            value = self.state.values.get(index.value, UNKNOWN)
            return not is_text(value) and value is not UNKNOWN
        call = self.tree.parent(read.node)
        if not isinstance(call, cst.Call) or call.func is not read.node:
            return False
        if any(arg.star for arg in call.args):
            return True
        keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
        given = len(call.args) - len(keywords)
        return any(
            _takes(overload, given, keywords)
            for overload in api.overloads(cls, read.member, self.state.release)
        )

    # how a member is used

    def _context(self, node: cst.CSTNode) -> tuple[Context, cst.Call | None]:
        parent = self.tree.parent(node)
        if type(node) is cst.ImportAlias:
            return "import", None
        if type(node) is cst.Subscript:
            return "subscript", None
        called = parent if type(parent) is cst.Call and parent.func is node else None
        if type(node) is cst.Call:  # len, getattr, hasattr
            function = code(node.func)
            if function == "hasattr" or (function == "getattr" and len(node.args) > 2):
                return "probe", None
        if called is not None:
            return "call", called
        if type(node) is cst.Call:
            return "load", None
        if parent.__class__ in _TARGETS and parent.target is node:
            return "store", None
        if type(parent) is cst.AsName:
            return "store", None
        if type(parent) is cst.Element and is_within_target(parent, self.tree):
            return "store", None
        return ("delete", None) if type(parent) is cst.Del else ("load", None)


def _takes(overload: api.Overload, given: int, keywords: set[str]) -> bool:
    """True if an overload takes this many positional arguments and these keywords."""
    rest = overload.parameters[given:]
    if given > len(overload.parameters) or not keywords <= {p.name for p in rest}:
        return False
    return all(p.has_default or p.name in keywords for p in rest)
