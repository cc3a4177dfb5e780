"""Java to the common tree."""

from __future__ import annotations

from bench.assess.syntax import tree
from bench.assess.syntax.python import assigned
from bench.assess.syntax.tree import (
    ARGS,
    ASSIGN,
    ATTR,
    CAST,
    CLASS,
    FUNC,
    IMPORT,
    INDEX,
    LAMBDA,
    NAME,
    NEW,
    OTHER,
    PARAM,
    PARAMS,
    RETURN,
    STR,
    TYPE,
    Frame,
    Handler,
    Node,
    called,
    dotted,
)


def _invocation(frame: Frame) -> Node | None:
    base, key = frame.get("object"), frame.get("name")
    if key is None:
        return None
    function = Node(NAME, key.text) if base is None else Node(ATTR, key.text, [base])
    function.line, function.column, function.start, function.end = (
        key.line,
        key.column,
        key.start,
        key.end,
    )
    return called(function, frame.get("arguments"))


def _new(frame: Frame) -> Node | None:
    kind, given = frame.get("type"), frame.get("arguments")
    if kind is None:
        return None
    kids = [] if given is None else list(given.kids)
    names = ("",) * len(kids)
    body = [kid for kid in frame.all(None) if kid.kind == tree.BLOCK]
    return Node(NEW, kind.text, [*kids, *body], names=names)


def _lambda(frame: Frame) -> Node:
    params, body = frame.get("parameters"), frame.get("body")
    if params is None:
        pairs = []
    elif params.kind == PARAMS:
        pairs = params.extra
    else:
        pairs = [(params.text, "")]
    return Node(LAMBDA, "", [] if body is None else [body], extra=pairs)


def _param(frame: Frame) -> Node:
    key, kind = frame.get("name"), frame.get("type")
    return Node(PARAM, "" if key is None else key.text, extra="" if kind is None else kind.text)


def _params(frame: Frame) -> Node:
    pairs = [(kid.text, kid.extra if kid.kind == PARAM else "") for kid in frame.kids]
    return Node(PARAMS, "", extra=pairs)


def _method(frame: Frame) -> Node | None:
    key, params, body, kind = (frame.get(f) for f in ("name", "parameters", "body", "type"))
    if key is None:
        return None
    pairs = [] if params is None or params.kind != PARAMS else params.extra
    node = Node(FUNC, key.text, [] if body is None else [body], extra=pairs)
    node.result = "" if kind is None else kind.text
    return node


def _class(frame: Frame) -> Node | None:
    key, body = frame.get("name"), frame.get("body")
    if key is None:
        return None
    bases = [
        one.text
        for field in ("superclass", "interfaces")
        for top in frame.all(field)
        for one in top.walk()
        if one.kind == TYPE
    ]
    return Node(CLASS, key.text, [] if body is None else [body], extra=bases)


def _declaration(frame: Frame) -> Node | None:
    kind = frame.get("type")
    found = frame.all("declarator")
    for one in found:
        if one.kind == ASSIGN:
            one.extra = ("" if kind is None else kind.text, "=")
    if not found:
        return None
    return found[0] if len(found) == 1 else Node(OTHER, frame.type, found)


def _declarator(frame: Frame) -> Node:
    value, kind = frame.get("value"), frame.get("type")
    return assigned(frame.get("name"), value, "" if kind is None else kind.text)


def _assign(frame: Frame) -> Node:
    sign = frame.raw.child_by_field_name("operator")
    return assigned(frame.get("left"), frame.get("right"), "", "=" if sign is None else sign.type)


def _field(frame: Frame) -> Node | None:
    base, key = frame.get("object"), frame.get("field")
    return None if base is None or key is None else Node(ATTR, key.text, [base])


def _reference(frame: Frame) -> Node:
    if len(frame.kids) < 2:
        return frame.kids[0] if frame.kids else Node(OTHER)
    return Node(ATTR, frame.kids[-1].text, frame.kids[:1])


def _cast(frame: Frame) -> Node | None:
    kind, value = frame.get("type"), frame.get("value")
    return None if value is None else Node(CAST, "" if kind is None else kind.text, [value])


def _string(frame: Frame) -> Node:
    return Node(STR, "".join(kid.text for kid in frame.kids if kid.kind == STR))


def _piece(frame: Frame) -> Node:
    return Node(STR, frame.text)


def _scoped(frame: Frame) -> Node:
    return Node(NAME, ".".join(kid.text for kid in frame.kids))


def _type(frame: Frame) -> Node:
    return Node(TYPE, frame.text)


def _scoped_type(frame: Frame) -> Node:
    return Node(TYPE, ".".join(kid.text for kid in frame.kids))


def _generic(frame: Frame) -> Node:
    head, *rest = frame.kids or [Node(TYPE)]
    inner = ", ".join(one.text for top in rest for one in top.walk() if one.kind == TYPE)
    return Node(TYPE, f"{head.text}<{inner}>" if inner else head.text)


def _import(frame: Frame) -> Node:
    path = next((kid.text for kid in frame.kids if kid.kind == NAME and kid.text != "*"), "")
    wild = any(kid.text == "*" for kid in frame.kids)
    alias = "*" if wild else path.rpartition(".")[2]
    return Node(IMPORT, "", extra=[(alias, f"{path}.*" if wild else path)])


def _star(frame: Frame) -> Node:
    return Node(NAME, "*")


def _index(frame: Frame) -> Node:
    return Node(INDEX, "", frame.kids)


def _return(frame: Frame) -> Node:
    return Node(RETURN, "", frame.kids)


def _for(frame: Frame) -> Node:
    kind, key, value, body = (frame.get(f) for f in ("type", "name", "value", "body"))
    over = Node(INDEX, "", [] if value is None else [value])
    bound = assigned(key, over, "" if kind is None else kind.text)
    return Node(OTHER, frame.type, [bound, *([] if body is None else [body])])


HANDLERS: dict[str, Handler] = {
    "identifier": tree.name,
    "this": tree.name,
    "super": tree.name,
    "true": tree.name,
    "false": tree.name,
    "null_literal": tree.name,
    "method_invocation": _invocation,
    "argument_list": tree.arguments,
    "object_creation_expression": _new,
    "lambda_expression": _lambda,
    "formal_parameter": _param,
    "spread_parameter": _param,
    "formal_parameters": _params,
    "inferred_parameters": _params,
    "method_declaration": _method,
    "constructor_declaration": _method,
    "class_declaration": _class,
    "enum_declaration": _class,
    "record_declaration": _class,
    "interface_declaration": _class,
    "local_variable_declaration": _declaration,
    "field_declaration": _declaration,
    "variable_declarator": _declarator,
    "resource": _declarator,
    "assignment_expression": _assign,
    "field_access": _field,
    "method_reference": _reference,
    "cast_expression": _cast,
    "string_literal": _string,
    "string_fragment": _piece,
    "multiline_string_fragment": _piece,
    "decimal_integer_literal": tree.number,
    "hex_integer_literal": tree.number,
    "decimal_floating_point_literal": tree.number,
    "binary_expression": tree.operation,
    "unary_expression": tree.operation,
    "scoped_identifier": _scoped,
    "type_identifier": _type,
    "scoped_type_identifier": _scoped_type,
    "integral_type": _type,
    "void_type": _type,
    "boolean_type": _type,
    "floating_point_type": _type,
    "generic_type": _generic,
    "asterisk": _star,
    "import_declaration": _import,
    "package_declaration": tree.skip,
    "array_access": _index,
    "return_statement": _return,
    "enhanced_for_statement": _for,
    "block": tree.block,
    "class_body": tree.block,
    "program": tree.block,
    "modifiers": tree.skip,
    "line_comment": tree.skip,
    "block_comment": tree.skip,
}

__all__ = ["ARGS", "HANDLERS", "dotted"]
