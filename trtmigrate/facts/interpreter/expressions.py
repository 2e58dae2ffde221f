"""What an expression is: the evaluator of the abstract interpretation."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import Any

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.polynomials import Poly, atom, number
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Const,
    External,
    Function,
    Instance,
    IsInput,
    Items,
    Number,
    Ref,
    Table,
    TensorName,
    Text,
    UserClass,
    UserInstance,
    Value,
    carries_suffix,
    is_number,
    is_text,
    join,
    poly_of,
    rebrand,
)
from trtmigrate.facts.interpreter.reads import Read
from trtmigrate.facts.interpreter.state import Frame, State
from trtmigrate.facts.models import python as builtin
from trtmigrate.facts.models import tensorrt
from trtmigrate.facts.models.delegation import delegated

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "FloorDivide": operator.floordiv,
    "Modulo": operator.mod,
    "LeftShift": operator.lshift,
    "BitOr": operator.or_,
}
_COMPARISON: dict[str, Callable[[Any, Any], Any]] = {
    "Equal": operator.eq,
    "NotEqual": operator.ne,
    "LessThan": operator.lt,
    "LessThanEqual": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEqual": operator.ge,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
}


class Evaluator(State):
    """Evaluates expressions other than calls."""

    def value(self, node: cst.CSTNode) -> Value:
        """Evaluates an expression and everything in it; remembers what each part is."""
        method = getattr(self, "of_" + type(node).__name__, None)
        if method is not None:
            result: Value = method(node)
        else:
            from trtmigrate.syntax.tree import children

            for child in children(node):
                self.value(child)
            result = UNKNOWN
        self.values[node] = result
        if self.frame.dead:
            self.dead.add(node)
        return result

    def of_Name(self, node: cst.Name) -> Value:
        value, scope = self.lookup(node.value)
        if value is None and self.imports_all and node.value in api.classes():
            return Ref(f"tensorrt.{node.value}")
        if value is None:
            return self.guessed(builtin.name(node.value), (self.tree.module, node.value))
        return self.guessed(value, (scope, node.value))

    def of_Integer(self, node: cst.Integer | cst.Float) -> Value:
        return Const(node.evaluated_value)

    of_Float = of_Integer

    def of_SimpleString(self, node: cst.SimpleString) -> Value:
        return Const(node.evaluated_value)

    def of_ConcatenatedString(self, node: cst.ConcatenatedString) -> Value:
        value = node.evaluated_value
        self.value(node.left)
        self.value(node.right)
        return Const(value) if value is not None else Text()

    def of_FormattedString(self, node: cst.FormattedString) -> Value:
        named: TensorName | None = None
        text = ""
        added = False
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                value = self.value(part.expression)
                for inner in part.format_spec or ():
                    if isinstance(inner, cst.FormattedStringExpression):
                        self.value(inner.expression)
                named = value if isinstance(value, TensorName) else named
                added = added or carries_suffix(value)
            elif isinstance(part, cst.FormattedStringText):
                text += part.value
        if " [profile" in text or added:
            return TensorName(named.engine if named else None, None, True, True)
        return Text()

    def of_Attribute(self, node: cst.Attribute) -> Value:
        base = self.value(node.value)
        return self.read_member(node, base, "load")

    def read_member(
        self, node: cst.Attribute, base: Value, context: str, stored: Value = UNKNOWN
    ) -> Value:
        """Notes that `node` reads or writes a member of `base`; gives what reading yields."""
        name = node.attr.value
        nothing = base == UNKNOWN or (isinstance(base, Const) and base.value is None)
        if nothing or (isinstance(base, Instance) and base.guessed):
            self.known.uses[self.place(node.value)].add(name)
        self.reads[node] = Read(
            node, base, name, self.frame, dict(self.frame.env), bool(self.frame.dead)
        )
        if context == "store":
            return UNKNOWN
        if isinstance(base, Instance):
            return tensorrt.member(self, base, name, node)
        if isinstance(base, Ref):
            return self.guessed(builtin.attribute(self, base, name), self.place(node))
        if isinstance(base, External):
            return External(f"{base.name}.{name}", base.origin)
        if isinstance(base, (UserInstance, UserClass)):
            found = self.attribute(base, name)
            if found == UNKNOWN and isinstance(base, UserInstance):
                found = delegated(self, base, name, node)
            return self.guessed(found, self.place(node))
        if isinstance(base, Function) or base == CONFLICT:
            return UNKNOWN
        return self.guessed(UNKNOWN, self.place(node))

    def attribute(self, base: UserInstance | UserClass, name: str) -> Value:
        """The attribute of a class of this module, its bases in this module included."""
        cls = base.cls if isinstance(base, UserInstance) else base
        seen: set[cst.CSTNode] = set()
        queue = [cls.node]
        while queue:
            node = queue.pop(0)
            if node in seen:
                continue
            seen.add(node)
            found = self.known.attrs.get((node, name))
            if found is not None:
                if isinstance(found, Function) and isinstance(base, UserInstance):
                    return Function(found.node, base)
                return rebrand(found, ("attr", node, name))
            queue += [b.node for b in self.bases.get(node, ()) if isinstance(b, UserClass)]
            queue += [
                sub
                for sub, bases in self.bases.items()
                if any(isinstance(b, UserClass) and b.node is node for b in bases)
            ]  # what a subclass sets, the base class's methods see
            for b in self.bases.get(node, ()):
                if isinstance(b, Ref) and b.name.startswith("tensorrt."):
                    return tensorrt.inherited(self, b.name.removeprefix("tensorrt."), name, node)
        return UNKNOWN

    def of_Subscript(self, node: cst.Subscript) -> Value:
        base = self.value(node.value)
        index = self.subscript_index(node)
        if isinstance(base, Instance):
            self.reads[node] = Read(
                node, base, "__getitem__", self.frame, dict(self.frame.env), bool(self.frame.dead)
            )
            return tensorrt.subscript(self, base, index, node)
        if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Slice):
            return builtin.sliced(self, base, node.slice[0].slice)
        found = self.item(base, index)
        return self.guessed(found, self.place(node)) if found == UNKNOWN else found

    def subscript_index(self, node: cst.Subscript) -> Value:
        index = UNKNOWN
        for element in node.slice:
            if isinstance(element.slice, cst.Index):
                index = self.value(element.slice.value)
            elif isinstance(element.slice, cst.Slice):
                for bound in (element.slice.lower, element.slice.upper, element.slice.step):
                    if bound is not None:
                        self.value(bound)
        return index if len(node.slice) == 1 else UNKNOWN

    def item(self, value: Value, index: Value | int) -> Value:
        """`value[index]`."""
        if isinstance(index, int):
            index = Const(index)
        if isinstance(value, Items):
            at = index.value if isinstance(index, Const) else None
            if (
                value.items is not None
                and isinstance(at, int)
                and -len(value.items) <= at < len(value.items)
            ):
                return value.items[at]
            return self.taken_out(builtin.at_counter(value, poly_of(index)))
        if isinstance(value, Table):
            if isinstance(index, Const):
                for key, entry in value.entries:
                    if key == index.value:
                        return self.taken_out(entry)
            return self.taken_out(value.value)
        if isinstance(value, Const) and isinstance(index, Const):
            try:
                return Const(value.value[index.value], value.versioned or index.versioned)
            except Exception:
                return UNKNOWN
        if isinstance(value, TensorName) and value.suffixed is False:
            return Text()
        return UNKNOWN

    def of_Tuple(self, node: cst.Tuple | cst.List | cst.Set) -> Value:
        parts = [self.value(e.value) for e in node.elements]
        element: Value = UNKNOWN
        for part in parts:
            element = join(element, part)
        if any(isinstance(e, cst.StarredElement) for e in node.elements):
            return Items(element)
        return Items(element, tuple(parts), number(len(parts)))

    of_List = of_Set = of_Tuple

    def of_Dict(self, node: cst.Dict) -> Value:
        keys: Value = UNKNOWN
        values: Value = UNKNOWN
        entries = []
        for element in node.elements:
            value = self.value(element.value)
            if isinstance(element, cst.DictElement):
                key = self.value(element.key)
                keys, values = join(keys, key), join(values, value)
                if isinstance(key, Const) and isinstance(key.value, str):
                    entries.append((key.value, value))
        return Table(keys, values, tuple(entries))

    def of_NamedExpr(self, node: cst.NamedExpr) -> Value:
        value = self.value(node.value)
        self.assign(node.target, value)
        return value

    def assign(self, target: cst.CSTNode, value: Value) -> None:
        raise NotImplementedError  # the statement half

    def of_IfExp(self, node: cst.IfExp) -> Value:
        self.value(node.test)
        truth = self.target_truth(node.test)
        if truth is None:
            truth = tensorrt.newer_branch(node.body, node.orelse)
        self.frame.dead += truth is False
        body = self.value(node.body)
        self.frame.dead += (truth is True) - (truth is False)
        orelse = self.value(node.orelse)
        self.frame.dead -= truth is True
        if truth is not None:
            return body if truth else orelse
        return rebrand(join(body, orelse), ("merge", node))

    def of_BooleanOperation(self, node: cst.BooleanOperation) -> Value:
        left = self.value(node.left)
        truth = self.target_truth(node.left)
        skipped = truth is False if isinstance(node.operator, cst.And) else truth is True
        self.frame.dead += skipped
        right = self.value(node.right)
        self.frame.dead -= skipped
        return join(left, right) if not isinstance(left, Const) or not left.versioned else UNKNOWN

    def of_UnaryOperation(self, node: cst.UnaryOperation) -> Value:
        value = self.value(node.expression)
        if isinstance(node.operator, cst.Not):
            if isinstance(value, IsInput):
                return IsInput(value.engine, value.index, not value.negated)
            return Const(not value.value, value.versioned) if isinstance(value, Const) else UNKNOWN
        poly = poly_of(value)
        if isinstance(node.operator, cst.Minus) and poly is not None:
            constant = (-poly).constant
            return Const(constant) if constant is not None else Number(-poly)
        return UNKNOWN

    def of_BinaryOperation(self, node: cst.BinaryOperation) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        name = type(node.operator).__name__
        result = self.operate(
            name, self.symbol(left, right, node.left), self.symbol(right, left, node.right)
        )
        if name in ("FloorDivide", "Divide") and self.is_over_profiles(left):
            if not self.is_over_profiles(result):
                self.profile_divisions[node] = None
        return result

    def symbol(self, value: Value, other: Value, node: cst.CSTNode) -> Value:
        """An unknown operand of binding arithmetic as a number that only equals itself."""
        known = poly_of(other)
        if known is None or not isinstance(other, Number) or poly_of(value) is not None:
            return value
        if value == UNKNOWN or isinstance(value, (Number, External)):
            return Number(atom("other", (self.place(node), node)))
        return value

    @staticmethod
    def is_over_profiles(value: Value) -> bool:
        """Whether a number counts over all optimization profiles."""
        poly = poly_of(value)
        return poly is not None and any(a.role == "profiles" for a in poly.atoms)

    def operate(self, name: str, left: Value, right: Value) -> Value:
        """Arithmetic on numbers, strings and lists."""
        if name == "Modulo" and isinstance(left, Const) and isinstance(left.value, str):
            text = left.value
            if isinstance(right, Const) and not isinstance(right.value, tuple):
                try:
                    return Const(text % right.value, left.versioned or right.versioned)
                except Exception:
                    return Text()
            return TensorName(suffixed=True, added=True) if " [profile" in text else Text()
        if isinstance(left, Const) and isinstance(right, Const) and name in _ARITHMETIC:
            try:
                return Const(
                    _ARITHMETIC[name](left.value, right.value), left.versioned or right.versioned
                )
            except Exception:
                return UNKNOWN
        a, b = poly_of(left), poly_of(right)
        engine = next((v.engine for v in (left, right) if isinstance(v, Number) and v.engine), None)
        if a is not None and b is not None:
            result: Poly | None = None
            if name == "Add":
                result = a + b
            elif name == "Subtract":
                result = a - b
            elif name == "Multiply":
                result = a * b
            elif name in ("FloorDivide", "Divide"):
                result = a.divided_by(b) or a.without("profiles")
            return Number(result, engine)
        if is_number(left) and is_number(right):
            return Number(None, engine)
        if name == "Add" and any(carries_suffix(v) for v in (left, right)):
            return TensorName(suffixed=True, added=True)
        if name == "Add" and any(isinstance(v, TensorName) and v.suffixed for v in (left, right)):
            return TensorName(suffixed=True)
        if name == "Add" and is_text(left) and is_text(right):
            return Text()
        if isinstance(left, Items) and isinstance(right, Items) and name == "Add":
            items = None
            if left.items is not None and right.items is not None:
                items = left.items + right.items
            return Items(join(left.element, right.element), items)
        if isinstance(left, Items) and name == "Multiply":
            return Items(left.element)
        return UNKNOWN

    def of_Comparison(self, node: cst.Comparison) -> Value:
        left = self.value(node.left)
        result: Value = UNKNOWN
        for target in node.comparisons:
            right = self.value(target.comparator)
            name = type(target.operator).__name__
            if isinstance(left, Const) and isinstance(right, Const) and name in _COMPARISON:
                try:
                    truth = _COMPARISON[name](left.value, right.value)
                    meant = self.meant(left, right, name)
                    if meant is not None and meant != truth:
                        self.text_comparisons[node] = meant
                        truth = meant
                    result = Const(truth, left.versioned or right.versioned)
                except Exception:
                    result = UNKNOWN
        return result if len(node.comparisons) == 1 else UNKNOWN

    def meant(self, left: Const, right: Const, name: str) -> bool | None:
        """How a comparison of releases ends as numbers, where the code compares texts: '10' < '8'
        is true.
        """
        if name not in ("LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual"):
            return None
        sides = (left.value, right.value)
        if not all(isinstance(v, str) and re.match(r"\d", v) for v in sides):
            return None
        if not (left.versioned or right.versioned):
            return None
        numbers = [tuple(int(n) for n in re.findall(r"\d+", v)) for v in sides]
        for i, side in enumerate((left, right)):
            if (
                side.versioned and len(side.value) == 1
            ):  # trt.__version__[0]: the major release is meant
                numbers[i] = (int(self.target.split(".")[0]),)
        return bool(_COMPARISON[name](*numbers))

    def target_truth(self, test: cst.CSTNode) -> bool | None:
        """How a test of the version or of `hasattr` ends on the target, else None."""
        value = self.values.get(test)
        if value is None:
            value = self.value(test)
        if isinstance(value, Const) and value.versioned:
            return bool(value.value)
        if isinstance(test, cst.BooleanOperation):
            sides = [self.target_truth(test.left), self.target_truth(test.right)]
            if isinstance(test.operator, cst.And) and False in sides:
                return False
            if isinstance(test.operator, cst.Or) and True in sides:
                return True
        return None

    @staticmethod
    def parameters(node: cst.FunctionDef | cst.Lambda) -> Iterator[cst.Param]:
        p = node.params
        yield from p.posonly_params
        yield from p.params
        if isinstance(p.star_arg, cst.Param):
            yield p.star_arg
        yield from p.kwonly_params
        if p.star_kwarg is not None:
            yield p.star_kwarg

    def of_Lambda(self, node: cst.Lambda) -> Value:
        outer = self.frame
        env = dict(outer.env)
        self.frame = Frame(node, env, outer, outer.cls, outer.dead)
        for param in self.parameters(node):
            name = param.name.value
            env[name] = self.guessed(self.known.params.get((node, name), UNKNOWN), (node, name))
            if param.default is not None:
                env[name] = join(env[name], self.value(param.default))
            if param.star == "*":
                env[name] = Items(UNKNOWN)
            elif param.star == "**":
                env[name] = Table()
        result = self.value(node.body)
        self.known.add(self.known.returns, node, result)
        self.frame = outer
        return Function(node)

    def _comprehension(self, node: cst.BaseComp, parts: tuple[cst.CSTNode, ...]) -> list[Value]:
        outer = self.frame.env
        self.frame.env = dict(outer)
        self.frame.comprehended += 1
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            source = self.value(clause.iter)
            self.assign(clause.target, self.element_of(clause.iter, source, clause))
            for condition in clause.ifs:
                self.value(condition.test)
            clause = clause.inner_for_in
        results = [self.value(part) for part in parts]
        self.frame.comprehended -= 1
        self.frame.env = outer
        return results

    def of_ListComp(self, node: cst.ListComp | cst.GeneratorExp | cst.SetComp) -> Value:
        items = self._one_by_one(node)
        (element,) = self._comprehension(node, (node.elt,))
        clause = node.for_in
        one_to_one = clause.inner_for_in is None and not clause.ifs
        return Items(element, items, counter=clause if one_to_one else None)

    def _one_by_one(
        self, node: cst.ListComp | cst.GeneratorExp | cst.SetComp
    ) -> tuple[Value, ...] | None:
        """The elements of a comprehension over a literal: `a, b = (f(x) for x in ("p", "q"))`."""
        clause = node.for_in
        literal = isinstance(clause.iter, (cst.Tuple, cst.List))
        if not literal or clause.inner_for_in is not None or clause.ifs:
            return None
        source = self.value(clause.iter)
        if not isinstance(source, Items) or source.items is None:
            return None
        outer = self.frame.env
        made = []
        self.frame.comprehended += 1
        for item in source.items:
            self.frame.env = dict(outer)
            self.assign(clause.target, item)
            made.append(self.value(node.elt))
        self.frame.comprehended -= 1
        self.frame.env = outer
        return tuple(made)

    of_GeneratorExp = of_SetComp = of_ListComp

    def of_DictComp(self, node: cst.DictComp) -> Value:
        key, value = self._comprehension(node, (node.key, node.value))
        return Table(key, value)

    def element_of(self, node: cst.CSTNode, value: Value, loop: Hashable) -> Value:
        """What a loop over `value` gives; `loop` names its counter."""
        found = builtin.element(self, value, loop)
        if isinstance(found, Items) and found.items is not None:
            return replace(found, items=tuple(self.taken_out(i) for i in found.items))
        return self.taken_out(found)

    def of_Await(self, node: cst.Await) -> Value:
        return self.value(node.expression)

    def of_Yield(self, node: cst.Yield) -> Value:
        if node.value is not None:
            inner = node.value.item if isinstance(node.value, cst.From) else node.value
            value = self.value(inner)
            if isinstance(self.frame.node, cst.FunctionDef) and not isinstance(
                node.value, cst.From
            ):
                self.known.add(self.known.returns, self.frame.node, Items(value))
        return UNKNOWN
