"""At most so many pages of ``kunskap app`` at a time: each has a kernel of its own, and each kernel its own memory.

Loaded by Voilà's server, by name from its settings; it imports nothing of the package.
"""

from __future__ import annotations

import time
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

MOST = 10
"""Kernels at a time: some 150 MB each, and 300 with the memory that they share counted."""

TO_CONNECT = 120.0
"""Seconds in which a page has to have come to its kernel; a slow machine takes half a minute. A visit that never does so (a
program that looks whether the page is there) or a page that was closed or loaded anew leaves a kernel that nobody sees."""

TO_CONNECT_WHEN_FULL = 20.0
"""So long, when somebody else is waiting for room."""

FULL = (
    "För många sidor är öppna på en gång. Stäng dem som inte används, vänta några minuter och ladda om sidan. "
    "Hjälper inte det: avsluta kunskap app i terminalen med Ctrl + C och starta den igen."
)


class FewKernels(AsyncMappingKernelManager):
    """One kernel for each page that somebody has open, and no more than `MOST`.

    Who comes after that gets a sentence instead of a machine out of memory.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._born: dict[str, float] = {}
        self._starting = 0
        self._seen: set[str] = set()

    async def start_kernel(self, *args: Any, **kwargs: Any) -> str:  # type: ignore[override]  # async, as in its own base
        await self._end_unseen(TO_CONNECT)
        if self._many():
            await self._end_unseen(TO_CONNECT_WHEN_FULL)
        if self._many():
            raise HTTPError(503, FULL, reason="Too many pages")
        self._starting += 1
        try:
            kernel: str = await super().start_kernel(*args, **kwargs)
        finally:
            self._starting -= 1
        self._born[kernel] = time.monotonic()
        return kernel

    def _many(self) -> bool:
        return len(self.list_kernel_ids()) + self._starting >= MOST

    def notify_connect(self, kernel_id: str) -> None:
        super().notify_connect(kernel_id)
        self._seen.add(kernel_id)

    async def cull_kernels(self) -> None:
        await self._end_unseen(TO_CONNECT)
        await super().cull_kernels()

    async def _end_unseen(self, patience: float) -> None:
        """End the kernels without a page: those whose page has gone, and those to which none has come in time."""
        now = time.monotonic()
        self._born = {kernel: born for kernel, born in self._born.items() if kernel in self._kernels}
        for kernel, born in list(self._born.items()):
            if kernel not in self._kernels or self._kernel_connections.get(kernel, 0) > 0:
                continue
            if getattr(self._kernels[kernel], "execution_state", "") == "busy":  # its page is still being made
                continue
            left = kernel in self._seen and now - born > TO_CONNECT_WHEN_FULL
            if left or now - born > patience:
                self._born.pop(kernel, None)
                await ensure_async(self.shutdown_kernel(kernel))
