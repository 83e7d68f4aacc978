# `make help` lists what there is to make.

# Every recipe is one bash script that stops at the first error.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help
# Programs that are measured or shipped have Swift's own libraries in them: they run where no Swift is, and every call
# into the runtime (an eighth of what a step costs) goes there directly.
release := -c release --static-swift-stdlib

PREFIX ?= /usr/local

.PHONY: help deps build install test brokers browser demo lint bench fuzz simulate chaos clean

# Debian keeps the broker where the PATH of ordinary users does not look.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

help: ## this list
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: ## install what is missing of the broker and the C libraries (Debian: with apt-get)
	command -v swift >/dev/null || {
	    echo "Baton needs Swift 6.2 or later, and there is no swift on the PATH: https://www.swift.org/install" >&2
	    exit 1
	}
	missing=()
	need() { local package=$$1; shift; "$$@" >/dev/null 2>&1 || missing+=("$$package"); }
	need mosquitto command -v mosquitto
	need mosquitto-clients command -v mosquitto_pub
	need jq command -v jq
	need curl command -v curl
	need sqlite3 command -v sqlite3
	need pkg-config command -v pkg-config
	need libmosquitto-dev pkg-config --exists libmosquitto
	need libsqlite3-dev pkg-config --exists sqlite3
	need libyaml-dev pkg-config --exists yaml-0.1
	need python3-venv python3 -c 'import ensurepip, venv'
	# For the tests of the agents in C and JavaScript.
	need gcc command -v cc
	need libcjson-dev pkg-config --exists libcjson
	need nodejs command -v node
	need node-mqtt test -d /usr/share/nodejs/mqtt
	# For the tests of `baton watch` in a terminal.
	need tmux command -v tmux
	[ $${#missing[@]} -gt 0 ] || exit 0
	command -v apt-get >/dev/null || {
	    echo "missing: $${missing[*]} (the names of Debian's packages); install them and try again" >&2
	    exit 1
	}
	as_root=()
	if [ "$$(id -u)" -ne 0 ]; then
	    command -v sudo >/dev/null || {
	        echo "missing: $${missing[*]}; run as root: apt-get install $${missing[*]}" >&2
	        exit 1
	    }
	    as_root=(sudo)
	fi
	echo "missing: $${missing[*]}"
	echo "+ $${as_root[*]+$${as_root[*]} }apt-get update && apt-get install $${missing[*]}"
	"$${as_root[@]}" apt-get update -qq
	"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$${missing[@]}"
	# Debian's package starts a broker on port 1883 and at every boot. Baton starts its own; nobody asked for that one.
	if [[ " $${missing[*]} " == *" mosquitto "* ]]; then
	    echo "turning off the system service that came with the package mosquitto (Baton starts its own broker)"
	    if [ -d /run/systemd/system ]; then
	        "$${as_root[@]}" systemctl disable --now mosquitto.service
	    else
	        "$${as_root[@]}" update-rc.d mosquitto disable
	        "$${as_root[@]}" service mosquitto stop || true
	    fi
	fi

build: deps ## build the program: .build/debug/baton
	swift build --product baton

install: deps ## install the program, its manual page and completions below PREFIX (default /usr/local)
	swift build $(release) --product baton
	install -D -m 755 .build/release/baton "$(DESTDIR)$(PREFIX)/bin/baton"
	share="$(DESTDIR)$(PREFIX)/share"
	mkdir -p "$$share/bash-completion/completions" "$$share/zsh/site-functions" "$$share/fish/vendor_completions.d"
	mkdir -p "$$share/man/man1"
	.build/release/baton man > "$$share/man/man1/baton.1"
	.build/release/baton --generate-completion-script bash > "$$share/bash-completion/completions/baton"
	.build/release/baton --generate-completion-script zsh > "$$share/zsh/site-functions/_baton"
	.build/release/baton --generate-completion-script fish > "$$share/fish/vendor_completions.d/baton.fish"

test: deps ## run all tests, those against a real broker included
	swift build --product baton
	# One after the other: what waits for others (brokers, servers, processes) has a second to answer, and does not
	# share two threads with what computes for a minute, or with the test of a model that answers while all threads are
	# busy. The end-to-end tests, with leases of a second, have the machine for themselves.
	waiting='BatonAgentTests|BatonClientTests|BatonMQTTTests'
	swift test --disable-xctest --skip "EndToEndTests|BatonModelTests|$$waiting"
	swift test --disable-xctest --skip-build --filter BatonModelTests
	swift test --disable-xctest --skip-build --filter "$$waiting"
	swift test --disable-xctest --skip-build --filter EndToEndTests

brokers: deps ## install NATS, RabbitMQ and ejabberd (Debian, 60 MB), and run the heart of the tests on each
	command -v apt-get >/dev/null || { echo "needs apt-get; docs/brokers.md says what is tried" >&2; exit 1; }
	missing=()
	for package in nats-server rabbitmq-server ejabberd; do
	    dpkg -s "$$package" >/dev/null 2>&1 || missing+=("$$package")
	done
	if [ $${#missing[@]} -gt 0 ]; then
	    as_root=()
	    [ "$$(id -u)" -eq 0 ] || as_root=(sudo)
	    echo "+ $${as_root[*]+$${as_root[*]} }apt-get install $${missing[*]}"
	    # Their packages start services at once; the tests start their own, on free ports.
	    guard=$$(mktemp) && printf '#!/bin/sh\nexit 101\n' >"$$guard" && chmod 755 "$$guard"
	    kept=yes; [ -e /usr/sbin/policy-rc.d ] || { kept=; "$${as_root[@]}" cp "$$guard" /usr/sbin/policy-rc.d; }
	    "$${as_root[@]}" apt-get update -qq
	    "$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
	        "$${missing[@]}" || failed=yes
	    [ -n "$$kept" ] || "$${as_root[@]}" rm -f /usr/sbin/policy-rc.d
	    rm -f "$$guard"
	    [ -z "$${failed:-}" ]
	fi
	swift build --product baton
	BATON_BROKERS=1 swift test --disable-xctest --filter BrokersTests

browser: deps ## install Chromium and its driver (Debian, 400 MB), and try the dashboard in it
	command -v apt-get >/dev/null || { echo "needs apt-get, for chromium and chromium-driver" >&2; exit 1; }
	missing=()
	command -v chromium >/dev/null || missing+=(chromium)
	command -v chromedriver >/dev/null || missing+=(chromium-driver)
	if [ $${#missing[@]} -gt 0 ]; then
	    as_root=()
	    [ "$$(id -u)" -eq 0 ] || as_root=(sudo)
	    echo "+ $${as_root[*]+$${as_root[*]} }apt-get install $${missing[*]}"
	    "$${as_root[@]}" apt-get update -qq
	    "$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
	        "$${missing[@]}"
	fi
	swift build --product baton
	BATON_BROWSER=1 swift test --disable-xctest --filter 'Browser(Start|Load)?Tests'

demo: build ## run a whole project from idea to launch with stand-in agents
	.build/debug/baton demo greenfield-fullstack

lint: ## check the format of all Swift code
	swift format lint --strict --recursive Sources Tests Package.swift

bench: deps ## measure, beside a bare echo through the same broker
	swift run $(release) Benchmarks

fuzz: deps ## feed mutations of workflows and expressions to the loader, for ten minutes (FOR=seconds SEED=number)
	swift run $(release) Fuzz --seconds $(or $(FOR),600) $(if $(SEED),--seed $(SEED))

simulate: deps ## live through simulated histories, until one breaks a promise (SEED=number RUNS=number TRACE=1)
	swift run $(release) Simulate --runs $(or $(RUNS),1000) $(if $(SEED),--seed $(SEED)) $(if $(TRACE),--trace)

chaos: deps ## kill everything at random under real runs, and audit what is left (MINUTES=60 RUNS=200 SEED=number)
	swift build $(release) --product baton
	swift build $(release) --product Chaos
	.build/release/Chaos --minutes $(or $(MINUTES),5) --runs $(or $(RUNS),40) $(if $(SEED),--seed $(SEED))

clean: ## remove what was built
	swift package clean
