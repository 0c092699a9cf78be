"""What axe-core finds on a page against WCAG 2.0, 2.1 and 2.2, levels A and AA."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Off unless it is asked for.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


def violations_on(page: Page) -> list[str]:
    page.evaluate(_AXE.read_text())
    said = page.evaluate("options => axe.run(document, options)", _OPTIONS)
    assert said["passes"], "it looked at nothing"
    return [_told(rule, node) for rule in said["violations"] for node in rule["nodes"]]


def _told(rule: dict[str, Any], node: dict[str, Any]) -> str:
    why = " ".join(node["failureSummary"].split("\n")[1:2])
    return f"{rule['id']}: {node['html'][:160]} ({' '.join(map(str, node['target']))}):{why}"
