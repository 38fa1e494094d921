"""Single edits of a reference function, each with the quantity it touches, its kind and what to say about it.

An edit is made in place on the syntax tree while the generator waits, and taken back when it goes on or is closed (`put`); so two
edits are two nested loops. Diagnosis runs the edited references and looks for one that returns what the learner's function returned.
"""

import ast
import contextlib
import operator
from dataclasses import dataclass
from typing import NamedTuple

from .text import Text

ACTIVATIONS = {"sigmoid": "relu", "relu": "sigmoid", "sigmoid_backward": "relu_backward", "relu_backward": "sigmoid_backward"}
FUNCTIONS = {  # called instead of which other; what a learner may have mixed up
    "sum": ("mean", "max", "prod"), "mean": ("sum",), "randn": ("rand",), "rand": ("randn",), "zeros": ("ones",), "log": ("log2", "log10", "log1p"),
    "sqrt": ("square",), "norm": ("sum",), "maximum": ("minimum",), "divide": ("multiply",), "multiply": ("divide",),
}
UNWRAP = {"sqrt", "log", "copy", "reversed", "abs", "square", "norm", "sum"}  # f(x) -> x
FACTORS = (("2", 2), ("1/2", 0.5), ("4", 4), ("1/4", 0.25), ("10", 10), ("1/10", 0.1), ("100", 100), ("1/100", 0.01))


@dataclass
class Edit:
    """An edit that is in force now: the statement that it is in, the quantity that the statement sets, and its description."""

    statement: ast.stmt
    number: int  # of the statement among those that set the same quantity
    quantity: str
    kind: str
    text: Text
    weight: int = 0  # the smaller, the more usual
    original: str = ""  # the statement as the reference has it


class Slot(NamedTuple):
    """A place in a tree that holds an expression."""

    owner: object
    field: str
    index: int | None

    def put(self, node):
        """Return the context in which `node` is there."""
        return put(self.owner, self.field, node) if self.index is None else put(getattr(self.owner, self.field), self.index, node)


@contextlib.contextmanager
def put(holder, key, new):
    """Let a list or a node of a tree have `new` at `key` in this context."""
    read, write = (operator.getitem, operator.setitem) if isinstance(holder, list) else (getattr, setattr)
    old = read(holder, key)
    write(holder, key, new)
    try:
        yield
    finally:
        write(holder, key, old)


def quantity_of(node):
    """Return the name of what a statement sets: "db", "dW" of grads["dW" + str(l)], "theta_plus" of theta_plus[i] += ..."""
    if isinstance(node, ast.Assign):
        return _target(node.targets[0])
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return _target(node.target)
    if isinstance(node, ast.Return):
        return "return"
    if isinstance(node, ast.For):
        return "for"
    if isinstance(node, ast.If):
        return "if"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        if node.value.func.attr == "seed":
            return "random"
        return _target(node.value.func.value)
    return ""


def _target(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Tuple | ast.List):
        return ", ".join(_target(part) for part in node.elts)
    if isinstance(node, ast.Subscript):
        key = node.slice
        while isinstance(key, ast.BinOp):
            key = key.left
        if isinstance(key, ast.JoinedStr) and key.values:
            key = key.values[0]
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else _target(node.value)
    return _target(node.value) if isinstance(node, ast.Attribute | ast.Starred) else ""


def bodies(node):
    """Yield every list of statements inside a function, outermost first."""
    for field in ("body", "orelse", "finalbody", "handlers"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
            for statement in body:
                yield from bodies(statement)


def statements(function):
    """Return the statements of a function in the order of their lines, without its docstring."""
    found = [statement for body in bodies(function) for statement in body]
    return sorted((s for s in found if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))), key=lambda s: s.lineno)


def text_of(statement):
    """Return the text of a statement, of a compound one its head only."""
    if isinstance(statement, ast.For | ast.While | ast.If | ast.With | ast.Try):
        return ast.unparse(statement).partition("\n")[0]
    return ast.unparse(statement)


def own_slots(statement):
    """Yield (slot, node) for each expression of a statement itself, not of the statements inside it."""
    def walk(owner):
        for field, value in ast.iter_fields(owner):
            if isinstance(value, ast.expr):
                yield Slot(owner, field, None), value
                yield from walk(value)
            elif isinstance(value, list):
                for i, part in enumerate(value):
                    if isinstance(part, ast.expr):
                        yield Slot(owner, field, i), part
                        yield from walk(part)
                    elif isinstance(part, ast.keyword):
                        yield Slot(part, "value", None), part.value
                        yield from walk(part.value)

    yield from walk(statement)


def names_in(node):
    """Return the variables and called functions of an expression as a short text."""
    return ", ".join(dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id not in ("np", "str")))


def _brief(node):
    """Return how an expression is spoken of: itself where it is one name or number, else the variables in it."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Constant) else names_in(node) or ast.unparse(node)


def _is(node, text):
    return ast.unparse(node).replace(" ", "") == text


def _name(text):
    return ast.Name(text, ast.Load())


# ---------------------------------------------------------------- what may stand in the place of an expression


def replacements(node, slot, quantity, scope):
    """Yield (new node, kind, Text, weight) for an expression. scope: names of variables of this function, and of scalars among them."""
    inside_index = isinstance(slot.owner, ast.Subscript) and slot.field == "slice"
    if not inside_index and _is_array(node, slot):
        yield from _scaled(node, quantity, scope)
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node, slot, quantity, scope)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand, "sign", Text("少了一个负号，符号反了。", "a minus sign is missing: the sign is reversed."), 0
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield from _of_comparison(node, quantity)
    elif isinstance(node, ast.Call):
        yield from _of_call(node, quantity)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value, "transpose", Text(f"{_brief(node.value)} 少了转置。", f"{_brief(node.value)} is not transposed."), 0
    elif isinstance(node, ast.Subscript):
        yield from _of_subscript(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, slot)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _of_name(node, slot, inside_index, scope)
    elif isinstance(node, ast.Dict):
        yield from _of_dictionary(node)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 2 and not isinstance(slot.owner, ast.Return):
        for i in range(len(node.elts)):
            for j in range(i + 1, len(node.elts)):
                elements = list(node.elts)
                elements[i], elements[j] = elements[j], elements[i]
                a, b = _brief(elements[j]), _brief(elements[i])
                yield ast.Tuple(elements, ast.Load()), "swapped", Text(f"{a} 与 {b} 的位置反了。", f"{a} and {b} have changed places."), 2
    elif isinstance(node, ast.Tuple) and isinstance(getattr(node, "ctx", None), ast.Load) and len(node.elts) == 2:
        a, b = node.elts
        yield ast.Tuple([b, a], ast.Load()), "swapped", Text(f"{_brief(a)} 与 {_brief(b)} 的顺序反了。", f"{_brief(a)} and {_brief(b)} are swapped."), 2
        yield ast.Tuple([a], ast.Load()), "shape", Text("形状只有一维，少了第二个数。", "the shape has one dimension only: the second number is missing."), 1


def _is_array(node, slot):
    """Return whether an expression may stand for an array: no index, no argument of str or range, no called function, no constant."""
    if isinstance(slot.owner, ast.Call) and (slot.field == "func" or _target(slot.owner.func) in ("str", "range", "len", "reversed")):
        return False
    if isinstance(slot.owner, ast.Attribute | ast.Subscript | ast.keyword) or isinstance(node, ast.Constant | ast.Tuple | ast.Attribute):
        return isinstance(node, ast.Attribute) and node.attr == "T" and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Subscript) and not (
        isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Store) or node.id in ("np", "l", "L", "i")))


def _scaled(node, quantity, scope):
    """Yield an expression with a factor that does not belong to it."""
    part = _brief(node)
    for name, factor in (("2", 2), ("1/2", 0.5)):
        yield ast.BinOp(node, ast.Mult(), ast.Constant(factor)), "extra_factor", Text(
            f"含 {part} 的部分是应有的 {name} 倍。", f"the part with {part} is {name} times what it should be."), 2
    if "m" in scope and not (isinstance(node, ast.Name) and node.id == "m"):
        for op, zh, en in ((ast.Mult, "乘了", "multiplied"), (ast.Div, "除了", "divided")):
            yield ast.BinOp(node, op(), _name("m")), "extra_factor", Text(
                f"含 {part} 的部分多{zh} m。", f"the part with {part} is {en} by m once too often."), 2
    yield ast.UnaryOp(ast.USub(), node), "sign", Text(f"含 {part} 的部分符号反了。", f"the part with {part} has the wrong sign."), 2
    if isinstance(node, ast.Name) and node.id[:1] == "D":
        inverse = ast.BinOp(ast.Constant(1), ast.Sub(), node)
        yield inverse, "mask", Text(f"{node.id} 用反了：留下的恰好是该关掉的。", f"{node.id} is used the wrong way round: what is kept is what it drops."), 1


def _of_dictionary(node):
    """Yield a returned dictionary with a key left out, written wrongly, or with another's value."""
    keys = [key.value if isinstance(key, ast.Constant) else "" for key in node.keys]
    for i, key in enumerate(keys):
        missing = Text(f"返回的字典里没有键 {key}。", f"the key {key} is missing in the dictionary that is returned.")
        yield ast.Dict(node.keys[:i] + node.keys[i + 1 :], node.values[:i] + node.values[i + 1 :]), "missing_key", missing, 1
        for j, other in enumerate(keys):
            if i != j:
                renamed = [*node.keys[:i], node.keys[j], *node.keys[i + 1 :]]
                text = Text(f"键 {key} 写成了 {other}。", f"the key {other} is written where {key} belongs.")
                yield ast.Dict(renamed, node.values), "wrong_key", text, 2
                values = [*node.values[:i], node.values[j], *node.values[i + 1 :]]
                text = Text(f"键 {key} 的值成了 {other} 的值。", f"the key {key} has the value of {other}.")
                yield ast.Dict(node.keys, values), "wrong_variable", text, 2


def _mean_missing(quantity):
    return Text(f"少了对 m 个样本取平均（没有除以 m）：你的 {quantity} 是应有的 m 倍。",
                f"the mean over the m examples is missing (no division by m): your {quantity} is m times too large.")


def _dropped(factor, quantity, divided):
    """Return (kind, Text) for a factor or a divisor left out."""
    name = _brief(factor)
    if not divided and (_is(factor, "1/m") or _is(factor, "-1/m")):
        return "missing_mean", _mean_missing(quantity)
    if divided and _is(factor, "m"):
        return "missing_mean", _mean_missing(quantity)
    if divided:
        return "missing_factor", Text(f"没有除以含 {name} 的那一项。" if "," in name else f"没有除以 {name}。", f"the division by {name} is missing.")
    if isinstance(factor, ast.Compare) or (isinstance(factor, ast.Name) and factor.id.startswith("D")):
        return "mask", Text(f"没有乘上由 {name} 得到的掩码：该为 0 的地方不是 0。", f"the mask from {name} is not applied: entries that must be 0 are not.")
    return "missing_factor", Text(f"少乘了含 {name} 的因子。", f"the factor with {name} is missing.")


def _of_operation(node, slot, quantity, scope):
    left, right, op = node.left, node.right, type(node.op)
    in_index = isinstance(slot.owner, ast.Subscript) or (isinstance(slot.owner, ast.Call) and _target(slot.owner.func) in ("str", "range"))
    in_index = in_index or (isinstance(right, ast.Constant) and right.value == 1 and isinstance(left, ast.Name) and op in (ast.Add, ast.Sub)
                            and left.id in ("l", "L", "i"))
    if in_index and op in (ast.Add, ast.Sub) and isinstance(right, ast.Constant) and isinstance(right.value, int):
        other = ast.Sub if op is ast.Add else ast.Add
        text = Text("编号差了 1。", "the index is off by one.")
        yield left, "index", text, 0
        yield ast.BinOp(left, other(), right), "index", Text("编号差了 2。", "the index is off by two."), 2
        yield ast.BinOp(left, op(), ast.Constant(right.value + 1)), "index", text, 2
        yield ast.Constant(0), "index", Text("编号写成了固定的数，应随层数变化。", "the index is a fixed number: it must change with the layer."), 1
        yield ast.Constant(1), "index", Text("编号写成了固定的数，应随层数变化。", "the index is a fixed number: it must change with the layer."), 1
        return
    if op is ast.Mult:
        yield right, *_dropped(left, quantity, False), 0
        yield left, *_dropped(right, quantity, False), 0
        text = Text(f"应该乘以 {_brief(right)}，这里却除以它。", f"you divide by {_brief(right)} where you should multiply by it.")
        yield ast.BinOp(left, ast.Div(), right), "missing_factor", text, 2
        mat = Text(f"{_brief(left)} 与 {_brief(right)} 应逐元素相乘，不是矩阵乘法。",
                   f"{_brief(left)} and {_brief(right)} are multiplied entry by entry, not as matrices.")
        yield ast.BinOp(left, ast.MatMult(), right), "elementwise", mat, 1
        plus = Text(f"{_brief(left)} 与 {_brief(right)} 应该相乘，不是相加。", f"{_brief(left)} and {_brief(right)} are multiplied, not added.")
        yield ast.BinOp(left, ast.Add(), right), "missing_factor", plus, 3
    elif op is ast.Div:
        yield left, *_dropped(right, quantity, True), 0
        text = Text(f"应该除以 {_brief(right)}，这里却乘了它。", f"you multiply by {_brief(right)} where you should divide by it.")
        yield ast.BinOp(left, ast.Mult(), right), "missing_factor", text, 0
        yield ast.BinOp(right, ast.Div(), left), "swapped", Text("除数与被除数反了。", "the fraction is upside down."), 1
        if not (isinstance(left, ast.Constant) and left.value == 1):
            yield right, "missing_term", Text(f"只剩下了分母，缺少 {_brief(left)}。", f"only the divisor is left: {_brief(left)} is missing."), 3
        if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult):  # a / (b * c) written a / b * c
            again = ast.BinOp(ast.BinOp(left, ast.Div(), right.left), ast.Mult(), right.right)
            yield again, "formula", Text("分母少了括号：后一个因子成了相乘。", "the divisor needs parentheses: its second factor multiplies instead."), 0
        yield ast.BinOp(left, ast.FloorDiv(), right), "formula", Text("用了整除 //，小数部分丢了。", "integer division // loses the fraction."), 3
    elif op is ast.MatMult:
        text = Text(f"{_brief(left)} 与 {_brief(right)} 应做矩阵乘法，不是逐元素相乘。",
                    f"{_brief(left)} and {_brief(right)} need a matrix product, not a product entry by entry.")
        yield ast.BinOp(left, ast.Mult(), right), "elementwise", text, 0
        swap = Text(f"矩阵乘法的顺序反了：{_brief(left)} 在前，{_brief(right)} 在后。",
                    f"the matrix product has its operands swapped: {_brief(left)} comes first, then {_brief(right)}.")
        yield ast.BinOp(right, ast.MatMult(), left), "swapped", swap, 0
        for side, other in (("left", right), ("right", left)):
            operand = getattr(node, side)
            if not (isinstance(operand, ast.Attribute) and operand.attr == "T"):
                turned = ast.Attribute(operand, "T", ast.Load())
                pair = (turned, other) if side == "left" else (other, turned)
                text = Text(f"{_brief(operand)} 不该转置。", f"{_brief(operand)} must not be transposed.")
                yield ast.BinOp(pair[0], ast.MatMult(), pair[1]), "transpose", text, 1
        yield right, "missing_factor", Text(f"少乘了 {_brief(left)}。", f"the factor {_brief(left)} is missing."), 3
        yield left, "missing_factor", Text(f"少乘了 {_brief(right)}。", f"the factor {_brief(right)} is missing."), 3
    elif op in (ast.Add, ast.Sub):
        missing = lambda part: Text(f"少了含 {_brief(part)} 的那一项。", f"the term with {_brief(part)} is missing.")
        yield left, "missing_term", missing(right), 0
        yield right, "missing_term", missing(left), 1
        other = ast.Sub if op is ast.Add else ast.Add
        text = Text(f"含 {_brief(right)} 的那一项符号反了。", f"the term with {_brief(right)} has the wrong sign.")
        yield ast.BinOp(left, other(), right), "sign", text, 0
        if op is ast.Sub:
            yield ast.BinOp(right, ast.Sub(), left), "sign", Text("减法的顺序反了，符号相反。", "the difference is taken the wrong way round: the sign is reversed."), 0
        yield ast.BinOp(left, ast.Mult(), right), "missing_term", Text("应该相加减，这里却乘了。", "these are added or subtracted, not multiplied."), 3
    elif op is ast.Pow:
        yield left, "formula", Text(f"{_brief(left)} 没有平方。", f"{_brief(left)} is not squared."), 0
        yield ast.BinOp(left, ast.Pow(), ast.Constant(3)), "formula", Text("指数不对。", "the exponent is wrong."), 3
        yield ast.Call(ast.Attribute(_name("np"), "abs", ast.Load()), [left], []), "formula", Text(
            f"{_brief(left)} 取了绝对值，应取平方。", f"{_brief(left)} is taken by its absolute value, not squared."), 2


def _of_comparison(node, quantity):
    left, right = node.left, node.comparators[0]
    turned = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.Eq: ast.NotEq, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.NotEq: ast.Eq}
    near = {ast.Lt: ast.LtE, ast.Gt: ast.GtE, ast.LtE: ast.Lt, ast.GtE: ast.Gt}
    op = type(node.ops[0])
    text = Text("比较的方向反了：该留的和不该留的对调了。", "the comparison is the wrong way round: what should be kept is not, and the other way about.")
    for other, weight in ((turned.get(op), 0), (near.get(op), 2)):
        if other:
            yield ast.Compare(left, [other()], [right]), "comparison", text, weight
    for other in turned:
        if other not in (op, turned.get(op), near.get(op)):
            yield ast.Compare(left, [other()], [right]), "comparison", Text(
                "比较用的符号不对：选中的不是该选的。", "the comparison is another one than it should be: it picks other entries."), 2
    if isinstance(right, ast.Name):
        minus = ast.BinOp(ast.Constant(1), ast.Sub(), right)
        yield ast.Compare(left, [op()], [minus]), "comparison", Text(
            f"和 1 - {right.id} 比了，应和 {right.id} 比。", f"compared with 1 - {right.id} instead of {right.id}."), 1


def _of_call(node, quantity):
    called = _target(node.func) if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    make = lambda args=None, keywords=None, func=None: ast.Call(
        func or node.func, node.args if args is None else args, node.keywords if keywords is None else keywords)
    if called in ACTIVATIONS and isinstance(node.func, ast.Name):
        other = ACTIVATIONS[called]
        yield make(func=_name(other)), "activation", Text(f"用了 {other}，这里应是 {called}。", f"{other} is used where {called} belongs."), 0
    for other in FUNCTIONS.get(called, ()) if isinstance(node.func, ast.Attribute) else ():
        kind = "random" if called in ("randn", "rand") else "formula"
        text = Text(f"用了 {other}，这里应是 {called}。", f"{other} is used where {called} belongs.")
        keywords = [] if other in ("sum",) and called == "norm" else None
        yield make(func=ast.Attribute(node.func.value if called != "norm" else _name("np"), other, ast.Load()), keywords=keywords), kind, text, 1
    if called in UNWRAP and len(node.args) >= 1:
        kind = "not_copied" if called == "copy" else "formula"
        text = (Text("没有复制，原来的数组也跟着变了。", "this is no copy: changing it changes the original as well.") if called == "copy"
                else Text(f"少了 {called}。", f"{called} is missing."))
        yield node.args[0], kind, text, 0
    for i, keyword in enumerate(node.keywords):
        rest = node.keywords[:i] + node.keywords[i + 1 :]
        if keyword.arg == "keepdims":
            text = Text(f"少了 keepdims：{quantity} 丢了一维，形状不再是 (n, 1)。", f"keepdims is missing: {quantity} loses a dimension and is no longer (n, 1).")
            yield make(keywords=rest), "keepdims", text, 0
        if keyword.arg == "axis":
            for axis, weight in ((0, 0), (None, 1)):
                text = Text("求和的方向（axis）不对：应把各个样本（各列）加起来。", "summed along the wrong axis: the examples (columns) are to be added up.")
                yield make(keywords=[ast.keyword("axis", ast.Constant(axis)), *rest]), "axis", text, weight
            yield make(keywords=[]), "axis", Text("求和没有指定 axis，所有元素加成了一个数。", "summed over everything: no axis is given."), 0
    if len(node.args) == 2 and called not in ("append",):
        a, b = node.args
        text = Text(f"两个参数 {_brief(a)} 与 {_brief(b)} 的顺序反了。", f"the arguments {_brief(a)} and {_brief(b)} are swapped.")
        yield make(args=[b, a]), "swapped", text, 1
    if len(node.args) > 2:
        for i in range(len(node.args) - 1):
            args = list(node.args)
            args[i], args[i + 1] = args[i + 1], args[i]
            text = Text(f"第 {i + 1} 个与第 {i + 2} 个参数的顺序反了。", f"arguments {i + 1} and {i + 2} of the call are swapped.")
            yield make(args=args), "swapped", text, 2
    if called == "zeros" and len(node.args) == 1 and isinstance(node.args[0], ast.Tuple):
        size = node.args[0].elts[0]
        text = Text(f"{quantity} 少了一维，形状应是 (n, 1)。", f"{quantity} has one dimension only; its shape is (n, 1).")
        yield make(args=[size]), "shape", text, 0
        random = ast.Call(ast.parse("np.random.randn", mode="eval").body, list(node.args[0].elts), [])
        yield random, "random", Text(f"{quantity} 应是零，这里却是随机数。", f"{quantity} is to be zero, not random."), 0
        scaled = ast.BinOp(random, ast.Mult(), ast.Constant(0.01))
        yield scaled, "random", Text(f"{quantity} 应是零，这里却是随机数。", f"{quantity} is to be zero, not random."), 1
    if called == "randn" and len(node.args) == 2:
        yield ast.Call(ast.parse("np.zeros", mode="eval").body, [ast.Tuple(list(node.args), ast.Load())], []), "random", Text(
            f"{quantity} 应是随机数，这里全是零。", f"{quantity} is to be random, not zero."), 0
    if called == "where" and len(node.args) == 3:
        condition, a, b = node.args
        yield make(args=[condition, b, a]), "swapped", Text("np.where 的两个取值反了。", "the two values of np.where are swapped."), 0
        for part in (a, b):
            yield part, "missing_term", Text(f"只用了 {_brief(part)}，没有按标签区分。", f"only {_brief(part)} is used, whatever the label."), 1
    if called == "range":
        text = Text("循环多转或少转了一圈。", "the loop runs one round too many or too few.")
        last = node.args[-1]
        yield make(args=[*node.args[:-1], ast.BinOp(last, ast.Add(), ast.Constant(1))]), "off_by_one", text, 0
        yield make(args=[*node.args[:-1], ast.BinOp(last, ast.Sub(), ast.Constant(1))]), "off_by_one", text, 0
        if len(node.args) == 2:
            yield make(args=[last]), "off_by_one", Text("循环从 0 开始了，应从 1 开始。", "the loop starts at 0 instead of 1."), 0
            yield make(args=[ast.Constant(2), last]), "off_by_one", Text("循环跳过了第 1 层。", "the loop leaves out layer 1."), 1
    if called == "str" and len(node.args) == 1 and isinstance(node.args[0], ast.Name):
        for op, weight in ((ast.Sub, 0), (ast.Add, 0)):
            shifted = ast.BinOp(node.args[0], op(), ast.Constant(1))
            yield make(args=[shifted]), "index", Text("层的编号差了 1。", "the number of the layer is off by one."), weight
        for fixed in (1, 2):
            yield make(args=[ast.Constant(fixed)]), "index", Text("层的编号写成了固定的数。", "the number of the layer is fixed: it must change with the layer."), 1


def _of_subscript(node):
    if isinstance(node.slice, ast.Constant) and node.slice.value in (0, 1) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        text = Text("取错了 shape 的那一维。", "this takes the wrong dimension of shape.")
        yield ast.Subscript(node.value, ast.Constant(1 - node.slice.value), node.ctx), "index", text, 0
    elif isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Name):
        for op in (ast.Sub, ast.Add):
            shifted = ast.BinOp(node.slice, op(), ast.Constant(1))
            yield ast.Subscript(node.value, shifted, node.ctx), "index", Text("下标差了 1。", "the index is off by one."), 0
        yield ast.Subscript(node.value, ast.Constant(0), node.ctx), "index", Text("下标写成了固定的数。", "the index is fixed: it must change."), 1


def _of_constant(node, slot):
    value = node.value
    if value in ("sigmoid", "relu") and isinstance(value, str):
        other = ACTIVATIONS[value]
        if isinstance(slot.owner, ast.Compare):
            text = Text("两个激活函数的分支对调了。", "the branches of the two activation functions are swapped.")
        else:
            text = Text(f"激活函数用了 {other}，这里应是 {value}。", f"the activation is {other} where it should be {value}.")
        yield ast.Constant(other), "activation", text, 0
    elif isinstance(value, str) and value in ("W", "b", "dW", "db", "dA"):
        for other in {"W": ("b",), "b": ("W",), "dW": ("db", "W"), "db": ("dW", "b"), "dA": ("dZ", "dW")}[value]:
            yield ast.Constant(other), "wrong_variable", Text(f"键写成了 {other}，应是 {value}。", f"the key is {other} where it should be {value}."), 1
    elif isinstance(value, bool):
        yield ast.Constant(not value), "keepdims", Text("keepdims 应为 True。", "keepdims is to be True."), 1
    elif isinstance(value, int | float) and not isinstance(slot.owner, ast.Subscript):
        options = {1: (2, 0, 4, 10), 2: (1, 4, 3, 20), 10: (1, 100, 0.01), 0: (1, 0.5), 0.01: (1, 0.1, 0.001)}.get(
            value, (value * 10, value / 10, value - 1, value + 1, 0, 1) if isinstance(value, int) else (value * 10, value / 10))
        for other in options:
            text = Text(f"常数写成了 {other}，应是 {value}。", f"the constant is {other} where it should be {value}.")
            yield ast.Constant(other), "constant", text, 1


def _of_name(node, slot, inside_index, scope):
    if isinstance(slot.owner, ast.Call) and slot.field == "func":
        return
    if node.id in ("np", "str", "len", "range", "reversed", "print"):
        return
    if isinstance(slot.owner, ast.BinOp) and isinstance(slot.owner.op, ast.MatMult | ast.Mult):
        pass  # its transposes are edits of the product
    for other in scope:
        if other != node.id:
            text = Text(f"用了 {other}，这里应是 {node.id}。", f"{other} is used where {node.id} belongs.")
            yield _name(other), "wrong_variable", text, 2 if other[:1] == node.id[:1] else 3


# ---------------------------------------------------------------- edits of statements, and all edits


def _scope(function):
    names = [argument.arg for argument in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return list(dict.fromkeys(names))


def _whole_value(statement, quantity, scope):
    """Yield (new value, kind, Text, weight) for the whole right-hand side of an assignment."""
    value = statement.value
    if isinstance(value, ast.Constant | ast.Tuple) or (isinstance(value, ast.Call) and _target(value.func).endswith(("ward", "copy"))):
        return
    for name, factor in FACTORS:
        small = factor < 1
        text = (Text(f"你的 {quantity} 只有应有的 {name}。", f"your {quantity} is {name} of what it should be.")
                if small else Text(f"你的 {quantity} 是应有的 {name} 倍。", f"your {quantity} is {name} times what it should be."))
        yield ast.BinOp(value, ast.Mult(), ast.Constant(factor)), "extra_factor", text, 1
    yield ast.UnaryOp(ast.USub(), value), "sign", Text(f"{quantity} 的符号反了。", f"the sign of {quantity} is reversed."), 0
    for name in scope:
        if name in ("m", "keep_prob", "learning_rate", "lambd", "epsilon"):
            for op, zh, en in ((ast.Mult, "多乘了", "multiplied"), (ast.Div, "多除了", "divided")):
                weight = 0 if name in ("m", "keep_prob") else 2
                yield ast.BinOp(value, op(), _name(name)), "extra_factor", Text(
                    f"{quantity} {zh} {name}。", f"{quantity} is {en} by {name} once too often."), weight
    yield ast.Attribute(value, "T", ast.Load()), "transpose", Text(f"{quantity} 转置了，行列对调。", f"{quantity} is transposed."), 1
    mean = ast.parse("np.sum(0, axis=1, keepdims=True)", mode="eval").body
    mean.args[0] = value
    yield mean, "axis", Text(f"{quantity} 多求了一次和。", f"{quantity} is summed over the examples, which it must not be."), 3


def edits(function, right=()):
    """Yield the Edits of a function's tree, each in force until the next is asked for.

    right: quantities that the learner has right; a statement that sets one of them is not touched.
    """
    scope = _scope(function)
    seen = {}
    for body in list(bodies(function)):
        for position, statement in enumerate(list(body)):
            quantity = quantity_of(statement)
            if not quantity or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                continue
            number = seen[quantity] = seen.get(quantity, -1) + 1
            if quantity in right:
                continue
            original = text_of(statement)
            make = lambda kind, text, weight, q=quantity, n=number, s=statement, o=original: Edit(s, n, q, kind, text, weight, o)
            for slot, node in list(own_slots(statement)):
                if isinstance(getattr(node, "ctx", None), ast.Store):
                    continue
                for new, kind, text, weight in replacements(node, slot, quantity, scope):
                    with slot.put(new):
                        yield make(kind, text, weight)
            if isinstance(statement, ast.Assign):
                for new, kind, text, weight in _whole_value(statement, quantity, scope):
                    with put(statement, "value", new):
                        yield make(kind, text, weight)
            if isinstance(statement, ast.AugAssign):
                with put(statement, "op", ast.Sub() if isinstance(statement.op, ast.Add) else ast.Add()):
                    yield make("sign", Text(f"{quantity} 加减反了。", f"{quantity} is shifted the wrong way: plus and minus are exchanged."), 0)
            if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
                said = Text(f"少了设置 {quantity} 的这一步。", f"the step that sets {quantity} here is missing.")
                if text_of(statement).startswith("np.random.seed("):
                    said = Text("少了 np.random.seed 这一句：题目里给的随机种子没有了，随机数就和大家的不同。",
                                "the line with np.random.seed is gone: without the given seed the random numbers are others.")
                with put(body, position, ast.copy_location(ast.Pass(), statement)):
                    yield make("missing_line", said, 1)
                following = body[position + 1] if position + 1 < len(body) else None
                if isinstance(following, ast.Assign | ast.AugAssign | ast.Expr):
                    pair = f"{original}\n{text_of(following)}"
                    with put(body, position, following), put(body, position + 1, statement):
                        said = Text(f"{quantity} 与下一步的顺序反了。", f"{quantity} and the next step are in the wrong order.")
                        yield make("order", said, 2, o=pair)
            if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Tuple) and len(statement.value.elts) > 2:
                elements = statement.value.elts
                if len(elements) == 3:
                    order = ", ".join(map(_brief, elements))
                    said = Text(f"返回值的顺序不对，应是 ({order})。", f"the returned values are in the wrong order: ({order}) is expected.")
                    for turn in (1, 2):
                        with put(statement.value, "elts", elements[turn:] + elements[:turn]):
                            yield make("swapped", said, 0)
                for i in range(len(elements)):
                    for j in range(i + 1, len(elements)):
                        first, second = elements[i], elements[j]
                        a, b = _brief(first), _brief(second)
                        with put(elements, i, second), put(elements, j, first):
                            yield make("swapped", Text(f"返回值里 {a} 与 {b} 的位置反了。", f"{a} and {b} are swapped in what is returned."), 0)
