"""HTML from templates: everything that comes from a record or a person is escaped, and a missing value is a bug."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from county.desk import words

_FOLDER: Final = Path(__file__).parent
_REFUSALS: Final = {
    "host": "这个地址不是值班页自己的地址，没有打开。请用命令打印的那一行地址。",
    "elsewhere": "这个请求来自别的网页，没有办理。请回到值班页自己的窗口里办。",
    "unknown": "没有打开。请用 zoucun-county desk 打印的那一行地址，在这台电脑上打开一次。",
    "used": "这个地址已经用过一次，不能再用。如果不是您自己打开的，请马上在运行命令的窗口按 Ctrl+C 结束，"
    "再运行一次，并告诉县里的管理员。",
    "nothing": "没有这一页。",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= words.FILTERS
    return environment


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from a template of ``templates/``."""
    return HTMLResponse(_environment().get_template(template).render(**values), status)


def refusal(status: int, why: str) -> HTMLResponse:
    """What somebody who is not let in is told: nothing of what lies behind."""
    return page("refused.html", status, what=_REFUSALS[why])


def style() -> Response:
    """The one style sheet."""
    return Response((_FOLDER / "style.css").read_bytes(), media_type="text/css")
