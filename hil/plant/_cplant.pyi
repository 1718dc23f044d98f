"""Typed view of the compiled core; the functions are declared in csrc/plant/cdef.h."""

from typing import Any

ffi: Any
lib: Any
