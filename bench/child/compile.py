"""``python -m bench.child.compile``: sources in Scala or Java to a JAR, by Spark's own compilers.

Reads one line of JSON from standard input: ``spark_home``, ``java`` (the program), ``sources``
(paths), ``job`` (a class, ``""`` for the one in the sources, ``null`` where no job is among them),
``jars``, ``out`` (the JAR to write)
and ``shown``, what the job is called.  Prints one line: ``{}``, or ``problem``, a sentence.  With
``made``, such a JAR, it runs the job's ``normalise`` on ``batches`` of ``engine`` and prints
``rows``.

PySpark brings the compiler of its Scala along (``scala-compiler``), and Janino for Java, so that
a JRE is enough.  Janino knows no lambdas and little of generics: where the Java at hand has a
compiler of its own, that one is taken.
"""

from __future__ import annotations

import json
import os
import pkgutil
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.contract.causes import blame_classes
from bench.contract.jvm import BUILDERS, ENTRY, SUPPORT, SUPPORT_PACKAGE
from bench.contract.jvm.clashes import check_jars
from bench.contract.jvm.description import described, job_in
from bench.contract.jvm.jobs import entry_of
from bench.contract.own.jobs import said
from bench.contract.own.params import JobProblem

#: First on the class path: a JVM opens JAR after JAR until it finds a class, of hundreds.
FIRST = ("scala-compiler", "scala-library", "scala-reflect", "py4j", "janino", "commons-compiler")

#: A short life on few classes: no compilation worth its time, no threads to collect garbage.  The
#: compiler's recursion needs more stack than a thread has by default.
JVM = (
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto"),
    *("-Xms256m", "-Xmx1g", "-Xss16m", "-Dfile.encoding=UTF-8"),
)

#: What Janino does not take of Java, for who sees it refuse a source.  It could write classes of
#: Java 8, and with them static methods of interfaces, but some of those fail verification (wrong
#: stack maps where several ``catch`` clauses meet).
JANINO = (
    "this Java is a runtime without javac, and Janino, which Spark brings along, takes no lambdas, "
    "method references, var, static methods of interfaces (List.of) or generic method overrides: "
    "install a JDK, or write it without these"
)


class Compiler:
    """One JVM that compiles and then looks at what came of it."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._gateway = _gateway(request)
        self._jvm = self._gateway.jvm

    def run(self) -> None:
        """Write the JAR; raises :class:`JobProblem`."""
        request = self._request
        sources = [str(source) for source in request["sources"]]
        with tempfile.TemporaryDirectory(prefix="sparkbench-") as folder:
            scala = [source for source in sources if source.endswith(".scala")]
            java = [source for source in sources if source.endswith(".java")]
            if scala:
                # It reads Java for the names in it; Java's own compiler comes after.
                self._scala(sources, folder)
            if java:
                self._java(java, folder)
            classes = {name: _read(os.path.join(folder, name)) for name in _files(folder)}
            if request["job"] is not None:
                self._support(classes, folder)
            made = sorted(_dotted(name) for name in classes if not name.startswith(SUPPORT_PACKAGE))
            check_jars(request["spark_home"], request["jars"], made)
            tops = [name for name in made if "$" not in name]
            entry: dict[str, Any] = {"classes": tops}
            if request["job"] is not None:
                loader = self._loader(folder)
                own = self._own_class(tops, loader)
                entry = described(self._jvm, loader, own, request)
                entry["classes"] = tops or _package(own)
        _write(str(request["out"]), classes, entry)

    def normalise(self) -> list[Any]:
        """What the job in a JAR that was made makes of batches of rows."""
        request = self._request
        made = str(request["made"])
        entry = entry_of(made)
        blame_classes(entry["classes"])
        loader = self._loader(made)
        job = job_in(self._jvm, loader, str(entry["class"]))
        batches = [
            [row if isinstance(row, list) else [row] for row in one] for one in request["batches"]
        ]
        return [_python(row) for row in job.normalise(str(request["engine"]), batches)]

    def close(self) -> None:
        """End the JVM."""
        self._gateway.shutdown()
        self._gateway.java_process.stdin.close()
        self._gateway.java_process.wait(10)

    def _scala(self, sources: Sequence[str], folder: str) -> None:
        nsc = self._jvm.scala.tools.nsc
        settings = nsc.Settings()
        class_path = os.pathsep.join([_class_path(self._request), *self._request["jars"]])
        for name, value in (("classpath", class_path), ("d", folder), ("encoding", "UTF-8")):
            settings.processArgumentString(f"-{name} {_quoted(value)}")
        settings.processArgumentString("-nowarn")
        reporters = nsc.reporters
        try:
            reporter = reporters.StoreReporter(settings)
        except Exception:  # Scala 2.12
            reporter = reporters.StoreReporter()
        compiler = nsc.Global(settings, reporter)
        run = getattr(nsc, "Global$Run")(compiler)
        run.compile(
            self._jvm.scala.collection.JavaConverters.asScalaBufferConverter(self._list(sources))
            .asScala()
            .toList()
        )
        errors = []
        infos = reporter.infos().iterator()
        while infos.hasNext():
            info = infos.next()
            if info.severity().toString() == "ERROR":
                position = info.pos()
                place = (0, 0)
                if position.isDefined():
                    place = (int(position.line()), int(position.column()))
                errors.append((*place, str(info.msg())))
        if errors:
            raise JobProblem(_sentence(_name(sources), errors))

    def _java(self, sources: Sequence[str], folder: str) -> None:
        compiler = self._jvm.javax.tools.ToolProvider.getSystemJavaCompiler()
        if compiler is None:
            self._janino(sources, folder)
            return
        heard = self._jvm.javax.tools.DiagnosticCollector()
        files = compiler.getStandardFileManager(heard, None, None)
        class_path = os.pathsep.join([folder, _class_path(self._request), *self._request["jars"]])
        options = ["-d", folder, "-cp", class_path, "-encoding", "UTF-8", "-proc:none", "-nowarn"]
        units = files.getJavaFileObjectsFromStrings(self._list(sources))
        done = compiler.getTask(None, files, heard, self._list(options), None, units).call()
        if not done:
            errors = [
                (int(one.getLineNumber()), int(one.getColumnNumber()), str(one.getMessage(None)))
                for one in heard.getDiagnostics()
                if one.getKind().toString() == "ERROR"
            ]
            raise JobProblem(_sentence(_name(sources), errors))

    def _janino(self, sources: Sequence[str], folder: str) -> None:
        texts = {os.path.basename(one): _read(one).decode("utf-8") for one in sources}
        try:
            made = self._cook(texts, folder)
        except Exception as problem:
            said_so = _java_message(problem)
            found = re.search(r"Line (\d+), Column (\d+): (.*)", said_so, re.DOTALL)
            if found is None:
                raise JobProblem(f"{_name(sources)}: {said_so} ({JANINO})") from None
            errors = [(int(found[1]), int(found[2]), found[3])]
            raise JobProblem(f"{_sentence(_name(sources), errors)} ({JANINO})") from None
        for place, data in made.items():
            path = os.path.join(folder, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)

    def _support(self, classes: dict[str, bytes], folder: str) -> None:
        """Add what a trial calls the job through."""
        texts = {}
        for name in SUPPORT:
            data = pkgutil.get_data("bench.contract.jvm", f"{name}.java")
            assert data is not None
            texts[f"{SUPPORT_PACKAGE}/{name}.java"] = data.decode("utf-8")
        made = self._cook(texts, folder)
        classes.update(made)
        for place, data in made.items():
            path = os.path.join(folder, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)

    def _cook(self, texts: Mapping[str, str], folder: str) -> dict[str, bytes]:
        """Class files by their place, by Janino; its exceptions pass."""
        jvm = self._jvm
        resources = jvm.org.codehaus.commons.compiler.util.resource
        made = jvm.java.util.HashMap()
        compiler = jvm.org.codehaus.janino.Compiler()
        compiler.setIClassLoader(
            jvm.org.codehaus.janino.ClassLoaderIClassLoader(self._loader(folder))
        )
        compiler.setClassFileCreator(resources.MapResourceCreator(made))
        for what in (compiler.setDebugLines, compiler.setDebugSource, compiler.setDebugVars):
            what(True)
        given = self._gateway.new_array(resources.Resource, len(texts))
        for number, (place, text) in enumerate(texts.items()):
            given[number] = resources.StringResource(place, text)
        compiler.compile(given)
        return {str(place): bytes(made.get(place)) for place in made.keySet()}

    def _loader(self, folder: str) -> Any:
        """A class loader that knows the JARs, Spark's and what was compiled."""
        jvm = self._jvm
        places = [folder, *self._request["jars"]]
        urls = self._gateway.new_array(jvm.java.net.URL, len(places))
        for number, place in enumerate(places):
            urls[number] = jvm.java.io.File(place).toURI().toURL()
        return jvm.java.net.URLClassLoader(
            urls, jvm.java.lang.Thread.currentThread().getContextClassLoader()
        )

    def _own_class(self, tops: Sequence[str], loader: Any) -> str:
        """The class that is the job."""
        wanted = str(self._request["job"])
        if wanted:
            return wanted
        name = _name(self._request["sources"])
        stem = name.rpartition(".")[0]
        found = [one for one in tops if _is_job(loader.loadClass(one))]
        named = [one for one in found if one.rpartition(".")[2] == stem]
        if named or len(found) == 1:
            return (named or found)[0]
        if found:
            raise JobProblem(
                f"{name}: {' and '.join(found)} are jobs; name one of them {stem}, like the file"
            )
        raise JobProblem(
            f"{name}: it has no object or class {stem} with a public function buildDStream(lines) "
            "or buildStructured(lines)"
        )

    def _list(self, items: Sequence[str]) -> Any:
        made = self._jvm.java.util.ArrayList()
        for item in items:
            made.add(item)
        return made


def _gateway(request: Mapping[str, Any]) -> Any:
    from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

    class_path = _class_path(request)
    py4j = next(jar for jar in class_path.split(os.pathsep) if "/py4j-" in jar)
    port, token, process = launch_gateway(
        jarpath=py4j,
        classpath=class_path,
        javaopts=list(JVM),
        java_path=str(request["java"]),
        die_on_exit=True,
        enable_auth=True,
        redirect_stdout=sys.stderr,
        redirect_stderr=sys.stderr,
        return_proc=True,
    )
    gateway = JavaGateway(
        gateway_parameters=GatewayParameters(port=port, auth_token=token, auto_convert=True),
        java_process=process,
    )
    return gateway


def _is_job(java_class: Any) -> bool:
    return any(str(method.getName()) in BUILDERS.values() for method in java_class.getMethods())


def _class_path(request: Mapping[str, Any]) -> str:
    """Spark's JARs, those of the compilers first."""
    folder = os.path.join(str(request["spark_home"]), "jars")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".jar"))
    names.sort(key=lambda name: not name.startswith(FIRST))
    return os.pathsep.join(os.path.join(folder, name) for name in names)


def _sentence(name: str, errors: Sequence[tuple[int, int, str]]) -> str:
    """The first error, with its place, and how many there are besides."""
    line, column, message = errors[0]
    words = "; ".join(part.strip() for part in message.splitlines() if part.strip())
    place = f", line {line}, column {column}" if line else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{name}{place}: {words}{more}"


def _java_message(problem: BaseException) -> str:
    thrown = getattr(problem, "java_exception", None)
    return str(problem if thrown is None else thrown.getMessage())


def _name(sources: Sequence[str]) -> str:
    return os.path.basename(sources[0])


def _dotted(name: str) -> str:
    return name[: -len(".class")].replace("/", ".")


def _package(name: str) -> list[str]:
    """What stands for the classes of a JAR that was compiled elsewhere: those beside the job."""
    package = name.rpartition(".")[0]
    return [f"{package}."] if package else [name]


def _python(value: Any) -> Any:
    """What came out of the JVM as JSON knows it."""
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    try:
        return [_python(item) for item in value]
    except TypeError:
        return str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _files(folder: str) -> Iterator[str]:
    """Class files by their place below a folder."""
    for root, _folders, names in os.walk(folder):
        for name in names:
            if name.endswith(".class"):
                yield os.path.relpath(os.path.join(root, name), folder).replace(os.sep, "/")


def _write(path: str, classes: Mapping[str, bytes], entry: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        jar.writestr(ENTRY, json.dumps(entry, indent=1))
        for place in sorted(classes):
            jar.writestr(place, classes[place])


def main() -> None:
    """Answer on what was standard output; whatever else is printed goes to standard error."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    found: dict[str, Any] = {}
    try:
        compiler = Compiler(request)
        try:
            if "made" in request:
                found = {"rows": compiler.normalise()}
            else:
                compiler.run()
        finally:
            compiler.close()
    except Exception as problem:
        found = {"problem": said(problem)}
    with answer:
        answer.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
