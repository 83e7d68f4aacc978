#!/bin/sh
# A Baton agent: `work` is a stand-in to replace, the rest is docs/protocol.md, "What each side promises".
# Needs mosquitto_sub, mosquitto_pub (Debian: mosquitto-clients) and jq.
role='' id="sh-$$" broker=mqtt://127.0.0.1:1883 namespace=default
while [ $# -gt 1 ]; do
    case $1 in --role) role=$2 ;; --id) id=$2 ;; --broker) broker=$2 ;; --namespace) namespace=$2 ;; *) break ;; esac
    shift 2
done
[ "$role" ] && [ $# -eq 0 ] || { echo "usage: $0 --role ROLE [--id ID] [--broker URL] [--namespace NAME]" >&2; exit 2; }

work() { # reads the command, prints what a result may hold: summary, artifacts, facts, verdict, usage; may fail
    jq '. as $command | {
        summary: "a stand-in for \(.step)",
        artifacts: [.creates + (.updates // []) | .[] | select(.optional | not) | {
            name: .name | rtrimstr("/"),
            content: "# \(.name)\n\n*A stand-in by agent.sh.*\n\n\($command.handoff.instructions)\n"
        }]
    } + if .validates then {verdict: {passed: true, flagged: []}} else {} end'
}

root="baton/v1/$namespace" me="baton/v1/$namespace/agent/$id" epoch="$(date +%s)000" by_store='' by_epoch=0
dir=$(mktemp -d) && mkdir "$dir/held" "$dir/over" && mkfifo "$dir/inbox" && export XDG_CONFIG_HOME="$dir" || exit 1
options() { # broker, user, password file: the options of mosquitto_sub or mosquitto_pub, which `ps` is not to show
    case $1 in mqtts:*) port=8883 ca=$BATON_TLS_CA ;; *) port=1883 ca='' ;; esac
    address=${1#*://} && case $address in *:*) port=${address##*:} ;; esac
    printf '%s\n' "-h ${address%:*}" "-p $port" ${ca:+"--cafile $ca"} ${3:+"-u $2" "-P $(head -n 1 "$3")"}
}
user=${BATON_USER:-$id} file=${BATON_PASSWORD_FILE-}
options "$broker" "$user" "$file" >"$dir/mosquitto_sub"
options "${BATON_OUT_BROKER-$broker}" "${BATON_OUT_USER-$user}" "${BATON_OUT_PASSWORD_FILE-$file}" >"$dir/mosquitto_pub"
be() { echo "$1" >"$dir/$1" && mv "$dir/$1" "$dir/state"; } # starting, online, leaving, draining, offline
be starting && trap 'be leaving' TERM INT

send() { # kind, retained?; the payload comes from the standard input
    text=$(tr -d '\n') # more than once, since where a login is one connection, two at once end one of them
    for _ in 1 2 3; do printf %s "$text" | mosquitto_pub -q 1 -t "$me/$1" -s ${2:+--retain} && break || sleep 0.3; done
}
presence() {
    jq -cn --arg state "$1" --arg role "$role" --argjson epoch "$epoch" \
        '{state: $state, roles: [$role], slots: 1, epoch: $epoch, beats: true, schema: 1}'
}

renew() { # a new connection or orchestrator is told everything: presence, a beat, each result again
    presence "$(sed s/leaving/draining/ "$dir/state")" | send state retained
    for task in "$dir"/held/*/; do rm -f "$task/beaten" "$task/again" "$task/pause"; done
}

received() { # topic, payload
    case $1 in
        "$me/state") # the broker keeps it; a late will of our former self is corrected
            if [ "$(cat "$dir/state")" = starting ]; then be online; fi
            case $2 in *'"offline"'* | '') renew ;; esac
            return ;;
        "$me/in/artifact" | '') return ;; # documents over 64 KiB are not fetched: see agent.py
    esac
    who=$(printf '%s' "$2" | jq -er '.by // . | "\(.epoch | numbers) \(.store | strings) \(.state)"')
    new_epoch=${who%% *} new_store=${who#* } state=${who##* }
    new_store=${new_store% *}
    if [ -z "$who" ] || [ "$state" = offline ]; then return; fi
    if [ "$new_store" != "$by_store" ]; then
        if [ "$1" = "$me/in/control" ]; then return; fi # it is of another orchestrator
    elif [ "$new_epoch" -lt "$by_epoch" ]; then return; fi # it is of the past
    old="$by_store:$by_epoch" by_store=$new_store by_epoch=$new_epoch
    if [ "$old" != :0 ] && [ "$old" != "$by_store:$by_epoch" ]; then renew; fi
    case $1 in
        "$me/in/task") take "$2" ;;
        "$me/in/control") # an ack or a cancel: either way the task is no longer ours
            lease=$(printf '%s' "$2" | jq -er '.lease | strings') || return
            : >"$dir/over/${lease##*/}"
            for task in "$dir"/held/*/; do if grep -qs "$lease" "$task/ids"; then rm -rf "$task"; fi; done
            find "$dir/over" -type f -mmin +60 -exec rm -f {} + ;;
    esac
}

take() { # a command
    ids=$(printf '%s' "$1" | jq -ec 'select(.task and .lease) | {task, lease}') || return
    key=$(printf '%s' "$1" | jq -er '.idempotency_key | select(test("^[0-9a-fA-F-]+$"))') || return
    lease=$(printf '%s' "$ids" | jq -r .lease) task="$dir/held/$key"
    if [ -e "$dir/over/${lease##*/}" ] || grep -qs "$lease" "$task/ids"; then return; fi
    if [ -d "$task" ]; then # the same work under another lease: done once, told again
        echo "$ids" >"$task/ids" && rm -f "$task/beaten" "$task/again"
        return
    fi
    busy=$(for other in "$dir"/held/*/; do if [ -d "$other" ] && [ ! -e "$other/result" ]; then echo busy; fi; done)
    if [ -n "$busy" ] || [ "$(cat "$dir/state")" != online ] || ! printf '%s' "$1" |
        jq -e --arg role "$role" '.role == $role and all(.requires[]; .content)' >/dev/null; then
        echo "$ids" | jq -c '. + {reason: "no free slot, or not for this agent"}' | send out/decline
        return
    fi
    mkdir "$task" && echo "$ids" >"$task/ids" && printf '%s' "$1" >"$task/command"
    jq '.lease_ms / 3000 | floor' "$task/command" >"$task/every"
    { # beside the reading of messages
        work <"$task/command" >"$task/work" && jq -c '{status: "completed"} + .' "$task/work" >"$task/done" ||
            echo '{"status": "failed", "error": {"code": "error", "message": "work failed"}}' >"$task/done"
        mv "$task/done" "$task/result"
    } 2>/dev/null 3<&- &
}

number() { n=''; read -r n 2>/dev/null <"$1"; echo "${n:-$2}"; } # the number in a file, or another
tick() {
    now=$(date +%s) beat=''
    for task in "$dir"/held/*/; do
        if [ ! -e "$task/ids" ]; then continue; fi
        if [ "$((now + 1))" -ge "$(number "$task/beaten" 0)" ]; then beat=yes; fi
        # Until it is acknowledged:
        if [ -e "$task/result" ] && [ "$now" -ge "$(number "$task/again" 0)" ]; then
            pause=$(number "$task/pause" 30)
            echo "$((now + pause))" >"$task/again"
            echo "$((pause > 300 ? 600 : pause * 2))" >"$task/pause"
            jq -cs 'add' "$task/result" "$task/ids" | send out/result
        fi
    done 2>/dev/null
    if [ -n "$beat" ]; then # one message renews every lease
        for task in "$dir"/held/*/; do echo "$((now + $(number "$task/every" 0)))" >"$task/beaten"; done 2>/dev/null
        cat "$dir"/held/*/ids 2>/dev/null | jq -cs --argjson epoch "$epoch" '{epoch: $epoch, held: .}' | send out/beat
    fi
    case $(cat "$dir/state") in
        starting) presence offline | send state retained ;; # until our own connection hears it, and corrects it
        leaving) be draining && renew ;;                    # says so, and finishes what it has
        draining) if [ -z "$(ls "$dir/held")" ]; then be offline && renew && kill "$reader"; fi ;;
    esac
}

# One connection that stays, with the will; what is published goes by others, under names of their own.
mosquitto_sub -i "$id" -q 1 -k 30 -F '%t %p' --will-topic "$me/state" \
    --will-payload "$(presence offline)" --will-qos 1 --will-retain \
    -t "$me/in/+" -t "$me/state" -t "$root/orchestrator/state" >"$dir/inbox" &
reader=$!
exec 3<"$dir/inbox"
(while kill -0 $$ && kill -0 $reader; do tick; sleep 0.3; done; kill -9 $reader; rm -rf "$dir") 2>/dev/null 3<&- &
while kill -0 $reader 2>/dev/null; do if read -r topic payload <&3; then received "$topic" "$payload"; fi; done
