// SPDX-License-Identifier: Apache-2.0
/* The parts that every view is made of: buttons, fields, errors, toasts, dialogs, empty states.
 *
 * Here:      how they look to a person and to a screen reader, and how they keep focus.
 * Not here:  what they say (views), their colours (style.css).
 * Rule       An error says what happened and what to do, beside where it happened; what was typed stays. Nothing spins.
 */
import {fill, freshId, h, say} from "./dom.js";
import {icon} from "./icons.js";
import {t} from "./words.js";

const TOAST_MS = 10_000;

/* kind: "primary" (one in a view), "danger", "quiet" (no border), "" (the ordinary one). `test` is a name that stories find it by. */
export function button(label, {kind = "", onclick = null, icon: drawing = "", type = "button", test = "", hint = ""} = {}) {
    return h(
        "button",
        {type, class: ["button", kind && `button-${kind}`], dataset: test ? {test} : {}, on: {click: onclick}, title: hint || null},
        drawing && icon(drawing),
        h("span", {class: "button-text"}, label),
    );
}

/* A button that is a drawing alone; its label is what a screen reader says and what a long press shows. */
export function iconButton(label, drawing, {onclick = null, test = "", kind = "quiet"} = {}) {
    return h(
        "button",
        {
            type: "button",
            class: ["button", "button-icon", `button-${kind}`],
            "aria-label": label,
            title: label,
            dataset: test ? {test} : {},
            on: {click: onclick},
        },
        icon(drawing),
    );
}

/* A link that looks like a button: what only goes somewhere is a link. */
export function linkButton(label, href, {kind = "", icon: drawing = "", test = ""} = {}) {
    return h(
        "a",
        {href, class: ["button", kind && `button-${kind}`], dataset: test ? {test} : {}},
        drawing && icon(drawing),
        h("span", {class: "button-text"}, label),
    );
}

/* Label, input, help and error tied together. The element has setError(text): "" takes it away. */
export function field(label, input, {help = "", error = ""} = {}) {
    const id = input.id || freshId("field");
    const helpNode = help ? h("p", {class: "field-help", id: `${id}-help`}, help) : null;
    const errorNode = h("p", {class: "field-error", id: `${id}-error`, role: "alert"});
    const element = h("div", {class: "field"}, h("label", {for: id, class: "field-label"}, label), input, helpNode, errorNode);

    input.id = id;
    element.input = input;
    element.setError = (text) => {
        const told = [helpNode && `${id}-help`, text && `${id}-error`].filter(Boolean).join(" ");

        say(errorNode, text);
        element.classList.toggle("field-wrong", Boolean(text));
        input.toggleAttribute("aria-invalid", Boolean(text));
        if (text) input.setAttribute("aria-invalid", "true");
        if (told) input.setAttribute("aria-describedby", told);
        else input.removeAttribute("aria-describedby");
    };
    element.setError(error);
    return element;
}

/* What happened and what to do. `actions`: buttons that help. */
export function errorBox(error, actions = []) {
    return h(
        "div",
        {class: "error-box", role: "alert", dataset: {test: "error", kind: error.kind ?? ""}},
        icon("alert"),
        h(
            "div",
            {class: "error-words"},
            h("p", {class: "error-says"}, error.says ?? String(error.message ?? error)),
            error.remedy ? h("p", {class: "error-remedy"}, error.remedy) : null,
            actions.length > 0 ? h("div", {class: "actions"}, actions) : null,
        ),
    );
}

/* `action`: a button or a link, or nothing. */
export function emptyState(text, action = null, drawing = "calendar") {
    return h("div", {class: "empty", dataset: {test: "empty"}}, icon(drawing), h("p", null, text), action);
}

let toastTimer = 0;

export function hideToast() {
    clearTimeout(toastTimer);
    fill(document.getElementById("toasts"));
}

function hideToastLater() {
    clearTimeout(toastTimer);
    toastTimer = setTimeout(hideToast, TOAST_MS);
}

/* One at a time, at the bottom: the newest is the one that undo concerns. `undo` is a function that takes it back. */
export function toast(text, {undo = null, label = ""} = {}) {
    const place = document.getElementById("toasts");
    const element = h(
        "div",
        {
            class: "toast",
            dataset: {test: "toast"},
            on: {
                pointerenter: () => clearTimeout(toastTimer),
                pointerleave: hideToastLater,
                focusin: () => clearTimeout(toastTimer),
                focusout: hideToastLater,
            },
        },
        h("span", {class: "toast-text"}, text),
        undo &&
            button(label || t("Undo"), {
                kind: "toast",
                icon: "undo",
                test: "toast-undo",
                onclick: () => {
                    hideToast();
                    undo();
                },
            }),
        iconButton(t("Close"), "clear", {kind: "toast", onclick: hideToast}),
    );

    fill(place, element);
    hideToastLater();
    return element;
}

/* A modal dialog. `actions`: [{label, kind, icon, value, test, run}]; run(handle) may be async: it says false to keep the dialog open,
 * an error it throws is shown inside. Gives {element, close(value), closed}: `closed` is a promise of the value, null when given up. */
export function dialog(title, body, actions = [], {kind = "", test = ""} = {}) {
    const before = document.activeElement;
    const id = freshId("dialog");
    const wrong = h("div", {class: "dialog-error"});
    let settle;
    let value = null;
    const handle = {
        closed: new Promise((done) => {
            settle = done;
        }),
        close: null,
        element: null,
    };
    const buttons = actions.map((action) =>
        button(action.label, {
            kind: action.kind,
            icon: action.icon,
            test: action.test,
            onclick: () => runAction(handle, action, wrong, buttons),
        }),
    );

    handle.element = h(
        "dialog",
        {class: ["dialog", kind && `dialog-${kind}`], "aria-labelledby": id, dataset: test ? {test} : {}},
        h(
            "div",
            {class: "dialog-inside"},
            h(
                "header",
                {class: "dialog-head"},
                h("h2", {id, class: "dialog-title"}, title),
                iconButton(t("Close"), "clear", {onclick: () => handle.close(null), test: "dialog-close"}),
            ),
            h("div", {class: "dialog-body"}, body),
            wrong,
            buttons.length > 0 ? h("div", {class: "actions dialog-actions"}, buttons) : null,
        ),
    );
    handle.close = (chosen) => {
        value = chosen;
        handle.element.close();
    };
    handle.element.addEventListener("click", (event) => {
        if (event.target === handle.element) handle.close(null); /* on the shade around it */
    });
    handle.element.addEventListener("close", () => {
        handle.element.remove();
        if (before?.isConnected) before.focus({preventScroll: true});
        settle(value);
    });
    document.body.append(handle.element);
    handle.element.showModal();
    return handle;
}

async function runAction(handle, action, wrong, buttons) {
    if (!action.run) {
        handle.close(action.value ?? null);
        return;
    }
    for (const one of buttons) one.disabled = true;
    fill(wrong);
    try {
        if ((await action.run(handle)) !== false) handle.close(action.value ?? null);
    } catch (error) {
        fill(wrong, errorBox(error));
    } finally {
        for (const one of buttons) one.disabled = false;
    }
}

/* Runs what a button does; meanwhile it cannot be pressed again, and a failure is shown in `place`. Gives true when it worked. */
export async function busy(pressed, place, run) {
    pressed.disabled = true;
    fill(place);
    try {
        await run();
        return true;
    } catch (error) {
        fill(place, errorBox(error));
        place.scrollIntoView({block: "nearest"});
        return false;
    } finally {
        pressed.disabled = false;
    }
}

/* The head of a view: where it leads back to, its name, what it is about. */
export function viewHead(title, {back = null, about = "", actions = []} = {}) {
    return h(
        "header",
        {class: "view-head"},
        back && h("a", {class: "back", href: back.href, dataset: {test: "back"}}, icon("back"), back.label),
        h(
            "div",
            {class: "view-title"},
            h("h1", {tabindex: "-1", dataset: {test: "title"}}, title),
            actions.length > 0 ? h("div", {class: "actions"}, actions) : null,
        ),
        about && h("p", {class: "view-about"}, about),
    );
}
