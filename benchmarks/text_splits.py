"""Cut the data of texts as targets for ``benchmarks/log/texts.md``: fixed shares, three seeds, nothing leaking.

``python benchmarks/text_splits.py DATA FOLDER`` reads ``DATA/qa_unifyweaver/skills.csv`` and ``DATA/banking77/*.csv``
and writes, with a column ``split`` for ``prle embed``:

- ``skills_phrasing_S.csv``: a fifth of the questions to test, a tenth to validation; a skill may be on both sides;
- ``skills_skill_S.csv``: the same of whole skills, so that no question to test is a variant of a training question;
- ``banking_S.csv``: the given test rows, a tenth of the others to validation; ``banking_tenth_S.csv`` keeps a tenth of
  what is left to train on; ``banking_unseen_S.csv`` keeps 23 of 77 labels for test and 8 for validation.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

SEEDS = (0, 1, 2)
Row = dict[str, str]


def read(file: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, rows: list[Row]) -> None:
    """Write rows that have a split."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def divided(rows: list[Row], column: str, seed: int, *, test: float, validation: float) -> list[Row]:
    """Give each row a split, all rows of one value of ``column`` the same; shares are of the different values."""
    values = list(dict.fromkeys(row[column] for row in rows))
    random.Random(seed).shuffle(values)
    first, second = round(test * len(values)), round((test + validation) * len(values))
    place = {value: "test" if n < first else "validation" if n < second else "train" for n, value in enumerate(values)}
    return [{**row, "split": place[row[column]]} for row in rows]


def drawn(seed: int, text: str) -> float:
    """Return a number from 0 to 1 that depends on both alone."""
    return random.Random(f"{seed} {text}").random()


def main(data: Path, folder: Path) -> None:
    """Write all files."""
    folder.mkdir(parents=True, exist_ok=True)
    skills = read(data / "qa_unifyweaver" / "skills.csv")
    train, test = (read(data / "banking77" / f"{name}.csv") for name in ("train", "test"))
    given = [{**row, "split": "test"} for row in test]
    for seed in SEEDS:
        for name, column in (("phrasing", "question"), ("skill", "cluster_id")):
            write(folder / f"skills_{name}_{seed}.csv", divided(skills, column, seed, test=0.2, validation=0.1))
        own = divided(train, "text", seed, test=0.0, validation=0.1)
        write(folder / f"banking_{seed}.csv", own + given)
        kept = [
            row for row in own if row["split"] == "validation" or random.Random(f"{seed}{row['text']}").random() < 0.1
        ]
        write(folder / f"banking_tenth_{seed}.csv", kept + given)
        write(
            folder / f"banking_unseen_{seed}.csv", divided(train + test, "label", seed, test=23 / 77, validation=8 / 77)
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
