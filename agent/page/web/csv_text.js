// SPDX-License-Identifier: Apache-2.0
/* The text of a list that somebody chose: its bytes, read in the encoding they are in.
 *
 * Here:      UTF-8, UTF-16 by its mark, Windows-1250 and 1251 where it is neither; knowing a spreadsheet that is no CSV.
 * Not here:  what the lines mean (the agent reads them), reports of webinars (the agent finds their encoding).
 */
import {t} from "./words.js";

export const TEXT_BYTES_MAX = 4 * 1024 * 1024; /* as the agent takes it from the page: some 50,000 lines */

export const encodings =
    () => [["utf-8", "UTF-8"], ["windows-1250", t("Windows-1250 (Latin letters)")], ["windows-1251", t("Windows-1251 (Cyrillic letters)")],
        ["utf-16le", "UTF-16"]];

function decode(bytes, encoding) {
    try {
        return new TextDecoder(encoding, {fatal: true}).decode(bytes);
    } catch {
        return null;
    }
}

/* Bytes above 127 that are letters of the region's Cyrillic: a text in it has many beside each other. */
function looksCyrillic(bytes) {
    let together = 0, alone = 0;

    for (let i = 1; i < Math.min(bytes.length, 65_536); i++) {
        if (bytes[i] >= 0xc0) bytes[i - 1] >= 0xc0 ? together++ : alone++;
    }
    return together > alone;
}

function guess(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
    if (decode(bytes, "utf-8") !== null) return "utf-8";
    return looksCyrillic(bytes) ? "windows-1251" : "windows-1250";
}

const tooLarge = (file) => ({says: t("{name} is larger than {n} MB.", {name: file.name, n: TEXT_BYTES_MAX >> 20}),
    remedy: t("Part it into several files, each with the header line.")});

/* What cannot be read at all, as an error with its remedy; null when it can. */
function refusal(file, bytes) {
    if (file.size > 2 * TEXT_BYTES_MAX) return tooLarge(file);
    if (file.size === 0) return {says: t("{name} is empty.", {name: file.name}), remedy: t("Choose the file that has the list in it.")};
    if (bytes[0] === 0x50 && bytes[1] === 0x4b)
        return {says: t("{name} is a spreadsheet, not a CSV file.", {name: file.name}),
            remedy: t("Open it in Excel or LibreOffice, save it as “CSV UTF-8”, and choose that file.")};
    return null;
}

/* A text has no such letters; a picture or a program has. */
function plain(file, text) {
    if (new Blob([text]).size > TEXT_BYTES_MAX) throw tooLarge(file);
    const lines = text.replace(/\r\n?/g, "\n"); /* the agent reads lines that end as they do everywhere but on Windows */

    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(lines))
        throw {says: t("{name} is not a text file.", {name: file.name}), remedy: t("Choose a file that ends in .csv.")};
    return lines;
}

/* {name, text, encoding, guessed}; throws {says, remedy}. `encoding`: what a person says it is. */
export async function readCsv(file, encoding = "") {
    const bytes = file.size > 2 * TEXT_BYTES_MAX ? new Uint8Array() : new Uint8Array(await file.arrayBuffer());
    const wrong = refusal(file, bytes);

    if (wrong) throw wrong;
    const used = encoding || guess(bytes);
    const text = decode(bytes, used) ?? new TextDecoder(used).decode(bytes);
    return {name: file.name, text: plain(file, text), encoding: used, guessed: used.startsWith("windows") && !encoding};
}
