"""A Model Context Protocol server over stdio, with Python's standard library alone."""

import json
import sys

TOOLS = [
    {
        "name": "word_count",
        "description": "Counts the words of a text.",
        "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
    },
    {
        "name": "divide",
        "description": "Divides a by b.",
        "inputSchema": {
            "type": "object",
            "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
            "required": ["a", "b"],
        },
    },
]


class InvalidParams(Exception):
    """The caller asked for what there is not."""


def initialize(params):
    return {
        "protocolVersion": params.get("protocolVersion", "2025-11-25"),
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "python-server", "version": "1.0.0"},
    }


def call_tool(params):
    name, arguments = params.get("name"), params.get("arguments", {})
    if name == "word_count":
        return text(str(len(arguments["text"].split())))
    if name == "divide":
        return text(str(arguments["a"] / arguments["b"]))
    raise InvalidParams(f"unknown tool {name}")


def text(value, is_error=False):
    return {"content": [{"type": "text", "text": value}], "isError": is_error}


def call(params):
    try:
        return call_tool(params)
    except (ArithmeticError, KeyError, TypeError) as error:
        return text(f"{type(error).__name__}: {error}", is_error=True)


METHODS = {
    "initialize": initialize,
    "ping": lambda params: {},
    "tools/list": lambda params: {"tools": TOOLS},
    "tools/call": call,
}


def answer(request):
    method = METHODS.get(request["method"])
    if method is None:
        return {"error": {"code": -32601, "message": f"unknown method {request['method']}"}}
    try:
        return {"result": method(request.get("params", {}))}
    except InvalidParams as error:
        return {"error": {"code": -32602, "message": str(error)}}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer(message)}), flush=True)
