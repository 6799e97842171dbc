"""At most so many pages of ``kunskap app`` at a time: each has a kernel of its own, and each kernel its own memory.

Loaded by Voilà's server, by name from its settings; it imports nothing of the package.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError

MOST = 10
"""Kernels at a time: some 150 MB each."""

FULL = (
    "För många sidor är öppna på en gång. Stäng dem som inte används, vänta några minuter och ladda om sidan. "
    "Hjälper inte det: avsluta kunskap app i terminalen med Ctrl + C och starta den igen."
)


class FewKernels(AsyncMappingKernelManager):
    """Starts no more than `MOST` kernels; who comes after that gets a sentence instead of a machine out of memory."""

    async def start_kernel(self, *args: Any, **kwargs: Any) -> str:  # type: ignore[override]  # async, as in its own base
        if len(self.list_kernel_ids()) >= MOST:
            raise HTTPError(503, FULL, reason="Too many pages")
        kernel: str = await super().start_kernel(*args, **kwargs)
        return kernel
