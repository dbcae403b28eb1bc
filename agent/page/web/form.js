// SPDX-License-Identifier: Apache-2.0
/* A form for a row of any entity, made from the schema.
 *
 * Here:      inputs by type, references to choose from, errors beside the field they are about, one POST to save; removing.
 * Not here:  which values are allowed (the agent says), what a field looks like (parts.js), people (view_activity.js finds them by name).
 * Rule       Whatever goes wrong, what was typed stays where it was typed.
 */
import {get, post} from "./api.js";
import {fill, h, say} from "./dom.js";
import {entityOf, isTyped, schema} from "./desk.js";
import {button, dialog, errorBox, field, toast} from "./parts.js";
import {date, t} from "./words.js";

const ELSE = "\u0000"; /* no word: "something else" was chosen */

function option(value, label, chosen) {
    return h("option", {value, selected: value === chosen}, label);
}

/* Reads and writes a value: {element, get(), input}. */
function plainInput(props, value) {
    const input = h("input", {...props, value: value ?? "", autocomplete: "off"});

    return {element: input, input, get: () => input.value.trim()};
}

/* The browser shows a date as it likes; below it stands as people there write it. */
function dateInput(value) {
    const made = plainInput({type: "date"}, value);
    const shown = h("p", {class: "field-help field-date"});
    const show = () => say(shown, made.input.value ? date(made.input.value, "long") : "");

    made.input.addEventListener("input", show);
    show();
    return {...made, after: shown};
}

function choiceInput(one, value) {
    const words = one.choices.map(({word, label}) => option(word, label, value ?? ""));
    const select = h("select", null, one.required && value ? null : option("", "–", value ?? ""), words);

    return {element: select, input: select, get: () => select.value};
}

/* A text with well-known words: choose one, or write another. */
function suggestedInput(one, value) {
    const text = h("input", {type: "text", value: value ?? "", "aria-label": one.label, autocomplete: "off"});
    const known = !value || one.suggestions.some(({word}) => word === value);
    const chosen = known ? (value ?? "") : ELSE;
    const select = h("select", null, option("", "–", chosen), one.suggestions.map(({word, label}) => option(word, label, chosen)),
        option(ELSE, t("Something else"), chosen));

    text.hidden = known;
    select.addEventListener("change", () => {
        text.hidden = select.value !== ELSE;
        if (!text.hidden) {
            text.value = "";
            text.focus();
        }
    });
    return {element: select, input: select, after: text, get: () => (select.value === ELSE ? text.value.trim() : select.value)};
}

async function rowInput(one, value) {
    const {rows} = await get("/api/rows", {entity: one.refers});
    const found = rows.find((row) => value && (row.id === value || row.code === value));
    const select = h("select", null, option("", "–", found?.id ?? ""),
        rows.map((row) => option(row.id, row.name || row.code, found?.id ?? "")));
    const another = button(t("Not in the list? Add it"), {kind: "quiet", onclick: async () => {
        const added = await rowDialog(one.refers, {title: one.label});
        if (added) {
            select.append(option(added.id, added.values.name || added.values.code, added.id));
            select.value = added.id;
            select.focus();
        }
    }});

    return {element: select, input: select, after: another, get: () => select.value, was: found?.id ?? ""};
}

function inputOf(one, value) {
    if (one.type === "row") return rowInput(one, value);
    if (one.type === "choice" || one.choices?.length > 0) return choiceInput(one, value);
    if (one.suggestions?.length > 0) return suggestedInput(one, value);
    if (one.type === "date") return dateInput(value);
    if (one.type === "time") return plainInput({type: "time"}, value);
    if (one.type === "integer") return plainInput({type: "text", inputmode: "numeric"}, value);
    const kind = {phone: "tel", email: "email"}[one.name] ?? "text";
    return plainInput({type: kind}, value);
}

/* A date that is picked, a word that is chosen need no telling; what is typed does. */
function helpOf(one) {
    if ((one.type !== "text" && one.type !== "integer") || one.suggestions?.length > 0)
        return "";
    return one.code && !one.required ? t("If it stays empty, one is made.") : one.help;
}

const TITLES = ["title", "name", "full_name"];

/* What something is called comes first, a code that makes itself last. */
function inOrder(fields) {
    const rank = (one) => (TITLES.includes(one.name) ? 0 : one.code && !one.required ? 2 : 1);

    return [...fields].sort((a, b) => rank(a) - rank(b));
}

async function controlOf(one, value) {
    const control = await inputOf(one, value);
    const shown = field(one.required ? t("{label} (needed)", {label: one.label}) : one.label, control.element, {help: helpOf(one)});

    control.input.name = one.name;
    if (one.required) control.input.setAttribute("aria-required", "true");
    if (control.after) control.input.after(control.after);
    return {...control, one, shown, was: control.was ?? value ?? ""};
}

/* What is empty and must not be. Says whether all is there. */
function complete(controls) {
    const missing = controls.filter(({one, get: read}) => one.required && read() === "");

    for (const {shown} of controls) shown.setError("");
    for (const {shown} of missing) shown.setError(t("Please fill this in."));
    missing[0]?.input.focus();
    return missing.length === 0;
}

function showError(error, controls, wrong) {
    const at = controls.find(({one}) => one.name === error.body?.field);

    if (!at) {
        fill(wrong, errorBox(error));
        wrong.scrollIntoView({block: "nearest"});
        return;
    }
    at.shown.setError([error.says, error.remedy].filter(Boolean).join(" · "));
    at.input.focus();
}

function typed(controls, fixed, isNew) {
    const values = isNew ? {...fixed} : {};

    for (const {one, get: read, was} of controls) {
        const value = read();
        if (isNew ? value !== "" : value !== was) values[one.name] = value;
    }
    return values;
}

/* A form in the page. `values`: what stands in it; `fixed`: fields that are not asked for; `id`: the row to change, none for a new one;
 * `check(values)` may say false to stop
 * without an error; `saved({id, values})` is called once it is on disk. */
export async function rowForm(entityName,
    {id = "", values = {}, fixed = {}, leaveOut = [], label = t("Save"), check = null, saved, giveUp = null}) {
    await schema();
    const fields = entityOf(entityName).fields.filter((one) => isTyped(one) && !(one.name in fixed) && !leaveOut.includes(one.name));
    const controls = await Promise.all(inOrder(fields).map((one) => controlOf(one, values[one.name])));
    const wrong = h("div", {class: "form-error"});
    const submit = button(label, {kind: "primary", type: "submit", test: "save"});
    const save = async () => {
        fill(wrong);
        if (!complete(controls)) return;
        const sent = typed(controls, fixed, id === "");
        submit.disabled = true;
        try {
            if (check && !(await check(sent))) return;
            const answer = id === ""
                ? await post("/api/row/add", {entity: entityName, values: sent})
                : Object.keys(sent).length === 0
                ? {}
                : await post("/api/row/change", {entity: entityName, id, values: sent});
            saved({id: id || answer.id, values: sent});
        } catch (error) {
            showError(error, controls, wrong);
        } finally {
            submit.disabled = false;
        }
    };
    const form = h("form", {class: "form", novalidate: true, on: {submit: (event) => {
        event.preventDefault();
        save();
    }}}, h("div", {class: "form-fields"}, controls.map(({shown}) => shown)), wrong,
        h("div", {class: "actions"}, submit, giveUp && button(t("Cancel"), {onclick: giveUp})));

    return {element: form, focus: () => controls[0]?.input.focus()};
}

/* The same in a dialog. Gives {id, values} of what was saved, or null. `check(values, handle)` may close it. */
export async function rowDialog(entityName, {title, check = null, ...rest}) {
    const place = h("div", {});
    const shown = dialog(title, place, [], {kind: "wide", test: "form"});
    let result = null;

    try {
        const form = await rowForm(entityName, {...rest, check: check && ((values) => check(values, shown)), giveUp: () =>
            shown.close(null), saved: (saved) => {
                result = saved;
                shown.close(saved);
            }});
        fill(place, form.element);
        form.focus();
    } catch (error) {
        fill(place, errorBox(error));
    }
    return (await shown.closed) ?? result;
}

/* Asks first, and offers to take it back. Says whether it was done. */
export async function removeRow(shell, {entity, id, question, about, done}) {
    const asked = dialog(question, h("p", null, about), [{label: t("Remove"), kind: "danger", value: true, test: "remove-yes",
        run: () => post("/api/row/remove", {entity, id}).then(() => true)}, {label: t("Keep"), value: null}], {test: "remove"});

    if ((await asked.closed) !== true) return false;
    toast(done, {undo: shell.undo});
    shell.changed();
    return true;
}

/* Changes a row in a dialog, and offers to take it back. */
export async function editRow(shell, entity, id, title, leaveOut = []) {
    const {values} = await get("/api/row", {entity, id});
    const saved = await rowDialog(entity, {title, id, values, leaveOut});

    if (saved && Object.keys(saved.values).length > 0) {
        toast(t("Saved"), {undo: shell.undo});
        shell.changed();
    }
}
