"""What a service's threads allocate comes of one heap: they would keep one each, as large as it ever was."""

import platform
import subprocess
import sys

import pytest

HEAPS = """
import ctypes, sys, threading
from services.platform.chassis import serve

if sys.argv[1] == "shared":
    serve._share_the_heap()
together = threading.Barrier(4)

def work():
    together.wait()
    held = [bytearray(10_000) for _ in range(100)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
out = libc.fdopen(1, b"w")
libc.malloc_info(0, out)
libc.fflush(ctypes.c_void_p(out))
"""


def heaps(shared: str) -> int:
    told = subprocess.run([sys.executable, "-c", HEAPS, shared], capture_output=True, text=True, check=True)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a heap for each thread")
def test_all_threads_of_a_service_share_one_heap() -> None:
    assert heaps("of each thread") > 1
    assert heaps("shared") == 1
