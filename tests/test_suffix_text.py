"""The name in a text that adds the suffix of a profile to it."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate.rewrites.tensor_names.suffix_text import remove_suffix
from trtmigrate.syntax.tree import code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"{} [profile {}]".format(name, k)', "name"),
        ('f"{name} [profile {k}]"', "name"),
        ('"%s [profile %d]" % (name, k)', "name"),
        ('"%s/%s [profile %d]" % (model, name, k)', '"%s/%s" % (model, name)'),
    ],
)
def test_name_is_known_without_its_suffix(text: str, name: str) -> None:
    short = remove_suffix(cst.parse_expression(text))
    assert short is not None and code(short) == name


@pytest.mark.parametrize(
    "text",
    [
        '"{} [profile 1]".replace("{}", name)',
        '" [profile 1] ".join(names)',
        '"%s/%s [profile %d]" % values',
    ],
)
def test_name_is_not_known_of_other_texts(text: str) -> None:
    assert remove_suffix(cst.parse_expression(text)) is None
