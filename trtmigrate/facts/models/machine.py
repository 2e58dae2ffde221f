"""What a model may ask of the interpreter that runs the program, and what it may tell it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Protocol

import libcst as cst

from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import Function, Value
from trtmigrate.syntax.tree import Tree


class Machine(Protocol):
    """The interpreter, as far as models of Python and of TensorRT need it."""

    @property
    def tree(self) -> Tree: ...

    @property
    def release(self) -> str:
        """The full release of TensorRT that the program is taken to run on."""

    @property
    def several_profiles(self) -> bool:
        """True if the module shows a sign of several optimization profiles."""

    @property
    def values(self) -> Mapping[cst.CSTNode, Value]:
        """What every expression is that was evaluated so far."""

    def correct(self, node: cst.CSTNode, value: Value) -> None:
        """Note what an expression is after all, for what is done with it."""

    def note_read(self, node: cst.CSTNode, owner: Value, member: str) -> None:
        """Note that `node` reads or writes a member of `owner`."""

    def note_use(self, node: cst.CSTNode, member: str) -> None:
        """Note that the unknown object at `node` is used as if it had a member."""

    def note_rounds(self, loop: Hashable, rounds: Poly | None) -> None:
        """Note how often a loop goes round."""

    def rounds_of(self, counter: Atom) -> Poly | None:
        """Return how often the loop of a counter goes round; None if that is not known."""

    def note_moved(self, value: Value) -> None:
        """Note that elements of a list get other places; the list may have several names."""

    def is_moved(self, counter: Hashable) -> bool:
        """True if a list of what the rounds of a loop made may be in another order."""

    def expect(self, node: cst.CSTNode, cls: str) -> None:
        """Note that `node` is given to something that takes only objects of a TensorRT class."""

    def take_out(self, value: Value) -> Value:
        """Return an object taken out of a container: which of its objects is not known."""

    def hand_over(
        self, value: Value, args: Sequence[Value], keywords: Mapping[str, Value] = ...
    ) -> None:
        """Note that something else calls a function of the module, or of the run, if `value` is
        one.
        """

    def result_of(self, function: Function) -> Value:
        """Return what a function of the module returns."""

    def bases_here(self) -> tuple[Value, ...] | None:
        """Return the bases of the class whose method runs; None outside of methods."""
