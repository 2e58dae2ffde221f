"""What programs do with images in cv2 and PIL: enough to bring one into the shape of an input."""

from __future__ import annotations

from typing import Any

from .thing import Thing
from .values import WIDTH, import_numpy, made_up, made_up_image

FRAMES = 2  # of a film
GRAY = {"COLOR_BGR2GRAY": 6, "COLOR_RGB2GRAY": 7, "IMREAD_GRAYSCALE": 0}
KEY = ord("q")  # what is pressed: it ends most programs


def resized(image: Any, size: Any) -> Any:
    """Return an image in another size, (width, height), each point from the nearest."""
    np = import_numpy()
    image = np.asarray(image)
    width, height = (max(1, int(extent)) for extent in size)
    rows = np.arange(height) * image.shape[0] // height
    columns = np.arange(width) * image.shape[1] // width
    return np.ascontiguousarray(image[rows][:, columns])


def gray(image: Any) -> Any:
    """Return an image with a single channel, without the dimension of channels."""
    np = import_numpy()
    image = np.asarray(image)
    return image if image.ndim < 3 else image.mean(axis=2).astype(image.dtype)


def colored(image: Any) -> Any:
    """Return an image with three channels."""
    np = import_numpy()
    image = np.asarray(image)
    return np.ascontiguousarray(np.repeat(image[..., None], 3, 2) if image.ndim < 3 else image)


# --- cv2 --------------------------------------------------------------------------------------


class Film:
    """A VideoCapture of a few frames."""

    def __init__(self, source: Any = 0, *_: Any) -> None:
        self._source, self._read = source, 0

    def isOpened(self) -> bool:
        return self._read < FRAMES

    def read(self, *_: Any) -> tuple[bool, Any]:
        if not self.isOpened():
            return False, None
        self._read += 1
        return True, made_up_image(f"{self._source} {self._read}")

    def get(self, _: Any) -> float:
        return float(WIDTH)

    def set(self, *_: Any) -> bool:
        return True

    def release(self) -> None: ...


def imread(path: Any, flags: int = 1) -> Any:
    image = made_up_image(str(path))
    return gray(image) if flags == 0 else image


def imdecode(data: Any, flags: int = 1) -> Any:
    return imread("imdecode", flags)


def resize(src: Any, dsize: Any = None, *_: Any, fx: float = 0, fy: float = 0, **__: Any) -> Any:
    if not dsize:
        dsize = src.shape[1] * fx, src.shape[0] * fy
    return resized(src, dsize)


def cvt_color(src: Any, code: Any, *_: Any) -> Any:
    return gray(src) if code in GRAY.values() else colored(src)


def copy_make_border(
    src: Any, top: int, bottom: int, left: int, right: int, *_: Any, value: Any = 0, **__: Any
) -> Any:
    np = import_numpy()
    fill = value[0] if isinstance(value, (tuple, list)) else value
    width = [(top, bottom), (left, right)] + [(0, 0)] * (src.ndim - 2)
    return np.pad(src, width, constant_values=fill)


def blob_from_image(
    image: Any, scalefactor: float = 1.0, size: Any = None, *_: Any, **__: Any
) -> Any:
    np = import_numpy()
    image = resized(image, size) if size else np.asarray(image)
    return np.ascontiguousarray(colored(image).transpose(2, 0, 1)[None] * scalefactor, "float32")


def cv2_member(name: str) -> Any:
    """Return a member of the module cv2. What draws gives the image back."""
    known = {
        "imread": imread,
        "imdecode": imdecode,
        "resize": resize,
        "cvtColor": cvt_color,
        "copyMakeBorder": copy_make_border,
        "VideoCapture": Film,
        "waitKey": lambda *_: KEY,
        "imwrite": lambda *_: True,
    }
    if name in known:
        return known[name]
    if name.isupper():
        return GRAY.get(name, len(name) + 100)
    return Drawing(f"cv2.{name}")


class Drawing(Thing):
    """A function that gives back the image that it is given first."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], import_numpy().ndarray):
            return args[0]
        return super().__call__(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name == "blobFromImage":
            return blob_from_image
        return super().__getattr__(name)


# --- PIL --------------------------------------------------------------------------------------


class Picture:
    """An image of PIL."""

    def __init__(self, array: Any) -> None:
        self._array = array

    @property
    def size(self) -> tuple[int, int]:
        return self._array.shape[1], self._array.shape[0]

    width = property(lambda self: self.size[0])
    height = property(lambda self: self.size[1])
    mode = property(lambda self: "L" if self._array.ndim < 3 else "RGB")

    def resize(self, size: Any, *_: Any, **__: Any) -> Picture:
        return Picture(resized(self._array, size))

    def thumbnail(self, size: Any, *_: Any, **__: Any) -> None:
        self._array = resized(self._array, size)

    def convert(self, mode: str = "RGB", *_: Any, **__: Any) -> Picture:
        return Picture(gray(self._array) if mode in ("L", "1") else colored(self._array))

    def crop(self, box: Any) -> Picture:
        left, top, right, bottom = (int(side) for side in box)
        return Picture(self._array[top:bottom, left:right])

    def copy(self) -> Picture:
        return Picture(self._array.copy())

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._array if dtype is None else self._array.astype(dtype)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(f"picture.{name}")

    def __enter__(self) -> Picture:
        return self

    def __exit__(self, *_: Any) -> None: ...


def new_picture(mode: str, size: Any, color: Any = 0) -> Picture:
    np = import_numpy()
    channels = () if mode in ("L", "1") else (3,)
    array = np.zeros((size[1], size[0], *channels), np.uint8)
    array[...] = color if isinstance(color, (int, tuple)) else 0
    return Picture(array)


def pil_member(name: str) -> Any:
    """Return a member of the module PIL.Image."""
    known = {
        "open": lambda path, *_: Picture(made_up_image(str(path))),
        "new": new_picture,
        "fromarray": lambda array, *_: Picture(import_numpy().asarray(array)),
        "frombytes": lambda mode, size, *_: Picture(made_up("frombytes", (size[1], size[0], 3))),
        "Image": Picture,
    }
    return known[name] if name in known else Thing(f"PIL.Image.{name}")
