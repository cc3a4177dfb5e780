"""Counters of a JVM that a driver can reach through py4j."""

from __future__ import annotations

from typing import Any


def read_gauges(jvm: Any) -> dict[str, Any]:
    """The counters at this moment.

    ``gc_s``: seconds spent in collections since the JVM began.  ``heap_bytes``: heap in use.
    ``gc_id``, ``heap_after_gc_bytes``: how many young collections there were, and what the last
    of them left in the heap (``None`` before the first, and where the collector does not tell).
    """
    management = jvm.java.lang.management.ManagementFactory
    beans = list(management.getGarbageCollectorMXBeans())
    gc_id, left = _after_last(beans[0], _heap_pools(management)) if beans else (None, None)
    return {
        "gc_s": sum(bean.getCollectionTime() for bean in beans) / 1000,
        "heap_bytes": int(management.getMemoryMXBean().getHeapMemoryUsage().getUsed()),
        "gc_id": gc_id,
        "heap_after_gc_bytes": left,
    }


def _heap_pools(management: Any) -> list[str]:
    pools = management.getMemoryPoolMXBeans()
    return [pool.getName() for pool in pools if pool.getType().name() == "HEAP"]


def _after_last(young: Any, pools: list[str]) -> tuple[Any, Any]:
    """Number of the last collection of the ``young`` collector and the heap it left, in bytes."""
    try:
        info = young.getLastGcInfo()
        if info is None:
            return None, None
        usage = info.getMemoryUsageAfterGc()
        return int(info.getId()), sum(int(usage.get(name).getUsed()) for name in pools)
    except Exception:  # not every JVM's bean is of com.sun.management
        return None, None
