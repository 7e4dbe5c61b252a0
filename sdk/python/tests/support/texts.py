from __future__ import annotations

import re
import uuid

#: ISO 8601 in UTC with milliseconds.
iso_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

_sentences = [
    "The kitchen window looks out on an old pear tree that flowers late in April.",
    "Trains to the coast leave from the second platform at a quarter past every hour.",
    "A good dough rests overnight in the cold and comes out of the oven crisp and brown.",
    "The museum keeps its maps in flat drawers, away from the light of the street.",
    "Rain fell on the harbour all morning while the boats stayed tied to the wall.",
    "Her grandfather repaired clocks and could tell the maker by the sound alone.",
]


def fresh_name(prefix: str = "python") -> str:
    """A name that no other test and no earlier run has used."""
    return f"{prefix}-{uuid.uuid4()}"


def long_text(characters: int, label: str = "Note") -> str:
    """English paragraphs of exactly so many ASCII characters; every passage holds the label."""
    parts = []
    length = number = 0
    while length < characters:
        end = "\n\n" if number % 5 == 4 else " "
        parts.append(f"{label} {number}: {_sentences[number % len(_sentences)]}{end}")
        length += len(parts[-1])
        number += 1
    return "".join(parts)[:characters]
