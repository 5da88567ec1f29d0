// Makes the page handier; everything works without it.
"use strict";

// Suggestions while typing: a combobox with a list box, as WAI-ARIA describes it.
function suggestFor(input) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  let chosen = -1;
  let asked = 0;
  let timer = 0;

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    const items = list.children;
    if (chosen >= 0 && items[chosen]) items[chosen].setAttribute("aria-selected", "false");
    chosen = place;
    if (place < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    items[place].setAttribute("aria-selected", "true");
    items[place].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[place].id);
  };

  const take = (item) => {
    input.value = item.dataset.query;
    close();
    input.form.requestSubmit();
  };

  const show = (suggestions) => {
    list.replaceChildren();
    chosen = -1;
    suggestions.forEach((suggestion, index) => {
      const item = document.createElement("li");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.query = suggestion.query;
      const query = document.createElement("span");
      query.className = "suggestion-" + suggestion.kind;
      query.textContent = suggestion.query;
      item.append(query);
      if (suggestion.detail && suggestion.detail !== suggestion.query) {
        const detail = document.createElement("span");
        detail.className = "suggestion-detail";
        detail.textContent = suggestion.detail;
        item.append(detail);
      }
      // Before the field loses the focus and closes the list.
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(item);
      });
      list.append(item);
    });
    const isEmpty = suggestions.length === 0;
    list.hidden = isEmpty;
    input.setAttribute("aria-expanded", String(!isEmpty));
    input.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const typed = input.value.trim();
    const number = ++asked;
    if (typed.length < 2) {
      close();
      return;
    }
    try {
      const answer = await fetch("/api/suggest?limit=8&q=" + encodeURIComponent(input.value));
      if (!answer.ok) return;
      const found = await answer.json();
      // An answer that was overtaken, or came when the person had gone on.
      if (number === asked && document.activeElement === input) show(found.suggestions);
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked++;
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" && list.hidden) {
      ask();
      event.preventDefault();
    } else if (event.key === "ArrowDown") {
      choose(chosen < last ? chosen + 1 : -1);
      event.preventDefault();
    } else if (event.key === "ArrowUp" && !list.hidden) {
      choose(chosen < 0 ? last : chosen - 1);
      event.preventDefault();
    } else if (event.key === "Enter" && chosen >= 0) {
      take(list.children[chosen]);
      event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    }
  });
}

// What is unfolded on a wide window is folded on a narrow one.
function foldOnNarrow(fold) {
  const isNarrow = window.matchMedia("(max-width: 55rem)");
  const adapt = () => { fold.open = !isNarrow.matches; };
  isNarrow.addEventListener("change", adapt);
  adapt();
}

// A word of the text pointed at is shown on the picture beside it.
function pointAtWords(text) {
  const overlay = document.querySelector("[data-picture] svg");
  if (!overlay) return;
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  box.setAttribute("class", "pointed-box");
  const point = (word) => {
    if (!word || !word.dataset.box) {
      box.remove();
      return;
    }
    const [x, y, width, height] = word.dataset.box.split(" ");
    box.setAttribute("x", x);
    box.setAttribute("y", y);
    box.setAttribute("width", width);
    box.setAttribute("height", height);
    overlay.append(box);
  };
  text.addEventListener("pointerover", (event) => point(event.target.closest("[data-box]")));
  text.addEventListener("pointerleave", () => point(null));
  text.addEventListener("focusin", (event) => point(event.target.closest("[data-box]")));
  text.addEventListener("click", (event) => {
    const word = event.target.closest("[data-box]");
    if (!word) return;
    point(word);
    history.replaceState(null, "", "#" + word.id);
    box.scrollIntoView({ block: "center", behavior: "smooth" });
  });
  text.addEventListener("dblclick", (event) => {
    const word = event.target.closest("[data-correct]");
    if (word) location.assign(word.dataset.correct);
  });
  const named = decodeURIComponent(location.hash.slice(1));
  if (named.startsWith("tu-")) point(document.getElementById(named));
}

// Copies what a button says it copies.
function copyOnClick(button) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = label; }, 2000);
    } catch {
      // Without the right to the clipboard the person copies by hand.
      window.prompt(label, button.dataset.copy);
    }
  });
}

// The thumbnail of the open page, without moving the window.
function showThumbnail() {
  const thumbnail = document.querySelector(".thumbnails a[aria-current=page]");
  const list = thumbnail?.closest(".thumbnails");
  if (!list) return;
  list.scrollTop = thumbnail.offsetTop - list.clientHeight / 2;
  list.scrollLeft = thumbnail.offsetLeft - list.clientWidth / 2;
}

// A language that was chosen is kept by its cookie; whoever gets the address
// sent keeps his own.
function forgetLanguage() {
  const address = new URL(location.href);
  if (!address.searchParams.has("lang")) return;
  address.searchParams.delete("lang");
  history.replaceState(null, "", address);
}

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-suggest]").forEach(suggestFor);
  document.querySelectorAll("[data-words]").forEach(pointAtWords);
  document.querySelectorAll("[data-copy]").forEach(copyOnClick);
  showThumbnail();
  forgetLanguage();
  document.querySelectorAll("[data-fold-narrow]").forEach(foldOnNarrow);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-suggest]");
      if (field) {
        field.focus();
        field.select();
        event.preventDefault();
      }
    }
    const turn = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = turn && document.querySelector('a[rel="' + turn + '"]');
    if (link) link.click();
  });
});

// A word to be looked at: typing replaces it, Enter takes it as it is.
for (const field of document.querySelectorAll("[data-select]")) field.select();

// Files dropped on the form are chosen by it.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const mark = (isOver) => zone.classList.toggle("over", isOver);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  zone.addEventListener("dragleave", () => mark(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    input.files = event.dataTransfer.files;
  });
}
