"""Read version numbers of CUDA."""

from __future__ import annotations


def cuda_version(number: int) -> str:
    """Return CUDA's number of a release as text: 12080 is "12.8"."""
    return f"{int(number) // 1000}.{int(number) % 1000 // 10}"
