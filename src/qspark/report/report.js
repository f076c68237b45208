"use strict";
document.documentElement.classList.add("js");

// Each control names what it filters by; an item stays when it agrees with every control of its list.
for (const panel of document.querySelectorAll("[data-filters]")) {
  const items = [...document.querySelectorAll(panel.dataset.filters)];
  const selects = [...panel.querySelectorAll("select")];
  const search = panel.querySelector("input[type=search]");
  const count = panel.querySelector("output");
  const apply = () => {
    const words = search ? search.value.toLowerCase().split(/\s+/) : [];
    let shown = 0;
    for (const item of items) {
      item.hidden =
        selects.some((s) => s.value !== "" && item.dataset[s.name] !== s.value) ||
        words.some((word) => !item.dataset.text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${items.length} shown`;
  };
  for (const select of selects) select.addEventListener("change", apply);
  if (search) search.addEventListener("input", apply);
  const toggle = panel.querySelector("button");
  if (toggle) {
    toggle.addEventListener("click", () => {
      const open = toggle.getAttribute("aria-pressed") !== "true";
      for (const item of items) if (!open || !item.hidden) item.open = open;
      toggle.setAttribute("aria-pressed", String(open));
      toggle.textContent = open ? "Close all" : "Open all";
    });
  }
  apply();
}

// A link to a task opens it, also where a filter had hidden it.
const reveal = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.hidden = false;
  target.open = true;
  target.querySelector("summary").focus({ preventScroll: true });
  target.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
