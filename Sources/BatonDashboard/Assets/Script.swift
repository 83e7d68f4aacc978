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
          // The digest of what stands in each part, and which folds the person has opened or closed.
          const has = new Map();
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

          const digests = (root) => new Map(
            (root.dataset.parts || '').split(' ').filter(Boolean).map((word) => word.split(':')));
          const focusKey = (el) => el && [el.tagName, el.id || el.getAttribute('href'), el.name, el.value,
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

          // How a run was: `at` in the address. The slider says which event, and the page is fetched for it.
          const slider = () => document.getElementById('at');
          const isPast = () => new URL(location.href).searchParams.has('at');
          const showMoment = (field) => {
            const text = `${field.value} of ${field.max}`;
            document.getElementById('at-text').textContent = text;
            field.setAttribute('aria-valuetext', `event ${text}`);
          };
          const goTo = (event) => {
            const field = slider();
            const at = Math.min(Math.max(1, event), Number(field.max));
            field.value = at;
            showMoment(field);
            const url = new URL(location.href);
            if (at < Number(field.max)) url.searchParams.set('at', at); else url.searchParams.delete('at');
            window.history.replaceState(null, '', url);
            refresh();
          };

          let busy = false, again = false;
          const refresh = async () => {
            if (busy) { again = true; return; }
            busy = true;
            try {
              const url = new URL(location.href);
              url.searchParams.delete('done');
              const reply = await fetch(url, {
                credentials: 'same-origin', redirect: 'manual',
                headers: { 'Baton-Parts': [...has].map((pair) => pair.join(':')).join(' ') },
              });
              if (reply.type === 'opaqueredirect') { location.reload(); return; }
              if (!reply.ok) { say('no answer'); return; }
              const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
              const now = digests(page.body);
              for (const fresh of page.querySelectorAll('[data-part]')) {
                const old = document.getElementById(fresh.id);
                if (!old) continue;
                const said = fresh.dataset.said;
                const isNews = said && old.dataset.status !== fresh.dataset.status;
                if (replace(old, fresh)) {
                  has.set(fresh.id, now.get(fresh.id));
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
            // What was does not change.
            source.addEventListener('changed', () => { if (!isPast()) refresh(); });
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
          document.addEventListener('input', (event) => {
            if (event.target.id === 'filter') filter();
            if (event.target === slider()) showMoment(event.target);
          });
          document.addEventListener('change', (event) => {
            if (event.target === slider()) goTo(Number(event.target.value));
          });
          document.addEventListener('click', (event) => {
            const link = event.target.closest?.('a[data-step]');
            if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            goTo(Number(slider().value) + Number(link.dataset.step));
          });
          document.addEventListener('keydown', (event) => {
            if (event.key === '/' && !event.target.closest('input, textarea, select')) {
              const field = document.getElementById('filter');
              if (field) { event.preventDefault(); field.focus(); }
            }
          });

          for (const [id, digest] of digests(body)) has.set(id, digest);
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
