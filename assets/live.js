// Keeps a page in step with the files that it is made of (`hello --live`, docs/live.md). hello adds
// it to pages and listens for nothing but the address below; it shows nothing.
(() => {
  const LIVE = "/.hello/live";
  const [RETRY_MS, RETRY_MS_MAX] = [500, 5000];
  // As many as a browser remembers that were loaded for a page (Resource Timing §5.2).
  const KEPT_RESOURCES = 250;
  // The state of the files that this page was made of.
  let state = document.currentScript?.dataset.state ?? "";
  let source = null;
  let retry = RETRY_MS;

  // A page in a frame leaves it to the outermost one, for browsers have few connections for us.
  let frames = null;
  try {
    frames = top.helloLiveFrames ??= new Set();
  } catch {
    // The outermost page is a stranger's.
  }

  const pathOf = (address) => {
    const { origin, pathname } = new URL(address, location);
    if (origin !== location.origin) return null;
    try {
      return decodeURIComponent(pathname);
    } catch {
      return pathname;
    }
  };

  // Styles on their way in, by those that they replace.
  const coming = new Map();

  // Takes a style again; the old one stays until the new one is there, so that nothing flashes.
  const swap = (link, now) => {
    coming.get(link)?.remove();
    const fresh = link.cloneNode();
    const address = new URL(link.href);
    address.searchParams.set("hello-live", now);
    fresh.href = address;
    fresh.onload = fresh.onerror = () => {
      coming.delete(link);
      link.remove();
    };
    coming.set(link, fresh);
    link.after(fresh);
  };

  // Takes changed styles again, those of these paths or all; false if that takes a reload.
  const restyle = (paths, now) => {
    const fresh = new Set(coming.values());
    const links = [...document.querySelectorAll("link[rel~=stylesheet][href]")].filter(
      (link) => !fresh.has(link) && pathOf(link.href) !== null,
    );
    const named = links.filter((link) => paths.includes(pathOf(link.href)));
    const linked = new Set(named.map((link) => pathOf(link.href)));
    const resources = performance.getEntriesByType("resource");
    // Loaded, but by no link: by another style, or by a script.
    const elsewhere = resources.filter(({ name }) => {
      const path = pathOf(name);
      return paths.includes(path) && !linked.has(path);
    });
    const isAny = paths.length === 0 || resources.length >= KEPT_RESOURCES;
    if (isAny || elsewhere.length > 0) {
      const byLinks = elsewhere.every(({ initiatorType }) => ["link", "css"].includes(initiatorType));
      const imports = [...document.querySelectorAll("style")].some((style) =>
        style.textContent.includes("@import"));
      if (!byLinks || imports) return false;
      for (const link of links) swap(link, now);
      return links.length > 0 || elsewhere.length === 0;
    }
    for (const link of named) swap(link, now);
    return true;
  };

  const hear = ({ data }) => {
    retry = RETRY_MS;
    const told = JSON.parse(data);
    let reload = told.reload;
    // A page that can bring itself up to date (the list of a folder) says so, and is left alone.
    const happened = reload || told.styles;
    if (happened && !dispatchEvent(new CustomEvent("hello:changed", { cancelable: true }))) {
      state = told.state;
      return;
    }
    if (told.styles) {
      for (const restyleFrame of [restyle, ...(frames ?? [])]) {
        // A frame that is gone throws, and wants nothing.
        try {
          reload = !restyleFrame(told.styles, told.state) || reload;
        } catch {}
      }
    }
    state = told.state;
    if (reload && !wasReloadedFor(state)) {
      leave();
      location.reload();
    }
  };

  // A page that comes out of somebody's store is as old after a reload: one is enough.
  const wasReloadedFor = (now) => {
    const [key, value] = ["hello-live", `${now} ${location.href}`];
    try {
      if (sessionStorage.getItem(key) === value) return true;
      sessionStorage.setItem(key, value);
    } catch {
      // Nothing can be kept here.
    }
    return false;
  };

  const leave = () => {
    source?.close();
    source = null;
  };

  // A hidden page gives its connection back, and hears what it missed when it is looked at again.
  const follow = () => {
    if (document.hidden || source) return;
    source = new EventSource(`${LIVE}?since=${encodeURIComponent(state)}`);
    source.onmessage = hear;
    // Browsers give up on a server that is away; this page waits for it to come back.
    source.onerror = () => {
      leave();
      setTimeout(follow, retry);
      retry = Math.min(retry * 1.5, RETRY_MS_MAX);
    };
  };

  if (frames && self !== top) {
    frames.add(restyle);
    return;
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", follow);
  follow();
})();
