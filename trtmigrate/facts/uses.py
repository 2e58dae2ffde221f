"""Uses of members that the target lacks; each kind of use is a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.values import Ref
from trtmigrate.facts.models import tensorrt
from trtmigrate.facts.reads import Read

_WRITTEN_OTHERWISE = frozenset(["__len__", "__getitem__", "__iter__", "__contains__"])
Context = Literal["call", "load", "store", "delete", "probe", "subscript", "import"]


@dataclass(frozen=True, kw_only=True)
class AnyUse:
    """One use of a member that the target lacks. Of no subclass if the name is imported.

    `node` is the attribute, the subscript, the imported name, or the call of `len`, `getattr` or
    `hasattr`.
    """

    node: cst.CSTNode
    member: str  # "ICudaEngine.get_binding_shape"; "?.get_binding_shape" if the class is not known
    context: Context
    read: Read

    @property
    def name(self) -> str:
        """The member without its class."""
        return self.member.rsplit(".", 1)[-1]

    @property
    def whole(self) -> cst.CSTNode:
        """The call if the member is called at once, else the access itself."""
        return self.node

    @property
    def known(self) -> bool:
        """True if the class of the receiver is known."""
        return not self.member.startswith("?.")

    @property
    def on_class(self) -> bool:
        """True if a method is called as `trt.Builder.build_engine(builder, ...)`.

        False for methods whose parameters `api` does not know, as those of `__enter__`.
        """
        owner = self.read.owner
        if self.context != "call" or not isinstance(owner, Ref):
            return False
        cls = owner.name.removeprefix("tensorrt.")
        return cls in api.classes() and tensorrt.is_method(cls, self.name)

    @property
    def by_special_name(self) -> bool:
        """True for `engine.__len__()`, which is written `len(engine)`."""
        return isinstance(self.node, cst.Attribute) and self.name in _WRITTEN_OTHERWISE


@dataclass(frozen=True, kw_only=True)
class Use(AnyUse):
    """A use of a member of an object: `receiver.member`, `receiver[...]`, `len(receiver)`."""

    receiver: cst.BaseExpression
    engine: cst.BaseExpression | None = None  # how to name the engine, if that is decided


@dataclass(frozen=True, kw_only=True)
class CallUse(Use):
    """A use that calls the member at once: `receiver.member(...)`."""

    call: cst.Call

    @property
    def whole(self) -> cst.CSTNode:
        return self.call
