/* What a page does besides links and forms. Everything works without it, only less comfortably. */

const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.drop[open], details.ask[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
  closest(event, "[data-shut]")?.closest(".alert, dialog")?.remove();
  if (closest(event, "[data-print]")) print();
  closest(event, "[data-folds]")?.closest(".drill-cell")?.replaceChildren();
  const copier = closest(event, "[data-copies]");
  if (copier) {
    const from = document.getElementById(copier.dataset.copies);
    from.select(); // where the clipboard is not for pages, the keyboard does the rest
    navigator.clipboard?.writeText(from.value).then(() => (copier.lastElementChild.textContent = copier.dataset.done));
  }
  const opener = closest(event, "[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (closest(event, "[data-closes]")) closest(event, "dialog")?.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.drop[open], details.ask[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !closest(event, "input, select, textarea")) {
    const find = document.getElementById("find");
    if (find) {
      event.preventDefault();
      find.focus();
    }
  }
});

// Suggestions below the search field go when one leaves it.
document.addEventListener("focusout", (event) => {
  const find = closest(event, ".find");
  if (find && !find.contains(event.relatedTarget)) find.querySelector(".suggest")?.replaceChildren();
});

document.addEventListener("change", (event) => {
  if (closest(event, "[data-sends]")) event.target.form.requestSubmit();
});

// Boxes of a table: one in its head ticks them all, and the form says how many are ticked.
const boxes = (form) => [...form.querySelectorAll("tbody input[type=checkbox]:not(:disabled)")];
const counted = (form) => {
  const ticked = boxes(form).filter((box) => box.checked).length;
  for (const said of form.querySelectorAll("output[data-ticked]")) said.value = ticked;
  for (const all of form.querySelectorAll("[data-ticks]")) all.checked = ticked > 0 && ticked === boxes(form).length;
};
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form?.querySelector("output[data-ticked]")) return;
  if (closest(event, "[data-ticks]")) for (const box of boxes(form)) box.checked = event.target.checked;
  counted(form);
});
addEventListener("pageshow", () => {
  for (const said of document.querySelectorAll("output[data-ticked]")) counted(said.form);
});
for (const all of document.querySelectorAll("[data-ticks][hidden]")) all.hidden = false;

// A slider and the number beside it are one.
document.addEventListener("input", (event) => {
  const slider = closest(event, "[data-drags]");
  if (slider) document.getElementById(slider.dataset.drags).value = Number(slider.value).toPrecision(3) / 1;
  const beside = event.target.id && document.querySelector(`[data-drags="${event.target.id}"]`);
  if (beside) beside.value = event.target.value;
});

// A form that was sent is not sent twice by an impatient second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  setTimeout(() => form.querySelectorAll("button:not([name])").forEach((button) => (button.disabled = true)));
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[method=post] button:disabled:not([data-locked])")) button.disabled = false;
});

// After a form was sent in vain, reading goes on at what is wrong with it.
const wrong = document.querySelector("main > .alert[role=alert], main > .stack > .alert[role=alert]:first-child");
if (wrong) {
  wrong.tabIndex = -1;
  wrong.focus();
}

for (const button of document.querySelectorAll("[data-copies][hidden]")) button.hidden = false;
setTimeout(() => document.querySelectorAll(".toasts .alert.good").forEach((toast) => toast.remove()), 8000);
