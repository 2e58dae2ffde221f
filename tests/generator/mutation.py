"""Changes of a Python file that leave it valid: names, order, blocks, comments, layout."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random

Mutation = Callable[[str, Random], "str | None"]  # None: there is no place for it

NEW_NAMES = "engine stream context i name names tensor_names config index plan bindings".split()
SIMPLE = (ast.Assign, ast.Expr, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Assert, ast.Delete)
WRAPPERS = ("if True:", "for _ in range(1):", "with open(__file__):", "try:", "def wrapped():")


def tokens_of(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def offsets_of(text: str) -> list[int]:
    """Where each line begins; lines count from 1."""
    starts = [0, 0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def position(text: str, starts: list[int], line: int, utf8_column: int) -> int:
    """The place in the text of a position that `ast` gives."""
    start = starts[line]
    column = len(text[start:].encode()[:utf8_column].decode(errors="ignore"))
    return start + column


def span(text: str, starts: list[int], node: ast.expr | ast.stmt) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    begin = position(text, starts, node.lineno, node.col_offset)
    return begin, position(text, starts, node.end_lineno, node.end_col_offset)


def blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def alone_on_lines(lines: list[str], statement: ast.stmt) -> bool:
    """Whether nothing else stands on the lines of a statement: no `;`, no `if x:` before it."""
    assert statement.end_lineno is not None
    before = lines[statement.lineno - 1].encode()[: statement.col_offset]
    after = lines[statement.end_lineno - 1].encode()[statement.end_col_offset :]
    return not before.strip() and not after.strip()


def indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


# -- names and expressions


def rename(text: str, random: Random) -> str | None:
    """Give a variable or an imported module another name."""
    tree = ast.parse(text)
    variables = (n for n in ast.walk(tree) if isinstance(n, ast.Name))
    names = {n.id for n in variables if isinstance(n.ctx, ast.Store)}
    names |= {a.asname for a in ast.walk(tree) if isinstance(a, ast.alias) and a.asname}
    arguments = {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
    keywords = {k.arg for k in ast.walk(tree) if isinstance(k, ast.keyword)}
    fixed = arguments | keywords | _names_in_strings(text)
    every = {token.string for token in tokens_of(text) if token.type == tokenize.NAME}
    candidates = sorted(names - fixed)
    fresh = [name for name in NEW_NAMES if name not in every]
    if not candidates or not fresh:
        return None
    old, new = random.choice(candidates), random.choice(fresh)
    found, previous = [], ""
    for token in tokens_of(text):
        if token.type == tokenize.NAME and token.string == old and previous != ".":
            found.append(token.start)
        previous = token.string
    return _replaced(text, [(line, column, len(old)) for line, column in found], new)


def _names_in_strings(text: str) -> set[str]:
    words: set[str] = set()
    for token in tokens_of(text):
        if token.type == tokenize.STRING:
            clean = "".join(c if c.isalnum() or c == "_" else " " for c in token.string)
            words |= set(clean.split())
    return words


def _replaced(text: str, places: list[tuple[int, int, int]], new: str) -> str:
    starts = offsets_of(text)
    for line, column, length in reversed(places):
        at = starts[line] + column
        text = text[:at] + new + text[at + length :]
    return text


def split(text: str, random: Random) -> str | None:
    """Put a part of an expression into a variable before the statement."""
    found = _part(text, random)
    if found is None:
        return None
    statement, begin, end = found
    starts = offsets_of(text)
    first = starts[statement.lineno]
    indent = indent_of(text[first:])
    part = text[begin:end]
    if "\n" in part:
        part = f"({part})"
    return f"{text[:first]}{indent}part = {part}\n{text[first:begin]}part{text[end:]}"


def walrus(text: str, random: Random) -> str | None:
    """Give a part of an expression a name where it stands."""
    found = _part(text, random)
    if found is None:
        return None
    _, begin, end = found
    return f"{text[:begin]}(part := {text[begin:end]}){text[end:]}"


def _part(text: str, random: Random) -> tuple[ast.stmt, int, int] | None:
    """A call or an attribute that is evaluated first thing, once, in its statement."""
    lines, starts = text.splitlines(), offsets_of(text)
    found = []
    for block in blocks(ast.parse(text)):
        for statement in block:
            if isinstance(statement, SIMPLE) and alone_on_lines(lines, statement):
                found += [(statement, part) for part in _parts(statement)]
    if not found:
        return None
    statement, part = random.choice(found)
    return (statement, *span(text, starts, part))


def _parts(statement: ast.stmt) -> Iterator[ast.expr]:
    """Calls and attributes in the statement that no lambda, comprehension or branch is around."""
    value = getattr(statement, "value", None)
    pending = [value] if isinstance(value, ast.expr) else []
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)) and node is not value:
            yield node
        if isinstance(node, ast.Call):
            pending += [*node.args, *(k.value for k in node.keywords)]
            if isinstance(node.func, ast.Attribute):
                pending.append(node.func.value)
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            pending.append(node.value)
        elif isinstance(node, (ast.List, ast.Tuple)):
            pending += node.elts
        elif isinstance(node, ast.BinOp):
            pending += [node.left, node.right]


def circle(text: str, random: Random) -> str | None:
    """Make the value of a variable from the variable itself."""
    found = [
        (target.id, node.value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    if not found:
        return None
    name, value = random.choice(found)
    begin, end = span(text, offsets_of(text), value)
    form = random.choice(["{0} + ({1})", "{0} or ({1})", "({1}) if {0} else {0}"])
    return text[:begin] + form.format(name, text[begin:end]) + text[end:]


# -- statements


def reorder(text: str, random: Random) -> str | None:
    """Swap two neighbours that have no name in common."""
    lines = text.splitlines(keepends=True)
    pairs = []
    for block in blocks(ast.parse(text)):
        for first, second in pairwise(block):
            both = isinstance(first, ast.Assign) and isinstance(second, ast.Assign)
            if both and not (_names(first) & _names(second)) and _adjacent(lines, first, second):
                pairs.append((first, second))
    if not pairs:
        return None
    first, second = random.choice(pairs)
    a, b, c = first.lineno - 1, second.lineno - 1, second.end_lineno or 0
    return "".join([*lines[:a], *lines[b:c], *lines[a:b], *lines[c:]])


def _names(statement: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}


def _adjacent(lines: list[str], first: ast.stmt, second: ast.stmt) -> bool:
    alone = alone_on_lines(lines, first) and alone_on_lines(lines, second)
    return alone and first.end_lineno == second.lineno - 1 and lines[-1].endswith("\n")


def wrap(text: str, random: Random) -> str | None:
    """Put a few statements into a block of their own."""
    lines = text.splitlines(keepends=True)
    choices = [b for b in blocks(ast.parse(text)) if all(alone_on_lines(lines, s) for s in b)]
    if not choices:
        return None
    block = random.choice(choices)
    begin = random.randrange(len(block))
    end = min(len(block), begin + random.randint(1, 4))
    first, last = _first_line(block[begin]) - 1, block[end - 1].end_lineno or 0
    if _has_long_string("".join(lines[first:last])):
        return None
    head = random.choice(WRAPPERS)
    indent = indent_of(lines[first])
    step = "\t" if "\t" in indent else "    "
    body = [step + line if line.strip() else line for line in lines[first:last]]
    if not body[-1].endswith("\n"):
        body[-1] += "\n"
    tail = {"try:": ["finally:", step + "pass"], "def wrapped():": ["", "wrapped()"]}.get(head, [])
    added = [indent + line + "\n" if line else "\n" for line in tail]
    return "".join([*lines[:first], indent + head + "\n", *body, *added, *lines[last:]])


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return int(min([statement.lineno, *(d.lineno for d in decorators)]))


def _has_long_string(text: str) -> bool:
    return '"""' in text or "'''" in text or "\\\n" in text


def delete(text: str, random: Random) -> str | None:
    lines = text.splitlines(keepends=True)
    found = [
        statement
        for block in blocks(ast.parse(text))
        for statement in block
        if len(block) > 1 and isinstance(statement, SIMPLE) and alone_on_lines(lines, statement)
    ]
    if not found:
        return None
    gone = random.choice(found)
    return "".join([*lines[: gone.lineno - 1], *lines[gone.end_lineno :]])


def semicolons(text: str, random: Random) -> str | None:
    """Join two statements on one line."""
    lines = text.splitlines(keepends=True)
    pairs = [
        (first, second)
        for block in blocks(ast.parse(text))
        for first, second in pairwise(block)
        if isinstance(first, SIMPLE)
        and isinstance(second, SIMPLE)
        and _adjacent(lines, first, second)
    ]
    if not pairs:
        return None
    first, _ = random.choice(pairs)
    last = (first.end_lineno or 0) - 1
    lines[last] = lines[last].rstrip() + random.choice(["; ", ";"]) + lines[last + 1].lstrip()
    del lines[last + 1]
    return "".join(lines)


# -- comments and layout


def comments(text: str, random: Random) -> str | None:
    """Put comments wherever one may stand: ends of lines, also in brackets, and own lines."""
    ends = [
        token
        for token in tokens_of(text)
        if token.type in (tokenize.NEWLINE, tokenize.NL) and token.string
    ]
    with_comment = {t.start[0] for t in tokens_of(text) if t.type == tokenize.COMMENT}
    free = [t for t in ends if t.start[0] not in with_comment and t.line.strip()]
    if not free:
        return None
    chosen = random.sample(free, min(len(free), random.randint(1, 12)))
    lines = text.splitlines(keepends=True)
    for number, token in enumerate(sorted(chosen, key=lambda t: -t.start[0])):
        index = token.start[0] - 1
        line = lines[index]
        body = line.rstrip("\r\n")
        end = line[len(body) :]
        lines[index] = f"{body}  # note {number}{end}"
        if random.random() < 0.3:
            lines.insert(index + 1, f"{indent_of(line)}# own {number}{end}")
    return "".join(lines)


def line_breaks(text: str, random: Random) -> str | None:
    """Break lines after an opening bracket or a comma, at times with a comment there."""
    found = [
        token.end
        for token in tokens_of(text)
        if token.type == tokenize.OP and token.string in ("(", "[", ",")
    ]
    depth = _depths(text)
    found = [place for place in found if depth.get(place, 0) > 0]
    if not found:
        return None
    starts = offsets_of(text)
    for line, column in sorted(random.sample(found, min(len(found), 4)), reverse=True):
        at = starts[line] + column
        note = "  # inside" if random.random() < 0.4 else ""
        text = f"{text[:at]}{note}\n        {text[at:].lstrip(' ')}"
    return text


def _depths(text: str) -> dict[tuple[int, int], int]:
    """How deep in brackets the end of each token is."""
    depth, found = 0, {}
    for token in tokens_of(text):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        found[token.end] = depth
    return found


def backslashes(text: str, random: Random) -> str | None:
    """Break lines outside of brackets."""
    depth = _depths(text)
    found = [
        token.end
        for token in tokens_of(text)
        if token.type == tokenize.OP
        and token.string in ("=", "+", "//", "*", ".", "==")
        and depth[token.end] == 0
    ]
    if not found:
        return None
    starts = offsets_of(text)
    for line, column in sorted(random.sample(found, min(len(found), 3)), reverse=True):
        at = starts[line] + column
        text = f"{text[:at]} \\\n        {text[at:].lstrip(' ')}"
    return text


def crlf(text: str, random: Random) -> str | None:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def tabs(text: str, random: Random) -> str | None:
    if _has_long_string(text):
        return None
    lines = text.splitlines(keepends=True)
    return "".join("\t" * (len(indent_of(line)) // 4) + line.lstrip(" ") for line in lines)


def end_of_file(text: str, random: Random) -> str | None:
    end = random.choice(["", "\n\n\n", "\n# the end", "\n    # the end", "\n\\\n"])
    return text.rstrip() + end


MUTATIONS: dict[str, Mutation] = {
    "rename": rename,
    "split": split,
    "walrus": walrus,
    "circle": circle,
    "reorder": reorder,
    "wrap": wrap,
    "delete": delete,
    "semicolons": semicolons,
    "comments": comments,
    "line breaks": line_breaks,
    "backslashes": backslashes,
}
WHOLE_FILE: dict[str, Mutation] = {"crlf": crlf, "tabs": tabs, "end of file": end_of_file}


def mutated(text: str, seed: str, steps: list[str] | None = None) -> tuple[str, list[str]]:
    """A mutant and the names of its steps; only the given steps, where these are given.

    Each step has a seed of its own, so that the others stay the same without it.
    """
    random = Random(seed)
    planned = [f"{random.choice(list(MUTATIONS))} {n}" for n in range(random.randint(1, 5))]
    if random.random() < 0.2:
        planned.append(f"{random.choice(list(WHOLE_FILE))} 9")
    done: list[str] = []
    for step in planned if steps is None else steps:
        name = step.rpartition(" ")[0]
        mutation = MUTATIONS.get(name) or WHOLE_FILE[name]
        changed = _tried(mutation, text, Random(f"{seed}:{step}"))
        if changed is not None and changed != text:
            text, done = changed, [*done, step]
    return text, done


def _tried(mutation: Mutation, text: str, random: Random) -> str | None:
    """The changed text, where it is valid."""
    try:
        changed = mutation(text, random)
        if changed is not None:
            compile(changed, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, tokenize.TokenError, IndexError):
        return None
    return changed
