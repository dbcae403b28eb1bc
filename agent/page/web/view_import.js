// SPDX-License-Identifier: Apache-2.0
/* Taking in a list: people, activities, sessions, enrolments, from a CSV file or pasted. First what would change, then the change.
 *
 * Here:      choosing or pasting, the preview with its errors, importing.
 * Not here:  what a line means and what is wrong with it (the agent), encodings (csv_text.js), webinar reports (view_webinar.js).
 * Rule       Nothing is lost when it fails: the list stays where it is until it was taken in.
 */
import {post} from "./api.js";
import {encodings, readCsv} from "./csv_text.js";
import {entityOf, filePicker, isTyped, schema, viewRoot} from "./desk.js";
import {fill, h, say} from "./dom.js";
import {busy, button, errorBox, field, linkButton, toast, viewHead} from "./parts.js";
import {lineWords} from "./person_search.js";
import {number, t, tc, tn} from "./words.js";

const PATIENCE_MS = 15 * 60_000; /* 200,000 lines on a slow tablet */
const PASTE_SHOWN_MAX = 200_000; /* letters; a longer text would make the box slow: the file stays a file */
const LISTED = ["person", "activity", "session", "enrolment", "municipality"];

const linesOf = (text) => text.split("\n").filter((line) => line.trim() !== "").length - 1;

function columnsHelp() {
    return h("details", {class: "help-details"}, h("summary", null, t("Which columns may a list have?")),
        h("p", {class: "quiet"},
            t("The first line names the columns, in any order. Columns with a star must be there; others may be missing.")),
        LISTED.map(entityOf).filter(Boolean).map((entity) =>
            h("div", {class: "columns-of"}, h("h3", null, entity.labels ?? entity.label),
                h("p", {class: "quiet"},
                    entity.fields.filter(isTyped).map((one) => (one.required ? `${one.label}*` : one.label)).join(", ")))
        ));
}

function countsTable(counts) {
    const count = (n) => h("td", {class: "number"}, number(n));

    return h("div", {class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("What would change")},
        h("table", {class: "table"},
            h("thead", null,
                h("tr", null, h("th", {scope: "col"}, t("What")), h("th", {scope: "col", class: "number"}, t("New")),
                    h("th", {scope: "col", class: "number"}, t("Changed")), h("th", {scope: "col", class: "number"}, t("Same as here")))),
            h("tbody", null,
                counts.map((one) =>
                    h("tr", {dataset: {test: "import-count", entity: one.entity}}, h("th", {scope: "row"}, one.label), count(one.fresh),
                        count(one.changed), count(one.same))
                ))));
}

function changedPart(changed) {
    if (changed.length === 0) return null;
    return h("section", null, h("h3", null, t("These are here already and would change")),
        h("ul", {class: "lines"},
            changed.map((one) => h("li", {class: "line", dataset: {test: "import-changed"}}, lineWords(one.name, one.fields.join(", "))))));
}

function errorsPart(errors, total) {
    if (errors.length === 0) return null;
    const more = total - errors.length;

    return h("section", {dataset: {test: "import-errors"}},
        h("h3", null,
            tn("{n} line is wrong. Nothing is imported before it is mended.",
                "{n} lines are wrong. Nothing is imported before they are mended.", total)),
        h("ul", {class: "wrong-lines"},
            errors.map((one) =>
                h("li", {class: "wrong-line"}, h("b", null, one.line > 0 ? t("Line {line}", {line: one.line}) : t("Whole file")),
                    h("p", null, one.says), one.do ? h("p", null, one.do) : null)
            )), more > 0 ? h("p", null, tn("and {n} more line", "and {n} more lines", more)) : null);
}

/* What a look at the list told: counts, changed rows, errors. */
function previewOf(told, importIt) {
    const changes = told.counts.reduce((sum, one) => sum + one.fresh + one.changed, 0);
    const nothing = told.error_count === 0 && changes === 0;

    return [h("h2", {tabindex: "-1", dataset: {test: "import-preview"}}, t("What would change")),
        told.counts.length > 0 ? countsTable(told.counts) : null, errorsPart(told.errors, told.error_count),
        changedPart(told.changed ?? []),
        nothing
            ? h("p", {class: "good-box", dataset: {test: "import-nothing"}},
                t("Everything in this list is here already. There is nothing to import."))
            : null,
        told.error_count === 0 && changes > 0
            ? h("div", {class: "actions"},
                button(tc("verb", "Import"), {kind: "primary", icon: "import", test: "import", onclick: (event) =>
                    importIt(event.currentTarget)}))
            : null];
}

function doneWith(told, again) {
    return [
        h("div", {class: "good-box", role: "status", dataset: {test: "import-done"}},
            tn("Done: {n} row was recorded.", "Done: {n} rows were recorded.", told.counts.reduce((sum, one) =>
                sum + one.fresh + one.changed, 0))),
        h("div", {class: "actions"}, linkButton(t("Open the plan"), "#/plan", {icon: "plan"}),
            button(t("Import another list"), {onclick: again}))
    ];
}

/* The chosen or pasted list: {name, text, encoding}. */
function makeSource(changed) {
    const chosen = {file: null, list: null};
    const paste = h("textarea", {class: "paste", spellcheck: "false", rows: "8", dataset: {test: "import-text"}});
    const about = h("div", {class: "file-about"});
    const pasteField = field(t("Or paste the lines here, the header first"), paste);
    const readAs = h("select", {dataset: {test: "import-encoding"}, on: {change: () => take(chosen.file, readAs.value)}});
    const readField = field(t("Read the file as"), readAs);

    function showFile({name, text, encoding, guessed}) {
        fill(readAs, encodings().map(([value, label]) => h("option", {value, selected: value === encoding}, label)));
        fill(about, h("p", {class: "quiet"}, h("strong", null, name), " ", tn("{n} line", "{n} lines", Math.max(0, linesOf(text)))),
            guessed
                ? h("p", {class: "note-box", dataset: {test: "import-guessed"}},
                    t("This file is not in UTF-8: its letters were guessed. If they look wrong below, choose another reading."))
                : null, encoding === "utf-8" ? null : readField);
        const isShort = text.length <= PASTE_SHOWN_MAX;
        paste.value = isShort ? text : "";
        pasteField.hidden = !isShort;
    }
    async function take(file, encoding = "") {
        try {
            chosen.file = file;
            chosen.list = await readCsv(file, encoding);
            showFile(chosen.list);
            changed(chosen.list);
        } catch (error) {
            chosen.list = null;
            fill(about,
                errorBox(error.says ? error : {says: t("{name} could not be read.", {name: file.name}), remedy: t("Choose it again.")}));
            changed(null);
        }
    }
    paste.addEventListener("input", () => {
        chosen.list = {name: chosen.list?.name ?? "list.csv", text: paste.value};
        changed(null);
    });
    return {
        elements: [
            filePicker({label: t("Choose a CSV file"), hint: t("or drop it here: people, activities, sessions or enrolments"),
                accept: ".csv,.txt,.tsv,text/csv", pick: (file) => take(file)}),
            about,
            pasteField
        ],
        list: () => chosen.list,
        forget: () => {
            Object.assign(chosen, {file: null, list: null});
            paste.value = "";
            pasteField.hidden = false;
            fill(about);
        }
    };
}

export async function open(params, shell) {
    await schema();
    const result = h("div", {class: "preview"});
    const wrong = h("div", {});
    const progress = h("p", {class: "outcome", role: "status"});
    const send = (preview) => post("/api/import", {name: source.list().name, text: source.list().text, preview}, PATIENCE_MS);
    const withWords = async (pressed, text, run) => {
        say(progress, text);
        await busy(pressed, wrong, run);
        say(progress, "");
    };
    const lookAt = (pressed) =>
        withWords(pressed, t("Looking at the list. A long one takes a minute."), async () => {
            fill(result);
            if (!source.list()?.text.trim()) throw {says: t("There is no list yet."), remedy: t("Choose a file or paste the lines.")};
            fill(result, previewOf(await send(true), importIt));
            result.querySelector("h2")?.focus();
        });
    const importIt = (pressed) =>
        withWords(pressed, t("Importing. Everything is taken in, or nothing."), async () => {
            const told = await send(false);
            source.forget();
            fill(result, doneWith(told, () => shell.reopen()));
            toast(t("The list was imported"), {undo: shell.undo});
            shell.changed();
        });
    const look = button(t("Show what would change"), {kind: "primary", test: "import-look",
        onclick: (event) => lookAt(event.currentTarget)});
    const source = makeSource((list) => {
        fill(result);
        fill(wrong);
        if (list) lookAt(look);
    });

    return {
        element: viewRoot("import",
            viewHead(t("Import lists"), {back: {href: "#/plan", label: t("Plan")},
                about: t("Nothing is recorded before you have seen what would change.")}), source.elements,
            h("div", {class: "actions"}, look), progress, wrong, result, columnsHelp())
    };
}
