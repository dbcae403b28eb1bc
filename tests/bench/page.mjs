// SPDX-License-Identifier: Apache-2.0
/* Figures of the tablet's page, each beside its limit: weight, first paint, tap to tick, scrolling and filtering 2,000 people.
 *
 * Not here:  promises (tests/browser/story_*.mjs). Nothing here fails by the clock: it prints.
 * usage: TEREN_BIN=build/release node tests/bench/page.mjs
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { agent, day, go, open, source, stopEverything, training } from "../browser/harness.mjs";

const PEOPLE = 2000;
const TAPS = 40;
const figures = [];
const say = (what, figure, unit, limit) => figures.push({ what, figure: Number(figure.toFixed(1)), unit, limit });
const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[Math.floor(list.length / 2)];
const worst = (list) => sorted(list)[list.length - 1];

/* All that the browser ever fetches of the page, as it is served, and one language's texts. */
async function weight(tablet) {
    const files = (await readdir(join(source, "agent", "page", "web"))).map((name) => (name === "index.html" ? "/" : `/${name}`));
    let bytes = 0;
    for (const path of [...files, "/fold.json"]) bytes += (await (await fetch(tablet.url + path)).arrayBuffer()).byteLength;
    say("weight of the whole page as served", bytes / 1000, "kB", "250");
    const texts = (await (await fetch(`${tablet.url}/words/sr-Cyrl.json`)).arrayBuffer()).byteLength;
    say("its texts in Serbian, Cyrillic", texts / 1000, "kB", "-");
}

const given = ["Ђорђе", "Vesna", "Arben", "Çelik", "Ана", "Senad", "Živko", "Милица", "Fatime", "Zoran"];
const family = ["Петровић", "Marković", "Gashi", "Berisha", "Јовановска", "Delić", "Ćirić", "Љубичић", "Krasniqi", "Čelik"];
const crowd = Array.from({ length: PEOPLE }, (_, i) =>
    `${given[i % 10]} ${family[Math.floor(i / 10) % 10]} ${String.fromCharCode(65 + (i % 26))}${Math.floor(i / 100)}`);

async function firstPaint(tablet) {
    const paints = [];
    for (let i = 0; i < 5; i++) {
        const page = await open(tablet, { size: "tablet" });
        paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
        await page.context().close();
    }
    say("first paint on loopback, median of 5", median(paints), "ms", "300");
    say("first paint on loopback, worst of 5", worst(paints), "ms", "300");
}

/* From the finger to the tick: what the person feels, the disk included. */
async function taps(page) {
    const times = await page.evaluate(async (count) => {
        const rows = [...document.querySelectorAll("[data-test=row]")].slice(0, count);
        const took = [];
        for (const row of rows) {
            const began = performance.now();
            row.querySelector("[data-test=tap]").click();
            await new Promise((resolve) => {
                const seen = () => row.dataset.status === "present" && row.dataset.pending === undefined;
                const look = () => (seen() ? resolve() : requestAnimationFrame(look));
                look();
            });
            took.push(performance.now() - began);
        }
        return took;
    }, TAPS);
    say(`tap to tick on disk, roster of ${PEOPLE}, median of ${TAPS}`, median(times), "ms", "100");
    say(`tap to tick on disk, roster of ${PEOPLE}, worst of ${TAPS}`, worst(times), "ms", "100");
}

async function work(page, what) {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const read = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map((one) => [one.name, one.value]));
    const before = await read();
    await what();
    const after = await read();
    await session.detach();
    return 1000 * (after.TaskDuration - before.TaskDuration);
}

async function filtering(page) {
    const filter = page.locator("[data-test=filter]");
    const each = [];
    for (const text of ["d", "dj", "djo", "djor", "djord", "djordje", "djordje p", "celik", "z", "zz", ""])
        each.push(await work(page, async () => {
            await filter.fill(text);
            await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        }));
    say(`filtering ${PEOPLE}, work of one keystroke, median`, median(each), "ms", "50");
    say(`filtering ${PEOPLE}, work of one keystroke, worst`, worst(each), "ms", "100");
}

async function scrolling(page) {
    const frames = await page.evaluate(async () => {
        const long = [];
        let last = performance.now();
        for (let i = 0; i < 120; i++) {
            scrollBy(0, 400);
            await new Promise((resolve) => requestAnimationFrame(resolve));
            long.push(performance.now() - last);
            last = performance.now();
        }
        return long;
    });
    say(`scrolling ${PEOPLE}, a frame, median of 120`, median(frames), "ms", "17");
    say(`scrolling ${PEOPLE}, a frame, worst of 120`, worst(frames), "ms", "50");
}

try {
    const tablet = await agent({ lists: [await training(crowd)] });
    await weight(tablet);
    await firstPaint(tablet);
    const { body } = await tablet.api("GET", `/api/today?day=${day()}`);
    const page = await open(tablet, { size: "tablet" });
    const began = performance.now();
    await go(page, `roster?session=${body.today[0].id}`);
    say(`opening a roster of ${PEOPLE}`, performance.now() - began, "ms", "-");
    await taps(page);
    await filtering(page);
    await scrolling(page);
    for (const { what, figure, unit, limit } of figures)
        console.log(`${what.padEnd(62)} ${String(figure).padStart(8)} ${unit.padEnd(3)} limit ${limit}`);
} finally {
    await stopEverything();
}
