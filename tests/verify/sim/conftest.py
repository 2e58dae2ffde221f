from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.verify.sim.worlds import World, entered


@pytest.fixture
def sim8() -> Iterator[World]:
    """TensorRT 8.6: both APIs."""
    with entered("8.6") as world:
        yield world


@pytest.fixture
def sim10() -> Iterator[World]:
    with entered("10") as world:
        yield world


@pytest.fixture(params=["8.6", "10", "11"])
def sim(request: pytest.FixtureRequest) -> Iterator[World]:
    """Every release."""
    with entered(request.param) as world:
        yield world
