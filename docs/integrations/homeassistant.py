"""Runs and questions in Home Assistant, by its MQTT discovery: python3 homeassistant.py mqtt://127.0.0.1:1883

Home Assistant has to use the same broker. Each run that is open becomes a sensor, each question that can be answered by
a choice a select: choosing answers it. What is over goes away.
"""
import json, sys, time
from urllib.parse import urlparse
import paho.mqtt.client as mqtt

ROOT, PREFIX = "baton/v1/default", "homeassistant"
shown = set()  # the topics of what is there

def show(client, kind, id, config):
    topic = f"{PREFIX}/{kind}/baton/{id}/config"
    online = {"topic": f"{ROOT}/orchestrator/state", "value_template": "{{ value_json.state }}"}
    device = {"identifiers": ["baton"], "name": "Baton"}
    config |= {"unique_id": f"baton_{id}", "object_id": f"baton_{id}", "availability": [online], "device": device}
    client.publish(topic, json.dumps(config), qos=1, retain=True)
    shown.add(topic)

def hide(client, kind, id):
    topic = f"{PREFIX}/{kind}/baton/{id}/config"
    if topic in shown: client.publish(topic, b"", qos=1, retain=True)
    shown.discard(topic)

def run(client, row):
    if row["status"] in ("completed", "failed", "cancelled"): return hide(client, "sensor", row["run"])
    state = f"{ROOT}/run/{row['run']}/state"
    show(client, "sensor", row["run"], {
        "name": f"{row['title']}: {row['project']}", "icon": "mdi:progress-check",
        "state_topic": state, "value_template": "{{ value_json.phase }}, {{ value_json.status }}",
        "json_attributes_topic": state})

def question(client, decision):
    options, value = decision.get("options"), '"{{ value }}"'
    if decision["type"] == "boolean": options, value = ["yes", "no"], "{{ 'true' if value == 'yes' else 'false' }}"
    if not options: return  # a text, say: `baton decide` takes it
    answer = {"request_id": f"ha-{decision['decision']}", "type": "decide", "run": decision["run"],
              "decision": decision["decision"], "value": None}
    show(client, "select", decision["decision"], {
        "name": decision["question"][:200], "icon": "mdi:help-circle", "options": options,
        "command_topic": f"{ROOT}/req/homeassistant",
        "command_template": json.dumps(answer).replace("null", value)})

def connected(client, *_):
    client.subscribe(f"{PREFIX}/+/baton/+/config", qos=1)  # first of all what a former self has shown
    client.subscribe([(f"{ROOT}/{topic}", 1) for topic in ("runs", "decision/#", "rsp/homeassistant")])
    ask = {"request_id": f"open-{time.time_ns()}", "type": "get", "what": "decisions"}
    client.publish(f"{ROOT}/req/homeassistant", json.dumps(ask), qos=1)

def message(client, userdata, message):
    if message.topic.startswith(PREFIX):
        if message.payload: shown.add(message.topic)
    elif message.topic == f"{ROOT}/rsp/homeassistant":
        decisions = json.loads(message.payload).get("decisions")
        if decisions is None: return  # of an answer
        current = {decision["decision"] for decision in decisions if decision["status"] == "open"}
        for topic in list(shown):
            kind, _, id = topic.split("/")[1:4]
            if kind == "select" and id not in current: hide(client, kind, id)
    elif message.topic == f"{ROOT}/runs":
        for row in json.loads(message.payload)["runs"]: run(client, row)
    elif message.payload: question(client, json.loads(message.payload))
    else: hide(client, "select", message.topic.split("/")[-1])  # answered

broker = urlparse(sys.argv[1])
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.enable_logger()
client.suppress_exceptions = True
client.on_connect, client.on_message = connected, message
client.connect(broker.hostname, broker.port or 1883)
client.loop_forever()
