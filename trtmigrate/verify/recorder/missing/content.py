"""The content of a file that is missing, by the end of its name."""

from __future__ import annotations

import io
import os
import struct
import zlib
from typing import Any

from .values import import_numpy, made_up, made_up_image

PLANS = (".plan", ".engine", ".trt", ".trtmodel", ".serialized")
MODELS = (".onnx",)
IMAGES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm", ".pgm", ".tif", ".tiff")
TEXTS = (".txt", ".names", ".labels", ".csv", ".list")
ARRAYS = (".npy", ".npz", ".bin", ".raw", ".dat")
DATA = (*IMAGES, *TEXTS, *ARRAYS)
LINES = 10_000  # of a text: names of classes, or of images
# How the stand-in for a plan or a model begins; the simulator opens it as the engine that the
# command line gives.
MARK = b"trtmigrate stand-in: "


def ending(path: str) -> str:
    """Return the end of a name from its last dot on, in small letters."""
    return os.path.splitext(path)[1].lower()


def content_of(path: str, shape: Any) -> tuple[bytes, str]:
    """Return the bytes of a missing file and what they are; `shape` is that of an array."""
    kind = ending(path)
    if kind in (*PLANS, *MODELS):
        return MARK + os.path.basename(path).encode() + b"\n", "the engine of --engine"
    if kind in IMAGES:
        return as_png(made_up_image(path)), "an image of 640 x 480"
    if kind in ARRAYS:
        return as_array(kind, made_up(path, shape, "float32")), f"float32 {tuple(shape)}"
    return "".join(f"{i}.jpg\n" for i in range(LINES)).encode(), f"{LINES} lines"


def as_array(kind: str, array: Any) -> bytes:
    """Return an array as the bytes of a file of some kind."""
    np = import_numpy()
    file = io.BytesIO()
    if kind == ".npy":
        np.save(file, array)
    elif kind == ".npz":
        np.savez(file, array)
    else:
        file.write(array.tobytes())
    return file.getvalue()


def as_png(image: Any) -> bytes:
    """Return an image with three channels of a byte as PNG."""
    height, width, _ = image.shape
    rows = b"".join(b"\0" + row.tobytes() for row in image)

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
