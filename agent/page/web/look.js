// SPDX-License-Identifier: Apache-2.0
/* Light, dark, or made for the sun: what this tablet's screen is set to.
 *
 * Here:      the choice, kept by the browser (it is about the screen, not about the work).
 * Not here:  the colours (style.css).
 */
const KEY = "teren-look";

/* "" follows the system. */
export const LOOKS = ["", "light", "dark", "sun"];

export function look() {
    const kept = localStorage.getItem(KEY) ?? "";

    return LOOKS.includes(kept) ? kept : "";
}

export function setLook(chosen) {
    if (chosen) localStorage.setItem(KEY, chosen);
    else localStorage.removeItem(KEY);
    showLook();
}

export function showLook() {
    if (look()) document.documentElement.dataset.look = look();
    else delete document.documentElement.dataset.look;
}
