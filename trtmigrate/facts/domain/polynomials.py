"""Integers of binding arithmetic as polynomials.

`bindingPad + nInput + i` is `nIO * k + nInput + i`. The atoms are the number of I/O tensors of an
engine, its number of optimization profiles, its numbers of inputs and outputs, loop counters, and
other integers of which only is known that they equal themselves.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Atom:
    """One unknown integer. `role` says what it counts; equal atoms are the same number."""

    role: str  # "tensors", "profiles", "inputs", "outputs", "counter", "index", "other"
    key: Hashable  # the engine, the loop, ...

    def __repr__(self) -> str:
        return f"{self.role}"


Monomial = tuple[Atom, ...]  # a product of atoms, sorted by identity; () is the constant term


def _product(a: Monomial, b: Monomial) -> Monomial:
    return tuple(sorted(a + b, key=lambda atom: (atom.role, hash(atom))))


@dataclass(frozen=True)
class Poly:
    """A sum of products of atoms with integer coefficients."""

    terms: Mapping[Monomial, int] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __add__(self, other: Poly) -> Poly:
        terms = dict(self.terms)
        for monomial, factor in other.terms.items():
            terms[monomial] = terms.get(monomial, 0) + factor
        return Poly({m: f for m, f in terms.items() if f})

    def __neg__(self) -> Poly:
        return Poly({m: -f for m, f in self.terms.items()})

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def __mul__(self, other: Poly) -> Poly:
        total = Poly()
        for m1, f1 in self.terms.items():
            for m2, f2 in other.terms.items():
                total = total + Poly({_product(m1, m2): f1 * f2})
        return total

    def divided_by(self, other: Poly) -> Poly | None:
        """Return the exact quotient by a single product of atoms; None if there is none."""
        if len(other.terms) != 1:
            return None
        ((divisor, by),) = other.terms.items()
        terms: dict[Monomial, int] = {}
        for monomial, factor in self.terms.items():
            rest = list(monomial)
            for atom in divisor:
                if atom not in rest:
                    return None
                rest.remove(atom)
            if factor % by:
                return None
            terms[tuple(rest)] = factor // by
        return Poly(terms)

    def without(self, role: str) -> Poly | None:
        """Return the quotient by the atom of this role; None if a term has no such atom."""
        terms: dict[Monomial, int] = {}
        for monomial, factor in self.terms.items():
            of_role = [a for a in monomial if a.role == role]
            if not of_role:
                return None
            rest = list(monomial)
            rest.remove(of_role[0])
            terms[tuple(rest)] = factor
        return Poly(terms) if terms else None

    def substitute(self, atom: Atom, value: Poly) -> Poly:
        """Return the polynomial with `value` in place of `atom`."""
        total = Poly()
        for monomial, factor in self.terms.items():
            part = Poly({(): factor})
            for other in monomial:
                part = part * (value if other == atom else Poly({(other,): 1}))
            total = total + part
        return total

    @property
    def constant(self) -> int | None:
        """The number, if the polynomial is a plain number; else None."""
        if not self.terms:
            return 0
        return self.terms[()] if set(self.terms) == {()} else None

    @property
    def atoms(self) -> set[Atom]:
        """All atoms of the polynomial."""
        return {atom for monomial in self.terms for atom in monomial}

    def with_role(self, role: str) -> Poly:
        """Return the terms that contain an atom of this role.

        With the role "tensors" that is the profile part of an index.
        """
        return Poly({m: f for m, f in self.terms.items() if any(a.role == role for a in m)})


def number(value: int) -> Poly:
    """Return a plain number as a polynomial."""
    return Poly({(): value} if value else {})


def atom(role: str, key: Hashable) -> Poly:
    """Return one unknown integer as a polynomial."""
    return Poly({(Atom(role, key),): 1})
