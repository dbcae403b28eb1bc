// SPDX-License-Identifier: Apache-2.0
/* The tablet as its people want it: their language, their light, their lock; and help that fits on a screen.
 *
 * Not here:  handing over and the lock screen itself (the holder's story).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, go, open, quiet, shot, thirty, training, words } from "./harness.mjs";

test("one tap changes the language, into either script of Serbian and Albanian, and it stays", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "settings" });
    for (const language of ["sr-Cyrl", "sr-Latn", "sq"]) {
        const say = await words(tablet, language);
        await page.locator(`[data-test=language-${language}]`).check();
        await page.locator("[data-test=title]", { hasText: say("Settings") }).waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), language);
        await accessible(page, `settings in ${language}`);
    }
    await shot(page, "settings-sq");
    assert.equal((await tablet.api("GET", "/api/state")).body.language, "sq");
    quiet(page);
});

test("with the keyboard alone one goes from language to language and never loses the place", async () => {
    const tablet = await agent();
    const page = await open(tablet, { at: "settings", size: "wide", touch: false });
    await page.locator("[data-test=language-en]").focus();
    for (const language of ["sr-Cyrl", "sr-Latn", "bs"]) {
        await page.keyboard.press("ArrowRight");
        await page.locator(`html[lang=${language}] [data-test=language-${language}]:focus`).waitFor();
    }
    quiet(page);
});

test("the lock's minutes are kept by the tablet", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "settings" });
    await page.locator("[data-test=lock-after]").selectOption("10");
    await page.locator("[data-test=toast]").waitFor();
    assert.equal((await tablet.api("GET", "/api/state")).body.lock.after_minutes, 10);
    quiet(page);
});

test("a PIN is set by the one who holds the tablet; two that differ are not", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const { body } = await tablet.api("GET", "/api/staff");
    await tablet.api("POST", "/api/holder", { person: body.people[0].id });
    const page = await open(tablet, { at: "settings", size: "phone" });
    await page.locator("[data-test=pin]").click();
    const [fresh, again] = [page.locator("dialog input").nth(0), page.locator("dialog input").nth(1)];
    await fresh.fill("4711");
    await again.fill("4712");
    await page.locator("[data-test=pin-save]").click();
    await page.locator("dialog .field-wrong").waitFor();
    await accessible(page, "two PINs that differ");
    await shot(page, "settings-pin-phone");
    await again.fill("4711");
    await page.locator("[data-test=pin-save]").click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    assert.equal((await tablet.api("GET", "/api/state")).body.lock.pin, true);
    quiet(page);
});

test("in the sun, in the dark, and with letters twice as large everything is there", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "settings", size: "phone" });
    for (const look of ["sun", "dark"]) {
        await page.locator(`[data-test=look-${look}]`).check();
        assert.equal(await page.evaluate(() => document.documentElement.dataset.look), look);
        await accessible(page, `settings, ${look}`);
    }
    const { body } = await tablet.api("GET", "/api/plan");
    const id = body.activities[0].id;
    const session = (await tablet.api("GET", `/api/activity?id=${id}`)).body.sessions[0].id;
    const others = [`activity?id=${id}`, `list?activity=${id}`, `webinar?session=${session}`];
    for (const view of ["settings", "help", "more", "bundle", "import", "plan", "conflicts", ...others]) {
        await go(page, view);
        await page.evaluate(() => {
            document.documentElement.style.fontSize = "200%";
        });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${view}: nothing runs out of the screen`);
        await shot(page, `${view.split("?")[0]}-phone-200`);
    }
    quiet(page);
});

test("help tells what one cannot see, and More tells what a coordinator asks for on the telephone", async () => {
    const tablet = await agent();
    const page = await open(tablet, { at: "help" });
    await page.getByText("F2").waitFor();
    await accessible(page, "help");
    await shot(page, "help");
    await go(page, "more");
    await page.getByText("teren 0.").waitFor();
    await accessible(page, "more");
    await shot(page, "more");
    quiet(page);
});
