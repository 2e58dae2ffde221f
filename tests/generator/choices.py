"""Independent choices: each depends on the seed and its own name alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")

# Options, by the last word of the choice, that no public file seen so far has: drawn a tenth as
# often as the others, so that the share of programs that are left says something of real code.
SELDOM = {
    "question": ("try", "dictionary of shapes", "dictionary of indexes"),
    "offset": ("names searched", "list(engine) searched"),
}


class Choices:
    """The choices that make a program. The first option of each is the plainest.

    A choice is drawn from the seed and its name, so fixing one leaves all others as they were.
    Programs differ in how many choices deviate from the plainest option, too.
    """

    PLAINEST = ""  # as a fixed choice: whatever the first option is

    def __init__(self, seed: str, fixed: Mapping[str, str] | None = None) -> None:
        self.seed = seed
        self.fixed = dict(fixed or {})
        self.made: dict[str, str] = {}
        self.plainest: dict[str, str] = {}
        self._boldness = Random(f"{seed}:boldness").uniform(0.05, 0.75)

    def pick(self, name: str, options: Iterable[str]) -> str:
        """Return one of the options; the same one whenever the name is asked for again."""
        offered = tuple(options)
        self.plainest[name] = offered[0]
        if name not in self.made or self.made[name] not in offered:
            wanted = self.fixed.get(name)
            self.made[name] = wanted if wanted in offered else self._drawn(name, offered)
        return self.made[name]

    def one(self, name: str, options: Mapping[str, T]) -> T:
        """Return the value of one of the labelled options."""
        return options[self.pick(name, options)]

    def _drawn(self, name: str, offered: tuple[str, ...]) -> str:
        random = Random(f"{self.seed}:{name}")
        if name in self.fixed or len(offered) == 1 or random.random() > self._boldness:
            return offered[0]
        drawn = random.choice(offered[1:])
        seldom = SELDOM.get(name.split()[-1], ())
        others = [option for option in offered[1:] if option not in seldom]
        if drawn in seldom and others and random.random() > 0.1:
            return random.choice(others)
        return drawn

    @property
    def deviations(self) -> dict[str, str]:
        """The choices that are not the plainest option."""
        return {n: made for n, made in self.made.items() if made != self.plainest[n]}
