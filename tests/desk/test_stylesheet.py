"""The one stylesheet of the desk."""

from pathlib import Path

CSS = (Path(__file__).parents[2] / "desk/static/desk/desk.css").read_text()


def test_no_section_stands_inside_the_block_of_another() -> None:
    """A brace that was left open puts all that follows into its media query."""
    depth, inside = 0, []
    for line in CSS.splitlines():
        if line.startswith("/*") and depth:
            inside.append(line)
        depth += line.count("{") - line.count("}")
    assert (inside, depth) == ([], 0)
