"""Small classes in Java, compiled in the JVM that runs them.

A compiler for Java is not part of a JRE.  Spark itself ships one: Janino, with which Catalyst
compiles its generated code.  It knows no generics and no lambdas here, so sources use raw types.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from typing import Any


def new_instance(context: Any, name: str, source: str, *, executors: bool = False) -> Any:
    """A new object of class ``name``, as :func:`load_class` knows it."""
    jvm = context._jvm
    compiled = load_class(context, name, source, executors=executors)
    no_types = context._gateway.new_array(jvm.java.lang.Class, 0)
    no_values = context._gateway.new_array(jvm.java.lang.Object, 0)
    return compiled.getDeclaredConstructor(no_types).newInstance(no_values)


def load_class(context: Any, name: str, source: str, *, executors: bool = False) -> Any:
    """The class ``name``; ``source`` is compiled the first time in this JVM.

    ``executors`` are given the class too; a listener, say, is of no use to them.
    """
    jvm = context._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    try:
        return loader.loadClass(name)
    except Exception:  # py4j wraps ClassNotFoundException: the first stream of this JVM
        jar = _compile(context, loader, name, source)
        loader.addURL(jvm.java.io.File(jar).toURI().toURL())
        if executors:
            context._jsc.addJar(jar)
        return loader.loadClass(name)


def _compile(context: Any, loader: Any, name: str, source: str) -> str:
    compiler = context._jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(loader)
    compiler.cook(source)
    classes = compiler.getBytecodes()
    jar = os.path.join(tempfile.mkdtemp(dir=context._temp_dir), f"{name}.jar")
    with zipfile.ZipFile(jar, "w") as archive:
        for part in classes.keySet():
            archive.writestr(str(part).replace(".", "/") + ".class", bytes(classes.get(part)))
    return jar
