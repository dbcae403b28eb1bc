// SPDX-License-Identifier: Apache-2.0
/* What people read, in their language; dates, times and numbers as they write them.
 *
 * Here:      t(), tn(), tc() over /words/LANGUAGE.json; date(), time(), moment(), number().
 * Not here:  the translations (the .po files), which language (main.js).
 * Rule       The English text is the key: t("Save"). A sentence is one text with {names} in it, never glued from pieces.
 *            A text with a context has the key "context\u0004text", one with plurals the key of its singular.
 */

/* As their speakers write them; locale is what Intl knows them by. */
export const LANGUAGES = [
    {language: "en", letters: "EN", name: "English", locale: "en-GB"},
    {language: "sr-Cyrl", letters: "СР", name: "Српски (ћирилица)", locale: "sr-Cyrl-RS"},
    {language: "sr-Latn", letters: "SR", name: "Srpski (latinica)", locale: "sr-Latn-RS"},
    {language: "bs", letters: "BS", name: "Bosanski", locale: "bs-Latn-BA"},
    {language: "sq", letters: "SQ", name: "Shqip", locale: "sq-AL"},
    {language: "mk", letters: "МК", name: "Македонски", locale: "mk-MK"},
];

const FORMS = ["one", "few", "other"];
let spoken = LANGUAGES[0];
let texts = {};
let rule = null;
let forms = [];
let made = new Map(); /* Intl formatters: making one costs a millisecond */

export function language() {
    return spoken.language;
}

/* What the browser's owner speaks, among what we speak; English else. */
export function languageOfBrowser() {
    for (const wanted of navigator.languages ?? []) {
        const tag = wanted.toLowerCase();

        if (tag.startsWith("sr")) return tag.includes("latn") ? "sr-Latn" : "sr-Cyrl";
        const found = LANGUAGES.find(({language}) => tag === language || tag.startsWith(`${language}-`));
        if (found) return found.language;
    }
    return "en";
}

function use(chosen, read) {
    spoken = chosen;
    texts = read;
    made = new Map();
    rule = new Intl.PluralRules(chosen.locale);
    const categories = rule.resolvedOptions().pluralCategories;
    forms = FORMS.filter((name) => categories.includes(name));
    document.documentElement.lang = chosen.language;
}

/* English stands in the source: without its file the page still speaks. */
export async function setLanguage(wanted) {
    const chosen = LANGUAGES.find(({language}) => language === wanted) ?? LANGUAGES[0];
    let read = {};

    try {
        const answer = await fetch(`/words/${chosen.language}.json`, {credentials: "omit"});
        if (answer.ok) read = (await answer.json()).texts ?? {};
        else if (chosen !== LANGUAGES[0]) return false;
    } catch {
        if (chosen !== LANGUAGES[0]) return false;
    }
    use(chosen, read);
    return true;
}

function put(text, values) {
    if (!values) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
        const value = values[name];
        if (value === undefined || value === null) return whole;
        return typeof value === "number" ? number(value) : String(value);
    });
}

export function t(msgid, values) {
    return put(texts[msgid] || msgid, values);
}

/* Same words, another meaning. */
export function tc(context, msgid, values) {
    return put(texts[`${context}\u0004${msgid}`] || msgid, values);
}

/* {n} in the text is n; other values stand in `values`. */
export function tn(one, many, n, values) {
    const found = texts[one];
    const index = forms.indexOf(rule ? rule.select(n) : "other");
    const text = Array.isArray(found) ? found[index < 0 ? found.length - 1 : Math.min(index, found.length - 1)] : "";

    return put(text || (n === 1 ? one : many), {n, ...values});
}

function formatter(kind, options) {
    const key = kind + JSON.stringify(options);

    if (!made.has(key)) made.set(key, new Intl[kind](spoken.locale, options));
    return made.get(key);
}

export function number(n, options = {}) {
    return formatter("NumberFormat", options).format(n);
}

const DATES = {
    short: {day: "numeric", month: "numeric", year: "numeric", timeZone: "UTC"},
    medium: {day: "numeric", month: "long", year: "numeric", timeZone: "UTC"},
    long: {weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC"},
    day: {weekday: "long", day: "numeric", month: "long", timeZone: "UTC"},
};

/* "2021-12-13" as "13 December 2021"; what is no date is given back as it came. */
export function date(iso, style = "medium") {
    const at = /^\d{4}-\d{2}-\d{2}$/.test(iso ?? "") ? new Date(`${iso}T12:00:00Z`) : null;

    return at && !Number.isNaN(at.getTime()) ? formatter("DateTimeFormat", DATES[style]).format(at) : String(iso ?? "");
}

/* "09:00" as people there write it. */
export function time(hhmm) {
    const found = /^(\d{2}):(\d{2})$/.exec(hhmm ?? "");

    if (!found) return String(hhmm ?? "");
    return formatter("DateTimeFormat", {hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC"}).format(
        new Date(Date.UTC(2000, 0, 1, Number(found[1]), Number(found[2]))),
    );
}

/* A moment of today is a time; any other one a date and a time. By the tablet's own clock and zone. */
export function moment(rfc3339, now = new Date()) {
    const at = rfc3339 ? new Date(rfc3339) : null;

    if (!at || Number.isNaN(at.getTime())) return "";
    const clock = {hour: "2-digit", minute: "2-digit", hourCycle: "h23"};
    if (at.toDateString() === now.toDateString()) return formatter("DateTimeFormat", clock).format(at);
    return formatter("DateTimeFormat", {day: "numeric", month: "long", year: "numeric", ...clock}).format(at);
}
