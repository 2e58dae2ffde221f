"""Tell what the bits of an integer mean as flags of an enum, in the releases up to the target."""

from __future__ import annotations

from trtmigrate import api

# The releases that a program may have been written for, and their names in messages. The numbers
# did not change within 10, so the last release stands for all.
WRITTEN_FOR = {"8.6": "8.6", "10.16": "10"}


def find_changed_bits(enum: str, number: int, target: str) -> list[int]:
    """Return the bits of an integer that meant other flags in an earlier release."""
    return [bit for bit in _list_bits(number) if has_changed(enum, bit, target)]


def has_changed(enum: str, bit: int, target: str) -> bool:
    """True if a bit meant another flag in an earlier release."""
    now = _join_names(enum, bit, target)
    return any(
        _join_names(enum, bit, release) not in ("", now) for release in _list_earlier(target)
    )


def describe_bit(enum: str, bit: int, target: str) -> str:
    """Return `7 of BuilderFlag is TF32 in 8.6, SPARSE_WEIGHTS in 10`."""
    parts = []
    for release in (*_list_earlier(target), target):
        names = _join_names(enum, bit, release) or "nothing"
        parts.append(f"{names} in {WRITTEN_FOR.get(release, release)}")
    return f"{bit} of {enum} is " + ", ".join(parts)


def _list_bits(number: int) -> list[int]:
    return [bit for bit in range(number.bit_length()) if number >> bit & 1] if number > 0 else []


def _list_earlier(target: str) -> list[str]:
    wanted = api.Release.parse(target)
    return [release for release in WRITTEN_FOR if api.Release.parse(release) < wanted]


def _join_names(enum: str, bit: int, release: str) -> str:
    return " or ".join(api.enum_names(enum, bit, release))
