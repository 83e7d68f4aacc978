"""A Baton agent in Python: `work` is a stand-in to replace, the rest is docs/protocol.md, "What each side promises"."""
import argparse, base64, hashlib, json, logging, os, queue, signal, socket, threading, time, uuid
from urllib.parse import urlparse
import paho.mqtt.client as mqtt

FORM = "%s\n\n- To be written.\n\n| %s |\n|---|\n\n```\nnone\n```"  # a list, a table, a fence: whatever a type asks for
def text(parts, level=2):  # of an outline: what this role has to write, below the headings around it
    for part in parts:
        inner = list(text(part.get("sections", []), level + ("title" in part)))
        if not part.get("condition") and not part.get("repeatable") and (inner or part["required"]):
            if "title" in part: yield f"\n{'#' * level} {part['title']}\n"
            yield from [FORM % (*part.get("choices", [""])[:1], " | ".join(part.get("columns", ["Note"]))), *inner]

def work(command):  # returns what a result may hold: summary, artifacts, facts, verdict, usage; may raise
    def document(product):
        return {"name": product["name"].rstrip("/"), "content": "\n".join([
            f"# {product['name']}", "\n*A stand-in by agent.py: nobody has thought about this.*\n",
            *(f"- {name}: {value}" for name, value in command["inputs"].items()),
            *text((product.get("template") or {}).get("outline", [])), f"\n{command['handoff']['instructions']}\n"])}
    products = [p for p in command["creates"] + command.get("updates", []) if not p.get("optional")]
    return {"summary": f"a stand-in for {command['step']}", "artifacts": [document(product) for product in products],
            **({"verdict": {"passed": True, "flagged": []}} if command.get("validates") else {})}

class Agent:
    def __init__(self, id, role, broker, namespace):
        self.root, self.me, self.roles, self.lock = f"baton/v1/{namespace}/", f"agent/{id}/", role, threading.RLock()
        self.held, self.over, self.by, self.epoch = {}, {}, {"store": None, "epoch": 0}, int(time.time() * 1000)
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=id, protocol=mqtt.MQTTv311)
        self.client.enable_logger()
        self.state, self.client.suppress_exceptions = "online", True  # what cannot be read is logged, and ends nothing
        self.client.on_connect, self.client.on_message = self.connected, self.received
        self.client.on_socket_open = lambda c, u, s: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client.will_set(self.root + self.me + "state", self.presence("offline"), qos=1, retain=True)
        url, password = urlparse(broker), os.environ.get("BATON_PASSWORD_FILE")
        secret = open(password).readline().strip() if password else url.password
        if secret: self.client.username_pw_set(os.environ.get("BATON_USER", url.username or id), secret)
        if url.scheme == "mqtts": self.client.tls_set(os.environ.get("BATON_TLS_CA"))
        self.client.connect_async(url.hostname, url.port or (8883 if url.scheme == "mqtts" else 1883), keepalive=30)

    def presence(self, state): return json.dumps({"state": state, "roles": self.roles, "slots": 1, "epoch": self.epoch})

    def send(self, kind, text, retain=False):  # without a connection nothing: the next one is told what matters
        if self.client.is_connected(): self.client.publish(self.root + self.me + kind, text, qos=1, retain=retain)

    def connected(self, client, userdata, flags, reason, properties):
        client.subscribe([(self.root + t, 1) for t in (self.me + "in/+", self.me + "state", "orchestrator/state")])
        self.renew()

    def renew(self):  # a new connection or orchestrator is told everything: presence, a beat, each result again
        with self.lock:
            self.send("state", self.presence(self.state), retain=True)
            for task in self.held.values(): task.update(beat=0, again=0, pause=30)

    def received(self, client, userdata, message):
        kind, now = message.topic.removeprefix(self.root).removeprefix(self.me), time.time()
        with self.lock:
            body = json.loads(message.payload or b'{"state": "offline"}')
            if kind == "in/artifact":
                return [task["ranges"].put(body) for task in self.held.values() if task["ids"]["task"] == body["task"]]
            if kind == "state":  # the broker keeps it; a late will of our former self is corrected
                return self.renew() if body["state"] == "offline" else None
            by, old = body if kind == "orchestrator/state" else body["by"], self.by
            same = by["store"] == old["store"]
            if body.get("state") == "offline" or same and by["epoch"] < old["epoch"]: return  # it is of the past
            if kind == "in/control" and not same: return  # it is of another orchestrator
            self.by = {"store": by["store"], "epoch": by["epoch"]}
            if old["store"] and old != self.by: self.renew()
            if kind == "in/task": self.command(body, now)
            if kind == "in/control":  # an ack or a cancel: either way the task is no longer ours
                self.over = {old: at for old, at in self.over.items() if at > now - 3600} | {body["lease"]: now}
                self.held = {key: task for key, task in self.held.items() if task["ids"]["lease"] != body["lease"]}

    def command(self, command, now):
        ids, key = {"task": command["task"], "lease": command["lease"]}, command["idempotency_key"]
        if ids["lease"] in self.over or ids == self.held.get(key, {}).get("ids"): return
        if key in self.held:  # the same work under another lease: done once, told again
            self.held[key].update(ids=ids, beat=0, again=0)
        elif command["role"] not in self.roles:
            self.send("out/decline", json.dumps(ids | {"reason": "not my role", "missing": [command["role"]]}))
        elif self.state != "online" or not all(task["result"] for task in self.held.values()):
            self.send("out/decline", json.dumps(ids | {"reason": "no free slot"}))
        else:
            self.held[key] = {"ids": ids, "every": command["lease_ms"] / 3000, "beat": now + 0.15, "result": None,
                              "again": 0, "pause": 30, "ranges": queue.Queue()}
            threading.Thread(target=self.run, args=(command, self.held[key]), daemon=True).start()

    def run(self, command, task):
        try:
            for artifact in command["requires"]:
                if "content" not in artifact: artifact["content"] = self.fetch(artifact, task)
            task["result"] = {"status": "completed", **work(command)}
        except Exception as e: task["result"] = {"status": "failed", "error": {"code": "error", "message": repr(e)}}
        self.tick()

    def fetch(self, artifact, task):  # a document that was too large to come along
        content = b""
        while len(content) < artifact["size"]:
            wanted = {"sha256": artifact["sha256"], "offset": len(content), "length": 262144}
            self.send("out/get", json.dumps(task["ids"] | wanted))
            part = task["ranges"].get(timeout=30)
            if "error" in part: raise RuntimeError(part["error"])
            if part["offset"] == len(content): content += base64.b64decode(part["content_base64"])
        if hashlib.sha256(content).hexdigest() != artifact["sha256"]: raise RuntimeError("not what was announced")
        return content.decode()

    def tick(self):
        with self.lock:
            now = time.time()
            for task in self.held.values():
                if task["result"] and task["again"] <= now:  # until it is acknowledged
                    self.send("out/result", json.dumps(task["result"] | task["ids"]))
                    task.update(again=now + task["pause"], pause=min(2 * task["pause"], 600))
            if any(task["beat"] <= now for task in self.held.values()):  # one message renews every lease
                self.send("out/beat", json.dumps({"epoch": self.epoch, "held": [t["ids"] for t in self.held.values()]}))
                for task in self.held.values(): task["beat"] = now + task["every"]

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    parser = argparse.ArgumentParser(description="A Baton agent that writes stand-ins.")
    parser.add_argument("--role", action="append", required=True, help="may be given several times")
    parser.add_argument("--id", default=f"python-{uuid.uuid4().hex[:8]}")
    parser.add_argument("--broker", default="mqtt://127.0.0.1:1883")
    parser.add_argument("--namespace", default="default")
    agent = Agent(**vars(parser.parse_args()))
    agent.client.loop_start()
    signal.signal(signal.SIGTERM, lambda *_: setattr(agent, "state", "draining"))  # killed, it leaves by its will
    while agent.state == "online": time.sleep(0.05), agent.tick()
    agent.renew()  # it says so, and finishes what it has
    while agent.held: time.sleep(0.05), agent.tick()
    agent.state = "offline"
    agent.client.publish(agent.root + agent.me + "state", agent.presence("offline"), 1, True).wait_for_publish(5)
    agent.client.disconnect()
