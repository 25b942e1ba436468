"use strict";
// The compare page. Reads the figures that are in the page, keeps the choice in the address, and draws one table.
// Texts enter the page as text only, never as markup.
(function () {
  const data = JSON.parse(document.getElementById("cijfers").textContent);
  for (const kinds of Object.values(data.series)) for (const groups of Object.values(kinds))
    for (const found of Object.values(groups)) {
      const numbers = (text) => (text ? text.split(",").map((one) => (one === "" ? null : Number(one))) : found.p.map(() => null));
      found.m = numbers(found.m);
      for (const city of Object.values(found.c)) for (const name of ["v", "l", "h"]) if (name === "v" || name in city) city[name] = numbers(city[name]);
    }
  const field = (id) => document.getElementById(id);
  const selects = {
    indicator: field("indicator"), uitsplitsing: field("uitsplitsing"), groep: field("groep"),
    periode: field("periode"), stad: field("stad"),
  };
  const names = new Map(data.cities);
  const indicators = new Map(data.indicators.map((entry) => [entry.id, entry]));
  const state = { indicator: "", uitsplitsing: "total", groep: "total", periode: "", stad: "", op: "stad", richting: "op", beeld: "tabel" };
  const months = data.words.months.split("|");
  const digits = { months: 1, ratio: 2, "per 1000": 1, "% a month": 1 };

  function number(value, most) {
    return value.toLocaleString(data.words.locale, { minimumFractionDigits: 0, maximumFractionDigits: most }).replace("-", "\u2212");
  }

  function shown(value, unit) {
    if (value === null || value === undefined) return "\u2013";
    if (unit === "share") return number(value, 1) + "%";
    if (unit === "fraction") return (value > 0 ? "+" : "") + number(value, 1) + "%";
    if (unit === "months") return filled(data.words.months_short, { value: number(value, 1) });
    if (unit === "% a month") return number(value, 1) + "%";
    return number(value, unit in digits ? digits[unit] : 1);
  }

  function periodWords(period) {
    if (period.includes("Q")) {
      return filled(data.words.quarters[period.slice(5)], { year: period.slice(0, 4) });
    }
    return period.includes("-") ? months[Number(period.slice(5)) - 1] + " " + period.slice(0, 4) : period;
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  function drawing(width, height, parts) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 " + width + " " + height);
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    for (const [name, attributes] of parts) {
      const part = document.createElementNS(space, name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
      svg.append(part);
    }
    return svg;
  }

  // ---- the choice

  function series() {
    return data.series[state.indicator][state.uitsplitsing][state.groep];
  }

  function has(options, wanted, otherwise) {
    return options.includes(wanted) ? wanted : otherwise;
  }

  // Whatever was asked, the state names something that exists.
  function settle() {
    const first = data.indicators[0].id;
    state.indicator = has([...indicators.keys()], state.indicator, has([...indicators.keys()], "still_on_12m", first));
    const kinds = Object.keys(data.breakdowns).filter((key) => key in data.series[state.indicator]);
    state.uitsplitsing = has(kinds, state.uitsplitsing, "total");
    const groups = groupsHere();
    state.groep = has(groups, state.groep, groups[0]);
    const periods = series().p;
    state.periode = has(periods, state.periode, newest());
    state.stad = has([...names.keys()], state.stad, "");
    state.op = has(["stad", "cijfer"], state.op, "stad");
    state.richting = has(["op", "neer"], state.richting, "op");
    state.beeld = has(["tabel", "klein"], state.beeld, "tabel");
  }

  function groupsHere() {
    const found = data.series[state.indicator][state.uitsplitsing];
    return Object.keys(data.breakdowns[state.uitsplitsing].groups).filter((group) => group in found);
  }

  // The newest period most cities have a settled figure for; a year where flows have years.
  function newest() {
    const found = series();
    const cities = Object.values(found.c);
    const unit = indicators.get(state.indicator).unit;
    let best = found.p[found.p.length - 1];
    const settled = found.p.filter((period, at) => cities.some((city) => "ols".includes(letter(city.s, at))));
    const wanted = unit === "spells" ? settled.filter((period) => period.length === 4) : settled;
    if (wanted.length) best = wanted[wanted.length - 1];
    else if (settled.length) best = settled[settled.length - 1];
    return best;
  }

  function readHash() {
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) if (key in state) state[key] = value;
  }

  function hash() {
    return "#" + new URLSearchParams(Object.entries(state).filter((pair) => pair[1] !== "")).toString();
  }

  function fillSelect(select, options, chosen) {
    select.replaceChildren();
    let parent = select;
    let group = null;
    for (const [value, text, under] of options) {
      if (under && under !== group) {
        parent = element("optgroup", "", { label: under });
        select.append(parent);
        group = under;
      }
      parent.append(element("option", text, { value: value }));
    }
    select.value = chosen;
    select.disabled = options.length < 2;
  }

  function fillSelects() {
    const kinds = Object.keys(data.breakdowns).filter((key) => key in data.series[state.indicator]);
    const groups = data.breakdowns[state.uitsplitsing].groups;
    fillSelect(selects.indicator, data.indicators.map((entry) => [entry.id, entry.label, entry.theme]), state.indicator);
    fillSelect(selects.uitsplitsing, kinds.map((key) => [key, data.breakdowns[key].label]), state.uitsplitsing);
    fillSelect(selects.groep, groupsHere().map((key) => [key, groups[key]]), state.groep);
    fillSelect(selects.periode, [...series().p].reverse().map((period) => [period, periodWords(period)]), state.periode);
    fillSelect(selects.stad, [["", "\u2013"], ...data.cities], state.stad);
  }

  // One letter for every period, or one for all of them.
  function letter(text, at) {
    if (!text) return "-";
    return text.length === 1 ? text : text[at];
  }

  // ---- the table

  function rowsNow() {
    const found = series();
    const at = found.p.indexOf(state.periode);
    const rows = data.cities.map(([slug, name]) => {
      const city = found.c[slug];
      return {
        slug: slug, name: name, city: city, at: at,
        value: city ? city.v[at] : null, low: city && city.l ? city.l[at] : null, high: city && city.h ? city.h[at] : null,
        status: letter(city && city.s, at), verdict: letter(city && city.o, at), reason: letter(city && city.w, at),
      };
    });
    const towns = rows.filter((row) => row.slug !== "all");
    const turn = state.richting === "op" ? 1 : -1;
    towns.sort((one, two) => {
      if (state.op === "stad") return turn * one.name.localeCompare(two.name, data.words.locale);
      if (one.value === null || two.value === null) return (one.value === null) - (two.value === null);
      return turn * (one.value - two.value) || one.name.localeCompare(two.name, data.words.locale);
    });
    return towns.concat(rows.filter((row) => row.slug === "all" && row.city));
  }

  function scaleOf(rows, wide, countScale) {
    const edges = rows.filter((row) => !(countScale && row.slug === "all"))
      .flatMap((row) => [row.value, row.low, row.high]).filter((value) => value !== null && value !== undefined);
    const low = Math.min(...edges);
    const high = Math.max(...edges);
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return (value) => 4 + ((value - low + room) / (high - low + 2 * room)) * (wide - 8);
  }

  function place(row, x, median) {
    const parts = [];
    if (median !== null && median !== undefined) parts.push(["line", { x1: x(median), x2: x(median), y1: 1, y2: 23, class: "middle-line" }]);
    if (row.low !== null && row.high !== null) parts.push(["line", { x1: x(row.low), x2: x(row.high), y1: 12, y2: 12, class: "range" }]);
    parts.push(["circle", { cx: x(row.value), cy: 12, r: 5, class: "dot" }]);
    return drawing(200, 24, parts);
  }

  // Small multiples: every city on the same vertical scale, periods of the same length as the chosen one.
  function course(row, low, high) {
    const found = series();
    const length = state.periode.length;
    const values = found.p.map((period, at) => [period, row.city.v[at]]).filter((pair) => pair[0].length === length);
    if (values.length < 3) return null;
    const x = (at) => 4 + (at / (values.length - 1)) * 112;
    const y = (value) => 30 - ((value - low) / (high - low || 1)) * 26;
    let path = "";
    let pen = false;
    values.forEach(([, value], at) => {
      if (value !== null) path += (pen ? "L" : "M") + x(at).toFixed(1) + " " + y(value).toFixed(1);
      pen = value !== null;
    });
    const parts = [["path", { d: path, class: "trace" }]];
    const here = values.findIndex((pair) => pair[0] === state.periode);
    if (here >= 0 && values[here][1] !== null) parts.push(["circle", { cx: x(here), cy: y(values[here][1]), r: 3.2, class: "dot" }]);
    return drawing(120, 34, parts);
  }

  function extent(rows) {
    const length = state.periode.length;
    const periods = series().p;
    const values = rows.filter((row) => row.city).flatMap((row) => row.city.v.filter((value, at) => value !== null && periods[at].length === length));
    return [Math.min(...values), Math.max(...values)];
  }

  function between(row, unit) {
    if (row.low === null || row.low === undefined || row.high === null) return "\u2013";
    return filled(data.words.between, { low: shown(row.low, unit), high: shown(row.high, unit) });
  }

  // Filled beyond what is usual, outlined otherwise; good or bad by the direction of the figure.
  function markClass(row) {
    const direction = indicators.get(state.indicator).direction;
    if (!direction || !"ABCD".includes(row.verdict)) return "unmarked";
    const good = ("AC".includes(row.verdict) ? 1 : -1) * direction > 0;
    return (good ? "good" : "bad") + ("AB".includes(row.verdict) ? "_filled" : "_outlined");
  }

  function verdictWords(row) {
    const short = data.words.verdict[row.verdict] || "";
    const rest = row.verdict === "U" ? data.words.reason[row.reason] || "" : data.words.rest[row.verdict] || "";
    return [short, rest];
  }

  function meaning(row) {
    const cell = element("td", "", { class: "verdict " + markClass(row) });
    const [short, rest] = verdictWords(row);
    if (short && row.value !== null) {
      cell.append(element("span", "", { class: "mark", "aria-hidden": "true" }), element("strong", short));
      cell.append(element("span", rest, { class: "small" }));
    }
    const note = data.words.status[row.status];
    if (note) cell.append(element("span", note, { class: "small" }));
    return cell;
  }

  function draw() {
    settle();
    fillSelects();
    const entry = indicators.get(state.indicator);
    const rows = rowsNow();
    const counts = ["persons", "spells"].includes(entry.unit);
    const x = scaleOf(rows, 200, counts);
    const median = series().m[series().p.indexOf(state.periode)];
    const towns = rows.filter((row) => row.slug !== "all");
    const [low, high] = extent(counts ? towns : rows);
    const body = field("rijen");
    body.replaceChildren();
    for (const row of rows) {
      const line = element("tr", "", row.slug === state.stad ? { class: "chosen-city" } : row.slug === "all" ? { class: "middle" } : {});
      line.append(element("th", row.name, { scope: "row" }), element("td", shown(row.value, entry.unit), { class: "value" }),
        element("td", between(row, entry.unit)));
      const drawn = element("td");
      const path = element("td");
      const compared = row.value !== null && !(counts && row.slug === "all");
      if (compared) drawn.append(place(row, x, median));
      const trace = row.city && !(counts && row.slug === "all") ? course(row, low, high) : null;
      if (trace) path.append(trace);
      line.append(drawn, path, meaning(row));
      body.append(line);
    }
    for (const head of document.querySelectorAll("[data-sort]")) {
      const on = head.dataset.sort === state.op;
      if (on) head.setAttribute("aria-sort", state.richting === "op" ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    const group = state.uitsplitsing === "total" ? "" : ", " + data.breakdowns[state.uitsplitsing].groups[state.groep];
    field("bijschrift").textContent = entry.label + group + ", " + periodWords(state.periode) +
      (median === null || median === undefined ? "" : ". " + filled(data.words.middle, { value: shown(median, entry.unit) }));
    field("uitleg").textContent = entry.population + " " + filled(data.words.example, { text: entry.example });
    field("zin").textContent = sentence(entry, rows, group);
    field("link").setAttribute("href", hash());
    field("klein").checked = state.beeld === "klein";
    field("alstabel").hidden = state.beeld === "klein";
    field("veelvoud").hidden = state.beeld !== "klein";
    drawMultiples(rows, entry, low, high);
  }

  // The same courses, larger: a small chart a city, all on one scale, first and last value written beside it.
  function drawMultiples(rows, entry, low, high) {
    const place = field("veelvoud");
    place.replaceChildren();
    if (state.beeld !== "klein") return;
    for (const row of rows) {
      const made = element("figure", "", { class: row.slug === state.stad ? "multiple chosen-city" : "multiple" });
      made.append(element("figcaption", row.name));
      const trace = row.city ? course(row, low, high) : null;
      if (trace) made.append(trace);
      const here = row.value === null ? data.words.status[row.status] || "\u2013" : shown(row.value, entry.unit);
      made.append(element("p", here + (row.value === null ? "" : ", " + periodWords(state.periode))));
      place.append(made);
    }
  }

  function sentence(entry, rows, group) {
    const row = rows.find((one) => one.slug === state.stad);
    const values = { label: entry.label + group, period: periodWords(state.periode) };
    if (!row) {
      const towns = rows.filter((one) => one.slug !== "all");
      return filled(data.words.count, { ...values, shown: towns.filter((one) => one.value !== null).length, all: towns.length });
    }
    if (row.value === null) return filled(data.words.said_hidden, { ...values, city: row.name });
    return filled(data.words.said, { ...values, city: row.name, value: shown(row.value, entry.unit) }) +
      (verdictWords(row)[0] ? " " + verdictWords(row).join(row.verdict === "U" ? ": " : "EF".includes(row.verdict) ? "; " : " ").trim() + "." : "");
  }

  // ---- the file

  function harmless(text) {
    return /^[=@\t\r]/.test(text) || /^[+-]\D/.test(text) ? "'" + text : text;
  }

  function csv() {
    const entry = indicators.get(state.indicator);
    const decimal = (value) => (value === null || value === undefined ? "" : String(value).replace(".", ","));
    const lines = rowsNow().map((row) => [row.name, entry.label, entry.id, state.periode, state.uitsplitsing, state.groep,
      decimal(row.value), decimal(row.low), decimal(row.high), data.words.status[row.status] || ""]);
    const quoted = [data.words.csv_head.split("|"), ...lines].map((line) => line.map((cell) => '"' + harmless(cell).replace(/"/g, '""') + '"').join(";"));
    const address = URL.createObjectURL(new Blob(["\ufeff" + quoted.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
    const link = element("a", "", { href: address, download: state.indicator + "-" + state.periode + ".csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  // ---- events

  function changed() {
    draw();
    history.replaceState(null, "", hash());
  }

  for (const [name, select] of Object.entries(selects)) {
    select.addEventListener("change", () => {
      state[name] = select.value;
      if (name === "indicator" || name === "uitsplitsing") state.periode = "";
      changed();
    });
  }
  for (const head of document.querySelectorAll("[data-sort]")) {
    head.querySelector("button").addEventListener("click", () => {
      const again = state.op === head.dataset.sort;
      state.richting = again && state.richting === "op" ? "neer" : "op";
      state.op = head.dataset.sort;
      changed();
    });
  }
  field("csv").addEventListener("click", csv);
  field("klein").addEventListener("change", () => {
    state.beeld = field("klein").checked ? "klein" : "tabel";
    changed();
  });
  field("keuzes").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => { readHash(); draw(); });
  if (data.indicators.length) {
    readHash();
    field("kies").hidden = false;
    draw();
  }
})();
