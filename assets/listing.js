
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
    if (form) follow(filter(form, document.getElementById("q"), document.getElementById("count")));
    addEventListener("keydown", move);
  });

  const folded = (text) => text.toLowerCase().replaceAll("ё", "е");
  const entries = () => document.getElementById("entries");
  const rows = () => [...entries()?.querySelectorAll("tbody tr, :scope > li") ?? []];
  const link = (row) => row.querySelector("a");

  // Puts another answer about the folder in the place of this one. The words of the count change where
  // they stand: readers of the screen hear of it.
  function put(main) {
    const fresh = main.cloneNode(true);
    const count = document.getElementById("count");
    const news = fresh.querySelector("#count");
    if (count.textContent !== news.textContent) count.textContent = news.textContent;
    const replace = (here, there) => {
      while (here.nextSibling) here.nextSibling.remove();
      while (there.nextSibling) here.parentNode.append(there.nextSibling);
    };
    const focused = document.activeElement.closest("#entries a")?.getAttribute("href");
    replace(count, news);
    replace(count.parentNode, news.parentNode);
    localize(count.parentNode.parentNode);
    if (focused) [...entries()?.querySelectorAll("a") ?? []].find((a) => a.getAttribute("href") === focused)?.focus();
  }

  // Asks for a page of this folder; nothing, if there is none, or another question is under way.
  let asking;
  async function ask(address) {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return { status: answer.status, main: page.querySelector("main:has(#search)") };
    } catch { /* another question is under way, or the server has gone */ }
  }

  // Filters what is there, and gives back what takes another answer in its place.
  function filter(form, input, count) {
    if (new URL(location).searchParams.has("q")) return put;
    if ("partial" in form.dataset) {
      // Most of it is not on this page: ask for what is wanted, one question at a time.
      let whole = document.querySelector("main").cloneNode(true);
      let wait;
      const look = async () => {
        const wanted = input.value.trim();
        if (!wanted) {
          asking?.abort();
          return put(whole);
        }
        const address = new URL(location);
        address.searchParams.delete("page");
        address.searchParams.set("q", wanted);
        address.searchParams.set("here", "");
        const answer = await ask(address);
        if (answer?.main) put(answer.main);
      };
      input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 150) });
      return (main) => {
        whole = main;
        look();
      };
    }
    let known, told = count.textContent;
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
    return (main) => {
      put(main);
      told = count.textContent;
      known = null;
      if (input.value) look();
    };
  }

  // Something has changed (`hello --live`): the list is taken again, and what was typed and chosen stays.
  // Where there is no list any more, or none yet, the page is loaded.
  function follow(take) {
    addEventListener("hello:changed", async (event) => {
      event.preventDefault();
      const answer = await ask(location.href);
      if (!answer || answer.status === 503) return;
      const isPartial = (main) => "partial" in main.querySelector("#search").dataset;
      if (!answer.main || isPartial(answer.main) !== isPartial(document)) location.reload();
      else take(answer.main);
    });
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
