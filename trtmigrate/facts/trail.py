"""What the answers to a rule rest on: it decides what an edit needs, and whether it is safe.

Rules ask the facts, and make an edit of the answers. An answer can rest on a decision for the whole
file, or on something that is only assumed. Both are noted where the answer is worked out, and put
into the proposal by the engine, so that no rule can forget it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Grounds:
    """What an answer rests on beside the code itself."""

    needs: frozenset[Hashable] = frozenset()  # groups whose edits have to be made as well
    assumed: tuple[str, ...] = ()  # each as a part of a message

    def __or__(self, other: Grounds) -> Grounds:
        both = dict.fromkeys((*self.assumed, *other.assumed))
        return Grounds(self.needs | other.needs, tuple(both))


NO_GROUNDS = Grounds()


class Trail:
    """Notes the grounds of answers, from one proposal to the next."""

    def __init__(self) -> None:
        self._noted = NO_GROUNDS

    def note(self, grounds: Grounds) -> None:
        """Note what an answer rests on."""
        if grounds is not NO_GROUNDS:
            self._noted |= grounds

    def need(self, group: Hashable) -> None:
        """Note that an answer is right only if all edits of a group are made."""
        self.note(Grounds(frozenset((group,))))

    def assume(self, assumption: str) -> None:
        """Note that an answer is right under an assumption."""
        self.note(Grounds(assumed=(assumption,)))

    def forget(self, assumption: str) -> None:
        """Take an assumption back: the answer that rests on it is not used."""
        kept = tuple(one for one in self._noted.assumed if one != assumption)
        self._noted = Grounds(self._noted.needs, kept)

    def take(self) -> Grounds:
        """Return what was noted since the last call."""
        noted, self._noted = self._noted, NO_GROUNDS
        return noted
