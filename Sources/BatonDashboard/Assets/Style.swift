/// The style of the pages.
enum Style {
    static let text = basics + layout + runs + papers

    /// Colours, by light and dark, and what every page has.
    private static let basics = #"""
        :root {
          color-scheme: light dark;
          --bg: #f5f6f8; --card: #ffffff; --ink: #1b2430; --soft: #566273; --line: #d9dee6; --accent: #1f5f8b;
          --on-accent: #ffffff; --accent-soft: #e2eef6;
          --ok: #1d7044; --ok-soft: #e0f2e7; --go: #1f5f8b; --go-soft: #e2eef6; --wait: #765508; --wait-soft: #faf0d3;
          --bad: #b3261e; --bad-soft: #fbe6e4; --ask: #97400a; --ask-soft: #fdebdb; --off: #566273;
            --off-soft: #e9ecf1;
          --radius: 10px; --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --bg: #12161c; --card: #1b212a; --ink: #e6eaf0; --soft: #a3adbb; --line: #313a47; --accent: #7cc0ee;
            --on-accent: #0d1a24; --accent-soft: #1c3142;
            --ok: #7fd6a3; --ok-soft: #173326; --go: #7cc0ee; --go-soft: #1c3142; --wait: #e6c667;
            --wait-soft: #352c12;
            --bad: #ff9d94; --bad-soft: #40201d; --ask: #ffb27a; --ask-soft: #402712; --off: #a3adbb;
            --off-soft: #29303a;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--bg); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
        }
        a { color: var(--accent); text-underline-offset: .15em; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        main:focus { outline: none; }
        code, pre { font-family: var(--mono); font-size: .9em; }
        h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
        h3 { font-size: .95rem; margin: 1.25rem 0 .5rem; }
        p { margin: .25rem 0; }
        ul, ol { margin: 0; padding: 0; }
        .sr, .skip:not(:focus) {
          position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
        }
        .skip:focus { position: fixed; top: .5rem; left: .5rem; z-index: 9; padding: .5rem 1rem;
            background: var(--card); }
        .what, .meta, .time { color: var(--soft); font-size: .875rem; }
        .empty { color: var(--soft); }
        [hidden] { display: none !important; }
        button, input, select, textarea { font: inherit; color: inherit; }
        button {
          min-height: 2.5rem; padding: .35rem 1rem; border: 1px solid var(--accent); border-radius: 8px;
          background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer;
        }
        button:hover { filter: brightness(1.08); }
        .controls button { background: transparent; color: var(--accent); }
        .controls .cancel { border-color: var(--bad); color: var(--bad); }
        input:not([type=hidden]), select, textarea {
          min-height: 2.5rem; width: 100%; padding: .35rem .6rem; border: 1px solid var(--soft); border-radius: 8px;
          background: var(--card);
        }
        label { display: block; flex: 1 1 14rem; font-size: .875rem; color: var(--soft); }
        .icon { width: 1em; height: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; }
        .icon path, .icon circle { stroke-linecap: round; stroke-linejoin: round; }
        .icon .fill { fill: currentColor; }
        .icon .thick { stroke-width: 3; }

        """#

    /// The frame of a page and its parts.
    private static let layout = #"""
        .top {
          position: sticky; top: 0; z-index: 5; display: flex; align-items: center; gap: .25rem 1.5rem;
            flex-wrap: wrap;
          padding: .6rem max(1rem, calc((100vw - 76rem) / 2)); background: var(--card);
          border-bottom: 1px solid var(--line);
        }
        .brand {
          display: flex; align-items: center; gap: .5rem; color: var(--ink); font-weight: 700; font-size: 1.1rem;
          text-decoration: none;
        }
        .brand svg { width: 1.6rem; fill: var(--accent); stroke: var(--accent); stroke-width: 3;
            stroke-linecap: round; }
        .top nav { display: flex; gap: .25rem; }
        .top nav a { padding: .3rem .7rem; border-radius: 8px; color: var(--ink); text-decoration: none; }
        .top nav a[aria-current] { background: var(--accent-soft); font-weight: 600; }
        .standing { display: flex; align-items: center; gap: .5rem; margin: 0 0 0 auto; font-size: .875rem; }
        .standing .ns { color: var(--soft); font-family: var(--mono); }
        .dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--bad); }
        .dot.up { background: var(--ok); }
        .dot.down { border-radius: 0; }
        main { max-width: 78rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
        section, .headline {
          margin-bottom: 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line);
          border-radius: var(--radius);
        }
        .headline { display: grid; gap: .35rem; background: none; border: 0; padding: .25rem 0 .5rem; }
        .figures { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; }
        .figures li {
          padding: .4rem .9rem; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius);
          color: var(--soft);
        }
        .figures b { color: var(--ink); font-size: 1.25rem; margin-right: .15rem;
            font-variant-numeric: tabular-nums; }
        .figures .alarm, .figures .alarm b { border-color: var(--ask); color: var(--ask); }
        .badge {
          display: inline-flex; align-items: center; gap: .35rem; padding: .1rem .6rem; border-radius: 999px;
          font-size: .8125rem; font-weight: 600; white-space: nowrap; color: var(--off); background: var(--off-soft);
        }
        .badge.s-running { color: var(--go); background: var(--go-soft); }
        .badge.s-completed, .badge.s-provided { color: var(--ok); background: var(--ok-soft); }
        .badge.s-attention { color: var(--ask); background: var(--ask-soft); }
        .badge.s-failed { color: var(--bad); background: var(--bad-soft); }
        .badge.s-waiting, .badge.s-paused { color: var(--wait); background: var(--wait-soft); }
        .state { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .75rem; }
        progress {
          appearance: none; width: 11rem; max-width: 40vw; height: .5rem; border: 0; border-radius: 99px;
            overflow: hidden;
          background: var(--line);
        }
        progress::-webkit-progress-bar { background: var(--line); }
        progress::-webkit-progress-value { background: var(--accent); }
        progress::-moz-progress-bar { background: var(--accent); }
        .pct { font-variant-numeric: tabular-nums; font-weight: 600; }
        .reason { color: var(--ask); font-size: .875rem; overflow-wrap: anywhere; }
        .notice, .failure {
          margin-bottom: 1rem; padding: .6rem 1rem; border-radius: var(--radius); background: var(--ok-soft);
            color: var(--ok);
        }
        .failure { background: var(--bad-soft); color: var(--bad); }
        .controls { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
        .inside { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: .25rem; font-size: .875rem; }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .9rem; }
        th, td { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left;
            vertical-align: top; }
        thead th { color: var(--soft); font-size: .8125rem; white-space: nowrap; }
        tbody th { font-weight: 600; }
        .plain { list-style: none; }
        .login { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; max-width: 34rem; }

        """#

    /// Runs, questions, plan and timeline.
    private static let runs = #"""
        .tools { margin-bottom: .75rem; }
        .filter { display: flex; align-items: center; gap: .75rem; max-width: 34rem; }
        .filter label { flex: none; }
        .count { color: var(--soft); font-weight: 400; }
        .runs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
            gap: .75rem; list-style: none; }
        .run {
          padding: .75rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--off); border-radius: 8px;
          content-visibility: auto; contain-intrinsic-size: auto 7rem;
        }
        .run.s-running { border-left-color: var(--go); }
        .run.s-attention { border-left-color: var(--ask); }
        .run.s-completed { border-left-color: var(--ok); }
        .run.s-failed { border-left-color: var(--bad); }
        .run.s-paused { border-left-color: var(--wait); }
        .run a { display: flex; justify-content: space-between; gap: .75rem; text-decoration: none;
            overflow-wrap: anywhere; }
        .run .id { flex: none; color: var(--soft); font: .8125rem var(--mono); }
        .run progress { width: 5rem; flex: 1 1 4rem; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr));
            gap: .75rem; }
        .question { padding: .75rem 1rem; background: var(--ask-soft); border-left: 4px solid var(--ask);
            border-radius: 8px; }
        .question .ask { font-weight: 600; overflow-wrap: anywhere; }
        .question .from { font-size: .875rem; }
        .question .meta, .question label { color: var(--ink); }
        .answer { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem; margin-top: .6rem; }
        .item, .tally {
          margin-left: .35rem; padding: 0 .4rem; border: 1px solid var(--line); border-radius: 6px;
            font-size: .8125rem;
          color: var(--soft);
        }
        .question .item { border-color: var(--ask); color: inherit; }
        #why { border-color: var(--ask); }
        .causes { display: grid; gap: .6rem; list-style: none; }
        .causes b, .causes span { display: block; overflow-wrap: anywhere; }
        .causes span { color: var(--soft); font-size: .875rem; white-space: pre-wrap; }
        .lanes { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(11.25rem, 1fr); gap: .75rem;
            overflow-x: auto; list-style: none; }
        .lane { padding: .75rem; background: var(--bg); border-radius: 8px; border-top: 4px solid var(--line);
            min-width: 0; }
        .lane.reached { border-top-color: var(--ok); }
        .lane.current { border-top: 4px double var(--accent); }
        .lane h3 { margin: 0; text-transform: capitalize; }
        .steps { display: grid; gap: .4rem; list-style: none; margin-top: .5rem; }
        .steps .steps { margin-left: .4rem; padding-left: .6rem; border-left: 2px solid var(--line); }
        .step { font-size: .9rem; overflow-wrap: anywhere; }
        .lane > .steps > .step { padding: .45rem .6rem; background: var(--card); border: 1px solid var(--line);
            border-radius: 8px; }
        .step.s-pending .name, .step.s-skipped .name { color: var(--soft); font-weight: 400; }
        .step.s-running { border-color: var(--go) !important; }
        .step.s-attention, .step.s-failed { border-color: var(--ask) !important; }
        .step.s-skipped .reason { color: var(--soft); }
        .step .name { font-weight: 600; }
        .step .title { margin-left: .4rem; color: var(--soft); }
        .step .meta { margin-left: 1.45rem; }
        .step .reason { margin-left: 1.45rem; }
        .step .docs { display: flex; flex-wrap: wrap; gap: .1rem .6rem; margin-left: 1.45rem; font-size: .8125rem; }
        .mark { display: inline-block; margin-right: .45rem; vertical-align: -.1em; color: var(--soft); }
        .mark.s-running { color: var(--go); }
        .mark.s-completed, .mark.s-provided { color: var(--ok); }
        .mark.s-attention { color: var(--ask); }
        .mark.s-failed { color: var(--bad); }
        .mark.s-waiting { color: var(--wait); }
        summary { cursor: pointer; }
        .legend, .people { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin-bottom: .75rem;
            list-style: none; font-size: .875rem; }
        .people { margin: .75rem 0 0; color: var(--soft); }
        .people b { color: var(--ink); }
        .legend i { display: inline-block; width: 1.1rem; margin-right: .4rem; vertical-align: middle; }
        i.k-work { height: .8rem; background: var(--go); border-radius: 2px; }
        i.k-wait { height: .25rem; background: var(--wait); }
        i.k-ask { height: .5rem; border: 2px solid var(--ask); }
        .bars { list-style: none; display: grid; gap: .15rem; }
        .bars li { display: grid; grid-template-columns: minmax(7rem, 15rem) 1fr; align-items: center; gap: .75rem; }
        .bars .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .8125rem; }
        .bars svg { width: 100%; height: .95rem; background: var(--bg); border-radius: 3px; }
        .bars .k-work { fill: var(--go); }
        .bars .k-wait { fill: var(--wait); }
        .bars .k-ask { fill: var(--ask-soft); stroke: var(--ask); stroke-width: 2;
            vector-effect: non-scaling-stroke; }
        .axis { display: flex; justify-content: space-between; margin-left: calc(min(15rem, 100%) + .75rem);
            font-size: .75rem; color: var(--soft); }

        """#

    /// Documents, handoffs, history, and small screens.
    private static let papers = #"""
        .handoffs, .log { display: grid; gap: .35rem; list-style: none; }
        .handoffs ul { margin: .25rem 0 .25rem 1.25rem; }
        .handoffs details > .doc { margin: .5rem 0; padding-left: .75rem; border-left: 3px solid var(--line); }
        .handoffs, .log { max-height: 32rem; overflow-y: auto; }
        .log { font-size: .875rem; }
        .log li { display: grid; grid-template-columns: 4.5rem 1fr; gap: .5rem; }
        .log time { color: var(--soft); font-family: var(--mono); text-align: right; }
        .log span { display: block; overflow-wrap: anywhere; }
        .versions { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem 1rem; font-size: .875rem; }
        .versions ol { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; }
        .versions li a { display: block; min-width: 2rem; padding: .15rem .5rem; border: 1px solid var(--line);
            border-radius: 6px; text-align: center; text-decoration: none; }
        .versions a[aria-current] { background: var(--accent); color: var(--on-accent); }
        .paper { padding: 1.5rem clamp(1rem, 4vw, 3rem); background: var(--card); border: 1px solid var(--line);
            border-radius: var(--radius); }
        .doc { overflow-wrap: anywhere; }
        .paper.doc { max-width: 54rem; font-size: 1rem; line-height: 1.65; }
        .doc > :first-child { margin-top: 0; }
        .doc h2 { font-size: 1.5rem; margin: 1.5rem 0 .5rem; line-height: 1.25; }
        .doc h3 { font-size: 1.2rem; margin: 1.5rem 0 .5rem; }
        .doc h4, .doc h5, .doc h6 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
        .doc p, .doc ul, .doc ol, .doc pre, .doc table, .doc blockquote { margin: 0 0 .75rem; }
        .doc ul, .doc ol { padding-left: 1.5rem; }
        .doc li { margin: .15rem 0; }
        .doc code { padding: .1em .3em; background: var(--off-soft); border-radius: 4px; }
        .doc pre code { padding: 0; background: none; }
        .doc pre { padding: .75rem 1rem; background: var(--bg); border: 1px solid var(--line); border-radius: 8px;
            overflow-x: auto; }
        .doc .front { color: var(--soft); }
        .doc blockquote { padding-left: 1rem; border-left: 4px solid var(--line); color: var(--soft); }
        .doc hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0; }
        .doc .dead { text-decoration: underline dotted; }
        .task { padding: 0 .4rem; border: 1px solid var(--line); border-radius: 6px; font-size: .75rem;
            color: var(--soft); }
        .task.done { color: var(--ok); border-color: var(--ok); }
        .moments { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; }
        .moments label { flex: none; color: var(--ink); }
        .moments input[type=range] { flex: 1 1 16rem; width: auto; min-height: 2.5rem; padding: 0; border: 0;
            accent-color: var(--accent); }
        .moments output { min-width: 7rem; font-variant-numeric: tabular-nums; }
        .past { padding: .6rem 1rem; background: var(--wait-soft); border-left: 4px double var(--wait);
            border-radius: 8px; }
        .past .event span { display: block; color: var(--ink); font-size: .875rem; overflow-wrap: anywhere; }
        .start { display: grid; gap: 1rem; }
        fieldset { min-width: 0; margin: 0; padding: .75rem 1.25rem 1rem; background: var(--card);
            border: 1px solid var(--line); border-radius: var(--radius); }
        legend { padding: 0 .4rem; font-weight: 700; }
        .field { display: grid; gap: .2rem; margin: .75rem 0; max-width: 54rem; }
        .field label { color: var(--ink); font-weight: 600; }
        .hint { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
        .wrong { color: var(--bad); font-size: .875rem; font-weight: 600; }
        .field [aria-invalid] { border-color: var(--bad); border-width: 2px; }
        .check input:not([type=hidden]) { width: auto; min-height: 0; margin-right: .4rem; }
        .check label { color: var(--ink); }
        .failure ul { padding-left: 1.25rem; overflow-wrap: anywhere; }
        .about { max-width: 54rem; white-space: pre-line; overflow-wrap: anywhere; }
        .looked { list-style: none; margin: .25rem 0; padding: 0; }
        .draft { max-height: 20rem; margin: .5rem 0; padding: .5rem .75rem; overflow: auto; white-space: pre-wrap;
          overflow-wrap: anywhere; background: var(--bg); border: 1px solid var(--line); border-radius: 8px; }
        .source, .diff { margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
        .diff ins, .diff del, .diff b, .diff span { display: inline-block; width: 100%; text-decoration: none; }
        .diff ins { background: var(--ok-soft); color: var(--ok); }
        .diff del { background: var(--bad-soft); color: var(--bad); }
        .diff b { margin-top: .5rem; color: var(--soft); font-weight: 400; }
        @media (max-width: 46rem) {
          html { scroll-padding-top: 8rem; }
          main { padding: .75rem .75rem 3rem; }
          section { padding: .85rem; }
          .lanes { grid-auto-flow: row; grid-auto-columns: auto; overflow: visible; }
          .bars li { grid-template-columns: 1fr; gap: 0; }
          .axis { margin-left: 0; }
          .log li { grid-template-columns: 3.5rem 1fr; }
          .state .time { flex-basis: 100%; }
        }
        @media (prefers-reduced-motion: no-preference) {
          html { scroll-behavior: smooth; }
          .badge.s-running .icon, .mark.s-running .icon { animation: pulse 2s ease-in-out infinite; }
          @keyframes pulse { 50% { opacity: .45; } }
        }
        @media print { .top, .controls, form, .inside, .filter { display: none; } }

        """#
}
