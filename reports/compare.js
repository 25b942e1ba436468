"use strict";
// The compare page. Reads the figures that are in the page, keeps the choice in the address, and draws it as a table, a
// chart, a course over time, small charts, or two cities side by side. Texts enter the page as text only, never as markup.
(function () {
  const data = JSON.parse(document.getElementById("cijfers").textContent);
  const said = data.words;
  const field = (id) => document.getElementById(id);
  const names = new Map(data.cities);
  const towns = data.cities.map((pair) => pair[0]).filter((slug) => slug !== "all");
  const indicators = new Map(data.indicators.map((entry) => [entry.id, entry]));
  const months = said.months.split("|");
  const DIGITS = { ratio: 2, "per 1000": 1, "% a month": 1 };
  const VIEWS = ["tabel", "grafiek", "tijd", "klein", "twee"];
  const GAPS = ["main", "gap0", "gap3"];
  const state = {
    indicator: "", uitsplitsing: "total", groep: "", periode: "", stad: "", met: "", steden: "", reeks: "main",
    op: "stad", richting: "op", beeld: "tabel",
  };
  const selects = {};
  for (const id of ["indicator", "uitsplitsing", "groep", "periode", "stad", "met", "reeks"]) selects[id] = field(id);

  // ---- figures

  // A series as it was packed by `compare.py`: whole numbers as differences, letters with how often they follow.
  function unpacked(found) {
    if (found.ready) return found;
    const periods = data.periods[found.p];
    const step = 10 ** found.d;
    const read = (text) => (text ? text.split(",").map((one) => (one === "" ? null : Number(one))) : periods.map(() => null));
    const summed = (text) => {
      let before = 0;
      return read(text).map((one) => (one === null ? null : (before += one)));
    };
    const letters = (text) => text.replace(/(\D)(\d+)/g, (whole, one, times) => one.repeat(Number(times)));
    const cities = {};
    found.c.forEach((packed, place) => {
      if (!packed.length) return;
      const [values, down, more] = [summed(packed[0]), summed(packed[4]), read(packed[5])];
      const scaled = (all) => all.map((one) => (one === null ? null : one / step));
      const city = { value: scaled(values), s: letters(packed[1]), o: letters(packed[2]), w: letters(packed[3]) };
      if (packed[4]) {
        city.low = scaled(values.map((one, at) => (one === null || down[at] === null ? null : one - down[at])));
        city.high = scaled(values.map((one, at) => (one === null || more[at] === null ? null : one + down[at] + more[at])));
      }
      cities[data.cities[place][0]] = city;
    });
    found.c = cities;
    found.periods = periods;
    found.middle = summed(found.m).map((one) => (one === null ? null : one / step));
    found.ready = true;
    return found;
  }

  function hasGaps() {
    return state.uitsplitsing === "total" && GAPS.slice(1).every((gap) => state.indicator in data.gaps[gap]);
  }

  function series() {
    if (state.reeks !== "main") return unpacked(data.gaps[state.reeks][state.indicator]);
    return unpacked(data.series[state.indicator][state.uitsplitsing][state.groep]);
  }

  // One letter for every period, or one for all of them.
  function letter(text, at) {
    if (!text) return "-";
    return text.length === 1 ? text : text[at];
  }

  function cell(found, slug, at) {
    const city = found.c[slug];
    return {
      slug: slug, name: names.get(slug), city: city,
      value: city ? city.value[at] : null, low: city && city.low ? city.low[at] : null, high: city && city.high ? city.high[at] : null,
      status: letter(city && city.s, at), verdict: letter(city && city.o, at), reason: letter(city && city.w, at),
    };
  }

  // ---- words

  function number(value, most) {
    const text = value.toLocaleString(said.locale, { minimumFractionDigits: most, maximumFractionDigits: most });
    return text.replace(/^-(?=[0.,]*$)/, "").replace("-", "\u2212");
  }

  // One format everywhere: as the reports write it.
  function shown(value, unit) {
    if (value === null || value === undefined) return "\u2013";
    if (unit === "share") return number(value, 0) + "%";
    if (unit === "fraction") return (value > 0 ? "+" : "") + number(value, 0) + "%";
    if (unit === "months") return filled(said.months_short, { value: number(value, Number.isInteger(value) ? 0 : 1) });
    return number(value, DIGITS[unit] || 0) + (unit === "% a month" ? "%" : "");
  }

  function periodWords(period) {
    if (period.includes("Q")) return filled(said.quarters[period.slice(5)], { year: period.slice(0, 4) });
    return period.includes("-") ? months[Number(period.slice(5)) - 1] + " " + period.slice(0, 4) : period;
  }

  // As a file says it: nothing that a spreadsheet takes for a date.
  function periodInFile(period) {
    if (period.includes("Q")) return periodWords(period);
    return filled(period.includes("-") ? said.month_of : said.year_of, { period: periodWords(period) });
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  function between(row, unit) {
    if (row.low === null || row.high === null) return "\u2013";
    return filled(said.between, { low: shown(row.low, unit), high: shown(row.high, unit) });
  }

  function spoken(row, unit, period) {
    if (row.value === null) return row.name + ", " + periodWords(period) + ": " + (said.status[row.status] || said.hidden);
    const bounds = row.low === null ? "" : " (" + between(row, unit) + ")";
    return row.name + ", " + periodWords(period) + ": " + shown(row.value, unit) + bounds + (row.status === "p" ? ", " + said.provisional : "");
  }

  function groupWords() {
    return state.uitsplitsing === "total" ? "" : ", " + data.breakdowns[state.uitsplitsing].groups[state.groep];
  }

  function verdictWords(row) {
    const rest = row.verdict === "U" ? said.reason[row.reason] || "" : said.rest[row.verdict] || "";
    return [said.verdict[row.verdict] || "", rest];
  }

  // ---- parts of the page

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  function drawing(width, height, parts) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    for (const [key, value] of [["viewBox", "0 0 " + width + " " + height], ["width", width], ["height", height], ["aria-hidden", "true"], ["focusable", "false"]]) svg.setAttribute(key, value);
    for (const [name, attributes, text] of parts) {
      const part = document.createElementNS(space, name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
      if (text !== undefined) part.textContent = text;
      svg.append(part);
    }
    return svg;
  }

  // ---- the choice

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
    state.groep = has(groups, state.groep, groups.find((group) => !isEmpty(group)) || groups[0]);
    state.reeks = hasGaps() ? has(GAPS, state.reeks, "main") : "main";
    const periods = series().periods;
    state.periode = has(periods, state.periode, newest());
    state.stad = has([...names.keys()], state.stad, "");
    state.met = has(towns.filter((slug) => slug !== state.stad), state.met, "");
    const wanted = state.steden.split(",").filter((slug) => towns.includes(slug));
    state.steden = wanted.length && wanted.length < towns.length ? wanted.join(",") : "";
    state.op = has(["stad", "cijfer"], state.op, "stad");
    state.richting = has(["op", "neer"], state.richting, "op");
    state.beeld = has(VIEWS, state.beeld, "tabel");
  }

  // The cities that are looked at: those chosen, and always the city itself and the one beside it.
  function chosen() {
    const wanted = state.steden ? state.steden.split(",") : towns;
    return towns.filter((slug) => wanted.includes(slug) || slug === state.stad || slug === state.met);
  }

  function groupsHere() {
    const found = data.series[state.indicator][state.uitsplitsing];
    return Object.keys(data.breakdowns[state.uitsplitsing].groups).filter((group) => group in found);
  }

  // No city has a figure for this group in its newest period.
  function isEmpty(group) {
    const found = unpacked(data.series[state.indicator][state.uitsplitsing][group]);
    const at = found.periods.indexOf(newestOf(found));
    return !towns.some((slug) => found.c[slug] && found.c[slug].value[at] !== null);
  }

  function newest() {
    return newestOf(series());
  }

  // The newest period that any city has a settled figure for; a year where flows have years.
  function newestOf(found) {
    const cities = Object.values(found.c);
    const settled = found.periods.filter((period, at) => cities.some((city) => "ols".includes(letter(city.s, at))));
    const years = indicators.get(state.indicator).unit === "spells" ? settled.filter((period) => period.length === 4) : settled;
    const best = years.length ? years : settled.length ? settled : found.periods;
    return best[best.length - 1];
  }

  // A choice comes from the address: #stad=gent&indicator=..., or ?stad=gent for a link from elsewhere.
  function readAddress() {
    for (const text of [location.search.slice(1), location.hash.slice(1)])
      for (const [key, value] of new URLSearchParams(text)) if (key in state) state[key] = value;
  }

  function hash() {
    const usual = { uitsplitsing: "total", groep: "total", reeks: "main", op: "stad", richting: "op", beeld: "tabel" };
    return "#" + new URLSearchParams(Object.entries(state).filter(([key, value]) => value !== "" && usual[key] !== value)).toString();
  }

  function fillSelect(select, options, wanted) {
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
    select.value = wanted;
    select.disabled = options.length < 2;
  }

  function fillSelects() {
    const kinds = Object.keys(data.breakdowns).filter((key) => key in data.series[state.indicator]);
    const groups = data.breakdowns[state.uitsplitsing].groups;
    fillSelect(selects.indicator, data.indicators.map((entry) => [entry.id, entry.label, entry.theme]), state.indicator);
    fillSelect(selects.uitsplitsing, kinds.map((key) => [key, data.breakdowns[key].label]), state.uitsplitsing);
    fillSelect(selects.groep, groupsHere().map((key) => [key, groups[key] + (isEmpty(key) ? " (" + said.hidden + ")" : "")]), state.groep);
    fillSelect(selects.periode, [...series().periods].reverse().map((period) => [period, periodWords(period)]), state.periode);
    fillSelect(selects.stad, [["", "\u2013"], ...data.cities], state.stad);
    fillSelect(selects.met, [["", "\u2013"], ...data.cities.filter(([slug]) => slug !== "all" && slug !== state.stad)], state.met);
    selects.reeks.value = state.reeks;
    selects.reeks.parentNode.hidden = !hasGaps();
    for (const box of document.querySelectorAll("[name=steden]")) box.checked = chosen().includes(box.value);
    field("gelijkend").disabled = !data.peers[state.stad];
    field("hoeveel").textContent = state.steden ? filled(said.some_cities, { count: chosen().length }) : said.all_cities;
  }

  // ---- what can be pointed at

  // A drawing whose values are read by pointer, touch and keyboard: a slider over its points, aloud and under the chart.
  // Points: x, y, text, column, row. Left and right go along a row, up and down to another row.
  function readable(holder, svg, points, label, start, marked) {
    holder.replaceChildren(svg);
    holder.onpointermove = holder.onpointerleave = holder.onkeydown = holder.onfocus = holder.onblur = holder.onpointerdown = null;
    if (!points.length) {
      for (const name of ["role", "tabindex", "aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-valuetext", "aria-label"]) holder.removeAttribute(name);
      return;
    }
    const spot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of [["r", 8], ["class", "spot"], ["data-hit", ""], ["visibility", "hidden"]]) spot.setAttribute(key, value);
    svg.append(spot);
    const note = element("p", "", { class: "readout", hidden: "" });
    holder.append(note);
    let at = Math.max(0, start === undefined ? 0 : points.indexOf(start));
    const show = (visible) => {
      const point = points[at];
      spot.setAttribute("cx", point.x);
      spot.setAttribute("cy", point.y);
      spot.setAttribute("visibility", visible ? "visible" : "hidden");
      note.textContent = point.text;
      note.hidden = !visible;
      const wide = svg.getBoundingClientRect().width || 1;
      const scale = wide / svg.viewBox.baseVal.width;
      note.style.top = point.y * scale + "px";
      const room = holder.clientWidth - note.offsetWidth;
      const beside = point.x * scale > wide / 2 ? point.x * scale - note.offsetWidth - 14 : point.x * scale + 14;
      note.style.left = Math.max(0, Math.min(beside, room)) + "px";
      holder.setAttribute("aria-valuenow", at + 1);
      holder.setAttribute("aria-valuetext", point.text);
      if (marked) marked(visible ? point : null);
    };
    for (const [key, value] of [["role", "slider"], ["tabindex", "0"], ["aria-valuemin", 1], ["aria-valuemax", points.length], ["aria-label", label], ["aria-orientation", "horizontal"]]) holder.setAttribute(key, value);
    show(false);
    const nearest = (event) => {
      const box = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / (box.width || 1);
      const x = (event.clientX - box.left) * scale;
      const y = (event.clientY - box.top) * scale;
      let best = Infinity;
      points.forEach((point, place) => {
        const far = (point.x - x) ** 2 * (point.across || 1) + (point.y - y) ** 2 * (point.down || 1);
        if (far < best) [best, at] = [far, place];
      });
      show(true);
    };
    holder.onpointermove = nearest;
    holder.onpointerdown = nearest;
    holder.onpointerleave = (event) => { if (event.pointerType === "mouse" && document.activeElement !== holder) show(false); };
    holder.onfocus = () => show(true);
    holder.onblur = () => show(false);
    holder.onkeydown = (event) => {
      const point = points[at];
      const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const across = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const single = points.every((one) => one.column === points[0].column);
      let next = -1;
      if (event.key === "Home") next = 0;
      else if (event.key === "End") next = points.length - 1;
      else if (single && (along || across)) next = at + (along || across);
      else if (along) {
        const same = points.filter((one) => one.row === point.row).sort((one, two) => one.column - two.column);
        next = points.indexOf(same[same.indexOf(point) + along]);
      } else if (across) {
        const rows = [...new Set(points.map((one) => one.row))];
        const wanted = rows[rows.indexOf(point.row) + across];
        const other = points.filter((one) => one.row === wanted);
        other.sort((one, two) => Math.abs(one.column - point.column) - Math.abs(two.column - point.column));
        next = points.indexOf(other[0]);
      } else return;
      event.preventDefault();
      if (next < 0 || next >= points.length) return;
      at = next;
      show(true);
    };
  }

  // Round steps for an axis: at most `most` of them, within reach of what is drawn.
  function ticks(low, high, most) {
    const rough = (high - low || Math.abs(high) || 1) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
    const found = [];
    for (let at = Math.floor(low / step) * step; at <= high + step * 0.999; at += step) found.push(Math.abs(at) < step / 1e6 ? 0 : Number(at.toPrecision(12)));
    return found;
  }

  // ---- the views

  function rowsNow() {
    const found = series();
    const at = found.periods.indexOf(state.periode);
    const rows = chosen().map((slug) => cell(found, slug, at));
    const turn = state.richting === "op" ? 1 : -1;
    rows.sort((one, two) => {
      if (state.op === "stad") return turn * one.name.localeCompare(two.name, said.locale);
      if (one.value === null || two.value === null) return (one.value === null) - (two.value === null) || one.name.localeCompare(two.name, said.locale);
      return turn * (one.value - two.value) || one.name.localeCompare(two.name, said.locale);
    });
    const pool = cell(found, "all", at);
    return pool.city ? rows.concat(pool) : rows;
  }

  function isCount(entry) {
    return ["persons", "spells"].includes(entry.unit);
  }

  function lineClass(row) {
    return row.slug === state.stad ? "city" : row.slug === state.met ? "other-city" : row.slug === "all" ? "pool" : "others";
  }

  function place(row, x, median) {
    const parts = [];
    if (median !== null) parts.push(["line", { x1: x(median), x2: x(median), y1: 1, y2: 23, class: "middle-line" }]);
    if (row.low !== null && row.high !== null) parts.push(["line", { x1: x(row.low), x2: x(row.high), y1: 12, y2: 12, class: "range city" }]);
    parts.push(["circle", { cx: x(row.value), cy: 12, r: 5, class: "dot city" }]);
    return drawing(200, 24, parts);
  }

  function scaleOf(rows, from, to) {
    const edges = rows.flatMap((row) => [row.value, row.low, row.high]).filter((value) => value !== null);
    const [low, high] = edges.length ? [Math.min(...edges), Math.max(...edges)] : [0, 1];
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return (value) => from + ((value - low + room) / (high - low + 2 * room)) * (to - from);
  }

  // Filled beyond what is usual, outlined otherwise; good or bad by the direction of the figure.
  function markClass(row) {
    const direction = indicators.get(row.indicator || state.indicator).direction;
    if (!direction || !"ABCD".includes(row.verdict)) return "unmarked";
    const good = ("AC".includes(row.verdict) ? 1 : -1) * direction > 0;
    return (good ? "good" : "bad") + ("AB".includes(row.verdict) ? "_filled" : "_outlined");
  }

  function meaning(row) {
    const made = element("td", "", { class: "verdict " + markClass(row) });
    const [short, rest] = verdictWords(row);
    if (short && row.value !== null) {
      made.append(element("span", "", { class: "mark", "aria-hidden": "true" }), element("strong", short));
      if (rest) made.append(element("span", rest, { class: "small" }));
    }
    const note = said.status[row.status];
    if (note) made.append(element("span", note, { class: "small" }));
    return made;
  }

  function rowClass(row) {
    return row.slug === "all" ? "middle" : row.slug === state.stad ? "chosen-city" : row.slug === state.met ? "beside-city" : "";
  }

  function drawTable(entry, rows) {
    const compared = isCount(entry) ? rows.filter((row) => row.slug !== "all") : rows;
    const median = middleNow();
    const x = scaleOf(compared, 8, 192);
    const body = field("rijen");
    body.replaceChildren();
    for (const row of rows) {
      const line = element("tr", "", { class: rowClass(row) });
      line.append(element("th", row.name, { scope: "row" }), element("td", shown(row.value, entry.unit), { class: "value" }),
        element("td", between(row, entry.unit), { class: "bounds" }));
      const drawn = element("td", "", { class: "spot-cell" });
      if (row.value !== null && compared.includes(row)) drawn.append(place(row, x, median));
      line.append(drawn, meaning(row));
      body.append(line);
    }
    for (const head of document.querySelectorAll("[data-sort]")) {
      const on = head.dataset.sort === state.op;
      if (on) head.setAttribute("aria-sort", state.richting === "op" ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  }

  function middleNow() {
    const found = series();
    return found.middle[found.periods.indexOf(state.periode)];
  }

  function roomFor(id) {
    return Math.max(260, Math.floor(field(id).clientWidth || 640));
  }

  function drawDots(entry, rows) {
    const holder = field("grafiek");
    const width = Math.min(roomFor("grafiek"), 900);
    const compared = isCount(entry) ? rows.filter((row) => row.slug !== "all") : rows;
    const narrow = width < 520;
    const [left, right, top, step] = [narrow ? 128 : 150, narrow ? 56 : 84, 34, 30];
    const bottom = top + compared.length * step;
    const values = compared.flatMap((row) => [row.value, row.low, row.high]).concat(middleNow()).filter((value) => value !== null);
    if (!values.length) {
      readable(holder, drawing(width, 60, [["text", { x: 0, y: 30, class: "chart-text" }, said.hidden]]), [], "");
      return;
    }
    const steps = ticks(Math.min(...values), Math.max(...values), narrow ? 3 : 5);
    const [low, high] = [steps[0], steps[steps.length - 1]];
    const x = (value) => left + ((value - low) / (high - low || 1)) * (width - left - right);
    const parts = [];
    for (const tick of steps) {
      parts.push(["line", { x1: x(tick), x2: x(tick), y1: top - 6, y2: bottom, class: "grid-line" }]);
      parts.push(["text", { x: x(tick), y: bottom + 20, class: "chart-text muted", "text-anchor": "middle" }, shown(tick, entry.unit)]);
    }
    const median = middleNow();
    if (median !== null) {
      parts.push(["line", { x1: x(median), x2: x(median), y1: top - 8, y2: bottom, class: "middle-line" }]);
      const label = said.middle_name + " " + shown(median, entry.unit);
      const reach = label.length * 3.6;
      parts.push(["text", { x: Math.min(Math.max(x(median), reach), width - reach), y: top - 14, class: "chart-text muted", "text-anchor": "middle" }, label]);
    }
    const points = [];
    compared.forEach((row, at) => {
      const y = top + step * (at + 0.5);
      const kind = lineClass(row);
      if (kind === "city") parts.push(["rect", { x: 0, y: y - step / 2, width: width, height: step, class: "band" }]);
      parts.push(["text", { x: left - 10, y: y + 5, class: "chart-text " + kind, "text-anchor": "end" }, row.name]);
      if (row.low !== null) parts.push(["line", { x1: x(row.low), x2: x(row.high), y1: y, y2: y, class: "range " + kind }]);
      if (row.value !== null) parts.push(["circle", { cx: x(row.value), cy: y, r: 6, class: "dot " + kind }]);
      parts.push(["text", { x: row.value === null ? left + 4 : width - right + 10, y: y + 5, class: "chart-text " + kind }, row.value === null ? said.hidden : shown(row.value, entry.unit)]);
      points.push({ x: row.value === null ? left : x(row.value), y: y, column: 0, row: at, across: 0.0001, text: spoken(row, entry.unit, state.periode) + verdictTail(row) });
    });
    readable(holder, drawing(width, bottom + 30, parts), points, filled(said.reader, { what: entry.label + groupWords() }), points[Math.max(0, compared.findIndex((row) => row.slug === state.stad))]);
    described("grafiek", shape(compared, entry, median));
  }

  // The verdict as a sentence, after what comes before it.
  function verdictTail(row) {
    const [short, rest] = verdictWords(row);
    if (!short || row.value === null) return "";
    if (row.verdict === "H") return ". " + rest[0].toUpperCase() + rest.slice(1) + " " + short[0].toLowerCase() + short.slice(1);
    return ". " + [short, rest].join(row.verdict === "U" ? ": " : "EF".includes(row.verdict) ? "; " : " ").trim();
  }

  function described(id, text) {
    field(id + "-vorm").textContent = text;
  }

  function shape(rows, entry, median) {
    const shownRows = rows.filter((row) => row.value !== null && row.slug !== "all").sort((one, two) => one.value - two.value);
    if (!shownRows.length) return said.hidden;
    const [first, last] = [shownRows[0], shownRows[shownRows.length - 1]];
    return filled(said.chart_read, { low: shown(first.value, entry.unit), lowest: first.name, high: shown(last.value, entry.unit), highest: last.name }) +
      (median === null ? "" : " " + filled(said.middle, { value: shown(median, entry.unit) }) + ".");
  }

  // Periods of the same length as the chosen one, with the place of each.
  function course() {
    const found = series();
    return found.periods.map((period, at) => [period, at]).filter((pair) => pair[0].length === state.periode.length);
  }

  function path(places, values, x, y) {
    let text = "";
    let pen = false;
    places.forEach(([, at], step) => {
      const value = values[at];
      if (value !== null) text += (pen ? "L" : "M") + x(step).toFixed(1) + " " + y(value).toFixed(1);
      pen = value !== null;
    });
    return text;
  }

  function band(places, city, x, y) {
    const parts = [];
    let run = [];
    const close = () => {
      if (run.length > 1) parts.push("M" + run.map(([step, at]) => x(step).toFixed(1) + " " + y(city.high[at]).toFixed(1)).join("L") + "L" + [...run].reverse().map(([step, at]) => x(step).toFixed(1) + " " + y(city.low[at]).toFixed(1)).join("L") + "Z");
      run = [];
    };
    places.forEach(([, at], step) => { if (city.low[at] === null) close(); else run.push([step, at]); });
    close();
    return parts.join("");
  }

  // The years under a course, as many as fit.
  function yearTicks(places, wide) {
    const firsts = places.map(([period], step) => [period.slice(0, 4), step]).filter(([year], step, all) => step === 0 || all[step - 1][0] !== year);
    const every = Math.max(1, Math.ceil(firsts.length / Math.max(2, Math.floor(wide / 62))));
    const shownTicks = firsts.filter((pair, at) => (firsts.length - 1 - at) % every === 0);
    const step = wide / Math.max(1, places.length - 1);
    return shownTicks.filter(([, at], place) => place > 0 || shownTicks.length < 2 || (shownTicks[1][1] - at) * step > 44);
  }

  function apart(labels, room) {
    labels.sort((one, two) => one.y - two.y);
    for (let at = 1; at < labels.length; at += 1) labels[at].y = Math.max(labels[at].y, labels[at - 1].y + room);
    return labels;
  }

  function drawTime(entry) {
    const holder = field("tijd");
    const width = Math.min(roomFor("tijd"), 1040);
    const narrow = width < 520;
    const found = series();
    const places = course();
    const slugs = chosen().concat(state.stad === "all" || (!state.stad && !isCount(entry)) ? ["all"] : []).filter((slug) => found.c[slug]);
    const lines = slugs.map((slug) => cell(found, slug, 0)).filter((line) => places.some(([, at]) => line.city.value[at] !== null));
    const strong = (line) => ["city", "other-city", "pool"].includes(lineClass(line));
    const values = lines.flatMap((line) => places.flatMap(([, at]) => [line.city.value[at], ...(strong(line) && line.city.low ? [line.city.low[at], line.city.high[at]] : [])])).filter((value) => value !== null);
    fillTimeTable(field("tijdtabel"), entry, found, places, slugs);
    if (places.length < 2 || !values.length) {
      readable(holder, drawing(width, 60, [["text", { x: 0, y: 30, class: "chart-text" }, values.length ? said.too_short : said.hidden]]), [], "");
      described("tijd", "");
      return;
    }
    const [left, right, top, height] = [narrow ? 52 : 64, narrow ? 96 : 140, 16, narrow ? 280 : 380];
    const lowest = Math.min(...values);
    const highest = Math.max(...values);
    const steps = ticks(lowest > 0 && lowest < (highest - lowest) * 1.5 ? 0 : lowest, highest, 5);
    const [low, high] = [steps[0], steps[steps.length - 1]];
    const x = (step) => left + (step / (places.length - 1)) * (width - left - right);
    const y = (value) => top + (1 - (value - low) / (high - low || 1)) * height;
    const parts = [];
    for (const tick of steps) {
      parts.push(["line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), class: "grid-line" }]);
      parts.push(["text", { x: left - 8, y: y(tick) + 5, class: "chart-text muted", "text-anchor": "end" }, shown(tick, entry.unit)]);
    }
    for (const [year, step] of yearTicks(places, width - left - right)) {
      parts.push(["line", { x1: x(step), x2: x(step), y1: top + height, y2: top + height + 5, class: "tick-line" }]);
      parts.push(["text", { x: x(step), y: top + height + 22, class: "chart-text muted", "text-anchor": "middle" }, year]);
    }
    const order = { others: 0, pool: 1, "other-city": 2, city: 3 };
    const drawn = [...lines].sort((one, two) => order[lineClass(one)] - order[lineClass(two)]);
    for (const line of drawn) if (lineClass(line) === "city" && line.city.low) parts.push(["path", { d: band(places, line.city, x, y), class: "band" }]);
    if (found.middle.some((value) => value !== null)) parts.push(["path", { d: path(places, found.middle, x, y), class: "middle-line" }]);
    const labels = [];
    for (const line of drawn) {
      parts.push(["path", { d: path(places, line.city.value, x, y), class: "trace " + lineClass(line), "data-city": line.slug }]);
      const last = [...places.keys()].reverse().find((step) => line.city.value[places[step][1]] !== null);
      const value = line.city.value[places[last][1]];
      if (strong(line)) {
        parts.push(["circle", { cx: x(last), cy: y(value), r: 4.5, class: "dot " + lineClass(line) }]);
        labels.push({ y: y(value), text: line.name, kind: lineClass(line) });
      }
    }
    const lastMiddle = [...places.keys()].reverse().find((step) => found.middle[places[step][1]] !== null);
    if (lastMiddle !== undefined) labels.push({ y: y(found.middle[places[lastMiddle][1]]), text: said.middle_name, kind: "muted" });
    for (const one of apart(labels, 17)) parts.push(["text", { x: width - right + 10, y: one.y + 5, class: "chart-text " + one.kind }, one.text]);
    const points = [];
    lines.forEach((line, row) => places.forEach(([period, at], step) => {
      if (line.city.value[at] === null) return;
      points.push({ x: x(step), y: y(line.city.value[at]), column: step, row: row, slug: line.slug, across: 4, text: spoken(cell(found, line.slug, at), entry.unit, period) });
    }));
    const start = points.filter((point) => point.slug === (state.stad || slugs[0])).find((point) => places[point.column][0] === state.periode) || points[points.length - 1];
    const svg = drawing(width, top + height + 34, parts);
    readable(holder, svg, points, filled(said.reader, { what: entry.label + groupWords() }), start, (point) => {
      for (const line of svg.querySelectorAll("[data-city]")) line.classList.toggle("pointed", Boolean(point) && line.dataset.city === point.slug);
    });
    described("tijd", courseWords(entry, found, places));
  }

  // What the course of the chosen city, or of the middle, looks like: first, last, highest and lowest.
  function courseWords(entry, found, places) {
    const city = state.stad && found.c[state.stad];
    const values = places.map(([period, at]) => [period, city ? city.value[at] : found.middle[at]]).filter((pair) => pair[1] !== null);
    if (values.length < 2) return "";
    const sorted = [...values].sort((one, two) => one[1] - two[1]);
    const say = (pair) => shown(pair[1], entry.unit) + " (" + periodWords(pair[0]) + ")";
    return filled(said.time_read, {
      who: city ? names.get(state.stad) : said.middle_name, first: say(values[0]), last: say(values[values.length - 1]),
      low: say(sorted[0]), high: say(sorted[sorted.length - 1]),
    });
  }

  function fillTimeTable(table, entry, found, places, slugs) {
    const head = element("tr");
    head.append(element("th", said.csv_head.split("|")[3], { scope: "col" }));
    for (const slug of slugs) head.append(element("th", names.get(slug), { scope: "col" }));
    const top = element("thead");
    const body = element("tbody");
    top.append(head);
    for (const [period, at] of [...places].reverse()) {
      const line = element("tr");
      line.append(element("th", periodInFile(period), { scope: "row" }));
      for (const slug of slugs) line.append(element("td", shown(cell(found, slug, at).value, entry.unit)));
      body.append(line);
    }
    table.replaceChildren(element("caption", entry.label + groupWords()), top, body);
  }

  // A small chart a city, all on one scale, each readable.
  function drawSmall(entry) {
    const holder = field("veelvoud");
    holder.replaceChildren();
    const found = series();
    const places = course();
    const slugs = chosen().concat(isCount(entry) ? [] : ["all"]);
    const values = slugs.filter((slug) => found.c[slug]).flatMap((slug) => places.map(([, at]) => found.c[slug].value[at])).filter((value) => value !== null);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    fillTimeTable(field("kleintabel"), entry, found, places, slugs.filter((slug) => found.c[slug]));
    const [width, height] = [200, 84];
    const x = (step) => 6 + (step / Math.max(1, places.length - 1)) * (width - 12);
    const y = (value) => height - 10 - ((value - low) / (high - low || 1)) * (height - 20);
    for (const slug of slugs) {
      const row = cell(found, slug, found.periods.indexOf(state.periode));
      const made = element("div", "", { class: "multiple " + rowClass(row), role: "listitem", "data-named": row.name });
      made.append(element("p", row.name, { class: "multiple-name" }));
      const spot = element("div", "", { class: "chart-holder" });
      made.append(spot);
      if (row.city && places.length > 1 && places.some(([, at]) => row.city.value[at] !== null)) {
        const parts = [["path", { d: path(places, found.middle, x, y), class: "middle-line" }], ["path", { d: path(places, row.city.value, x, y), class: "trace city" }]];
        const points = places.map(([period, at], step) => ({ x: x(step), y: row.city.value[at] === null ? 0 : y(row.city.value[at]), column: step, row: 0, down: 0.01, text: spoken(cell(found, slug, at), entry.unit, period), hidden: row.city.value[at] === null })).filter((point) => !point.hidden);
        readable(spot, drawing(width, height, parts), points, row.name + ", " + entry.label + groupWords(), points[points.length - 1]);
      }
      made.append(element("p", row.value === null ? said.status[row.status] || said.hidden : shown(row.value, entry.unit) + ", " + periodWords(state.periode), { class: "small" }));
      holder.append(made);
    }
  }

  // Two cities, figure by figure: the newest settled period of the totals.
  function drawTwo() {
    const table = field("tweetabel");
    table.replaceChildren();
    const [one, two] = [state.stad && state.stad !== "all" ? state.stad : towns[0], state.met];
    const other = two && two !== one ? two : (data.peers[one] || towns.filter((slug) => slug !== one))[0];
    const head = element("tr");
    head.append(element("th", said.csv_head.split("|")[1], { scope: "col" }));
    for (const slug of [one, other]) head.append(element("th", names.get(slug), { scope: "col" }));
    const top = element("thead");
    const body = element("tbody");
    top.append(head);
    const kept = { indicator: state.indicator };
    for (const entry of data.indicators) {
      if (!("total" in data.series[entry.id])) continue;
      state.indicator = entry.id;
      const found = unpacked(data.series[entry.id].total.total);
      const period = newestOf(found);
      state.indicator = kept.indicator;
      const rows = [one, other].map((slug) => ({ ...cell(found, slug, found.periods.indexOf(period)), indicator: entry.id }));
      if (rows.every((row) => !row.city)) continue;
      const line = element("tr", "", entry.id === state.indicator ? { class: "chosen-city" } : {});
      const title = element("th", entry.label, { scope: "row" });
      title.append(element("span", periodWords(period), { class: "small" }));
      line.append(title);
      for (const row of rows) {
        const made = meaning(row);
        made.prepend(element("span", shown(row.value, entry.unit), { class: "figure" }), element("span", row.low === null ? "" : between(row, entry.unit), { class: "small" }));
        line.append(made);
      }
      body.append(line);
    }
    table.append(element("caption", filled(said.two_title, { one: names.get(one), other: names.get(other) })), top, body);
  }

  function sentence(entry, rows) {
    const row = rows.find((one) => one.slug === state.stad);
    const values = { label: entry.label + groupWords(), period: periodWords(state.periode) };
    const cities = rows.filter((one) => one.slug !== "all");
    if (!row) return filled(said.count, { ...values, shown: cities.filter((one) => one.value !== null).length, all: cities.length });
    if (row.value === null) return filled(said.said_hidden, { ...values, city: row.name });
    const tail = verdictTail(row);
    return filled(said.said, { ...values, city: row.name, value: shown(row.value, entry.unit) }) + (tail ? " " + tail.slice(2) + "." : "");
  }

  function draw() {
    settle();
    fillSelects();
    const entry = indicators.get(state.indicator);
    const rows = rowsNow();
    const median = middleNow();
    const title = entry.label + groupWords() + ", " + periodWords(state.periode);
    const course = entry.label + groupWords() + ", " + said.over_time;
    const middle = median === null ? "" : ". " + filled(said.middle, { value: shown(median, entry.unit) });
    field("bijschrift").textContent = title + middle;
    field("grafiek-titel").textContent = title;
    field("tijd-titel").textContent = course;
    field("klein-titel").textContent = course;
    field("uitleg").textContent = entry.population + " " + filled(said.example, { text: entry.example });
    field("zin").textContent = sentence(entry, rows);
    field("reeksnoot").hidden = state.reeks === "main";
    field("indicatorpagina").setAttribute("href", "cijfer/" + state.indicator + ".html");
    for (const view of VIEWS) {
      const on = view === state.beeld;
      field("paneel-" + view).hidden = !on;
      field("tab-" + view).setAttribute("aria-selected", on ? "true" : "false");
      field("tab-" + view).tabIndex = on ? 0 : -1;
    }
    drawTable(entry, rows);
    if (state.beeld === "grafiek") drawDots(entry, rows);
    if (state.beeld === "tijd") drawTime(entry);
    if (state.beeld === "klein") drawSmall(entry);
    if (state.beeld === "twee") drawTwo();
    const city = state.stad ? names.get(state.stad) + ": " : "";
    document.title = city + title + " \u00b7 DEMaD";
    field("gekopieerd").textContent = "";
  }

  // ---- the file and the link

  function csv() {
    const entry = indicators.get(state.indicator);
    const decimal = (value) => (value === null ? "" : String(value).replace(".", ","));
    const breakdown = data.breakdowns[state.uitsplitsing];
    const lines = rowsNow().map((row) => [row.name, entry.label, entry.id, periodInFile(state.periode), breakdown.label, breakdown.groups[state.groep],
      decimal(row.value), decimal(row.low), decimal(row.high), said.status[row.status] || ""]);
    demad.save(demad.csv([said.csv_head.split("|"), ...lines]), "text/csv;charset=utf-8", state.indicator + "-" + state.periode + ".csv");
  }

  async function copy() {
    history.replaceState(null, "", hash());
    const address = location.href;
    const told = field("gekopieerd");
    try {
      await navigator.clipboard.writeText(address);
      told.textContent = said.copied;
    } catch {
      const box = element("textarea", "", { "aria-hidden": "true", class: "away" });
      box.value = address;
      document.body.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      field("link").focus();
      told.textContent = done ? said.copied : filled(said.copy_failed, { link: address });
    }
  }

  // ---- events

  function changed() {
    draw();
    history.replaceState(null, "", hash());
  }

  function show(view) {
    state.beeld = view;
    changed();
  }

  for (const [name, select] of Object.entries(selects)) {
    select.addEventListener("change", () => {
      state[name] = select.value;
      if (name === "indicator" || name === "uitsplitsing") state.periode = "";
      if (name === "uitsplitsing") state.groep = "";
      changed();
    });
  }
  for (const slug of towns) {
    const label = element("label", "", { class: "tick" });
    label.append(element("input", "", { type: "checkbox", name: "steden", value: slug }), names.get(slug));
    field("stedenlijst").append(label);
  }
  field("stedenlijst").addEventListener("change", () => {
    state.steden = [...document.querySelectorAll("[name=steden]:checked")].map((box) => box.value).join(",");
    changed();
  });
  field("allesteden").addEventListener("click", () => { state.steden = ""; changed(); });
  field("gelijkend").addEventListener("click", () => {
    state.steden = [state.stad, ...data.peers[state.stad]].join(",");
    changed();
  });
  for (const head of document.querySelectorAll("[data-sort]")) {
    head.querySelector("button").addEventListener("click", () => {
      const again = state.op === head.dataset.sort;
      state.richting = again && state.richting === "op" ? "neer" : "op";
      state.op = head.dataset.sort;
      changed();
    });
  }
  VIEWS.forEach((view, at) => {
    const tab = field("tab-" + view);
    tab.addEventListener("click", () => show(view));
    tab.addEventListener("keydown", (event) => {
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: VIEWS.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      const wanted = VIEWS[(next + VIEWS.length) % VIEWS.length];
      show(wanted);
      field("tab-" + wanted).focus();
    });
  });
  field("csv").addEventListener("click", csv);
  field("link").addEventListener("click", copy);
  field("keuzes").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => { readAddress(); draw(); });
  let width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; draw(); } });
  if (data.indicators.length) {
    readAddress();
    field("kies").hidden = false;
    draw();
  }
})();
