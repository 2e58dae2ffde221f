"""Report words of a removed API in lines that are not read as Python.

What changed: in a notebook, magics, shell lines and cells such as `%%writefile` stay as they are,
because they are no Python or are not run with the names of the notebook. With `--docs`, a block of
code that does not parse stays as it is. If such a line has the name of a removed member, a person
has to look at it.

Before:

    %timeit context.execute_async_v2(bindings, stream.handle)

After: (not rewritten)

Not rewritten when: always. Put the statement of a `%time` or a `%timeit` into a cell of its own
below `%%time` or `%%timeit`: the code of such a cell is read. A module that `%%writefile` writes is
read where it is a file: name that file to trtmigrate. A block of a document is read once it is
Python of its own: no `...` in place of an argument before others, no lines of a shell, no Python 2.

Safety: manual.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate import api
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Mention, Rule
from trtmigrate.sources.gate import decisive_words

RULE = Rule("TRT009", "Removed API in a line that is not read", Safety.MANUAL)


@RULE.scans_texts
def in_line_for_ipython(line: str, target: str) -> Iterator[Mention]:
    gone = {path.rsplit(".", 1)[-1] for path in api.missing_in(target)}
    for start, word in decisive_words(line, target):
        if word not in gone:
            continue  # only the combination with other words concerns the rules
        owners = sorted(api.owners_of(word, target))
        member = f"{owners[0]}.{word}" if owners else word
        message = (
            f"{word} looks like a removed API, in a line that is not read as Python: "
            f"change it by hand, see trtmigrate explain {member}"
        )
        yield Mention(start, start + len(word), member, message)
