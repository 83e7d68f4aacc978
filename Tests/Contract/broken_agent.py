"""The agent of docs/agents/python with one promise broken, named by the first argument: what check-agent must tell apart."""
import importlib.util, pathlib, sys, time, uuid

path = pathlib.Path(__file__).parents[2] / "docs/agents/python/agent.py"
broken, sys.argv = sys.argv[1], [str(path)] + sys.argv[2:]
source = path.read_text()


def change(old, new):
    global source
    assert source.count(old) == 1, f"{source.count(old)} times in {path.name}: {old}"
    source = source.replace(old, new)


if broken == "late-will":  # leaves it to the broker what is said of it
    change('return self.renew() if body["state"] == "offline" else None', "return None")
elif broken == "will":  # a connection that breaks goes unnoticed
    change("self.client.will_set(", "(lambda *_, **__: None)(")
elif broken == "beats":  # claims, and is not heard of again
    change('task["beat"] = now + task["every"]', 'task["beat"] = now + 3600')
elif broken == "new-epoch":  # sends a result once
    change("if old[\"store\"] and old != self.by: self.renew()", "pass")
elif broken == "strangers":  # takes any ack
    change('if kind == "in/control" and not same: return', 'if kind == "in/control" and not same: by = old')
elif broken == "one-key":  # does the work again for each lease
    change('if key in self.held:', 'if self.held.pop(key, None) and False:')
    change('"summary": f"', f'"usage": {{"at": time.time()}}, "summary": f"')
elif broken == "duplicate":  # forgets what is over
    change('if ids["lease"] in self.over or ids', "if ids")
elif broken == "refusals":  # heeds one outcome of four
    change('if kind == "in/control":  #', 'if kind == "in/control" and body.get("outcome", "accepted") != "rejected":  #')
elif broken == "past":  # obeys whoever speaks
    change('same and by["epoch"] < old["epoch"]', "False")
elif broken == "unreadable":  # one bad message, and it is gone
    change('"online", True  #', '"online", False  #')
elif broken == "messages":  # says more than can be read
    change('"slots": 1', '"slots": "many" if state == "draining" else 1')
elif broken == "restart":  # is always the first of its kind
    change("int(time.time() * 1000)", "1")
elif broken == "patience":  # does not say it again
    change('task.update(again=now + task["pause"]', 'task.update(again=now + 3600')
elif broken == "result":  # brings something else
    change('{"name": product["name"].rstrip("/")', '{"name": "other.txt"')
elif broken == "put":  # puts a range without asking how much is there
    change('if kind == "in/task": self.command(body, now)', 'if kind == "in/task": self.command(body, now), self.put(body)')
    change("    def renew(self):", """    def put(self, command):
        if "minimum_bytes" in command["inputs"]:
            self.send("out/put", json.dumps({"task": command["task"], "lease": command["lease"], "sha256": "0" * 64,
                "offset": 0, "size": 2_000_000, "content_base64": base64.b64encode(bytes(1000)).decode()}))

    def renew(self):""")
else:
    sys.exit(f"no agent breaks {broken}")
exec(compile(source, str(path), "exec"), {"__name__": "__main__"})
