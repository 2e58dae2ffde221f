"""Which known release a target means."""

from __future__ import annotations

import pytest

from trtmigrate.api import Release, releases


@pytest.mark.parametrize(
    ("target", "means"),
    [
        ("8.5", "8.5.1.7"),
        ("8.6", "8.6.0"),
        ("8.6.1", "8.6.1"),
        ("10", "10.0.1"),
        ("10.0", "10.0.1"),
        ("10.3", "10.3.0"),
        ("10.16.1.11", "10.16.1.11"),
        ("11", "11.0.0.114"),
        ("11.4", "11.4.0.106"),
        (" 10 ", "10.0.1"),
    ],
)
def test_a_target_means_the_first_release_of_its_line(target: str, means: str) -> None:
    assert Release.parse(target).name == means


@pytest.mark.parametrize(
    ("target", "means"),
    [("8.6.2", "8.6.1"), ("10.2.1", "10.2.0"), ("10.7.0.23", "10.7.0"), ("10.14.1.48", "10.14.1")],
)
def test_an_unknown_patch_release_means_the_known_one_before_it(target: str, means: str) -> None:
    assert Release.parse(target).name.startswith(means)


@pytest.mark.parametrize("target", ["7", "7.2", "8.4", "8.4.3", "5.1.5"])
def test_a_release_without_tensor_names_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="no tensor names"):
        Release.parse(target)


@pytest.mark.parametrize("target", ["12", "9", "9.3", "10.99", "11.5"])
def test_an_unknown_line_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="not known"):
        Release.parse(target)


@pytest.mark.parametrize("target", ["", "ten", "10.x", "v10", "-10", "1e1", "10..3", "1.2.3.4.5"])
def test_nonsense_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="not a TensorRT release"):
        Release.parse(target)


def test_releases_are_in_order_of_numbers_not_of_text() -> None:
    names = [release.name for release in releases()]
    assert names.index("10.2.0") < names.index("10.10.0.31") < names.index("11.0.0.114")
    assert list(releases()) == sorted(releases())


def test_a_post_release_of_the_packaging_is_the_same_release() -> None:
    assert Release.named("10.14.1.48.post1") == Release.named("10.14.1.48")
