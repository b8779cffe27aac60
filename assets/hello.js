// Remembers the theme, and keeps the list of connections as it is now. The page is whole without.
"use strict";
(() => {
  const root = document.documentElement;
  const remembered = () => { try { return localStorage.getItem("theme") } catch { return null } };
  const wear = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else root.dataset.theme = "auto";
  };
  wear(remembered());

  addEventListener("DOMContentLoaded", () => {
    for (const input of document.querySelectorAll("[name=theme]")) {
      input.checked = input.value === root.dataset.theme;
      input.addEventListener("change", () => {
        wear(input.value);
        try { localStorage.setItem("theme", input.value) } catch { /* then not */ }
      });
    }
    const list = document.getElementById("threads");
    if (list) watch(list, document.getElementById("pulse"));
  });

  // Time runs to the right, ten times as fast with every line: from 0.1 ms to ten minutes.
  const place = (ms) => `${100 * Math.min(Math.max(Math.log10(ms * 10) / Math.log10(6e6), 0), 1)}%`;

  function watch(list, pulse) {
    const made = (html) => {
      const template = document.createElement("template");
      template.innerHTML = html;
      for (const thread of template.content.children) {
        thread.began = performance.now() - thread.dataset.age;
      }
      return template.content;
    };
    const grow = () => {
      for (const thread of list.querySelectorAll(".open")) {
        const now = place(performance.now() - thread.began);
        for (const line of thread.querySelectorAll(".life, .now")) line.setAttribute("x2", now);
        for (const head of thread.querySelectorAll(".head, .halo")) head.setAttribute("cx", now);
      }
    };
    let source;
    const listen = () => {
      source = new EventSource(list.dataset.live);
      source.addEventListener("open", () => {
        pulse.textContent = pulse.dataset.live;
        pulse.classList.add("on");
      });
      source.addEventListener("error", () => {
        pulse.textContent = pulse.dataset.lost;
        pulse.classList.remove("on");
      });
      source.addEventListener("all", ({ data }) => list.replaceChildren(made(data)));
      source.addEventListener("thread", ({ data }) => {
        const fresh = made(data).firstElementChild;
        const old = document.getElementById(fresh.id);
        if (old) old.replaceWith(fresh);
        else {
          // Latest first, whatever order the news come in.
          const number = (thread) => Number(thread.id.slice(1));
          const next = [...list.children].find((thread) => number(thread) < number(fresh));
          fresh.classList.add("fresh");
          list.insertBefore(fresh, next ?? null);
        }
        while (list.children.length > list.dataset.most) list.lastElementChild.remove();
      });
    };
    // A browser has six connections to a server; a page that nobody looks at should hold none.
    const settle = () => {
      source?.close();
      source = undefined;
      if (!document.hidden) listen();
    };
    document.addEventListener("visibilitychange", settle);
    settle();
    for (const thread of list.children) thread.began = performance.now() - thread.dataset.age;
    setInterval(grow, 1000);
  }
})();
