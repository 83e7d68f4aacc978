/// The script of the pages: it asks for the page anew when there is something new, and puts in what has changed.
enum Script {
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">\
        <rect width="32" height="32" rx="7" fill="#1f5f8b"/>\
        <path d="M7 25L25 7" stroke="#fff" stroke-width="3" stroke-linecap="round"/>\
        <circle cx="9.5" cy="22.5" r="4" fill="#fff"/></svg>
        """

    static let text = #"""
        'use strict';
        (() => {
          const body = document.body;
          const offset = Number(body.dataset.now) - Date.now();
          const link = () => document.getElementById('link');
          const news = document.getElementById('news');
          // What the server sent last for each part, and which folds the person has opened or closed.
          const sent = new Map();
          const folds = new Map();

          const clock = (ms) => {
            const s = Math.max(0, Math.floor(ms / 1000));
            const two = (n) => String(n).padStart(2, '0');
            const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
            return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
          };
          const tick = () => {
            const now = Date.now() + offset;
            for (const t of document.querySelectorAll('time[data-since]')) {
              t.textContent = clock(now - Number(t.dataset.since));
            }
          };
          const local = (root) => {
            for (const t of root.querySelectorAll('time[data-at]')) {
              const d = new Date(Number(t.dataset.at));
              t.textContent = d.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
            }
          };

          // A part without what changes by itself.
          const essence = (part) => {
            const copy = part.cloneNode(true);
            for (const t of copy.querySelectorAll('time[data-since]')) t.textContent = '';
            return copy.outerHTML;
          };
          const focusKey = (el) => el && [el.tagName, el.getAttribute('href'), el.name, el.value,
            el.closest('details')?.dataset.key, el.closest('article')?.getAttribute('aria-labelledby')].join('|');

          const replace = (old, fresh) => {
            const active = old.contains(document.activeElement) ? document.activeElement : null;
            // Whoever is writing an answer is not disturbed.
            if (active && active.matches('input, textarea, select')) return false;
            const key = focusKey(active);
            for (const d of fresh.querySelectorAll('details[data-key]')) {
              const fold = folds.get(d.dataset.key);
              if (fold !== undefined) d.open = fold;
            }
            const scrolls = [...old.querySelectorAll('.lanes, .scroll')].map((el) => el.scrollLeft);
            const node = document.adoptNode(fresh);
            old.replaceWith(node);
            [...node.querySelectorAll('.lanes, .scroll')].forEach((el, i) => { el.scrollLeft = scrolls[i] || 0; });
            if (key) {
              const same = [...node.querySelectorAll('a, button, summary')].find((el) => focusKey(el) === key);
              if (same) same.focus({ preventScroll: true });
            }
            local(node);
            return true;
          };

          const filter = () => {
            const field = document.getElementById('filter');
            if (!field) return;
            const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
            for (const row of document.querySelectorAll('ul.runs > li')) {
              const text = row.textContent.toLowerCase();
              row.hidden = !words.every((w) => text.includes(w));
            }
          };

          let busy = false, again = false;
          const refresh = async () => {
            if (busy) { again = true; return; }
            busy = true;
            try {
              const url = new URL(location.href);
              url.searchParams.delete('done');
              const reply = await fetch(url, { credentials: 'same-origin', redirect: 'manual' });
              if (reply.type === 'opaqueredirect') { location.reload(); return; }
              if (!reply.ok) { say('no answer'); return; }
              const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
              for (const fresh of page.querySelectorAll('[data-part]')) {
                const old = document.getElementById(fresh.id);
                const text = essence(fresh);
                if (!old || sent.get(fresh.id) === text) continue;
                const said = fresh.dataset.said;
                const isNews = said && old.dataset.status !== fresh.dataset.status;
                if (replace(old, fresh)) {
                  sent.set(fresh.id, text);
                  if (isNews) news.textContent = said;
                }
              }
              filter();
              tick();
            } catch { say('no answer'); } finally {
              busy = false;
              // Not more often than a person can see.
              if (again) { again = false; setTimeout(refresh, 400); }
            }
          };
          const say = (word) => { if (link()) link().textContent = word; };

          const listen = () => {
            if (!body.dataset.events) return;
            const source = new EventSource(body.dataset.events);
            source.addEventListener('changed', refresh);
            source.addEventListener('error', () => {
              say('reconnecting');
              // A browser gives up when the server refuses it; try again later.
              if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
            });
            // A page that nobody looks at lets its stream go.
            const leave = () => { source.close(); };
            addEventListener('pagehide', leave, { once: true });
          };

          document.addEventListener('toggle', (event) => {
            const key = event.target.dataset?.key;
            if (key) folds.set(key, event.target.open);
          }, true);
          document.addEventListener('submit', (event) => {
            const question = event.target.dataset.confirm;
            if (question && !confirm(question)) event.preventDefault();
          });
          document.addEventListener('input', (event) => { if (event.target.id === 'filter') filter(); });
          document.addEventListener('keydown', (event) => {
            if (event.key === '/' && !event.target.closest('input, textarea, select')) {
              const field = document.getElementById('filter');
              if (field) { event.preventDefault(); field.focus(); }
            }
          });

          for (const part of document.querySelectorAll('[data-part]')) sent.set(part.id, essence(part));
          if (location.search.includes('done=')) {
            const url = new URL(location.href);
            url.searchParams.delete('done');
            history.replaceState(null, '', url);
          }
          local(document);
          setInterval(tick, 1000);
          listen();
        })();

        """#
}
