// SPDX-License-Identifier: Apache-2.0
/* Each in their own language and script, changed where one stands, kept by the tablet.
 *
 * Not here:  the translations themselves (tests/unit/protocol_catalogue.c and the tidy of texts).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agent, day, go, open, quiet, shot, thirty, training, until, words } from "./harness.mjs";

const names = { en: "English", "sr-Cyrl": "Српски (ћирилица)", "sr-Latn": "Srpski (latinica)",
    bs: "Bosanski", sq: "Shqip", mk: "Македонски" };

test("from today's screen to each language and back, in their own names", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 3))] });
    const page = await open(tablet, { size: "phone" });
    const choice = page.locator("[data-view=today] [data-test=language]");
    assert.deepEqual(await choice.locator("option").allTextContents(), Object.values(names));
    for (const language of ["sr-Cyrl", "sr-Latn", "bs", "sq", "mk", "en"]) {
        await choice.selectOption(language);
        await until(language, async () => (await page.locator("html").getAttribute("lang")) === language);
        await page.locator("[data-view=today][data-ready]").waitFor();
        const t = await words(tablet, language);
        assert.equal(await page.locator("[data-test=nav-plan]").textContent(), t("Plan"));
        await until("the tablet keeps it", async () => (await tablet.api("GET", "/api/state")).body.language === language);
        await shot(page, `story-language-${language}`);
    }
    quiet(page);
});

test("the next window speaks it from the start; another window follows", async () => {
    const tablet = await agent();
    const page = await open(tablet, { size: "phone", language: "sq" });
    const other = await open(tablet, { context: page.context() });
    assert.equal(await other.locator("html").getAttribute("lang"), "sq");
    await page.locator("[data-test=language]").selectOption("mk");
    await until("the other one", async () => (await other.locator("html").getAttribute("lang")) === "mk");
    quiet(page);
});

test("numbers and dates are written as people there write them", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 3), { date: "2030-03-05" })] });
    const expected = { en: /5 March/, "sr-Cyrl": /5\. март/, "sr-Latn": /5\. mart/, bs: /5\. mart/, sq: /5 mars/, mk: /5 март/ };
    for (const [language, shape] of Object.entries(expected)) {
        const page = await open(tablet, { size: "phone", language });
        await until(language, async () => shape.test(await page.locator("[data-test=coming]").textContent()));
        quiet(page);
        await page.context().close();
    }
    await tablet.api("POST", "/api/settings", { language: "en" });
});

test("who comes next to a locked tablet may change its language", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 3))] });
    const page = await open(tablet, { size: "phone" });
    page.expects = /Failed to load resource/;
    await tablet.api("POST", "/api/lock", {});
    await page.locator("[data-test=locked]").waitFor();
    await page.locator("[data-test=locked] [data-test=language]").selectOption("sr-Cyrl");
    await until("the lock in Cyrillic", async () => (await page.locator("html").getAttribute("lang")) === "sr-Cyrl");
    await page.locator("[data-test=locked]").waitFor();
    await shot(page, "story-locked-sr-Cyrl");
    await page.locator("[data-test=unlock]").tap();
    await page.locator("[data-view=today][data-ready]").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "sr-Cyrl");
    await go(page, "today");
    assert.ok(day().length === 10);
});
