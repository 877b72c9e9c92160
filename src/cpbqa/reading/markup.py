"""XML and HTML, parsed without fetching anything and without growing: no entities, no network, no huge trees."""

from __future__ import annotations

from typing import Any


def parsed_xml(data: bytes) -> Any:
    """The root element (lxml). Raises ValueError for a document type, which no office file has, or lxml's errors."""
    from lxml import etree

    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data or "<!DOCTYPE".encode("utf-16-le") in data[:4096]:
        raise ValueError("a part of it declares entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def parsed_page(data: bytes) -> Any:
    """The root element of an HTML page (lxml); None where there is nothing in it."""
    from lxml import etree

    encoding = "utf-8" if _is_utf8(data) else None
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding=encoding
    )
    return etree.fromstring(data, parser) if data.strip() else None


def local(element: Any) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
