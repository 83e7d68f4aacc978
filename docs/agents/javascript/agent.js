#!/usr/bin/env node
// A Baton agent: `work` is a stand-in to replace, the rest is docs/protocol.md, "What each side promises".
"use strict"
const mqtt = require("mqtt") // Debian: apt-get install node-mqtt; elsewhere: npm install mqtt@4
const { parseArgs } = require("node:util")
const { readFileSync } = require("node:fs")

const { values: options } = parseArgs({ options: {
    role: { type: "string", multiple: true }, id: { type: "string", default: `js-${process.pid}` },
    broker: { type: "string", default: "mqtt://127.0.0.1:1883" }, namespace: { type: "string", default: "default" },
} })
if (!options.role) { console.error("usage: agent.js --role ROLE [--id ID] [--broker URL]"); process.exit(2) }

// A section's text in the form that its type asks for, and of an outline what this role has to write.
function body({ instruction = "To be written.", type, columns = ["Note"], choices }) {
    const words = instruction.replace(/\s+/g, " "), row = cells => `| ${cells.join(" | ")} |`
    return {
        "bullet-list": `- ${words}`, "numbered-list": `1. ${words}`, checklist: `- [ ] ${words}`,
        code: `\`\`\`\n${words}\n\`\`\``, mermaid: `\`\`\`mermaid\n${words}\n\`\`\``, choice: choices?.[0],
        table: [columns, columns.map(() => "---"), columns.map(() => words)].map(row).join("\n"),
    }[type] ?? words
}
function text(parts = [], level = 2) {
    return parts.filter(part => !part.condition && !part.repeatable).map(part => {
        const inner = text(part.sections, level + ("title" in part)), hashes = "#".repeat(level)
        if (!part.required && !inner) return ""
        return (part.title ? `\n${hashes} ${part.title}\n` : "") + `\n${body(part)}\n${inner}`
    }).join("")
}

// Returns what a result may hold: summary, artifacts, facts, verdict, usage; may throw. `signal` tells of a cancel.
async function work(command, signal) {
    const products = [...command.creates, ...(command.updates ?? [])].filter(product => !product.optional)
    const artifacts = products.map(({ name, template }) => ({
        name: name.replace(/\/$/, ""),
        content: `# ${name}\n\n*A stand-in by agent.js: nobody has thought.*\n${text(template?.outline)}\n`
            + `${command.handoff.instructions}\n`,
    }))
    const verdict = command.validates?.length ? { verdict: { passed: true, flagged: [] } } : {}
    return { summary: `a stand-in for ${command.step}`, artifacts, ...verdict }
}

const root = `baton/v1/${options.namespace}/`, me = `agent/${options.id}/`
const epoch = Date.now() // grows with every start
const held = new Map() // by idempotency key: what is being done, and results that nobody has acknowledged
const over = new Map() // leases that have ended, for an hour
let state = "online", by = null

const presence = state => JSON.stringify({ state, roles: options.role, slots: 1, epoch, beats: true, schema: 1 })
const { BATON_USER: user = options.id, BATON_PASSWORD_FILE: password, BATON_TLS_CA: authority } = process.env
const client = mqtt.connect(options.broker, {
    ...(password && { username: user, password: readFileSync(password, "utf8").split("\n")[0] }),
    ...(authority && { ca: readFileSync(authority) }),
    clientId: options.id, clean: true, reconnectPeriod: 1000, resubscribe: false,
    will: { topic: root + me + "state", payload: presence("offline"), qos: 1, retain: true },
})

function send(kind, payload, retain = false) { // without a connection nothing: the next one is told what matters
    if (client.connected) client.publish(root + me + kind, payload, { qos: 1, retain })
}

function renew() { // a new connection or orchestrator is told everything: presence, a beat, each result again
    send("state", presence(state), true)
    for (const task of held.values()) Object.assign(task, { beat: 0, again: 0, pause: 30_000 })
}

client.on("error", error => console.error(error.message))
client.on("connect", () => {
    client.stream.setNoDelay?.(true) // or each message costs 40 ms
    client.subscribe([me + "in/+", me + "state", "orchestrator/state"].map(topic => root + topic), { qos: 1 })
    renew()
})
client.on("message", (topic, payload) => {
    try { received(topic.replace(root, "").replace(me, ""), payload) } catch (error) { console.error(error) }
})

function received(kind, payload) {
    const body = JSON.parse(payload.length ? payload : '{"state": "offline"}'), now = Date.now()
    if (kind === "state") return body.state === "offline" ? renew() : undefined // a late will of our former self
    if (kind === "in/artifact") return // documents over 64 KiB are not fetched: see agent.py
    const who = kind === "orchestrator/state" ? body : body.by, same = by?.store === who.store
    if (body.state === "offline" || (same && who.epoch < by.epoch)) return // it is of the past
    if (kind === "in/control" && !same) return // it is of another orchestrator
    const isNew = by && !(same && by.epoch === who.epoch)
    by = { store: who.store, epoch: who.epoch }
    if (isNew) renew()
    if (kind === "in/task") command(body, now)
    if (kind === "in/control") { // an ack or a cancel: either way the task is no longer ours
        for (const [lease, at] of over) if (at < now - 3_600_000) over.delete(lease)
        over.set(body.lease, now)
        for (const [key, task] of held) {
            if (task.ids.lease === body.lease) { task.abort.abort(); held.delete(key) }
        }
    }
}

function command(command, now) {
    const ids = { task: command.task, lease: command.lease }, known = held.get(command.idempotency_key)
    if (over.has(ids.lease) || known?.ids.lease === ids.lease) return
    if (known) return void Object.assign(known, { ids, beat: 0, again: 0 }) // the same work, done once: told again
    const missing = command.requires.filter(document => document.content === undefined).map(({ name }) => name)
    if (!options.role.includes(command.role)) missing.push(command.role)
    if (missing.length || state !== "online" || [...held.values()].some(task => !task.result)) {
        const reason = missing.length ? "not for this agent" : "no free slot"
        return send("out/decline", JSON.stringify({ ...ids, reason, missing }))
    }
    const abort = new AbortController()
    const task = { ids, every: command.lease_ms / 3, beat: now + 150, again: 0, pause: 30_000, abort }
    held.set(command.idempotency_key, task)
    work(command, abort.signal).then(
        outcome => { task.result = { status: "completed", ...outcome } },
        error => { task.result = { status: "failed", error: { code: "error", message: String(error) } } }).then(tick)
}

function tick() {
    const now = Date.now(), tasks = [...held.values()]
    for (const task of tasks) {
        if (!task.result || task.again > now) continue
        send("out/result", JSON.stringify({ ...task.result, ...task.ids })) // until it is acknowledged
        Object.assign(task, { again: now + task.pause, pause: Math.min(2 * task.pause, 600_000) })
    }
    if (tasks.some(task => task.beat <= now)) { // one message renews every lease
        send("out/beat", JSON.stringify({ epoch, held: tasks.map(task => task.ids) }))
        for (const task of tasks) task.beat = now + task.every
    }
    if (state === "draining" && held.size === 0) {
        state = "offline"
        const goodbye = () => client.end(() => process.exit(0))
        client.publish(root + me + "state", presence("offline"), { qos: 1, retain: true }, goodbye)
    }
}

process.on("SIGTERM", () => { state = "draining"; renew() }) // killed, it leaves by its will
setInterval(tick, 50)
