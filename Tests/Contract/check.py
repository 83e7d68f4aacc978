"""A second opinion for tests: on messages, by docs/schemas and docs/asyncapi.yaml; on documents, by a CommonMark parser.

Reads a JSON document from a file, and writes one to another:

  check.py DOCS contract IN OUT   null                                → {"faults": [text], "channels": {address: {…}}}
  check.py DOCS messages IN OUT   [[schema, message], …]              → [why it is wrong, or null]
  check.py DOCS mutations IN OUT  [[schema, example, path, value?]…]  → [why the example, so changed, is wrong, or null]
  check.py DOCS traffic IN OUT    [[topic, qos, retain, text], …]     → {"faults": [text], "seen": {address: {message: count}}}
  check.py DOCS markdown IN OUT   [text, …]                           → [[{"level", "title", "parts": {part: count}}, …], …]

A path is a list of names and indices. A mutation without a value removes the member.
"""
import copy, functools, json, pathlib, re, sys

import yaml
from markdown_it import MarkdownIt
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

DOCS = pathlib.Path(sys.argv[1])
SCHEMAS = {file.stem: json.loads(file.read_text()) for file in sorted(DOCS.glob("schemas/*.json"))}
REGISTRY = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values())
CONTRACT = yaml.safe_load((DOCS / "asyncapi.yaml").read_text())


@functools.cache
def validator(name):
    return Draft202012Validator(SCHEMAS[name], registry=REGISTRY, format_checker=FormatChecker())


def fault(name, message):
    for error in validator(name).iter_errors(message):
        return f"{error.json_path}: {error.message[:300]}"
    return None


def changed(message, path, *value):
    message = place = copy.deepcopy(message)
    for part in path[:-1]:
        place = place[part]
    if value:
        place[path[-1]] = value[0]
    else:
        del place[path[-1]]
    return message


def at(reference):  # '#/channels/runs' in the document
    value = CONTRACT
    for part in reference.removeprefix("#/").split("/"):
        value = value[part]
    return value


def channels():
    """Every channel, with the operation on it and the schemas of its messages."""
    for operation in CONTRACT["operations"].values():
        channel = at(operation["channel"]["$ref"])
        binding = {}
        for trait in operation.get("traits", []):
            binding |= at(trait["$ref"])["bindings"]["mqtt"]
        messages = {name: at(message["$ref"]) for name, message in channel["messages"].items()}
        schemas = {name: pathlib.PurePath(message["payload"]["schema"]["$ref"]).stem
                   for name, message in messages.items()}
        yield channel, operation, binding, messages, schemas


def contract(_):
    faults, described, used = [], {}, set()
    for name, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        if schema["$id"] != f"https://baton.example/v1/{name}.json":
            faults.append(f"{name}: $id is {schema['$id']}")
        if name != "types" and not schema.get("examples"):
            faults.append(f"{name}: no example")
        for index, example in enumerate(schema.get("examples", [])):
            if why := fault(name, example):
                faults.append(f"{name}, example {index}: {why}")
    for channel, operation, binding, messages, schemas in channels():
        address = channel["address"]
        if set(re.findall(r"{(\w+)}", address)) != set(channel.get("parameters", {})):
            faults.append(f"{address}: the parameters are not those of the address")
        for parameter in channel["parameters"].values():
            at(parameter["$ref"])
        for name, message in messages.items():
            used.add(schemas[name])
            for example in message["examples"]:
                if why := fault(schemas[name], example["payload"]):
                    faults.append(f"{address}, {name}: {why}")
        described[address] = {"action": operation["action"], "qos": binding["qos"], "retain": binding["retain"],
                              "messages": sorted(schemas.values())}
    parts = set(re.findall(r'"\$ref": "([\w-]+)\.json', "".join(map(json.dumps, SCHEMAS.values()))))
    if unused := set(SCHEMAS) - used - parts:
        faults.append(f"schemas that nothing uses: {sorted(unused)}")
    return {"faults": faults, "channels": described}


def traffic(heard):
    known = [(re.compile(re.sub(r"{\w+}", "[A-Za-z0-9_-]+", channel["address"])), channel["address"], binding, schemas)
             for channel, _, binding, _, schemas in channels()]
    faults, seen = [], {}
    for topic, qos, retain, text in heard:
        match = next((entry for entry in known if entry[0].fullmatch(topic)), None)
        if not match:
            faults.append(f"{topic}: not in the contract")
            continue
        _, address, binding, schemas = match
        if qos != binding["qos"]:
            faults.append(f"{topic}: QoS {qos}, not {binding['qos']}")
        if bool(retain) != binding["retain"]:
            faults.append(f"{topic}: retain {retain}, not {binding['retain']}")
        if not text and binding["retain"]:  # the topic is cleared
            continue
        message = json.loads(text)
        why = {name: fault(schema, message) for name, schema in schemas.items()}
        for name in [name for name in why if not why[name]]:
            seen.setdefault(address, {}).setdefault(name, 0)
            seen[address][name] += 1
        if all(why.values()):
            faults.append(f"{topic}: {text[:200]}: {why}")
    return {"faults": faults, "seen": seen}


def mutations(changes):
    return [fault(name, changed(SCHEMAS[name]["examples"][example], path, *value))
            for name, example, path, *value in changes]


def messages(list):
    return [fault(name, message) for name, message in list]


def headings(text):
    """The headings of a document, and of what is behind each: tables, rows, fences by language, items of lists."""
    found = [{"level": 0, "title": "", "parts": {}}]

    def count(part):
        parts = found[-1]["parts"]
        parts[part] = parts.get(part, 0) + 1

    tokens, lists = MarkdownIt("commonmark").enable("table").parse(text), []
    for token, following in zip(tokens, tokens[1:] + [None]):
        match token.type:
            case "heading_open" if token.level == 0:
                found.append({"level": int(token.tag[1:]), "title": following.content, "parts": {}})
            case "table_open" if token.level == 0:
                count("tables")
            case "tr_open" if token.level == 2:
                count("rows")
            case "fence" | "html_block" | "code_block" if token.level == 0:
                count(f"{token.type} {token.info}".rstrip())
            case "bullet_list_open" | "ordered_list_open":
                lists.append(token.type.removesuffix("_open"))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open" if len(lists) == 1:
                count(lists[0] + " items")
    return found[1:] if not found[0]["parts"] else found


def markdown(texts):
    return [headings(text) for text in texts]


if __name__ == "__main__":
    _, _, task, source, target = sys.argv
    answer = {"contract": contract, "messages": messages, "mutations": mutations, "traffic": traffic,
              "markdown": markdown}[task](
        json.loads(pathlib.Path(source).read_text()))
    pathlib.Path(target).write_text(json.dumps(answer))
