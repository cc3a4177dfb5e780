"""Python, of either major version, to the common tree."""

from __future__ import annotations

from bench.assess.syntax import tree
from bench.assess.syntax.tree import (
    ARGS,
    ASSIGN,
    ATTR,
    CLASS,
    FUNC,
    IMPORT,
    INDEX,
    KEYWORD,
    LAMBDA,
    NAME,
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

#: Marks nodes that only Python 2 has.
PYTHON2 = "python 2"


def _attribute(frame: Frame) -> Node | None:
    base, attr = frame.get("object"), frame.get("attribute")
    if base is None or attr is None:
        return None
    return Node(ATTR, attr.text, [base])


def _call(frame: Frame) -> Node | None:
    function = frame.get("function")
    return None if function is None else called(function, frame.get("arguments"))


def _keyword(frame: Frame) -> Node | None:
    key, value = frame.get("name"), frame.get("value")
    return None if key is None or value is None else Node(KEYWORD, key.text, [value])


def _string(frame: Frame) -> Node:
    if any(kid.kind != STR for kid in frame.kids):
        return Node(OTHER, "string", [kid for kid in frame.kids if kid.kind != STR])
    return Node(STR, "".join(kid.text for kid in frame.kids))


def _piece(frame: Frame) -> Node:
    if frame.kids:  # escapes within
        return Node(STR, frame.raw.text.decode("utf-8", "replace"))
    return Node(STR, frame.text)


def _param(frame: Frame) -> Node:
    key = frame.get("name") or (frame.kids[0] if frame.kids else None)
    kind = frame.get("type")
    value = frame.get("value")
    if key is not None and key.kind == PARAM:
        return Node(PARAM, key.text, extra=key.extra)
    return Node(
        PARAM,
        key.text if key is not None and key.kind == NAME else "",
        [] if value is None else [value],
        extra="" if kind is None else kind.text,
    )


def _star_param(frame: Frame) -> Node:
    return Node(PARAM, frame.kids[0].text if frame.kids else "", extra=tree.STAR)


def _global(frame: Frame) -> Node:
    return Node(OTHER, "global", frame.kids)


def _params(frame: Frame) -> Node:
    pairs, defaults = [], []
    for kid in frame.kids:
        if kid.kind == PARAM:
            pairs.append((kid.text, kid.extra))
            defaults += kid.kids
        else:
            # A tuple among the parameters: only Python 2 has that.
            pairs.append((kid.text, "") if kid.kind == NAME else ("", PYTHON2 * (kid.kind == SEQ)))
    return Node(PARAMS, "", defaults, extra=pairs)


def _function(frame: Frame) -> Node | None:
    key, params, body = frame.get("name"), frame.get("parameters"), frame.get("body")
    if key is None:
        return None
    result = frame.get("return_type")
    pairs = [] if params is None or params.kind != PARAMS else params.extra
    defaults = [] if params is None else params.kids
    node = Node(FUNC, key.text, [*defaults, *([] if body is None else [body])], extra=pairs)
    node.result = "" if result is None else result.text
    return node


def _lambda(frame: Frame) -> Node:
    params, body = frame.get("parameters"), frame.get("body")
    pairs = [] if params is None or params.kind != PARAMS else params.extra
    return Node(LAMBDA, "", [] if body is None else [body], extra=pairs)


def _class(frame: Frame) -> Node | None:
    key, bases, body = frame.get("name"), frame.get("superclasses"), frame.get("body")
    if key is None:
        return None
    names = [] if bases is None else [dotted(one) for one in bases.kids]
    return Node(CLASS, key.text, [] if body is None else [body], extra=[n for n in names if n])


def _assign(frame: Frame) -> Node | None:
    left, right, kind = frame.get("left"), frame.get("right"), frame.get("type")
    left = left or frame.get("name")
    right = right or frame.get("value")
    sign = frame.raw.child_by_field_name("operator")
    return assigned(left, right, "" if kind is None else kind.text, sign.type if sign else "=")


def assigned(left: Node | None, right: Node | None, kind: str = "", sign: str = "=") -> Node:
    """``left = right``; several targets have no name, but ``names``."""
    node = Node(ASSIGN, dotted(left), [] if right is None else [right], extra=(kind, sign))
    if not node.text and left is not None:
        if left.kind in (ATTR, INDEX):
            node.kids = [*node.kids, left]
        node.names = tuple(kid.text for kid in left.walk() if kid.kind == NAME)
    return node


def _as(frame: Frame) -> Node:
    if len(frame.kids) < 2:
        return Node(OTHER, frame.type, frame.kids)
    return assigned(frame.kids[-1], frame.kids[0])


def _return(frame: Frame) -> Node:
    return Node(RETURN, "", frame.kids)


def _dotted(frame: Frame) -> Node:
    return Node(NAME, ".".join(kid.text for kid in frame.kids))


def _aliased(frame: Frame) -> Node | None:
    key, alias = frame.get("name"), frame.get("alias")
    return None if key is None or alias is None else Node(KEYWORD, alias.text, [key])


def _import(frame: Frame) -> Node:
    pairs = []
    for kid in frame.kids:
        if kid.kind == KEYWORD:
            pairs.append((kid.text, kid.kids[0].text))
        else:
            first = kid.text.partition(".")[0]
            pairs.append((first, first))
            pairs.append(("", kid.text))
    return Node(IMPORT, "", extra=pairs)


def _import_from(frame: Frame) -> Node:
    module = frame.get("module_name")
    base = "" if module is None else module.text
    pairs = []
    for kid in frame.kids:
        if kid is module:
            continue
        if kid.kind == KEYWORD:
            pairs.append((kid.text, f"{base}.{kid.kids[0].text}"))
        else:
            pairs.append((kid.text, f"{base}.{kid.text}"))
    return Node(IMPORT, "", extra=pairs)


def _star(frame: Frame) -> Node:
    return Node(NAME, "*")


def _index(frame: Frame) -> Node:
    return Node(INDEX, "", frame.kids)


def _splat(frame: Frame) -> Node:
    return Node(INDEX, tree.STAR, frame.kids)


def _type(frame: Frame) -> Node:
    if not frame.kids:
        return Node(TYPE, frame.text)
    first = frame.kids[0]
    text = dotted(first) or first.text
    if first.kind == INDEX:
        text = f"{dotted(first.kids[0])}[{', '.join(dotted(kid) for kid in first.kids[1:])}]"
    return Node(TYPE, text)


def _generic(frame: Frame) -> Node:
    head, *rest = frame.kids or [Node(TYPE)]
    inner = ", ".join(one.text for top in rest for one in top.walk() if one.kind in (TYPE, NAME))
    return Node(TYPE, f"{head.text}[{inner}]")


def _print(frame: Frame) -> Node:
    node = called(Node(NAME, "print"), Node(ARGS, "", frame.kids, names=("",) * len(frame.kids)))
    node.extra = PYTHON2
    return node


def _for(frame: Frame) -> Node:
    left, right = frame.get("left"), frame.get("right")
    rest = [kid for kid in frame.kids if kid is not left and kid is not right]
    over = Node(INDEX, "", [] if right is None else [right])
    return Node(OTHER, frame.type, [assigned(left, over), *rest])


HANDLERS: dict[str, Handler] = {
    "identifier": tree.name,
    "attribute": _attribute,
    "call": _call,
    "argument_list": tree.arguments,
    "keyword_argument": _keyword,
    "string": _string,
    "string_content": _piece,
    "concatenated_string": _string,
    "integer": tree.number,
    "float": tree.number,
    "binary_operator": tree.operation,
    "unary_operator": tree.operation,
    "typed_parameter": _param,
    "default_parameter": _param,
    "typed_default_parameter": _param,
    "list_splat_pattern": _star_param,
    "global_statement": _global,
    "nonlocal_statement": _global,
    "tuple_pattern": tree.sequence,
    "parameters": _params,
    "lambda_parameters": _params,
    "function_definition": _function,
    "lambda": _lambda,
    "class_definition": _class,
    "assignment": _assign,
    "augmented_assignment": _assign,
    "named_expression": _assign,
    "as_pattern": _as,
    "return_statement": _return,
    "dotted_name": _dotted,
    "relative_import": _dotted,
    "aliased_import": _aliased,
    "wildcard_import": _star,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": tree.skip,
    "subscript": _index,
    "list_splat": _splat,
    "type": _type,
    "generic_type": _generic,
    "none": tree.name,
    "true": tree.name,
    "false": tree.name,
    "print_statement": _print,
    "for_statement": _for,
    "for_in_clause": _for,
    "list": tree.sequence,
    "tuple": tree.sequence,
    "list_comprehension": tree.sequence,
    "generator_expression": tree.sequence,
    "block": tree.block,
    "module": tree.block,
    "comment": tree.skip,
}
