// SPDX-License-Identifier: Apache-2.0
/* Every screen in every language, size and light: nothing that axe-core calls serious, nothing beyond the edge, nothing untranslated.
 *
 * Not here:  what one does there (the other stories).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, day, go, open, programme, quiet, shot, sizes, thirty, training } from "./harness.mjs";

const languages = ["en", "sr-Cyrl", "sr-Latn", "bs", "sq", "mk"];
const tablet = await agent({ lists: [programme, await training(thirty)] });
const today = (await tablet.api("GET", `/api/today?day=${day()}`)).body.today[0];
const { people } = (await tablet.api("GET", `/api/roster?session=${today.id}`)).body;
for (const [i, status] of ["present", "present", "late", "absent", "excused", "present"].entries())
    await tablet.api("POST", "/api/mark", { session: today.id, person: people[i].id, status });
await tablet.api("POST", "/api/sign", { session: today.id, person: people[0].id, width: 300, height: 100,
    strokes: [[[10, 50], [60, 10], [110, 90], [160, 20], [290, 60]]] });

const screens = ["today", `roster?session=${today.id}`, `walk-in?session=${today.id}`, `sign?session=${today.id}&person=${people[1].id}`,
    "plan", `activity?id=${today.activity.id}`, "import", `webinar?session=${today.id}`, `list?activity=${today.activity.id}`, "conflicts",
    "bundle", "more", "settings", "help", "holder"];
const name = (screen) => screen.split("?")[0];

async function fits(page, where) {
    const beyond = await page.evaluate(() => {
        const main = document.getElementById("main");
        return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
    });
    assert.ok(beyond <= 0, `${where}: ${beyond} px beyond the edge`);
}

for (const [size, dark] of [["phone", false], ["phone", true], ["tablet", false], ["wide", false], ["wide", true]]) {
    test(`every screen, ${size}${dark ? ", dark" : ""}`, async () => {
        const page = await open(tablet, { size, dark });
        for (const screen of screens) {
            await go(page, screen);
            await fits(page, `${screen} ${size}`);
            await accessible(page, `${name(screen)} ${size} ${dark ? "dark" : "light"}`);
            await shot(page, `${name(screen)}-${size}${dark ? "-dark" : ""}`);
        }
        quiet(page);
    });
}

test("every screen with letters twice as large, on a phone", async () => {
    const page = await open(tablet, { size: "phone" });
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    for (const screen of screens) {
        await go(page, screen);
        await fits(page, `${screen} at 200 %`);
        await shot(page, `${name(screen)}-large-letters`);
    }
    quiet(page);
});

for (const language of languages.slice(1)) {
    test(`every screen in ${language}`, async () => {
        const page = await open(tablet, { size: "phone", language });
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        for (const screen of screens) {
            await go(page, screen);
            await fits(page, `${screen} ${language}`);
            await shot(page, `${name(screen)}-${language}`);
        }
        await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
        for (const screen of screens) {
            await go(page, screen);
            await fits(page, `${screen} ${language} at 200 %`);
        }
        quiet(page);
    });
}

test("the sizes are those of the tablets handed out", () => {
    assert.equal(sizes.phone.width, 360);
});
