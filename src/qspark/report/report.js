"use strict";
document.documentElement.classList.add("js");

// Each control names what it filters by; an item stays when it agrees with every control of its list.
for (const panel of document.querySelectorAll("[data-filters]")) {
  const items = [...document.querySelectorAll(panel.dataset.filters)];
  const selects = [...panel.querySelectorAll("select")];
  const count = panel.querySelector("output");
  const apply = () => {
    let shown = 0;
    for (const item of items) {
      item.hidden = selects.some((s) => s.value !== "" && item.dataset[s.name] !== s.value);
      shown += item.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${items.length} shown`;
  };
  for (const select of selects) select.addEventListener("change", apply);
  const toggle = panel.querySelector("button");
  if (toggle) {
    toggle.addEventListener("click", () => {
      const open = toggle.getAttribute("aria-pressed") !== "true";
      for (const item of items) item.open = open;
      toggle.setAttribute("aria-pressed", String(open));
      toggle.textContent = open ? "Close all" : "Open all";
    });
  }
  apply();
}
