// SPDX-License-Identifier: Apache-2.0
/* A place where the network never comes: changes leave on a stick, and the office's answer comes back on it.
 *
 * Not here:  the bundle's format and its seals (tests/stories/roads.c).
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { accessible, agent, call, folder, open, quiet, server, shot, terenServer, thirty, training, until } from "./harness.mjs";

test("out on a stick, into the office, and back: what was waiting is confirmed", async () => {
    const office = await server();
    const tablet = await agent({ lists: [await training(thirty)], start: false });
    await tablet.do("enrol", office.url, await office.code("tablet-1", "*"));
    await tablet.do("sync");
    await office.stop();
    await tablet.do("mark", "TT-1-1", "P0001", "present");
    await tablet.do("mark", "TT-1-1", "P0002", "late");
    await tablet.start();
    const page = await open(tablet, { at: "bundle" });
    await accessible(page, "the stick's view");
    await shot(page, "bundle");

    const coming = page.waitForEvent("download");
    await page.locator("[data-test=bundle-make]").click();
    const out = join(await folder(), "out.bundle");
    await (await coming).saveAs(out);
    await page.locator("[data-test=bundle-made]", { hasText: "2 changes" }).waitFor();

    const back = join(await folder(), "back.bundle");
    await call(terenServer, "bundle", out, "--data", office.data, "--reply", back);
    const before = (await tablet.api("GET", "/api/state")).body.sync.waiting;
    assert.equal(before, 2, "made is not delivered");
    await page.locator("input[type=file]").setInputFiles({ name: "back.bundle", mimeType: "application/octet-stream",
        buffer: await readFile(back) });
    await page.locator("[data-test=bundle-preview]").waitFor();
    assert.equal((await tablet.api("GET", "/api/state")).body.sync.waiting, 2, "a look takes nothing in");
    await accessible(page, "a bundle's preview");
    await shot(page, "bundle-preview");
    await page.locator("[data-test=bundle-take]").click();
    await until("the receipt", async () => (await tablet.api("GET", "/api/state")).body.sync.waiting === 0);
    quiet(page);
});

test("a file that is no bundle is refused in a sentence, and nothing changes", async () => {
    const tablet = await agent({ lists: [await training(thirty.slice(0, 2))] });
    const page = await open(tablet, { at: "bundle", size: "phone", language: "sr-Latn" });
    page.expects = /4\d\d|5\d\d/;
    await page.locator("input[type=file]").setInputFiles({ name: "slika.png", mimeType: "image/png",
        buffer: Buffer.from("not a bundle at all") });
    const error = page.locator("[data-test=error]");
    await error.waitFor();
    assert.match(await error.innerText(), /\p{L}{3}.*\n?.*\p{L}{3}/u);
    assert.equal(await page.locator("[data-test=bundle-take]").count(), 0);
    await shot(page, "bundle-refused-sr-Latn");
    quiet(page);
});
