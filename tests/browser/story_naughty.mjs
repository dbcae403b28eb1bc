// SPDX-License-Identifier: Apache-2.0
/* Names that people, spreadsheets and jokers write: each is shown as the text it is, on every screen, and does nothing.
 *
 * Not here:  which text may be kept at all (tests/unit/protocol_text.c).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, agent, go, open, quiet, shot, training } from "./harness.mjs";

const naughty = ["<script>globalThis.stolen=1</script>", "<img src=x onerror=globalThis.stolen=1>",
    "\"><svg/onload=globalThis.stolen=1>", "Robert'); DROP TABLE person;--", "{{constructor.constructor('globalThis.stolen=1')()}}",
    "${globalThis.stolen=1}", "=HYPERLINK(\"http://x\")", "'; alert(1)//", "javascript:globalThis.stolen=1", "null", "undefined", "NaN",
    "true", "0", "__proto__", "constructor", "toString", "\u202Eтексте у назад", "Z̸͑a̵l̶g̷o̸ text", "👩‍👩‍👧‍👦 Породица", "ﬁne ligature",
    "\u200Fעברית וערבית عربى", "a".repeat(200), "Ђ".repeat(120), "%s%n%x {name} {0}", "\\u003cb\\u003e", "&lt;b&gt; &amp;",
    "O’Neill-Ђурђевић, мл.", "line one line two"];

const other = (i) => naughty[i % naughty.length];
const people = naughty.map((full_name, i) => ({ full_name, organisation: other(i + 3), position: other(i + 7) }));
const tablet = await agent({ lists: [await training(people, { title: naughty[0] })] });
const [session] = JSON.parse(await tablet.do("session", "list", "--json")).sessions ?? [];

async function safe(page) {
    assert.equal(await page.evaluate(() => globalThis.stolen), undefined, "nothing ran");
    assert.equal(await page.locator("main script, main img[src=x], main svg[onload]").count(), 0, "nothing became markup");
}

test("the roster shows every naughty name as text", async () => {
    const page = await open(tablet, { size: "phone" });
    const id = session?.id ?? (await tablet.api("GET", "/api/today")).body.today[0].id;
    await go(page, `roster?session=${id}`);
    const names = await page.locator("[data-test=row-name]").allTextContents();
    for (const name of naughty) assert.ok(names.includes(name.normalize("NFC")), `shown as it is: ${name.slice(0, 40)}`);
    await safe(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `no sideways scrolling (${wide} px)`);
    await accessible(page, "roster of naughty names");
    await shot(page, "naughty-roster-phone");
    await go(page, "today");
    await safe(page);
    quiet(page);
});

test("the printed list and the plan show them as text, too", async () => {
    const page = await open(tablet, { size: "wide" });
    const activity = (await tablet.api("GET", "/api/plan")).body.activities[0].id;
    for (const at of ["plan", `activity?id=${activity}`, `list?activity=${activity}`]) {
        await go(page, at);
        assert.ok((await page.locator("main").textContent()).includes(naughty[0]), at);
        await safe(page);
    }
    await shot(page, "naughty-list");
    quiet(page);
});
