"""Where each batch goes: a sink is asked for by its name (``registry.SINKS``)."""
