"""Makes a failing program plainer: drops its choices one at a time as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable

from tests.generator.choices import Choices
from tests.generator.program import Program, generate


def shrink(program: Program, fails: Callable[[Program], bool]) -> Program:
    """Return the plainest program of the same seed that still fails.

    Choices that many others hang on come first, so that what hangs on them goes with them.
    """
    fixed = dict(program.choices)
    smallest = program
    for _ in range(2):
        before = smallest.deviations
        for name in list(smallest.deviations):
            if name not in smallest.deviations:
                continue
            attempt = generate(program.seed, {**fixed, name: PLAINEST})
            if fails(attempt):
                fixed, smallest = {**fixed, name: PLAINEST}, attempt
        if smallest.deviations == before:
            break
    return smallest


PLAINEST = Choices.PLAINEST
