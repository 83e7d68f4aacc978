// A Baton agent: `work` is a stand-in to replace, the rest is docs/protocol.md, "What each side promises".
// It does one thing at a time, so it does not beat, and says so: its attempts are bound by their timeouts alone.
// cc -O2 -o agent agent.c -lmosquitto -lcjson      (Debian: libmosquitto-dev libcjson-dev)
// ./agent -r ROLE [-i ID] [-b mqtt://127.0.0.1:1883] [-n NAMESPACE]
#include <cjson/cJSON.h>
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#define FORMAT(text, ...) (snprintf(text, sizeof text, __VA_ARGS__), text)

static struct { char task[37], lease[37], key[37]; cJSON *command, *result; time_t again, pause; } held;  // or none
static char over[1024][37], me[300], orchestrator[300], store[129];  // over: the leases that ended last
static const char *role = "dev";
static long long epoch, their_epoch, ended;
static struct mosquitto *client;

static const char *text(const cJSON *json, const char *name) {
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
    return value ? value : "";
}
// Returns what a result may hold: summary, artifacts, facts, verdict, usage; or an error.
static cJSON *work(const cJSON *command) {
    cJSON *product, *outcome = cJSON_Parse("{\"summary\": \"a stand-in by agent.c\", \"artifacts\": []}");
    char path[300];
    cJSON_ArrayForEach(product, cJSON_GetObjectItem(command, "creates")) {
        cJSON *artifact = cJSON_CreateObject();
        const char *name = text(product, "name"), *slash = strrchr(name, '/');  // of a set of documents, one
        cJSON_AddStringToObject(artifact, "name", FORMAT(path, "%s%s", name, slash && !slash[1] ? "one.md" : ""));
        cJSON_AddStringToObject(artifact, "content", "# A document\n\n*A stand-in by agent.c.*\n");
        cJSON_AddItemToArray(cJSON_GetObjectItem(outcome, "artifacts"), artifact);
    }
    if (cJSON_HasObjectItem(command, "validates"))
        cJSON_AddItemToObject(outcome, "verdict", cJSON_Parse("{\"passed\": true, \"flagged\": []}"));
    return outcome;
}

static void send(const char *kind, const char *payload, bool retain) {
    char topic[400];
    mosquitto_publish(client, NULL, FORMAT(topic, "%s%s", me, kind), strlen(payload), payload, 1, retain);
}
static const char *presence(const char *state) {
    static char json[512];
    const char *form = "{\"state\":\"%s\",\"roles\":[\"%s\"],\"slots\":1,\"epoch\":%lld,\"beats\":false}";
    return FORMAT(json, form, state, role, epoch);
}
static void renew(void) {  // a new connection or orchestrator is told everything: presence, and the result again
    send("state", presence("online"), true), held.again = 0, held.pause = 30;
}

static void take(cJSON **command) {  // sets it to NULL when it is to be done
    const char *task = text(*command, "task"), *lease = text(*command, "lease");
    char json[400];
    const char *key = text(*command, "idempotency_key"), *form = "{\"task\":\"%s\",\"lease\":\"%s\",\"reason\":\"%s\"}";
    if (strlen(task) != 36 || strlen(lease) != 36 || strlen(key) != 36) return;
    for (int i = 0; i < 1024; i++) if (!strcmp(over[i], lease)) return;
    if (!strcmp(held.key, key))  // the same work, perhaps under another lease: done once, told again
        return (void)(strcmp(held.lease, lease) && (strcpy(held.lease, lease), held.again = 0, 1));
    bool is_ours = !strcmp(text(*command, "role"), role);
    const cJSON *document, *all = cJSON_GetObjectItem(*command, "requires");  // over 64 KiB without content: agent.py
    cJSON_ArrayForEach(document, all) is_ours &= cJSON_HasObjectItem(document, "content");
    if (*held.key || !is_ours)
        return send("out/decline", FORMAT(json, form, task, lease, is_ours ? "no free slot" : "not for me"), false);
    strcpy(held.task, task), strcpy(held.lease, lease), strcpy(held.key, key);
    held.command = *command, *command = NULL;
}
static void received(struct mosquitto *client, void *nothing, const struct mosquitto_message *message) {
    const char *kind = strcmp(message->topic, orchestrator) ? message->topic + strlen(me) : "";
    cJSON *body = cJSON_ParseWithLength(message->payload, message->payloadlen);
    const cJSON *by = *kind ? cJSON_GetObjectItem(body, "by") : body;
    const char *from = text(by, "store"), *lease = text(body, "lease");
    long long at = cJSON_GetNumberValue(cJSON_GetObjectItem(by, "epoch"));
    bool is_same = !strcmp(from, store), is_control = !strcmp(kind, "in/control");
    bool is_offline = !strcmp(text(body, "state"), "offline"), is_past = is_same ? at < their_epoch : is_control;
    if (!strcmp(kind, "state")) {  // the broker keeps it; a late will of our former self is corrected
        if (!body || is_offline) renew();
    } else if (*from && strlen(from) < sizeof store && !is_offline && !is_past) {
        bool is_new = *store && (!is_same || at != their_epoch);
        strcpy(store, from), their_epoch = at;
        if (is_new) renew();
        if (!strcmp(kind, "in/task")) take(&body);
        if (is_control && strlen(lease) == 36) {  // an ack or a cancel: either way the task is no longer ours
            strcpy(over[ended++ % 1024], lease);
            if (!strcmp(held.lease, lease))
                cJSON_Delete(held.result), cJSON_Delete(held.command), memset(&held, 0, sizeof held);
        }
    }
    cJSON_Delete(body);
}
static void connected(struct mosquitto *client, void *nothing, int code) {
    char inbox[400], own[400], *topics[] = {FORMAT(inbox, "%sin/+", me), FORMAT(own, "%sstate", me), orchestrator};
    if (!code) mosquitto_subscribe_multiple(client, NULL, 3, topics, 1, 0, NULL), renew();
}
static void do_task(void) {
    cJSON *outcome = work(held.command);
    cJSON_AddStringToObject(outcome, "status", cJSON_HasObjectItem(outcome, "error") ? "failed" : "completed");
    cJSON_AddStringToObject(outcome, "task", held.task);
    cJSON_Delete(held.command), held.command = NULL, held.result = outcome, held.again = 0, held.pause = 30;
}
static void send_result(void) {  // until it is acknowledged
    cJSON_DeleteItemFromObject(held.result, "lease"), cJSON_AddStringToObject(held.result, "lease", held.lease);
    char *payload = cJSON_PrintUnformatted(held.result);
    send("out/result", payload, false), cJSON_free(payload);
    held.again = time(NULL) + held.pause, held.pause = held.pause < 300 ? 2 * held.pause : 600;
}

int main(int count, char **words) {
    const char *id = "c-agent", *ns = "default", *broker = "";
    char host[256] = "127.0.0.1", topic[400], key[512];
    for (int o; (o = getopt(count, words, "r:i:b:n:")) > 0; )
        *(o == 'r' ? &role : o == 'i' ? &id : o == 'b' ? &broker : &ns) = optarg;
    int is_tls = !strncmp(broker, "mqtts:", 6), port = is_tls ? 8883 : 1883;
    sscanf(broker, "%*[a-z]://%255[^:/]:%d", host, &port);
    FORMAT(me, "baton/v1/%s/agent/%s/", ns, id), FORMAT(orchestrator, "baton/v1/%s/orchestrator/state", ns);
    epoch = time(NULL) * 1000LL, mosquitto_lib_init(), client = mosquitto_new(id, true, NULL);
    if (is_tls && mosquitto_tls_set(client, getenv("BATON_TLS_CA"), NULL, NULL, NULL, NULL)) return 1;
    FILE *file = fopen(getenv("BATON_PASSWORD_FILE") ?: "", "r");
    if (file && fgets(key, 512, file)) mosquitto_username_pw_set(client, getenv("BATON_USER") ?: id, strtok(key, "\n"));
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);  // or each message costs 40 ms
    mosquitto_will_set(client, FORMAT(topic, "%sstate", me), strlen(presence("offline")), presence("offline"), 1, true);
    mosquitto_connect_callback_set(client, connected), mosquitto_message_callback_set(client, received);
    mosquitto_connect(client, host, port, 3600);  // nothing is said while it works, which may take long
    while (true) {
        if (mosquitto_loop(client, 50, 1)) sleep(1), mosquitto_reconnect(client);
        if (held.command) do_task(); else if (held.result && held.again <= time(NULL)) send_result();
    }
}
