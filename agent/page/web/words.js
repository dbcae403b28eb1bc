// SPDX-License-Identifier: Apache-2.0
/* What people read, in their language; dates, times and numbers as they write them.
 *
 * Here:      t(), tn(), tc() over /words/LANGUAGE.json; date(), time(), moment(), number().
 * Not here:  the translations (the .po files), which language (main.js).
 * Rule       The English text is the key: t("Save"). A sentence is one text with {names} in it, never glued from pieces.
 *            A text with a context has the key "context\u0004text", one with plurals the key of its singular.
 */
import {ownDate} from "./calendar.js";

const oneOrMany = (n) => (n === 1 ? 0 : 1);
const slavic = (n) => (n % 10 === 1 && n % 100 !== 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2);
const macedonian = (n) => (n % 10 === 1 && n % 100 !== 11 ? 0 : 1);

/* As their speakers write them. locale: what Intl writes numbers by (and dates, where calendar.js has none); plural: the Plural-Forms of
 * the .po file, for browsers do not know all of these languages. */
export const LANGUAGES = [
    {language: "en", letters: "EN", name: "English", locale: "en-GB", plural: oneOrMany},
    {language: "sr-Cyrl", letters: "СР", name: "Српски (ћирилица)", locale: "sr-Cyrl-RS", plural: slavic},
    {language: "sr-Latn", letters: "SR", name: "Srpski (latinica)", locale: "sr-Latn-RS", plural: slavic},
    {language: "bs", letters: "BS", name: "Bosanski", locale: "sr-Latn-RS", plural: slavic},
    {language: "sq", letters: "SQ", name: "Shqip", locale: "fr-FR", plural: oneOrMany},
    {language: "mk", letters: "МК", name: "Македонски", locale: "sr-Cyrl-RS", plural: macedonian},
];

let spoken = LANGUAGES[0];
let texts = {};
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
    const text = Array.isArray(found) ? found[spoken.plural(n)] : "";

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

function writeDate(style, year, month, day) {
    const at = new Date(Date.UTC(year, month, day, 12));
    const own = ownDate(spoken.language, style, {year, month, day, weekday: at.getUTCDay()});

    return own ?? formatter("DateTimeFormat", DATES[style]).format(at);
}

/* "2021-12-13" as "13 December 2021"; what is no date is given back as it came. style: short, medium, long, day (without its year). */
export function date(iso, style = "medium") {
    const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso ?? "");

    return found ? writeDate(style, Number(found[1]), Number(found[2]) - 1, Number(found[3])) : String(iso ?? "");
}

/* "09:00": all six write it so. */
export function time(hhmm) {
    return String(hhmm ?? "");
}

/* A moment of today is a time; any other one a date and a time. By the tablet's own clock and zone. */
export function moment(rfc3339, now = new Date()) {
    const at = rfc3339 ? new Date(rfc3339) : null;

    if (!at || Number.isNaN(at.getTime())) return "";
    const two = (n) => String(n).padStart(2, "0");
    const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    return at.toDateString() === now.toDateString()
        ? clock
        : `${writeDate("medium", at.getFullYear(), at.getMonth(), at.getDate())} ${clock}`;
}
