"""What a fact rests on, and what is left of a value that is only assumed.

- shown: a literal, a constructor, the flow inside one function with every write in sight;
- told: an annotation, a name that only TensorRT has, what is done with an object;
- closed: every caller and every writer agrees, and nothing outside can reach the place;
- assumed: the default of a parameter, the only call in sight, an attribute that others can write.

What is assumed tells what *kind* of object something is, never *which* value it has. So a value
that comes in from a place that others can reach is blurred there, before anything is derived from
it: an edit can only use what is shown, told or closed.
"""

from __future__ import annotations

from dataclasses import replace

from trtmigrate.facts.domain.values import (
    Address,
    Const,
    External,
    IsInput,
    Items,
    Number,
    Span,
    Table,
    TensorName,
    Text,
    Union,
    Value,
    Zipped,
)


def blur(value: Value) -> Value:
    """Return the kind of a value without the value: some string, some number, some list.

    What depends on the release is told by the name of the test, not by its value: it stays. So do
    objects: that two names may stand for one engine must not be forgotten.
    """
    if isinstance(value, Const):
        return value if value.versioned or value.value is None else _kind_of(value.value)
    if isinstance(value, Number):
        return Number(None)
    if isinstance(value, TensorName):
        return replace(value, engine=None, index=None)
    if isinstance(value, IsInput):
        return replace(value, engine=None, index=None)
    if isinstance(value, Items):
        # Elements that have nothing in common are told apart by their places, as in a record.
        is_record = value.items is not None and isinstance(value.element, Union)
        return Items(
            blur(value.element), tuple(map(blur, value.items or ())) if is_record else None
        )
    if isinstance(value, Table):
        return Table(blur(value.key), blur(value.value))
    if isinstance(value, Zipped):
        return replace(value, parts=tuple(map(blur, value.parts)))
    if isinstance(value, Span):
        return Span(None, None)
    if isinstance(value, Address):
        return Address()
    return value


def blur_constants(value: Value) -> Value:
    """Return a value without the literals in it: what a program is configured with.

    Objects and what is counted on them keep their identity. So do lists and dictionaries without
    literals: a change of one is seen under all its names.
    """
    if isinstance(value, Const):
        return blur(value)
    if isinstance(value, Items):
        items = tuple(map(blur_constants, value.items)) if value.items is not None else None
        blurred: Value = replace(value, element=blur_constants(value.element), items=items)
    elif isinstance(value, Table):
        entries = tuple((key, blur_constants(entry)) for key, entry in value.entries)
        blurred = replace(value, value=blur_constants(value.value), entries=entries)
    else:
        return value
    return value if blurred == value else blurred


def _kind_of(literal: object) -> Value:
    if isinstance(literal, str):
        return Text()
    if isinstance(literal, int) and not isinstance(literal, bool):
        return Number(None)
    return External(f"builtins.{type(literal).__name__}")
