"use strict";
const bar = document.querySelector(".bar");
const search = document.getElementById("search");
const selects = [...bar.querySelectorAll("select")];
const shown = bar.querySelector("output");
const files = [...document.querySelectorAll("section.file")].map((section) => ({
  section,
  row: document.querySelector(`tr[data-file="${section.id}"]`),
  articles: [...section.querySelectorAll("article")],
}));
const texts = new WeakMap();

function textOf(element) {
  if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
  return texts.get(element);
}

function matches(article, words, wanted) {
  const fits = ({ dataset }) =>
    (!wanted.code || dataset.code === wanted.code) &&
    (!wanted.kind || dataset.kind === wanted.kind);
  return (
    [...article.querySelectorAll(".finding")].some(fits) &&
    words.every((word) => textOf(article).includes(word))
  );
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = Object.fromEntries(selects.map((select) => [select.name, select.value]));
  let count = 0;
  for (const { section, row, articles } of files) {
    const inFile = !wanted.file || wanted.file === section.id;
    const path = textOf(section.querySelector("h2"));
    const others = words.filter((word) => !path.includes(word));
    let visible = 0;
    for (const article of articles) {
      article.hidden = !(inFile && matches(article, others, wanted));
      visible += !article.hidden;
    }
    section.hidden = row.hidden = !visible;
    count += visible;
  }
  const all = files.reduce((sum, file) => sum + file.articles.length, 0);
  shown.value = count === all ? `${all} places` : `${count} of ${all} places`;
}

function reset() {
  search.value = "";
  for (const select of selects) select.value = "";
  filter();
}

function go(step) {
  const places = files.flatMap((file) => file.articles).filter((article) => !article.hidden);
  const now = places.indexOf(document.activeElement.closest("article"));
  const next = places[now < 0 && step < 0 ? places.length - 1 : now + step];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "start" });
}

function showTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target || !target.closest("[hidden]")) return;
  reset();
  target.scrollIntoView();
}

let waiting = 0;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 80);
});
for (const select of selects) select.addEventListener("change", filter);
document.getElementById("reset").addEventListener("click", reset);
addEventListener("hashchange", showTarget);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === search && event.key === "Escape") reset();
  if (event.target.closest?.("input, select, textarea")) return;
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  } else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
});
bar.hidden = false;
filter();
