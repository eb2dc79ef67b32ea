"use strict";
(() => {
  const every = 2000;
  const columns = () => [...document.querySelectorAll(".scroll")];
  const chosen = () => document.querySelector(".message.chosen") || document.querySelector(location.hash ? "[id='" + CSS.escape(decodeURIComponent(location.hash.slice(1))) + "']" : ":not(*)");
  const atBottom = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const listen = () => {
    const choice = document.querySelector("#as");
    if (choice) choice.addEventListener("change", () => choice.form.submit());
  };
  const settle = () => {
    for (const box of document.querySelectorAll(".scroll.latest-last")) {
      box.scrollTop = box.scrollHeight;
      const last = [...box.querySelectorAll(".message")].at(-1);
      if (last && last.offsetHeight > box.clientHeight) last.scrollIntoView({ block: "start" });
    }
    const message = chosen();
    if (!message) return;
    const pane = message.closest(".scroll");
    const tall = pane && message.offsetHeight > pane.clientHeight;
    message.scrollIntoView({ block: tall ? "start" : "center" });
  };
  let version = document.documentElement.dataset.version;
  const refresh = async () => {
    const answer = await fetch(location.href, { cache: "no-store" });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = columns().map((box) => [box.scrollTop, box.classList.contains("latest-last") && atBottom(box)]);
    for (const part of ["nav", "main"]) {
      const old = document.querySelector(part);
      const fresh = next.querySelector(part);
      for (const box of fresh ? fresh.querySelectorAll("details[id]") : []) {
        const shown = document.getElementById(box.id);
        if (shown) box.open = shown.open;
      }
      if (old && fresh && old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    }
    columns().forEach((box, at) => {
      if (!before[at]) return;
      box.scrollTop = before[at][1] ? box.scrollHeight : before[at][0];
    });
    document.title = next.title;
    listen();
  };
  const poll = async () => {
    try {
      if (!document.hidden && document.activeElement?.id !== "as") {
        const now = await (await fetch("/version", { cache: "no-store" })).text();
        if (now !== version) {
          await refresh();
          version = now;
        }
        document.body.classList.remove("ended");
      }
    } catch {
      document.body.classList.add("ended");
    }
    setTimeout(poll, every);
  };
  listen();
  settle();
  setTimeout(poll, every);
})();
