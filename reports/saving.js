"use strict";
// Saves what is seen: a chart as PNG or SVG in the colours of the page, its table as CSV. Everything comes from the page.
(function () {
  const SEEN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "font-size",
    "font-weight", "font-family", "text-anchor", "opacity", "fill-opacity", "visibility", "dominant-baseline", "-webkit-text-stroke"];
  const MARGIN = 24;
  const SCALE = 3;

  function escaped(text) {
    return text.replace(/[&<>"]/g, (mark) => "&#" + mark.charCodeAt(0) + ";");
  }

  function name(figure, kind) {
    const said = (figure.dataset.name || titleOf(figure) || "grafiek").normalize("NFD").toLowerCase();
    return said.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80) + "." + kind;
  }

  function titleOf(figure) {
    const title = figure.querySelector("h3, figcaption");
    return title ? title.textContent.trim() : "";
  }

  function save(content, kind, file) {
    const address = URL.createObjectURL(new Blob([content], { type: kind }));
    const link = document.createElement("a");
    link.href = address;
    link.download = file;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 2000);
  }

  // A drawing with the colours and letters it has on this page written in each of its parts.
  function still(svg) {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((part, at) => {
      if (part.closest("defs") && part.localName !== "path") return;
      const style = getComputedStyle(from[at]);
      part.removeAttribute("class");
      part.setAttribute("style", SEEN.map((one) => one + ":" + style.getPropertyValue(one)).join(";"));
    });
    for (const hit of copy.querySelectorAll("[data-hit]")) hit.remove();
    copy.removeAttribute("aria-hidden");
    return copy;
  }

  function wrapped(text, most) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      if ((lines[lines.length - 1] + " " + word).length > most) lines.push(word);
      else lines[lines.length - 1] = (lines[lines.length - 1] + " " + word).trim();
    }
    return lines;
  }

  // Title, drawing, how to read it and where it comes from: a picture that can stand alone on a slide.
  function picture(figure) {
    const svgs = [...figure.querySelectorAll(".drawing svg")].filter((one) => one.getBoundingClientRect().width > 0);
    if (!svgs.length) return null;
    const page = getComputedStyle(document.body);
    const boxes = svgs.map((one) => one.getBoundingClientRect());
    const left = Math.min(...boxes.map((box) => box.left));
    const top = Math.min(...boxes.map((box) => box.top));
    const wide = Math.max(...boxes.map((box) => box.right)) - left;
    const high = Math.max(...boxes.map((box) => box.bottom)) - top;
    const width = Math.max(wide, 320) + 2 * MARGIN;
    const letters = Math.floor((width - 2 * MARGIN) / 9.4);
    const muted = page.getPropertyValue("--muted");
    let at = MARGIN + 18;
    const parts = [];
    const say = (text, size, weight, colour, most) => {
      for (const line of wrapped(text, most)) {
        parts.push('<text x="' + MARGIN + '" y="' + at + '" font-size="' + size + '" font-weight="' + weight + '" fill="' + colour + '">' + escaped(line) + "</text>");
        at += size * 1.3;
      }
    };
    say(titleOf(figure), 19, 700, page.color, letters);
    const under = figure.querySelector("[data-subtitle], h3 + .small");
    if (under) say(under.textContent.trim(), 14, 400, muted, letters * 1.3);
    at += 4;
    svgs.forEach((svg, place) => {
      const copy = still(svg);
      const box = boxes[place];
      for (const [key, value] of [["x", MARGIN + box.left - left], ["y", at + box.top - top], ["width", box.width], ["height", box.height]]) copy.setAttribute(key, value);
      parts.push(new XMLSerializer().serializeToString(copy));
      const named = svg.closest("[data-named]");
      if (named) parts.push('<text x="' + (MARGIN + box.left - left) + '" y="' + (at + box.top - top - 4) + '" font-size="14" font-weight="600" fill="' + page.color + '">' + escaped(named.dataset.named) + "</text>");
    });
    at += high + 18;
    const brand = document.querySelector(".top .label");
    say("DEMaD" + (brand ? " \u00b7 " + brand.textContent.trim() : ""), 13, 400, muted, letters * 1.4);
    const faces = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSFontFaceRule).map((rule) => rule.cssText).join("");
    const text = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="' + width + '" height="' + (at + 6) + '" viewBox="0 0 ' + width + " " + (at + 6) +
      '" font-family="Source Sans 3, sans-serif" role="img"><title>' + escaped(titleOf(figure)) + "</title><style>" + faces + '</style><rect width="100%" height="100%" fill="' +
      page.backgroundColor + '"/>' + parts.join("") + "</svg>";
    return { text: text, width: width, height: at + 6 };
  }

  function png(made, file) {
    const image = new Image();
    image.onload = () => {
      const paper = document.createElement("canvas");
      paper.width = made.width * SCALE;
      paper.height = made.height * SCALE;
      const pen = paper.getContext("2d");
      pen.scale(SCALE, SCALE);
      pen.drawImage(image, 0, 0, made.width, made.height);
      paper.toBlob((content) => save(content, "image/png", file), "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(made.text);
  }

  // A cell that Excel leaves as it is: no formula, and nothing that only looks like a date.
  function harmless(text) {
    if (/^[=@\t\r]/.test(text) || /^[+-]\D/.test(text)) return "'" + text;
    return text.replace(/^(\d{1,2})-(\d{1,2})$/, "$1\u2013$2");
  }

  function csv(rows) {
    return "\ufeff" + rows.map((row) => row.map((cell) => '"' + harmless(cell).replace(/"/g, '""') + '"').join(";")).join("\r\n") + "\r\n";
  }

  function tableOf(figure) {
    const table = figure.querySelector("table");
    return table ? [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " "))) : [];
  }

  window.demad = { save: save, csv: csv, name: name };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    const figure = button.closest("figure, [data-figure]");
    const kind = button.dataset.save;
    if (kind === "csv") {
      save(csv(tableOf(figure)), "text/csv;charset=utf-8", name(figure, "csv"));
      return;
    }
    const made = picture(figure);
    if (!made) return;
    if (kind === "svg") save('<?xml version="1.0" encoding="utf-8"?>\n' + made.text, "image/svg+xml", name(figure, "svg"));
    else png(made, name(figure, "png"));
  });
  for (const line of document.querySelectorAll("[data-keep]")) line.hidden = false;
})();
