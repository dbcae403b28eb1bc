// SPDX-License-Identifier: Apache-2.0
/* Settings of this tablet: language, screen, lock, the holder's PIN.
 *
 * Here:      each choice takes effect when it is tapped and says so.
 * Not here:  handing over (view_holder.js), what the looks are (look.js, style.css).
 */
import {post} from "./api.js";
import {viewRoot} from "./desk.js";
import {fill, h} from "./dom.js";
import {LOOKS, look, setLook} from "./look.js";
import {button, dialog, errorBox, field, linkButton, toast, viewHead} from "./parts.js";
import {language, LANGUAGES, t, tn} from "./words.js";

const LOCK_MINUTES = [0, 1, 2, 5, 10, 30, 60];

/* Radio buttons in a row. options: [[value, label, lang]] */
function choice(name, title, options, chosen, change) {
    return h("fieldset", null, h("legend", null, title),
        h("div", {class: "choice"},
            options.map(([value, label, lang]) =>
                h("label", {lang: lang ?? null},
                    h("input", {type: "radio", name, value: String(value), checked: value === chosen,
                        dataset: {test: `${name}-${value || "system"}`}, on: {change: () => change(value)}}), label)
            )));
}

function languagePart(shell, wrong) {
    return choice("language", t("Language"), LANGUAGES.map((one) => [one.language, one.name, one.language]), language(), async (tag) => {
        fill(wrong);
        try {
            if (!(await shell.useLanguage(tag)))
                throw {says: t("These words could not be read."),
                    remedy: t("Try again; if it stays so, close Teren and open it from its icon.")};
            document.querySelector(`[data-test="language-${tag}"]`)?.focus({preventScroll: true}); /* the view is a new one */
            await post("/api/settings", {language: tag});
            shell.changed();
        } catch (error) {
            fill(wrong, errorBox(error));
        }
    });
}

function lookPart() {
    const names = {"": t("Same as the tablet"), light: t("Light"), dark: t("Dark"), sun: t("In the sun")};

    return [choice("look", t("Screen"), LOOKS.map((one) => [one, names[one]]), look(), setLook),
        h("p", {class: "field-help"},
            t("“In the sun” is black on white with thick lines. Letters grow with the text size of the browser."))];
}

function lockPart(shell, wrong) {
    const now = shell.state.lock.after_minutes;
    const values = LOCK_MINUTES.includes(now) ? LOCK_MINUTES : [...LOCK_MINUTES, now].sort((a, b) => a - b);
    const select = h("select", {dataset: {test: "lock-after"}, on: {change: async () => {
        fill(wrong);
        try {
            await post("/api/settings", {lock_after_minutes: Number(select.value)});
            toast(t("Saved"));
            shell.changed();
        } catch (error) {
            select.value = String(shell.state.lock.after_minutes);
            fill(wrong, errorBox(error));
        }
    }}},
        values.map((minutes) =>
            h("option", {value: String(minutes), selected: minutes === now},
                minutes === 0 ? t("never") : tn("after {n} minute", "after {n} minutes", minutes))
        ));

    return field(t("Lock the page when nobody touches it"), select, {
        help: t("While it is locked, no name is on the screen. Nothing that was recorded is lost.")
    });
}

function pinInput(autocomplete) {
    return h("input", {type: "password", inputmode: "numeric", autocomplete, maxlength: "12"});
}

/* A new PIN, or none: the old one is asked for when there is one. */
async function changePin(shell, hasPin) {
    const old = field(t("PIN until now"), pinInput("current-password"));
    const fresh = field(t("New PIN"), pinInput("new-password"), {help: t("4 to 12 digits. Leave it empty to do without a PIN.")});
    const again = field(t("New PIN once more"), pinInput("new-password"));
    const asked = dialog(hasPin ? t("Change the PIN") : t("Set a PIN"), [hasPin ? old : null, fresh, again], [{label: t("Save"),
        kind: "primary", value: true, test: "pin-save", run: async () => {
            again.setError("");
            if (fresh.input.value !== again.input.value) {
                again.setError(t("The two are not the same. Type them again."));
                again.input.focus();
                return false;
            }
            await post("/api/pin", hasPin ? {pin: fresh.input.value, old: old.input.value} : {pin: fresh.input.value});
            return true;
        }}], {test: "pin"});

    (hasPin ? old : fresh).input.focus();
    if (await asked.closed) {
        toast(t("Saved"));
        await shell.changed();
        shell.reopen();
    }
}

function pinPart(shell) {
    const {holder, lock} = shell.state;

    if (!holder)
        return [h("p", null, t("A PIN belongs to a person. Say first who holds the tablet.")),
            h("div", {class: "actions"}, linkButton(t("Who holds the tablet?"), "#/holder", {icon: "person"}))];
    return [
        h("p", null, lock.pin
            ? t("{name} has a PIN: it is asked for when the page was locked.", {name: holder.name})
            : t("{name} has no PIN: whoever taps the screen can go on.", {name: holder.name})),
        h("div", {class: "actions"}, button(lock.pin ? t("Change the PIN") : t("Set a PIN"), {icon: "lock", test: "pin", onclick: () =>
            changePin(shell, lock.pin)}), button(t("Lock now"), {kind: "quiet", icon: "lock", test: "lock-now", onclick: () =>
                shell.lock()}))
    ];
}

export function open(params, shell) {
    const wrong = h("div", {});
    const part = (...inside) => h("section", {class: "settings-part"}, inside);

    return {
        element: viewRoot("settings", viewHead(t("Settings"), {back: {href: "#/more", label: t("More")}}), wrong,
            part(languagePart(shell, wrong)), part(lookPart()), part(h("h2", null, t("Lock")), lockPart(shell, wrong), pinPart(shell)))
    };
}
