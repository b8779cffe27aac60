
// Filters while one types, moves with the arrows, tells times in the reader's own zone, remembers
// the theme. The page is whole without.
"use strict";
(() => {
  const root = document.documentElement;
  const wear = (theme) => { root.dataset.theme = ["light", "dark"].includes(theme) ? theme : "auto" };
  try { wear(localStorage.getItem("theme")) } catch { wear() }

  const localize = (within) => {
    for (const time of within.querySelectorAll("time")) {
      const date = new Date(time.dateTime);
      if (Number.isNaN(date.getTime())) continue;
      const two = (number) => String(number).padStart(2, "0");
      time.title = time.dateTime;
      time.textContent = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `
        + `${two(date.getHours())}:${two(date.getMinutes())}`;
    }
  };

  addEventListener("DOMContentLoaded", () => {
    for (const input of document.querySelectorAll("[name=theme]")) {
      input.checked = input.value === root.dataset.theme;
      input.addEventListener("change", () => {
        wear(input.value);
        try { localStorage.setItem("theme", input.value) } catch { /* then not */ }
      });
    }
    localize(document);
    const form = document.getElementById("search");
    if (form) filter(form, document.getElementById("q"), document.getElementById("count"));
    addEventListener("keydown", move);
  });

  const folded = (text) => text.toLowerCase().replaceAll("ё", "е");
  const entries = () => document.getElementById("entries");
  const rows = () => [...entries()?.querySelectorAll("tbody tr, :scope > li") ?? []];
  const link = (row) => row.querySelector("a");

  function filter(form, input, count) {
    const told = count.textContent;
    const isFound = new URL(location).searchParams.has("q");
    if ("partial" in form.dataset && !isFound) {
      // Most of it is not on this page: ask for what is wanted, one question at a time.
      const whole = document.querySelector("main").cloneNode(true);
      let asking, wait;
      const replace = (main) => {
        const fresh = main.cloneNode(true);
        // The words of the count change where they stand: readers of the screen hear of it.
        const news = fresh.querySelector("#count");
        count.textContent = news.textContent;
        while (count.nextSibling) count.nextSibling.remove();
        while (news.nextSibling) count.parentNode.append(news.nextSibling);
        const list = fresh.querySelector("#entries, .empty");
        document.querySelector("#entries, .empty").replaceWith(list);
        document.querySelector(".pages")?.remove();
        const pages = fresh.querySelector(".pages");
        if (pages) list.after(pages);
        localize(list);
      };
      const ask = async () => {
        asking?.abort();
        const wanted = input.value.trim();
        if (!wanted) return replace(whole);
        asking = new AbortController();
        const address = new URL(location);
        address.searchParams.delete("page");
        address.searchParams.set("q", wanted);
        address.searchParams.set("here", "");
        try {
          const answer = await fetch(address, { signal: asking.signal, headers: { accept: "text/html" } });
          if (!answer.ok) return;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          replace(page.querySelector("main"));
        } catch { /* another question is under way, or the server has gone */ }
      };
      input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 150) });
      return;
    }
    if (isFound) return;
    let known;
    const look = () => {
      known ??= rows().map((row) => [row, folded(link(row).textContent)]);
      const wanted = folded(input.value.trim());
      let shown = 0;
      for (const [row, name] of known) {
        const fits = name.includes(wanted);
        if (row.hidden === fits) row.hidden = !fits;
        shown += fits;
      }
      count.textContent = wanted
        ? form.dataset.shown.replace("#", shown).replace("#", known.length) : told;
    };
    input.addEventListener("input", look);
    // A browser that comes back to the page remembers what was typed.
    if (input.value) look();
  }

  // The slash begins to filter; arrows go through what is left; from one file to the next sideways.
  function move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const input = document.getElementById("q");
    const inText = event.target.matches("input:not([type=radio]), textarea");
    if (event.key === "/" && input && !inText) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && event.target === input && input.value) {
      input.value = "";
      input.dispatchEvent(new Event("input"));
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && entries()) {
      const links = rows().filter((row) => !row.hidden).map(link);
      const at = links.findIndex((a) => a.closest("tr, li").contains(document.activeElement));
      if (at < 0 && event.target !== input) return;
      const next = event.key === "ArrowDown" ? links[at + 1] : at > 0 ? links[at - 1] : input;
      if (!next) return;
      event.preventDefault();
      next.focus();
    } else if (["ArrowLeft", "ArrowRight"].includes(event.key) && !entries() && event.target === document.body) {
      document.querySelector(event.key === "ArrowLeft" ? "a[rel=prev]" : "a[rel=next]")?.click();
    }
  }
})();
