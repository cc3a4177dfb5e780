"""What the names of a file stand for: contexts, streams, batches; and which calls are Spark's.

Types come from constructors, declared types, imports under any name, what functions of the file
return and are called with, and, where a stream comes from elsewhere, from methods that only a
DStream has.  Passes over the tree go on until nothing new is learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.assess.declared import Declared
from bench.assess.kinds import (
    BATCH_USES,
    BATCHES,
    BUILDER,
    CONF,
    CONNECTOR_OWNERS,
    CONTEXT_STREAMS,
    FRAME,
    KIND_OF_CLASS,
    METHODS,
    NO_STREAM,
    ONLY_CONTEXT,
    ONLY_STREAM,
    OTHER_SOURCE,
    PYTHON2,
    RDD_ACTIONS,
    RDD_USES,
    RDDS,
    SAME_STREAM,
    SC,
    SESSION,
    SETTING,
    SHARED,
    SPEC,
    SSC,
    STREAM,
    STREAM_ARGUMENT,
    STREAMS,
    TABLE,
    TELLING,
    TOLD,
    UNKNOWN,
)
from bench.assess.syntax import PYTHON, SCALA
from bench.assess.syntax.tree import (
    ASSIGN,
    ATTR,
    BLOCK,
    CALL,
    CAST,
    CLASS,
    FUNC,
    IMPORT,
    INDEX,
    LAMBDA,
    NAME,
    NEW,
    NUM,
    OTHER,
    RETURN,
    SEQ,
    STAR,
    STR,
    Node,
    Tree,
    dotted,
)
from bench.catalog.connectors import BATCH, RDD
from bench.catalog.jvm import INPUT, LISTENER, RECEIVER, STATE_SPEC
from bench.catalog.operations import CONTEXT, DSTREAM
from bench.catalog.settings import PREFIX


@dataclass(frozen=True)
class Use:
    """A call, class or setting of the table: where it stands and what it is."""

    node: Node
    owner: str
    name: str


class Shared:
    """What the files of one assessment know of each other: functions and fields by their names."""

    def __init__(self) -> None:
        self.functions: dict[str, list[tuple[Names, Node]]] = {}
        self.classes: dict[str, tuple[Names, Node]] = {}
        self.fields: dict[str, set[str]] = {}


def resolve(files: Sequence[Names]) -> None:
    """Learn what all names stand for, each file from the others, and gather the uses."""
    shared = Shared()
    for one in files:
        one.shared = shared
        for name, found in one.functions.items():
            shared.functions.setdefault(name, []).extend((one, node) for node in found)
        for name, made in one.classes.items():
            shared.classes.setdefault(name, (one, made))
    known = -1
    for _ in range(6 if len(files) > 1 else 1):
        for one in files:
            one.settle()
        for one in files:
            for name, kind in one.fields.items():
                shared.fields.setdefault(name, set()).add(kind)
        if known == (known := sum(one.known for one in files)):
            break
    for one in files:
        one.gather()


class Names(Declared):
    """The names of one file.

    ``uses`` are its calls of Spark in the order of the source, ``batch_functions`` the functions
    that get an RDD of each batch, with the use that hands it to them.
    """

    def __init__(self, tree: Tree, language: str) -> None:
        super().__init__(tree, language)
        self.loose: dict[str, set[str]] = {}
        self.fields: dict[str, str] = {}
        self.uses: list[Use] = []
        #: Nodes of the uses, and every name that stands anywhere but left of an assignment.
        self.used: set[int] = set()
        self.read: set[str] = set()
        self.batch_functions: dict[int, tuple[Node, Use]] = {}
        self.stream_functions: list[tuple[Use, Node]] = []
        self._kinds: dict[tuple[int, str], str] = {}
        self._returns: dict[int, str] = {}
        self._forced: dict[int, str] = {}
        self._last = False
        #: Whether something was learned that has not been followed up.
        self.changed = True
        self.shared = Shared()
        self._collect()

    def settle(self) -> None:
        """Pass over the tree until nothing new is learned."""
        for _ in range(8):
            self.changed = False
            self._pass()
            if not self.changed:
                return
        self.changed = False

    def gather(self) -> None:
        """One more pass, which notes every use."""
        self._last = True
        self._pass()
        found = {(id(use.node), use.owner, use.name): use for use in self.uses}
        self.uses = sorted(found.values(), key=lambda use: (use.node.line, use.node.column))
        self.used = {id(use.node) for use in self.uses}
        self.read = {node.text for node in self.tree.order if node.kind in (NAME, ATTR)}

    @property
    def known(self) -> int:
        """How much has been learned; it only grows."""
        return len(self._kinds) + len(self._returns) + len(self.fields) + len(self._forced)

    # --- what a file declares -----------------------------------------------------------------

    def _collect(self) -> None:
        for node in self.tree.order:
            if node.kind == IMPORT:
                for alias, full in node.extra:
                    if alias == "*":
                        self.wild.append(full)
                    elif alias:
                        self.imports[alias] = full
                    else:
                        self.wild.append(full)
            elif node.kind == FUNC:
                self.functions.setdefault(node.text, []).append(node)
            elif node.kind == CLASS:
                self.classes[node.text] = node
            if node.kind in (FUNC, LAMBDA):
                for name, kind in node.extra:
                    self._bound.add((id(node), name))
                    self._learn(node, name, self.kind_of_type(kind))
                if node.result:
                    self._returns[id(node)] = self.kind_of_type(node.result)
            elif node.kind == ASSIGN:
                for name in (node.text, *node.names):
                    if name and "." not in name:
                        self._bound.add((id(node.scope), name))
                        self.assigned.setdefault((id(node.scope), name), []).append(node)
                        self._by_name.setdefault(name, []).append(node)

    # --- learning -----------------------------------------------------------------------------

    def _learn(self, scope: Node | None, name: str, kind: str) -> None:
        if not kind or not name:
            return
        if "." in name:
            name = name.rpartition(".")[2]
            if self.fields.get(name) != kind:
                self.changed = self.changed or name not in self.fields
                self.fields.setdefault(name, kind)
            return
        key = (id(scope), name)
        known = self._kinds.get(key)
        # A parameter declared as an RDD turns out to be that of each batch.
        if known is None or (known, kind) == (RDDS, BATCHES):
            self._kinds[key] = kind
            self.changed = True
        self.loose.setdefault(name, set()).add(kind)

    def _lookup(self, node: Node) -> str:
        scope, found = self.declaring(node.scope, node.text)
        if found:
            return self._kinds.get((id(scope), node.text), "")
        kinds = self.loose.get(node.text, ())
        if len(kinds) == 1:
            return next(iter(kinds))
        known = self.fields.get(node.text, "")
        if known or self.language == PYTHON:
            return known
        # A member of a class or trait of another file.
        kinds = self.shared.fields.get(node.text, ())
        return next(iter(kinds)) if len(kinds) == 1 else ""

    def _pass(self) -> None:
        scala = self.language == SCALA
        for node in self.tree.order:
            kind = node.kind
            if kind == NAME:
                # Scala's placeholder has no declaration; it is what it is used for.
                placed = node.text == "_"
                node.value = self._forced.get(id(node), "") if placed else self._lookup(node)
                if self._last:
                    self._imported_use(node)
            elif kind == ATTR:
                called = node.parent is not None and node.parent.kind == CALL
                if called and node.parent is not None and node.parent.kids[0] is node:
                    node.value = ""
                else:
                    node.value = self._call(node, node, []) if scala else self._attribute(node)
            elif kind == CALL:
                node.value = self._called(node)
            elif kind == NEW:
                node.value = self._new(node)
            elif kind == ASSIGN:
                self._assign(node)
            elif kind == CAST:
                inner = node.kids[0].value
                node.value = self._cast(node.text) or inner
            elif kind == RETURN:
                self._returned(node, node.kids[-1].value if node.kids else "")
            elif kind in (SEQ, INDEX, OTHER, BLOCK):
                node.value = self._compound(node)
            elif kind == FUNC:
                if self.language == SCALA and node.kids and id(node) not in self._returns:
                    self._returned(node.kids[-1], node.kids[-1].value, node)
            elif kind == STR:
                if self._last and node.text.startswith(PREFIX) and len(node.text) < 100:
                    self.uses.append(Use(node, SETTING, node.text.split("=")[0].strip()))
            elif kind == CLASS and self._last:
                self._class_use(node, node.extra)

    def _compound(self, node: Node) -> str:
        if not node.kids:
            return ""
        if node.kind == BLOCK:
            return node.kids[-1].value
        if node.kind == INDEX:
            inner = node.kids[0].value
            return STREAM if inner == STREAMS else ""
        kinds = {kid.value for kid in node.kids if kid.kind != ASSIGN}
        if node.kind == SEQ:
            return STREAMS if STREAM in kinds or STREAMS in kinds else ""
        for kind in (STREAM, STREAMS, SSC, BATCHES):
            if kind in kinds:
                return kind
        return ""

    def _cast(self, text: str) -> str:
        last = re.split(r"[\[<]", text, maxsplit=1)[0].rpartition(".")[2]
        if last == "HasOffsetRanges":
            return BATCHES
        return STREAM if last == "CanCommitOffsets" else self.kind_of_type(text)

    def _returned(self, node: Node, kind: str, function: Node | None = None) -> None:
        scope = function or node.scope
        while scope is not None and scope.kind == CLASS:
            scope = scope.scope
        if kind and scope is not None and not self._returns.get(id(scope)):
            self._returns[id(scope)] = kind
            self.changed = True

    def _assign(self, node: Node) -> None:
        declared, sign = node.extra
        kind = self.kind_of_type(declared) or (node.kids[0].value if node.kids else "")
        if sign == "=" and node.text:
            self._learn(node.scope, node.text, kind)
        # Scala's last expression may be an assignment; it has no value.
        node.value = ""
        if node.scope is not None and node.scope.kind == CLASS and node.text and kind:
            self.fields.setdefault(node.text, kind)

    def _new(self, node: Node) -> str:
        name = self.simple(re.split(r"[\[<]", node.text, maxsplit=1)[0])
        if any(kid.kind == BLOCK for kid in node.kids) and self._last:
            self._class_use(node, [node.text])
        if name in ("StreamingContext", "JavaStreamingContext") and self._last:
            self.uses.append(Use(node, SSC, "new"))
        if not KIND_OF_CLASS.get(name):
            self._construct(node, name, node.kids)
        return KIND_OF_CLASS.get(name, "")

    def _construct(self, node: Node, name: str, given: Sequence[Node]) -> None:
        """What a class of the files is made with becomes known in its constructor."""
        owner, found = self, self.classes.get(name)
        if found is None:
            owner, found = self.shared.classes.get(name, (self, None))
        told = [one.value if owner is self or one.value in TOLD else "" for one in given]
        if found is None or not any(told):
            return
        for param, kind in zip(found.names, told, strict=False):
            owner._learn(found, param, kind)
        makers = ("__init__",) if self.language == PYTHON else (name,)
        for body in found.kids:
            for one in body.kids if body.kind == BLOCK else ():
                if one.kind != FUNC or one.text not in makers:
                    continue
                params = [p for p, _ in one.extra]
                params = params[1:] if self.language == PYTHON else params
                for position, kind in enumerate(told):
                    key = node.names[position] if position < len(node.names) else ""
                    target = key or (params[position] if position < len(params) else "")
                    owner._learn(one, target, kind)

    def _class_use(self, node: Node, bases: Iterable[str]) -> None:
        for base in bases:
            name = self.simple(re.split(r"[\[<]", base, maxsplit=1)[0])
            owner = {
                "Receiver": RECEIVER,
                "StreamingListener": LISTENER,
                "JavaStreamingListener": LISTENER,
                "PythonStreamingListener": LISTENER,
                "InputDStream": INPUT,
                "ReceiverInputDStream": INPUT,
                "DStream": INPUT,
            }.get(name)
            if owner and (owner != RECEIVER or self.imports_of("org.apache.spark.streaming")):
                self.uses.append(Use(node, owner, "extends"))
                return

    def _imported_use(self, node: Node) -> None:
        """A member of a connector imported by its own name, such as ``PreferConsistent``."""
        full = self.imports.get(node.text)
        if full is None:
            return
        owner, _, name = full.rpartition(".")
        owner = owner.rpartition(".")[2]
        if (owner, name) in TABLE and owner in CONNECTOR_OWNERS and node.parent is not None:
            if node.parent.kind == IMPORT:
                return
            self.uses.append(Use(node, owner, name))

    # --- calls --------------------------------------------------------------------------------

    def _attribute(self, node: Node) -> str:
        base = node.kids[0].value
        if (base, node.text) in ((SSC, "_jssc"), (STREAM, "_jdstream")):
            return base  # the object of the JVM behind it
        if base == SSC and node.text in ("sparkContext", "sc"):
            if self._last:
                self.uses.append(Use(node, CONTEXT, node.text))
            return SC
        if base in (SESSION, BATCHES, STREAM) and node.text in ("sparkContext", "context"):
            return SC
        if not base:
            forced = self._forced.get(id(node))
            return forced or self.fields.get(node.text, "")
        return ""

    def _called(self, node: Node) -> str:
        function = node.kids[0]
        if function.kind == ATTR:
            return self._call(node, function, node.kids[1:])
        if function.kind == NAME:
            return self._plain_call(node, function)
        if function.kind == CALL:  # a second list of arguments
            return function.value
        return ""

    def _plain_call(self, node: Node, function: Node) -> str:
        name = self.simple(function.text)
        full = self.imports.get(function.text, "")
        owner = full.rpartition(".")[0].rpartition(".")[2]
        if owner in CONNECTOR_OWNERS and (owner, full.rpartition(".")[2]) in TABLE:
            return STREAM if full.rpartition(".")[2].startswith("create") else ""
        if self._local(node, function.text, node.kids[1:], method=False):
            return self._return_of(function.text)
        if name in ("StreamingContext", "JavaStreamingContext"):
            if self._last:
                self.uses.append(Use(node, SSC, "new"))
            return SSC
        if name in KIND_OF_CLASS and self.language == PYTHON:
            return KIND_OF_CLASS[name]
        if self.language == PYTHON:
            self._construct(node, name, node.kids[1:])
        if name == "reduce" and len(node.kids) > 2 and node.kids[2].value == STREAMS:
            self._place(node.kids[1], STREAM)
            return STREAM
        if name == "javaFunctions" and len(node.kids) > 1 and node.kids[1].value == STREAM:
            return STREAM
        if self._last and node.extra == PYTHON2:
            self.uses.append(Use(node, PYTHON2, "print"))
        return self._forced.get(id(node), "")

    def _local(self, node: Node, name: str, given: list[Node], *, method: bool) -> bool:
        """Whether a function of the files is called; what it is called with is learned."""
        found = self._functions(name)
        for owner, function in found:
            if owner is not self and not any(one.value in TOLD for one in given):
                continue
            params = [p for p, _ in function.extra]
            if params[:1] in (["self"], ["cls"]) and method:
                params = params[1:]
            for position, value in enumerate(given):
                key = node.names[position] if position < len(node.names) else ""
                target = key or (params[position] if position < len(params) else "")
                targets = [target]
                if value.kind == INDEX and value.text == STAR:
                    targets = [p for p in params[position:] if p not in node.names]
                spread = {p for p, kind in function.extra if kind == STAR}
                if not key and position >= len(params) and params and params[-1] in spread:
                    targets = params[-1:]
                for one in targets:
                    if owner is self or value.value in TOLD:
                        many = one in spread and value.value == STREAM
                        owner._learn(function, one, STREAMS if many else value.value)
                if value.value == BATCHES:
                    self._follow(owner, function, node)
        return bool(found)

    def _functions(self, name: str) -> list[tuple[Names, Node]]:
        """Functions of that name: those of the file, else of the others."""
        own = self.functions.get(name)
        if own:
            return [(self, one) for one in own[-50:]]
        if name in self.imports:
            name = self.imports[name].rpartition(".")[2]
        found = self.shared.functions.get(name, [])
        return [(owner, one) for owner, one in found if owner.language == self.language][:50]

    def _follow(self, owner: Names, function: Node, node: Node) -> None:
        """A function called with a batch by one that gets each batch gets each batch as well."""
        for around in (node.scope, *(node.scope.around() if node.scope else ())):
            if around is not None and id(around) in self.batch_functions:
                use = self.batch_functions[id(around)][1]
                owner.batch_functions.setdefault(id(function), (function, use))
                return

    def _return_of(self, name: str) -> str:
        found = self._functions(name)
        kinds = {owner._returns.get(id(one), "") for owner, one in found} - {""}
        return next(iter(kinds)) if len(kinds) == 1 else ""

    def _call(self, node: Node, function: Node, given: list[Node]) -> str:
        """A method: ``node`` is the call, or in Scala the method's name alone."""
        base, method = function.kids[0], function.text
        kind = base.value
        if not kind and base.kind in (NAME, ATTR):
            static = self._static(node, base, method)
            if static is not None:
                return static
        if not kind:
            kind = self._infer(base, method, node)
        if kind == STREAM:
            return self._on_stream(node, method, given)
        if kind == SSC:
            return self._on_context(node, method, given)
        if kind in (BATCHES, RDDS):
            return self._on_batch(node, method, kind)
        if kind == STREAMS:
            return self._on_streams(node, method, given)
        if kind in (CONF, BUILDER):
            if kind == BUILDER and method.startswith("build"):
                return STREAM
            return kind
        if kind == SC:
            return self._on_spark(method)
        if kind == SPEC:
            if self._last and (STATE_SPEC, method) in TABLE:
                self.uses.append(Use(node, STATE_SPEC, method))
            return SPEC
        if self._last and method in BATCH_USES:
            self._batch_use(node, method)
        if kind == SESSION:
            return SC if method == "sparkContext" else ""
        if method in ("append", "add", "$plus$eq") and given and given[0].value == STREAM:
            target = dotted(base)
            self._learn(self.declaring(node.scope, target)[0], target, STREAMS)
            return ""
        if method in ("map", "flatMap", "fill", "tabulate", "mapToObj") and given:
            made = [self._result_of(one) for one in given]
            if STREAM in made:
                return STREAMS
        if self._local(node, method, given, method=True):
            return self._return_of(method)
        if OTHER_SOURCE.match(method) and any(one.value == SSC for one in given):
            if self._last:
                self.uses.append(Use(node, UNKNOWN, f"{dotted(base)}.{method}".lstrip(".")))
            return STREAM
        if given and self._last and method in STREAM_ARGUMENT and given[0].value == STREAM:
            self.uses.append(Use(node, DSTREAM, method))
            return ""
        return self._forced.get(id(node), "") or (self.fields.get(method, "") if not given else "")

    def _result_of(self, node: Node) -> str:
        if node.kind == LAMBDA and node.kids:
            last = node.kids[-1]
            return last.value or self._returns.get(id(node), "")
        return node.value if node.kind != NAME else self._return_of(node.text)

    def _static(self, node: Node, base: Node, method: str) -> str | None:
        """A member of a class: ``StreamingContext.getOrCreate``, ``KafkaUtils.createStream``."""
        owner = self.simple(dotted(base))
        if owner in CONNECTOR_OWNERS and (owner, method) in TABLE:
            if self._last:
                self.uses.append(Use(node, owner, method))
            if method == "builder":
                return BUILDER
            return STREAM if method.startswith("create") and method != "createRDD" else ""
        if owner in ("StreamingContext", "JavaStreamingContext"):
            if (CONTEXT, method) in TABLE:
                if self._last:
                    self.uses.append(Use(node, CONTEXT, method))
                return SSC if method.startswith("get") else ""
            return SSC if method in ("apply",) else None
        if owner in KIND_OF_CLASS and KIND_OF_CLASS[owner] == STREAM:
            if self._last and (DSTREAM, method) in TABLE:
                self.uses.append(Use(node, DSTREAM, method))
            return STREAM  # JavaPairDStream.fromJavaDStream and its like
        if owner == "StateSpec" and method == "function":
            if self._last:
                self.uses.append(Use(node, STATE_SPEC, method))
            return SPEC
        if KIND_OF_CLASS.get(owner) in (SC, SESSION) and method.startswith(("get", "builder")):
            return KIND_OF_CLASS[owner]
        full = dotted(node.kids[0] if node.kind == CALL else node)
        last = self.simple(full)
        if node.kind == CALL and last in KIND_OF_CLASS and last == method:
            if KIND_OF_CLASS[last] == SSC and self._last:
                self.uses.append(Use(node, SSC, "new"))
            return KIND_OF_CLASS[last] if self.language == PYTHON else None
        return None

    def _infer(self, base: Node, method: str, node: Node) -> str:
        """What the receiver must be, by a method that only it has."""
        if method in ONLY_STREAM or (method == "pprint" and self._prints(node)):
            kind = STREAM
        elif method in ONLY_CONTEXT and not self.imports_of("org.apache.flink", "pyflink"):
            kind = SSC
        else:
            return ""
        if base.kind in (NAME, ATTR) and base.text in ("super", "this", "self"):
            return ""
        # Back along the chain: what ``x.map(f).foreachRDD(g)`` is called on is a DStream as well.
        for _ in range(10_000):
            if base.kind == CALL and base.kids[0].kind == ATTR and not base.value:
                if base.kids[0].text not in METHODS[DSTREAM] or kind != STREAM:
                    break
                if base.kids[0].kids[0].value:
                    break
                base = base.kids[0].kids[0]
            else:
                break
        if base.value:
            return kind
        if base.kind == NAME:
            scope, found = self.declaring(base.scope, base.text)
            if not found:
                self._bound.add((id(None), base.text))
            self._learn(scope, base.text, kind)
        elif base.kind == ATTR:
            self._learn(None, f".{base.text}", kind)
        elif id(base) not in self._forced:
            self._forced[id(base)] = kind
            self.changed = True
        return kind

    def _prints(self, node: Node) -> bool:
        given = node.kids[1:] if node.kind == CALL else []
        receiver = dotted(node.kids[0].kids[0]) if node.kind == CALL else ""
        plain = not given or (len(given) == 1 and given[0].kind == NUM)
        return plain and self.simple(receiver) != "pprint" and self.imports_of("pyspark")

    def _on_stream(self, node: Node, method: str, given: list[Node]) -> str:
        if method in METHODS[DSTREAM]:
            use = Use(node, DSTREAM, method)
            if self._last:
                self.uses.append(use)
            if method in ("foreachRDD", "foreach", "transform", "transformToPair") and given:
                self._hand_batches(use, given)
            elif "transformWith" in method:
                for one in given:
                    self._bind(one, [BATCHES, BATCHES], use)
            elif given and self._last:
                self.stream_functions += [(use, one) for one in given]
            if method in ("context", "ssc"):
                return SSC
            return "" if method in NO_STREAM else STREAM
        if method in SAME_STREAM:
            return STREAM
        if self._last and not method.startswith("_") and method not in TELLING:
            self.uses.append(Use(node, UNKNOWN, method))
        return ""

    def _hand_batches(self, use: Use, given: list[Node]) -> None:
        function = self.as_function(given[0])
        if function is None:
            return
        count = len(self.parameters(function))
        kinds = [BATCHES]
        if count >= 2:
            kinds = ["", BATCHES] if self.language == PYTHON else [BATCHES, ""]
        self._bind(given[0], kinds, use)

    def _bind(self, given: Node, kinds: list[str], use: Use) -> None:
        function = self.as_function(given)
        if function is None:
            return
        owner = self._owner(function, given)
        for name, kind in zip(self.parameters(function), kinds, strict=False):
            owner._learn(function, name, kind)
        owner.batch_functions[id(function)] = (function, use)

    def _owner(self, function: Node, given: Node) -> Names:
        for owner, one in self.shared.functions.get(function.text, ()):
            if one is function:
                return owner
        return self

    def parameters(self, function: Node) -> list[str]:
        """Names of parameters, without those that are given before a call."""
        found = [name for name, _ in function.extra]
        return found[1:] if found[:1] in (["self"], ["cls"]) else found

    def as_function(self, node: Node) -> Node | None:
        """The function a value is: a lambda, a function of the file, an object with ``call``."""
        if node.kind == LAMBDA:
            if node.text == "block" and node.kids and node.kids[0].kind == BLOCK:
                last = node.kids[0].kids[-1:]  # { setup; f _ } or { f }
                return self.as_function(last[0]) if last and last[0].kind in (NAME, ATTR) else node
            return node
        if node.kind in (NAME, ATTR):
            found = self._functions(node.text)
            if found and (found[0][0] is self or node.text in self.imports or node.kind == ATTR):
                return found[-1][1]
            scope, bound = self.declaring(node.scope, node.text)
            values = self.assigned.get((id(scope), node.text), []) if bound else []
            if len(values) == 1 and values[0].kids and values[0].kids[0].kind in (LAMBDA, NEW):
                return self.as_function(values[0].kids[0])
            return None
        if node.kind == CALL and node.kids[0].text == "partial" and len(node.kids) > 1:
            return self.as_function(node.kids[1])
        if node.kind == NEW:
            body = [kid for kid in node.kids if kid.kind == BLOCK]
            if not body:
                named = self.classes.get(re.split(r"[\[<]", node.text, maxsplit=1)[0])
                body = [] if named is None else [kid for kid in named.kids if kid.kind == BLOCK]
            for part in body:
                for one in part.kids:
                    if one.kind == FUNC and one.text in ("call", "apply"):
                        return one
        return None

    def _on_context(self, node: Node, method: str, given: list[Node]) -> str:
        if method in METHODS[CONTEXT]:
            use = Use(node, CONTEXT, method)
            if self._last:
                self.uses.append(use)
            if method in ("transform", "transformToPair"):
                for one in given:
                    self._bind(one, [], use)
            if method == "union":
                for spread in given:
                    if spread.kind == INDEX and spread.text == STAR and spread.kids:
                        self._are_streams(spread.kids[0])
            if method in CONTEXT_STREAMS:
                return STREAM
            return SC if method in ("sparkContext", "sc") else SSC if method == "ssc" else ""
        return ""

    def _are_streams(self, node: Node) -> None:
        """A name that is spread into a union stands for streams."""
        if node.kind == NAME and not node.value:
            self._learn(self.declaring(node.scope, node.text)[0], node.text, STREAMS)

    def _on_streams(self, node: Node, method: str, given: list[Node]) -> str:
        for one in given:
            self._place(one, STREAM)
        if method in ("reduce", "reduceLeft", "head", "last", "apply", "get", "fold", "foldLeft"):
            return STREAM
        if method in ("map", "foreach", "forEach") and given:
            function = self.as_function(given[0])
            if function is not None:
                for name in self.parameters(function)[:1]:
                    self._learn(function, name, STREAM)
            if method == "map":
                return STREAMS
        return (
            STREAMS
            if method in ("toSeq", "toList", "toArray", "tail", "subList", "asScala")
            else ""
        )

    def _place(self, function: Node, kind: str) -> None:
        """Every parameter of a function, or every placeholder of one, is of a kind."""
        found = self.as_function(function)
        for name in self.parameters(found) if found is not None else ():
            self._learn(found, name, kind)
        for node in function.walk():
            if node.kind == NAME and node.text == "_" and id(node) not in self._forced:
                self._forced[id(node)] = kind
                self.changed = True

    def _on_batch(self, node: Node, method: str, kind: str) -> str:
        if kind == BATCHES and self._last and method in RDD_USES:
            self.uses.append(Use(node, RDD, method))
        if method in ("context", "sparkContext"):
            return SC
        if method in RDD_ACTIONS:
            return ""
        return FRAME if method == "toDF" else kind

    def _batch_use(self, node: Node, method: str) -> None:
        for around in node.around():
            if id(around) in self.batch_functions:
                self.uses.append(Use(node, BATCH, method))
                return

    def _on_spark(self, method: str) -> str:
        if method in ("broadcast", "accumulator", "longAccumulator", "doubleAccumulator"):
            return SHARED
        if method in (
            "parallelize",
            "textFile",
            "makeRDD",
            "wholeTextFiles",
            "sequenceFile",
            "union",
        ):
            return RDDS
        return ""
