"""Imports Gradio without the type stubs that it writes for its own components.

At every import Gradio parses the source of each component and writes a `.pyi` file beside it, for editors. That takes a
good part of its import and would need write access to the installed packages. Where a component has no source file,
Gradio leaves the stub out; `import_gradio` makes it believe so.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any


def import_gradio() -> None:
    """Import Gradio, the first time without its stubs. Call it before a module that imports Gradio at its top."""
    if "gradio" in sys.modules:
        return
    known = inspect.getfile

    def getfile(object: Any) -> str:  # inspect's own name for it
        if isinstance(object, type) and object.__module__.startswith("gradio."):
            raise OSError("no stub is written for it")
        return known(object)

    inspect.getfile = getfile
    try:
        import gradio  # noqa: F401
    finally:
        inspect.getfile = known
