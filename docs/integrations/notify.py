"""Tells a web hook of every question that is open: python3 notify.py mqtt://127.0.0.1:1883 https://example.org/hook"""
import json, sys, urllib.request
from urllib.parse import urlparse
import paho.mqtt.client as mqtt

broker, hook, told = urlparse(sys.argv[1]), sys.argv[2], set()

def message(client, userdata, message):
    decision = json.loads(message.payload or b"{}")  # an empty one: the question is answered
    if decision.get("status") != "open" or decision["decision"] in told: return
    text = f"{decision['question']}\nbaton decide {decision['run']} {decision['name']}=…"
    body = json.dumps({"text": text, "decision": decision}).encode()
    request = urllib.request.Request(hook, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()
    told.add(decision["decision"])  # not before it is told: what failed comes again with the next connection

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.enable_logger()
client.suppress_exceptions = True
client.on_connect = lambda client, *_: client.subscribe("baton/v1/default/decision/#", qos=1)
client.on_message = message
client.connect(broker.hostname, broker.port or 1883)
client.loop_forever()
