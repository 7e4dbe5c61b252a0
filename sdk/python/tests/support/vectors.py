from __future__ import annotations

from typing import List

#: Those of the server's built-in embedder.
dimensions = 256


def axis(direction: int, length: float = 1.0, size: int = dimensions) -> List[float]:
    """A vector along one axis."""
    return [length if index == direction else 0.0 for index in range(size)]
