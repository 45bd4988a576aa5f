"""Where an element stands in its file."""

from __future__ import annotations

from typing import cast

from lxml import etree


def line_of(element: etree._Element) -> int:
    """The line of its opening tag, from 1; beyond line 65,535 libxml2 may be one off."""
    return cast("int | None", element.sourceline) or 1
