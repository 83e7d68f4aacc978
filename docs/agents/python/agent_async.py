"""A Baton agent with asyncio: `work` is a stand-in, the rest is docs/protocol.md, "What each side promises"."""
import argparse, asyncio, json, logging, os, signal, ssl, time, uuid
from urllib.parse import urlparse
import aiomqtt

FORM = "%s\n\n- To be written.\n\n| %s |\n|---|\n\n```\nnone\n```"  # a list, a table, a fence: whatever a type asks for
def text(parts, level=2):  # of an outline: what this role has to write, below the headings around it
    for part in parts:
        inner = list(text(part.get("sections", []), level + ("title" in part)))
        if not part.get("condition") and not part.get("repeatable") and (inner or part["required"]):
            if "title" in part: yield f"\n{'#' * level} {part['title']}\n"
            yield from [FORM % (*part.get("choices", [""])[:1], " | ".join(part.get("columns", ["Note"]))), *inner]

async def work(command):  # returns what a result may hold: summary, artifacts, facts, verdict, usage; may raise
    products = [p for p in command["creates"] + command.get("updates", []) if not p.get("optional")]
    def document(product):
        sections = text((product.get("template") or {}).get("outline", []))
        return {"name": product["name"].rstrip("/"), "content": "\n".join([
            f"# {product['name']}", "\n*A stand-in by agent_async.py: nobody has thought about this.*\n", *sections,
            f"\n{command['handoff']['instructions']}\n"])}
    return {"summary": f"a stand-in for {command['step']}", "artifacts": [document(product) for product in products],
            **({"verdict": {"passed": True, "flagged": []}} if command.get("validates") else {})}

class Agent:
    def __init__(self, id, role, broker, namespace):
        self.root, self.me, self.id, self.roles = f"baton/v1/{namespace}/", f"agent/{id}/", id, role
        self.held, self.over, self.by, self.epoch = {}, {}, {"store": None, "epoch": 0}, int(time.time() * 1000)
        self.url, self.client, self.state = urlparse(broker), None, "online"
        self.user, self.password, self.tls = self.url.username, self.url.password, None
        if file := os.environ.get("BATON_PASSWORD_FILE"):
            self.user, self.password = os.environ.get("BATON_USER", id), open(file).readline().strip()
        if self.url.scheme == "mqtts": self.tls = ssl.create_default_context(cafile=os.environ.get("BATON_TLS_CA"))
        self.port = self.url.port or (8883 if self.tls else 1883)

    def presence(self, state):
        return json.dumps({"state": state, "roles": self.roles, "slots": 1, "epoch": self.epoch})

    async def send(self, kind, text, retain=False):  # without a connection nothing: the next one is told what matters
        if self.client:
            try: await self.client.publish(self.root + self.me + kind, text, qos=1, retain=retain)
            except aiomqtt.MqttError as error: logging.warning("not sent: %s", error)

    async def serve(self):
        will = aiomqtt.Will(self.root + self.me + "state", self.presence("offline"), qos=1, retain=True)
        while True:
            try:
                async with aiomqtt.Client(self.url.hostname, self.port, identifier=self.id, will=will,
                                          username=self.user, password=self.password, tls_context=self.tls) as client:
                    for topic in (self.me + "in/+", self.me + "state", "orchestrator/state"):
                        await client.subscribe(self.root + topic, qos=1)
                    self.client = client
                    await self.renew()
                    async for message in client.messages:
                        try: await self.received(message)
                        except Exception as error: logging.error("not read: %r", error)  # it ends nothing
            except aiomqtt.MqttError as error: logging.warning("%s", error)
            finally: self.client = None
            await asyncio.sleep(1)

    async def renew(self):  # a new connection or orchestrator is told everything: presence, a beat, each result again
        await self.send("state", self.presence(self.state), retain=True)
        for task in self.held.values(): task.update(beat=0, again=0, pause=30)

    async def received(self, message):
        kind, now = str(message.topic).removeprefix(self.root).removeprefix(self.me), time.time()
        body = json.loads(message.payload or b'{"state": "offline"}')
        if kind == "state":  # the broker keeps it; a late will of our former self is corrected
            return await self.renew() if body["state"] == "offline" else None
        if kind == "in/artifact": return  # documents over 64 KiB are not fetched: see agent.py
        by, old = body if kind == "orchestrator/state" else body["by"], self.by
        same = by["store"] == old["store"]
        if body.get("state") == "offline" or same and by["epoch"] < old["epoch"]: return  # it is of the past
        if kind == "in/control" and not same: return  # it is of another orchestrator
        self.by = {"store": by["store"], "epoch": by["epoch"]}
        if old["store"] and old != self.by: await self.renew()
        if kind == "in/task": await self.command(body, now)
        if kind == "in/control":  # an ack or a cancel: either way the task is no longer ours
            self.over = {lease: at for lease, at in self.over.items() if at > now - 3600} | {body["lease"]: now}
            for key in [key for key, task in self.held.items() if task["ids"]["lease"] == body["lease"]]:
                self.held.pop(key)["running"].cancel()

    async def command(self, command, now):
        ids, key = {"task": command["task"], "lease": command["lease"]}, command["idempotency_key"]
        if ids["lease"] in self.over or ids == self.held.get(key, {}).get("ids"): return
        if key in self.held:  # the same work under another lease: done once, told again
            return self.held[key].update(ids=ids, beat=0, again=0)
        missing = [] if command["role"] in self.roles else [command["role"]]
        missing += [artifact["name"] for artifact in command["requires"] if "content" not in artifact]
        if missing or self.state != "online" or not all(task["result"] for task in self.held.values()):
            reason = "not for this agent" if missing else "no free slot"
            return await self.send("out/decline", json.dumps(ids | {"reason": reason, "missing": missing}))
        self.held[key] = task = {"ids": ids, "every": command["lease_ms"] / 3000, "beat": now + 0.15, "result": None,
                                 "again": 0, "pause": 30}
        task["running"] = asyncio.create_task(self.run(command, task))

    async def run(self, command, task):
        try: task["result"] = {"status": "completed", **await work(command)}
        except Exception as e: task["result"] = {"status": "failed", "error": {"code": "error", "message": repr(e)}}

    async def tick(self):
        now = time.time()
        for task in list(self.held.values()):
            if task["result"] and task["again"] <= now:  # until it is acknowledged
                task.update(again=now + task["pause"], pause=min(2 * task["pause"], 600))
                await self.send("out/result", json.dumps(task["result"] | task["ids"]))
        if any(task["beat"] <= now for task in self.held.values()):  # one message renews every lease
            for task in self.held.values(): task["beat"] = now + task["every"]
            held = [task["ids"] for task in self.held.values()]
            await self.send("out/beat", json.dumps({"epoch": self.epoch, "held": held}))

    async def main(self):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, setattr, self, "state", "draining")
        serving = asyncio.create_task(self.serve())
        while self.state == "online" and not serving.done(): await self.tick(), await asyncio.sleep(0.05)
        await self.renew()  # it says that it drains, and finishes what it has
        while self.held: await self.tick(), await asyncio.sleep(0.05)
        self.state = "offline"
        await self.renew()
        serving.cancel()

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    parser = argparse.ArgumentParser(description="A Baton agent that writes stand-ins.")
    parser.add_argument("--role", action="append", required=True, help="may be given several times")
    parser.add_argument("--id", default=f"async-{uuid.uuid4().hex[:8]}")
    parser.add_argument("--broker", default="mqtt://127.0.0.1:1883")
    parser.add_argument("--namespace", default="default")
    asyncio.run(Agent(**vars(parser.parse_args())).main())
