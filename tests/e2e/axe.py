"""axe on a page: every rule, at every level."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()

# WCAG 2.2 A and AA, AAA, best practice and the experimental rules. Only one is left out: contrast
# of 7:1 (AAA) is what `prefers-contrast: more` is for, and is asked for there.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa", "best-practice"]
RUN = """([tags, enhanced]) => axe.run(document, {
  resultTypes: ['violations'],
  runOnly: { type: 'tag', values: tags },
  rules: { 'color-contrast-enhanced': { enabled: enhanced } },
})"""


def findings(page: Page, *, enhanced: bool = False) -> list[tuple[str, list[str]]]:
    """What axe has to say of what is now to be seen, of whatever impact."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE)
    result: dict[str, Any] = page.evaluate(RUN, [[*TAGS, "experimental"], enhanced])
    return [
        (
            violation["id"],
            [
                f"{node['html'][:160]}: {node['failureSummary'][-160:]}"
                for node in violation["nodes"]
            ][:3],
        )
        for violation in result["violations"]
    ]
