"""``report.html``: one file for people, which requests nothing.

Its modules need jinja2, an extra, and are imported when a page is made.
"""

from collections.abc import Sequence
from importlib.util import find_spec

from pytest_distill.errors import UsageError
from pytest_distill.records import Report, Section
from pytest_distill.report.conclusion import Conclusion

_INSTALL = (
    "HTML reports need jinja2, which is not installed\n"
    "  install it with: pip install 'pytest-distill[html]'"
)


def check_installed() -> None:
    """Refuse a page that could not be made.

    Raises:
        UsageError: jinja2 is not installed.
    """
    if find_spec("jinja2") is None:
        raise UsageError(_INSTALL)


def dumps(report: Report, sections: Sequence[Section]) -> str:
    """Return the page of a report.

    Raises:
        UsageError: jinja2 is not installed.
    """
    check_installed()
    from pytest_distill.report.html import page  # noqa: PLC0415 - needs an extra

    return page.dumps(report, sections)


def compared(title: str, found: Conclusion, sections: Sequence[Section]) -> str:
    """Return a page about two reports.

    Args:
        title: of the page.
        found: what follows.
        sections: what differs.

    Raises:
        UsageError: jinja2 is not installed.
    """
    check_installed()
    from pytest_distill.report.html import page  # noqa: PLC0415 - needs an extra

    return page.rendered(page.Content(title=title, conclusion=found, sections=sections))
