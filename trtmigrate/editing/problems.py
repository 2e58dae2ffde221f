"""The kinds of problems that a rewritten text can have."""

from typing import Literal

NameKind = Literal[
    "undefined",  # a name that nothing binds
    "unbound",  # a name that is read before it is bound
    "rebound",  # a name that is read from another binding
    "stale",  # a name that is read after the loop or `with` block that binds it
    "redefined",  # an import or definition that is replaced before it is used
    "broken",  # a format string, a dictionary or an `assert` that cannot work
    "untidy",  # an unused name: ugly, not wrong
]
Kind = NameKind | Literal["syntax", "comment"]  # does not compile; a comment is gone
