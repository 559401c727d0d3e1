"""Documents in a terminal: rich draws the Markdown for a person; a file or a pipe gets it as plain lines."""

from __future__ import annotations

import io
import shutil
from typing import TextIO

_WIDEST = 100  # longer lines are hard to read


class Terminal:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._drawn = out.isatty()

    def markdown(self, text: str) -> None:
        """Print a document and an empty line after it."""
        self._out.write(self._draw(text) + "\n\n")
        self._out.flush()

    def write(self, text: str) -> None:
        """Print text as it is."""
        self._out.write(text)
        self._out.flush()

    def busy(self, text: str) -> None:
        """Show at a terminal what is going on; "" takes it away."""
        if self._drawn:
            self.write(f"\r\x1b[2K{text}")

    def _draw(self, text: str) -> str:
        from rich.console import Console
        from rich.markdown import Markdown

        if self._drawn:
            width = min(shutil.get_terminal_size().columns, _WIDEST)
        else:  # a file is not wrapped: whoever reads it does that
            width = max((len(line) for line in text.splitlines()), default=0) + 8
        console = Console(
            file=io.StringIO(),
            force_terminal=self._drawn,
            no_color=not self._drawn,
            width=width,
            highlight=False,
            emoji=False,
        )
        with console.capture() as drawn:
            console.print(Markdown(text, hyperlinks=False))
        return "\n".join(line.rstrip() for line in drawn.get().strip("\n").splitlines())
