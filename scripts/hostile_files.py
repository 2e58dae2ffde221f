"""Files that are made to break trtmigrate, and what it has to say of each."""

from __future__ import annotations

import re
from collections.abc import Callable

USE = """\
import tensorrt as trt


def count(engine: trt.ICudaEngine) -> int:
    return engine.num_bindings
"""


def blocks(depth: int) -> str:
    return "".join(" " * n + "if x:\n" for n in range(depth)) + " " * depth + "pass\n"


def real_uses(functions: int) -> str:
    lines = "    for i in range(engine.num_bindings):\n        print(engine.get_binding_name(i))\n"
    heads = (f"def f{n}(engine: trt.ICudaEngine):\n" for n in range(functions))
    return "import tensorrt as trt\n\n\n" + "".join(f"{head}{lines}\n\n" for head in heads)


def book(more: str) -> str:
    source = '"import tensorrt as trt\\nengine: trt.ICudaEngine = f()\\nengine.num_bindings"'
    return f'{{"cells": [{{"cell_type": "code", "source": {source}{more}}}], "nbformat": 4}}'


def image(size: int) -> str:
    return f', "outputs": [{{"data": {{"image/png": "{"A" * size}"}}}}]'


# File name, how to make the text, and what the only error has to say; "" where there is none.
HOSTILE: tuple[tuple[str, Callable[[], str | bytes], str], ...] = (
    ("100 MB of comments, no use.py", lambda: "# not a word of interest\n" * 4_200_000, ""),
    (
        "100 MB of comments, one use.py",
        lambda: USE + "# of no interest\n" * 6_200_000,
        "memory|longer",
    ),
    ("a list on a line of 10 MB.py", lambda: f"{USE}x = [{'1, ' * 3_300_000}]\n", "memory|longer"),
    ("a string of 10 MB.py", lambda: f"{USE}x = '{'a' * 10_000_000}'\n", ""),
    ("10,000 brackets.py", lambda: f"{USE}x = {'(' * 10_000}{')' * 10_000}\n", "nested"),
    ("3,000 blocks.py", lambda: USE + blocks(3000), "indentation"),
    ("a sum of 50,000 numbers.py", lambda: f"{USE}x = {' + '.join(['1'] * 50_000)}\n", "nested"),
    ("20,000 elif.py", lambda: f"{USE}if x: y\n" + "elif x: y\n" * 20_000, "nested"),
    ("50,000 lines of uses.py", lambda: real_uses(10_000), "memory|longer"),
    ("5,000 lines of uses.py", lambda: real_uses(1_000), ""),
    ("NUL bytes.py", lambda: USE + "x = '\0'\n", "NUL"),
    ("UTF-16, which is no Python.py", lambda: USE.encode("utf-16"), ""),
    ("no UTF-8.py", lambda: USE.encode() + b"# \xff\n", "not utf-8"),
    ("unknown encoding.py", lambda: f"# coding: klingon\n{USE}", "unknown encoding"),
    ("Python 2.py", lambda: USE + "print 'x'\n", "Missing parentheses"),
    ("image of 100 MB.ipynb", lambda: book(image(100_000_000)), ""),
    ("no JSON.ipynb", lambda: USE, "no notebook"),
    ("a million brackets.ipynb", lambda: book(f', "a": {"[" * 1_000_000}'), "nested"),
    ("format 3.ipynb", lambda: '{"nbformat": 3, "worksheets": ["num_bindings"]}', "nbconvert"),
    (
        "name with\nnewline and \x1b[31mcolour.py",
        lambda: USE + "print 'x'\n",
        "Missing parentheses",
    ),
)

LARGE = re.compile(r"[15]0?0 MB|10 MB|lines of|a sum of|elif")  # these take minutes
