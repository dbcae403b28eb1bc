// SPDX-License-Identifier: Apache-2.0
/* What the views of planning and of files share.
 *
 * Here:      the schema and its words; a drawn signature; files in and out.
 * Not here:  buttons, fields and messages of every view (parts.js); asking the agent (api.js).
 */
import {fill, h, svg} from "./dom.js";
import {get} from "./api.js";
import {date, language} from "./words.js";

let known = {language: "", entities: []};

/* The entities with their fields, labelled in the language of now. Views await it once; wordOf() then answers at once. */
export async function schema() {
    if (known.language !== language()) known = {language: language(), entities: (await get("/api/schema")).entities};
    return known.entities;
}

/* Fields that a person fills in: not a flag, a moment, or what the agent writes by itself. */
export const isTyped = ({name, type}) => type !== "flag" && type !== "moment" && name !== "evidence";

export function entityOf(name) {
    return known.entities.find((entity) => entity.name === name);
}

export function fieldOf(entity, name) {
    return entityOf(entity)?.fields.find((field) => field.name === name);
}

/* A word of a choice, such as "late", as people say it. What nobody foresaw is shown as it was typed. */
export function wordOf(entity, name, word) {
    const field = fieldOf(entity, name);
    const found = [...(field?.choices ?? []), ...(field?.suggestions ?? [])].find((choice) => choice.word === word);

    return found?.label ?? (word ?? "").replaceAll("_", " ");
}

/* A signature, in the colour of the text. */
export function drawing({width, height, path}, label) {
    return svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "xMidYMid meet"},
        svg("path", {d: path}));
}

/* The root of a view. */
export function viewRoot(name, ...children) {
    return h("section", {class: `view view-${name}`}, children);
}

/* "6 December 2021", "6–7 December 2021", or two whole dates. All our languages write the day first. */
export function dateSpan(first, last) {
    if (!first || !last || first === last) return date(first || last || "");
    if (first.slice(0, 7) !== last.slice(0, 7)) return `${date(first)} – ${date(last)}`;
    return date(last).replace(/^\d+(\.?)/, (day, dot) => `${Number(first.slice(8))}${dot}–${day}`);
}

/* The children anew; who was on a button of the old ones is on the same button of the new ones. */
export function fillKeepingFocus(node, ...children) {
    const at = node.contains(document.activeElement) ? document.activeElement : null;
    const rowOf = (element) => element.closest("li")?.dataset;
    const key = at && JSON.stringify([at.dataset.test, rowOf(at)?.id, rowOf(at)?.person]);

    fill(node, children);
    if (!at) return;
    const again = [...node.querySelectorAll("button, a, input, select")].find((element) =>
        JSON.stringify([element.dataset.test, rowOf(element)?.id, rowOf(element)?.person]) === key
    );
    (again ?? node.closest(".view")?.querySelector("h1"))?.focus({preventScroll: true});
}

/* Facts beside each other, the empty ones left out. */
export function facts(pairs) {
    return h("dl", {class: "fact-grid"},
        pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([label, value]) =>
            h("div", {class: "fact"}, h("dt", null, label), h("dd", null, value))
        ));
}

/* A file's bytes, as JSON can carry them. */
export function base64Of(file) {
    return new Promise((done, fail) => {
        const reader = new FileReader();

        reader.addEventListener("load", () => done(reader.result.slice(reader.result.indexOf(",") + 1)));
        reader.addEventListener("error", () => fail(reader.error));
        reader.readAsDataURL(file);
    });
}

/* Gives the browser a file to keep. */
export function saveFile(name, base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const address = URL.createObjectURL(new Blob([bytes], {type: "application/octet-stream"}));
    const link = h("a", {href: address, download: name, hidden: true});

    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000); /* the browser has begun to read it long before */
}

/* A file that falls beside its place must not replace the page. */
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());

/* A place to drop a file on, which is also a button to choose one. */
export function filePicker({label, hint, accept = "", pick}) {
    const input = h("input", {type: "file", accept, class: "visually-hidden file-input"});
    const box = h("label", {class: "file-drop"}, input, h("strong", {}, label), hint ? h("span", {}, hint) : null);
    const take = (files) => {
        if (files.length > 0) pick(files[0]);
    };

    input.addEventListener("change", () => {
        take([...input.files]);
        input.value = ""; /* the same file may be chosen again after it was mended */
    });
    for (const name of ["dragenter", "dragover"])
        box.addEventListener(name, (event) => {
            event.preventDefault();
            box.classList.add("is-over");
        });
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("is-over"));
    box.addEventListener("drop", (event) => {
        event.preventDefault();
        take([...event.dataTransfer.files]);
    });
    return box;
}
