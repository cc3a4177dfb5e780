"""Scala, of either major version, to the common tree."""

from __future__ import annotations

from bench.assess.syntax import tree
from bench.assess.syntax.python import assigned
from bench.assess.syntax.tree import (
    ARGS,
    ASSIGN,
    ATTR,
    BLOCK,
    CALL,
    CASES,
    CAST,
    CLASS,
    FUNC,
    IMPORT,
    KEYWORD,
    LAMBDA,
    NAME,
    NEW,
    OP,
    OTHER,
    PARAM,
    PARAMS,
    RETURN,
    SEQ,
    STR,
    TYPE,
    Frame,
    Handler,
    Node,
    called,
    dotted,
)


def _field(frame: Frame) -> Node | None:
    base, key = frame.get("value"), frame.get("field")
    return None if base is None or key is None else Node(ATTR, key.text, [base])


def as_argument(node: Node) -> Node:
    """A block as an argument is a function: with its parameter, by cases, or by name."""
    if node.kind == CASES:
        found = Node(LAMBDA, "cases", node.kids, extra=[("", "")])
    elif node.kind == BLOCK:
        if len(node.kids) == 1 and node.kids[0].kind == LAMBDA:
            return node.kids[0]
        found = Node(LAMBDA, "block", [node], extra=[])
    else:
        return node
    found.line, found.column, found.start, found.end = node.line, node.column, node.start, node.end
    return found


def _call(frame: Frame) -> Node | None:
    function, given = frame.get("function"), frame.get("arguments")
    if function is None:
        return None
    return called(function, None if given is None else as_argument(given))


def _arguments(frame: Frame) -> Node:
    values, names = [], []
    for kid in frame.kids:
        by_name = kid.kind == ASSIGN and kid.extra == ("", "=") and "." not in kid.text
        if by_name and kid.text and kid.kids:
            values.append(as_argument(kid.kids[0]))
            names.append(kid.text)
        else:
            values.append(as_argument(kid))
            names.append("")
    return Node(ARGS, "", values, names=tuple(names))


def _infix(frame: Frame) -> Node | None:
    left, right = frame.get("left"), frame.get("right")
    sign = frame.raw.child_by_field_name("operator")
    if left is None or right is None or sign is None:
        return None
    text = sign.text.decode("utf-8", "replace")
    if text[:1].isalpha():
        function = Node(ATTR, text, [left])
        function.line, function.column = sign.start_point[0] + 1, sign.start_point[1] + 1
        function.start, function.end = left.start, sign.end_byte
        if right.kind == SEQ:
            given = Node(
                ARGS, "", list(map(as_argument, right.kids)), names=("",) * len(right.kids)
            )
            return called(function, given)
        return called(function, as_argument(right))
    if text.endswith("=") and text not in ("==", "!=", "<=", ">=", "==="):
        return assigned(left, right, "", text)
    return Node(OP, text, [left, right])


def _postfix(frame: Frame) -> Node | None:
    if len(frame.kids) < 2:
        return frame.kids[0] if frame.kids else None
    return called(Node(ATTR, frame.kids[-1].text, frame.kids[:1]), None)


def _new(frame: Frame) -> Node | None:
    kind = next((kid for kid in frame.kids if kid.kind == TYPE), None)
    if kind is None:
        return None
    given = next((kid for kid in frame.kids if kid.kind == ARGS), None)
    body = [kid for kid in frame.kids if kid.kind == BLOCK]
    kids = [] if given is None else list(given.kids)
    names = () if given is None else given.names
    return Node(NEW, kind.text, [*kids, *body], names=names)


def _value(frame: Frame) -> Node:
    kind = frame.get("type")
    node = assigned(
        frame.get("pattern") or frame.get("name"),
        frame.get("value"),
        "" if kind is None else kind.text,
    )
    # tree-sitter's modifiers are no field; ``lazy`` decides where a value is made.
    begin = frame.raw.start_byte
    before = frame.source[begin : begin + 60].split(b"=", 1)[0]
    node.result = "lazy" if b"lazy" in before.split() else ""
    return node


def _assign(frame: Frame) -> Node:
    return assigned(frame.get("left"), frame.get("right"))


def _param(frame: Frame) -> Node:
    key, kind, value = frame.get("name"), frame.get("type"), frame.get("default_value")
    return Node(
        PARAM,
        "" if key is None else key.text,
        [] if value is None else [value],
        extra="" if kind is None else kind.text,
    )


def _params(frame: Frame) -> Node:
    pairs = [(kid.text, kid.extra) for kid in frame.kids if kid.kind == PARAM]
    return Node(PARAMS, "", extra=pairs)


def _function(frame: Frame) -> Node | None:
    key, body, kind = frame.get("name"), frame.get("body"), frame.get("return_type")
    if key is None:
        return None
    pairs = [p for one in frame.all("parameters") if one.kind == PARAMS for p in one.extra]
    node = Node(FUNC, key.text, [] if body is None else [body], extra=pairs)
    node.result = "" if kind is None else kind.text
    return node


def _lambda(frame: Frame) -> Node:
    params = frame.get("parameters")
    body = frame.all(None)
    if params is None:
        pairs = [("", "")]
    elif params.kind == PARAMS:
        pairs = params.extra
    else:
        pairs = [(params.text, "")]
    inner = body[0] if len(body) == 1 else Node(BLOCK, "", body)
    return Node(LAMBDA, "", [inner] if body else [], extra=pairs)


def _class(frame: Frame) -> Node | None:
    key, extends = frame.get("name"), frame.get("extend")
    if key is None:
        return None
    bases = [] if extends is None else [one.text for one in extends.walk() if one.kind == TYPE]
    kids = [kid for kid in frame.kids if kid.kind == BLOCK]
    given = [] if extends is None else [one for one in extends.walk() if one.kind == ARGS]
    node = Node(CLASS, key.text, [*(kid for one in given for kid in one.kids), *kids], extra=bases)
    params = frame.get("class_parameters")
    node.names = () if params is None else tuple(p for p, _ in params.extra)
    if params is not None:
        typed = [assigned(Node(NAME, p), None, kind) for p, kind in params.extra if kind]
        node.kids = [*typed, *node.kids]
    return node


def _extends(frame: Frame) -> Node:
    return Node(OTHER, "extends", frame.kids)


def _import(frame: Frame) -> Node:
    base = ".".join(kid.text for kid in frame.all("path"))
    pairs: list[tuple[str, str]] = []
    last = [kid for kid in frame.kids if kid not in frame.all("path")]
    for kid in last:
        for one in kid.kids if kid.kind == OTHER else [kid]:
            if one.kind == KEYWORD:
                pairs.append((one.text, f"{base}.{one.kids[0].text}"))
            elif one.text == "*":
                pairs.append(("*", f"{base}.*"))
            else:
                pairs.append((one.text, f"{base}.{one.text}"))
    if not last:
        pairs.append((base.rpartition(".")[2], base))
    return Node(IMPORT, "", extra=pairs)


def _selectors(frame: Frame) -> Node:
    return Node(OTHER, "selectors", frame.kids)


def _renamed(frame: Frame) -> Node | None:
    key, alias = frame.get("name"), frame.get("alias")
    return None if key is None or alias is None else Node(KEYWORD, alias.text, [key])


def _star(frame: Frame) -> Node:
    return Node(NAME, "*")


def _string(frame: Frame) -> Node:
    if frame.kids:
        return Node(OTHER, "string", frame.kids)
    return Node(STR, frame.text.strip('"'))


def _interpolated(frame: Frame) -> Node:
    kids = [kid for kid, field in zip(frame.kids, frame.fields, strict=True) if field is None]
    return Node(OTHER, "string", kids)


def _type(frame: Frame) -> Node:
    return Node(TYPE, frame.text or ".".join(kid.text for kid in frame.kids))


def _generic(frame: Frame) -> Node:
    head, *rest = frame.kids or [Node(TYPE)]
    inner = ", ".join(one.text for top in rest for one in top.walk() if one.kind == TYPE)
    return Node(TYPE, f"{head.text}[{inner}]" if inner else head.text)


def _generic_function(frame: Frame) -> Node | None:
    function = frame.get("function")
    kinds = [one.text for kid in frame.kids for one in kid.walk() if one.kind == TYPE]
    if function is not None and function.kind == ATTR and function.text == "asInstanceOf" and kinds:
        return Node(CAST, kinds[0], function.kids)
    return function


def _cases(frame: Frame) -> Node:
    return Node(CASES, "", frame.kids)


def _case(frame: Frame) -> Node:
    pattern, body = frame.get("pattern"), frame.get("body")
    bound = [assigned(pattern, None)] if pattern is not None else []
    return Node(BLOCK, "case", [*bound, *([] if body is None else [body])])


def _enumerator(frame: Frame) -> Node:
    if len(frame.kids) < 2:
        return Node(OTHER, frame.type, frame.kids)
    return assigned(frame.kids[0], Node(tree.INDEX, "", frame.kids[1:2]))


def _return(frame: Frame) -> Node:
    return Node(RETURN, "", frame.kids)


def _eta(frame: Frame) -> Node | None:
    return frame.kids[0] if frame.kids else None


def _wildcard(frame: Frame) -> Node:
    return Node(NAME, "_")


HANDLERS: dict[str, Handler] = {
    "identifier": tree.name,
    "boolean_literal": tree.name,
    "null_literal": tree.name,
    "wildcard": _wildcard,
    "field_expression": _field,
    "call_expression": _call,
    "arguments": _arguments,
    "generic_function": _generic_function,
    "infix_expression": _infix,
    "postfix_expression": _postfix,
    "prefix_expression": tree.operation,
    "instance_expression": _new,
    "val_definition": _value,
    "var_definition": _value,
    "val_declaration": _value,
    "var_declaration": _value,
    "assignment_expression": _assign,
    "parameter": _param,
    "class_parameter": _param,
    "binding": _param,
    "parameters": _params,
    "class_parameters": _params,
    "bindings": _params,
    "function_definition": _function,
    "function_declaration": _function,
    "lambda_expression": _lambda,
    "class_definition": _class,
    "object_definition": _class,
    "trait_definition": _class,
    "extends_clause": _extends,
    "import_declaration": _import,
    "namespace_selectors": _selectors,
    "arrow_renamed_identifier": _renamed,
    "as_renamed_identifier": _renamed,
    "namespace_wildcard": _star,
    "string": _string,
    "interpolated_string_expression": _interpolated,
    "integer_literal": tree.number,
    "floating_point_literal": tree.number,
    "type_identifier": _type,
    "stable_type_identifier": _type,
    "generic_type": _generic,
    "method_value": _eta,
    "tuple_expression": tree.sequence,
    "case_block": _cases,
    "indented_cases": _cases,
    "case_clause": _case,
    "enumerator": _enumerator,
    "return_expression": _return,
    "block": tree.block,
    "indented_block": tree.block,
    "template_body": tree.block,
    "compilation_unit": tree.block,
    "package_clause": tree.skip,
    "modifiers": tree.skip,
    "annotation": tree.skip,
    "comment": tree.skip,
    "block_comment": tree.skip,
}

__all__ = ["CALL", "HANDLERS", "dotted"]
