"""What rules may ask: what every expression is, and which uses of removed members a module has."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property

import libcst as cst

from trtmigrate import api
from trtmigrate.facts import at_hand, names_at_hand
from trtmigrate.facts.decisions import Decisions
from trtmigrate.facts.domain import arithmetic
from trtmigrate.facts.domain.joins import is_one_of_several
from trtmigrate.facts.domain.polynomials import Atom, Poly, atom
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Instance,
    Origin,
    Ref,
    Span,
    UserClass,
    UserInstance,
    Value,
    is_number,
)
from trtmigrate.facts.elsewhere import (
    elsewhere,
    given_to,
    leaves_doubt,
    show_several_profiles,
)
from trtmigrate.facts.find_uses import UseFinder
from trtmigrate.facts.interpreter.interpret import interpret
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import containers
from trtmigrate.facts.profile_signs import shows_several_profiles
from trtmigrate.facts.reads import Read
from trtmigrate.facts.trail import Trail
from trtmigrate.facts.uses import AnyUse, Use
from trtmigrate.outside import NOTHING_OUTSIDE, Modules, Outside
from trtmigrate.syntax.literals import quoted
from trtmigrate.syntax.scopes import is_within_target
from trtmigrate.syntax.tree import Tree, code, setters

NO_RENAMES: Mapping[str, str] = {}
_SUMS = (cst.Add, cst.Subtract)
_SUMS_IN_PLACE = (cst.AddAssign, cst.SubtractAssign)


class Facts:
    """The facts of one module for one target."""

    def __init__(
        self,
        module: cst.Module,
        target: str,
        outside: Outside = NOTHING_OUTSIDE,
        *,
        several_profiles: bool = False,
        renames: Mapping[str, str] = NO_RENAMES,
        drop_old: bool = False,
        text: str | None = None,
    ) -> None:
        """`several_profiles` tells that the module has several, though it may not show it.
        `renames` are names of the project, with their modules, and the names that they have now.
        `drop_old` asks for the removal of what only releases before the target reach. `text` is
        that of the module, where it is at hand.
        """
        self.module = module
        self.target = target
        self.release = str(api.Release.parse(target))
        self.tree = Tree(module, text)
        self.several_profiles = (
            several_profiles
            or shows_several_profiles(self.tree)
            or show_several_profiles(outside.modules)
        )
        self.missing = api.missing_in(target)
        self.renames = renames
        self.drop_old = drop_old
        self.outside = outside  # what other files do with the module
        self.trail = Trail()  # what the answers of late rest on
        self.kept: dict[object, object] = {}  # what was worked out of these facts, by its function
        self._modules = Modules()
        self._state = self._interpret(self.release)
        modules = outside.modules
        if modules.texts and (drop_old or leaves_doubt(self._state, self.missing, modules)):
            self._modules = modules
            self._state = self._interpret(self.release)
        self._decisions = Decisions(self._state, self._interpret)

    def _interpret(self, release: str) -> State:
        others = elsewhere(self._modules, release)
        given = given_to(self.tree, self._modules, release)
        return interpret(self.tree, release, self.several_profiles, self.outside, others, given)

    # expressions

    @property
    def values(self) -> Mapping[cst.CSTNode, Value]:
        """What every expression is, in the order in which they were evaluated."""
        return self._state.values

    def value(self, node: cst.CSTNode) -> Value:
        """Return what an expression is."""
        return self._state.value(node)

    def kind(self, node: cst.CSTNode) -> str | None:
        """Return the TensorRT class of an expression; None if it is something else."""
        value = self.value(node)
        return value.cls if isinstance(value, Instance) else None

    def is_dead(self, node: cst.CSTNode) -> bool:
        """True if the target never reaches an expression or a function definition."""
        return node in self._state.dead

    def is_for_old_release(self, definition: cst.CSTNode) -> bool:
        """True if only code for an old release uses a function or class."""
        return definition in self._state.for_old_release

    def is_index(self, node: cst.BaseExpression) -> bool:
        """True if an expression is certainly an integer, where it can only be an integer or a text.

        A sum with an integer is one, whatever its other side is: a text cannot be added to it.
        """
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, _SUMS):
            if self.is_index(node.left) or self.is_index(node.right):
                return True
        value = self.value(node)
        unknown = value is UNKNOWN and isinstance(node, cst.Name)
        return is_number(value) or (unknown and self._is_counted_up(node))

    def _is_counted_up(self, node: cst.BaseExpression) -> bool:
        """True if each round of a `while` around a variable adds a number to it, as in `i += 1`,
        and nothing else in the loop sets it.
        """
        for loop in self.tree.loops(node):
            if isinstance(loop, cst.While):
                setters_here = [at for at, name in setters(loop) if name == code(node)]
                if setters_here:
                    return all(map(self._adds_number, setters_here))
        return False

    def _adds_number(self, node: cst.CSTNode) -> bool:
        """True for `x += 1` and `x -= 1`."""
        adds = isinstance(node, cst.AugAssign) and isinstance(node.operator, _SUMS_IN_PLACE)
        return adds and is_number(self.value(node.value))  # type: ignore[attr-defined]

    def truth_for_good(self, test: cst.BaseExpression) -> bool | None:
        """Return how a test ends on the target and on all later releases, if it ended otherwise on
        an earlier one; None if more than the target decides it.
        """
        return self._decisions.truth_of(test)

    def always_fails(self, statement: cst.CSTNode) -> bool:
        """True if a statement of one line does nothing but raise AttributeError, on the target and
        on all later releases, and did something on an earlier one.
        """
        return self._decisions.always_fails(statement)

    def element_of(self, iterable: cst.CSTNode, loop: Hashable) -> Value:
        """Return what each round of `loop` over an iterable gets."""
        return containers.element_in_round(self._state, self.value(iterable), loop)

    def is_made_again(self, origin: Origin) -> bool:
        """True if an object is made in a loop or comprehension: there are several."""
        return self._state.is_made_again(origin)

    # uses

    @property
    def reads(self) -> Mapping[cst.CSTNode, Read]:
        """Every read and write of a member."""
        return self._state.reads

    @cached_property
    def all_uses(self) -> tuple[AnyUse, ...]:
        """Every use of a member that the target lacks, in no particular order."""
        return UseFinder(self._state, self.missing).find()

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every use of a member of an object that the target lacks, in no particular order."""
        return tuple(use for use in self.all_uses if isinstance(use, Use))

    def method_calls(self, cls: str, method: str) -> Iterator[cst.Call]:
        """Yield the calls of a method on objects of a TensorRT class, as far as the target reaches
        them, in the order of the source.
        """
        for node in self.tree.of_kind(cst.Call):
            if isinstance(node.func, cst.Attribute) and node.func.attr.value == method:
                read = self.reads.get(node.func)
                if self.kind(node.func.value) == cls and (read is None or not read.dead):
                    yield node

    # counts and releases

    def is_over_profiles(self, value: Value) -> bool:
        """True if a number counts the bindings of all optimization profiles."""
        return arithmetic.is_over_profiles(value)

    def rounds_of(self, counter: Atom) -> Poly | None:
        """Return how often the loop of a counter goes round; None if that is not known."""
        return self._state.rounds_of(counter)

    def goes_over_all(self, node: cst.CSTNode) -> bool:
        """True if an iterable is the range of all bindings, which become all I/O tensors."""
        value = self.value(node)
        if not isinstance(value, Span) or value.stop is None or value.start is None:
            return False
        per_profile = value.stop.without("profiles") or value.stop
        return value.start.constant == 0 and per_profile == atom("tensors", value.engine)

    def stays_in_order(self, made: cst.ListComp) -> bool:
        """True if nothing moves the elements of the list that a comprehension makes."""
        return not self._state.is_moved(made.for_in)

    @property
    def text_comparisons(self) -> Iterable[cst.CSTNode]:
        """The comparisons of releases as texts that go wrong on the target."""
        return self._state.text_comparisons

    # names of the module

    @property
    def imports_all(self) -> bool:
        """True if the module has `from tensorrt import *`."""
        return self._state.imports_all

    @property
    def module_variables(self) -> Mapping[str, Value]:
        """What each variable of the module may hold."""
        return self._state.known.globals

    def variables_at_end(self, scope: cst.CSTNode) -> Mapping[str, Value]:
        """Return what the variables of a function or module hold at its end."""
        return self._state.known.exits.get(scope, {})

    @property
    def bases(self) -> Mapping[cst.CSTNode, tuple[Value, ...]]:
        """The bases of each class that the module defines."""
        return {node: b for node, b in self._state.bases.items() if node in self.tree.order}

    def bases_of(self, owner: UserInstance | UserClass) -> tuple[Value, ...]:
        """Return the bases of a class of the module, or of the class of an object."""
        cls = owner.cls if isinstance(owner, UserInstance) else owner
        return self._state.bases.get(cls.node, ())

    def attributes_of(self, obj: UserInstance) -> Iterator[tuple[str, Value]]:
        """Yield the attributes of an object of a class of the module, with what they may hold."""
        for (cls, attr), held in self._state.known.attrs.items():
            if cls is obj.cls.node:
                yield attr, held

    def is_own(self, method: str, receiver: cst.BaseExpression) -> bool:
        """True if a method may be one that the module defines: the class of its object only
        follows from its use.
        """
        value = self.value(receiver)
        guessed = not isinstance(value, Instance) or value.guessed
        return guessed and any(
            node.name.value == method for node in self.tree.of_kind(cst.FunctionDef)
        )

    @cached_property
    def module_alias(self) -> str | None:
        """The variable of the module that holds the module tensorrt."""
        variables = self.module_variables.items()
        return next((name for name, value in variables if value == Ref("tensorrt")), None)

    def alias(self, use: AnyUse, module: str = "tensorrt") -> str | None:
        """Return the name that a module has where the use stands."""
        env = {**self.module_variables, **use.read.env}
        known = next((n for n, v in env.items() if v == Ref(module)), None)
        known = known if known is not None else self._imported_as(module)
        if known is None and module == "tensorrt":
            return self._imported_as("tensorrt.infer")  # the import is rewritten, too
        return known

    def _imported_as(self, module: str) -> str | None:
        """Return the name of a top-level import, if the variable holds something else elsewhere."""
        for line in self.module.body:
            for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                for alias in node.names if isinstance(node, cst.Import) else ():
                    if code(alias.name) == module:
                        return code(alias.asname.name) if alias.asname else module
        return None

    # what is at hand

    def engine_of(self, use: Use) -> cst.BaseExpression:
        """Return how to name the engine that a use is about: as the code around it does, or
        `context.engine`.
        """
        if use.engine is not None:
            return use.engine
        receiver = self.value(use.receiver)
        if isinstance(receiver, Instance) and receiver.cls == "IExecutionContext":
            own = ("engine of", receiver.origin) if receiver.origin is not None else None
            named = self.expression_for(receiver.owner or own, use)
            several = is_one_of_several(receiver)  # a single context shows that its engine is there
            if named is not None and not (several and at_hand.may_be_none(self.tree, named, use)):
                return named
            return cst.Attribute(use.receiver, cst.Name("engine"))
        return use.receiver

    def engine_at_end(self, use: Use, function: cst.FunctionDef) -> cst.BaseExpression | None:
        """Return how to name the engine of a context at the end of another method of its class."""
        receiver = self.value(use.receiver)
        if not isinstance(receiver, Instance) or receiver.owner is None:
            return None
        for name, value in self.variables_at_end(function).items():
            if isinstance(value, Instance) and value.origin == receiver.owner:
                return cst.Name(name)
        return None

    def expression_for(self, origin: Origin | None, use: Use) -> cst.BaseExpression | None:
        """Return a variable or an attribute that holds the object made at `origin`."""
        return at_hand.expression_for(self._state, origin, use)

    def name_for(self, index: cst.BaseExpression, use: Use) -> cst.BaseExpression | None:
        """Return an expression in scope that already is the name of the binding `index`."""
        return names_at_hand.name_for(self._state, index, use)

    # syntax

    def is_target(self, node: cst.CSTNode) -> bool:
        """True if an expression is part of an assignment target."""
        return is_within_target(node, self.tree)

    def quoted(self, text: str) -> str:
        """Return a string literal in the quotes that the module uses most."""
        return quoted(text, self.tree)
