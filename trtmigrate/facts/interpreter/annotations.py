"""What type annotations promise."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    External,
    Items,
    Number,
    Ref,
    Table,
    Text,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.expressions import Expressions
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import name_hints, tensorrt
from trtmigrate.syntax.tree import code, dotted, walk

_SEQUENCES = ("List", "list", "Sequence", "Tuple", "tuple", "Iterable")
_MAPPINGS = ("Dict", "dict", "Mapping", "OrderedDict")


class Annotations:
    """Evaluates annotations to the objects that they promise."""

    def __init__(self, state: State, expressions: Expressions) -> None:
        self.state = state
        self.expressions = expressions

    def promised(self, node: cst.Annotation) -> Value:
        """Return the object that an annotation promises."""
        inner: cst.BaseExpression = node.annotation
        if not isinstance(inner, cst.SimpleString):
            return self._promised_by(inner)
        try:
            inner = cst.parse_expression(str(inner.evaluated_value))
        except Exception:
            return UNKNOWN
        self.state.tree.parents.setdefault(inner, node)
        promised = self._promised_by(inner)
        for part in walk(inner):  # the program never evaluates a string: nothing is used here
            self.state.reads.pop(part, None)
            self.state.values.pop(part, None)
        return promised

    def _promised_by(self, node: cst.BaseExpression) -> Value:
        if isinstance(node, cst.Subscript):
            return self._generic(node)
        if isinstance(node, cst.BinaryOperation):
            return join(self._promised_by(node.left), self._promised_by(node.right))
        if dotted(node) is None:
            return UNKNOWN
        value = self.expressions.value(node)
        if isinstance(value, UserClass):
            return UserInstance(value)
        if value == Ref("builtins.str"):
            return Text()
        if value == Ref("builtins.int"):
            return Number(None)
        if isinstance(value, Ref) and value.name.startswith("tensorrt."):
            return tensorrt.instance_of(value.name.removeprefix("tensorrt."), None)
        return UNKNOWN

    def _generic(self, node: cst.Subscript) -> Value:
        head = code(node.value).split(".")[-1]
        inner = [e.slice.value for e in node.slice if isinstance(e.slice, cst.Index)]
        if head == "Optional" and inner:
            return self._promised_by(inner[0])
        if head in _SEQUENCES and inner:
            return Items(self._promised_by(inner[0]))
        if head in _MAPPINGS and len(inner) == 2:
            return Table(self._promised_by(inner[0]), self._promised_by(inner[1]))
        return UNKNOWN

    def of_another_library(self, node: cst.Annotation) -> Value:
        """Return what `builder: tensorrt_llm.Builder` promises: no object of TensorRT."""
        value = self.state.values.get(node.annotation, UNKNOWN)
        made = External(f"{value.name}()") if isinstance(value, Ref) else External("")
        return made if made.is_made and name_hints.is_foreign(made.name) else UNKNOWN
