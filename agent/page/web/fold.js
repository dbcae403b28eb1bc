// SPDX-License-Identifier: Apache-2.0
/* Searching as people type: blind to script, diacritics and case, parts in any order.
 *
 * Here:      fold() by the map that the agent's own folding made (/fold.json), hayOf(), matches().
 * Not here:  the rule itself (protocol/text.c): the page only looks it up, letter by letter.
 */

let map = {};
let pairs = [];

/* {"Ђ": "dj", "ђ": "dj", …}: every letter that does not fold to itself in small; and {"dj": "d", …}: folded letters as a passport or a
 * hurried hand writes them. */
export async function loadFold() {
    try {
        const answer = await fetch("/fold.json", {credentials: "omit"});
        if (!answer.ok) return;
        const read = await answer.json();
        map = read;
        pairs = Object.entries(read).filter(([letters]) => letters.length === 2);
    } catch {
        /* without the map the search still finds what is typed letter by letter */
    }
}

export function fold(text) {
    let out = "";

    for (const letter of text.normalize("NFC"))
        out += map[letter] ?? (letter < "\u0080" ? letter.toLowerCase() : (map[letter.toLowerCase()] ?? letter.toLowerCase()));
    return out.replace(/\s+/g, " ").trim();
}

/* "durda" means Ђурђа, too. */
function loosen(folded) {
    for (const [letters, loose] of pairs) folded = folded.replaceAll(letters, loose);
    return folded;
}

/* What is searched: made once per row. The looser form stands behind the strict one. */
export function hayOf(...texts) {
    const strict = fold(texts.filter(Boolean).join(" "));
    const loose = loosen(strict);

    return loose === strict ? strict : `${strict}\n${loose}`;
}

export function needlesOf(typed) {
    const folded = fold(typed);

    return folded === "" ? [] : folded.split(" ");
}

export function matches(hay, needles) {
    for (const needle of needles) {
        if (!hay.includes(needle) && !hay.includes(loosen(needle))) return false;
    }
    return true;
}
