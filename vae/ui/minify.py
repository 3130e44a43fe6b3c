"""A module of the page without its comments and spaces, and where its lines have gone."""

import re
import string

import rjsmin

DOC = re.compile(r"/\*\*.*?\*/", re.DOTALL)
# rjsmin keeps a comment that begins so, and reads it as a space.
MARK = "/*!*/"
DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def without_docs(source: str) -> str:
    """A source without what stands between /** and */, in as many lines."""
    return DOC.sub(lambda comment: "\n" * comment[0].count("\n"), source)


def minify(source: str) -> tuple[str, str]:
    """What `without_docs` has left, without the rest of the comments and without spaces; and the
    "mappings" of its source map, which tell where each line begins (https://tc39.es/ecma426/).

    rjsmin takes text for code in a template literal that stands in another one, and a regular
    expression for a division after a word or an arrow: ESLint refuses the first, and a test
    compares the syntax trees of all modules.
    """
    marked = MARK + source.replace("\n", f"\n{MARK}")
    # A line begins after the line break before it, where that is kept.
    found = rjsmin.jsmin(marked, keep_bang_comments=True).replace(f"{MARK}\n", f"\n{MARK}")
    rows: list[list[str]] = [[]]
    column, last_column, last_line = 0, 0, 0
    for line, piece in enumerate(found.split(MARK)[1:]):
        if piece.strip():
            rows[-1].append(f"{_vlq(column - last_column)}A{_vlq(line - last_line)}A")
            last_column, last_line = column, line
        for _ in range(piece.count("\n")):
            rows.append([])
            column, last_column = 0, 0
        column += len(piece.rpartition("\n")[2])
    return found.replace(MARK, ""), ";".join(map(",".join, rows))


def _vlq(number: int) -> str:
    """A whole number from 0 in base 64. A digit has five bits of it, the lowest first, and a sixth
    one where more follow; the lowest bit of all is the sign."""
    rest, digits = number << 1, ""
    while True:
        rest, digit = rest >> 5, rest & 31
        digits += DIGITS[digit + 32 * bool(rest)]
        if not rest:
            return digits
