"""What a round of the interpreter saw of that which rounds find out.

A round that saw nothing but what it left behind would be repeated step by step. So it need not be
repeated to know that it is the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)

_CHANGING = object()  # seen in more than one way


class Observed(Generic[Question]):
    """The answers that a round got, each by its question."""

    def __init__(self) -> None:
        self._seen: dict[Question, object] = {}

    def note(self, question: Question, answer: object) -> None:
        """Note an answer; None where there is none."""
        first = self._seen.setdefault(question, answer)
        if first is not answer and first != answer:
            self._seen[question] = _CHANGING

    def forget(self) -> None:
        """Begin a round."""
        self._seen.clear()

    def would_be(self, answer_to: Callable[[Question], object]) -> bool:
        """True if every question would get the answer again that it got."""
        return all(seen == answer_to(question) for question, seen in self._seen.items())
