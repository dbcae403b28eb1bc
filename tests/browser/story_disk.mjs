// SPDX-License-Identifier: Apache-2.0
/* The disk of a tablet fills in the middle of a queue: it is said at the name, in the teacher's language, and no mark goes.
 *
 * Not here:  disks that fail under the commands (tests/end-to-end/bad_disk.sh), power cuts (tests/stories/power.c).
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { accessible, agent, call, day, go, open, shot, teren, thirty, training, until } from "./harness.mjs";

process.env.ASAN_OPTIONS = "detect_leaks=0"; // no leak search under strace

/* From now until the end that is given, every write of the agent fails as on a full disk. */
async function fullDisk(tablet) {
    const tracer = spawn("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC",
        "-p", String(tablet.child.pid)], { stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise((resolve) => tracer.once("exit", resolve));
    let said = "";
    tracer.stderr.on("data", (text) => (said += text));
    const end = async () => { tracer.kill("SIGINT"); await ended; };
    after(end);
    await until("strace", async () => {
        if (tracer.exitCode !== null) throw new Error(`strace ended: ${said}`);
        return /TracerPid:\t[1-9]/.test(await readFile(`/proc/${tablet.child.pid}/status`, "utf8"));
    });
    return end;
}

for (const language of ["sr-Cyrl", "sq"]) {
    test(`a full disk is said at the name, and with room again the tap goes through (${language})`, async () => {
        const tablet = await agent({ lists: [await training(thirty.slice(0, 6))] });
        const page = await open(tablet, { size: "phone", language });
        page.expects = /Failed to load resource/;
        const session = (await tablet.api("GET", `/api/today?day=${day()}`)).body.today[0].id;
        await go(page, `roster?session=${session}`);
        const row = (n) => page.locator("[data-test=row]").nth(n);
        await row(0).locator("[data-test=tap]").click();
        await page.locator("[data-test=row][data-status=present]:not([data-pending])").first().waitFor();

        const roomAgain = await fullDisk(tablet);
        await row(1).locator("[data-test=tap]").click();
        await page.locator("[data-test=error]").first().waitFor();
        const said = await page.locator("[data-test=error]").first().textContent();
        assert.doesNotMatch(said, /cannot|the disk|storage|ENOSPC|\bwrite/, `no English: ${said}`);
        assert.equal(await row(1).getAttribute("data-status"), "", "no tick that is not on disk");
        await accessible(page, "a full disk");
        await shot(page, `full-disk-${language}`);

        await roomAgain();
        await page.locator("[data-test=again]").first().click();
        await until("two ticks", async () =>
            (await page.locator("[data-test=row][data-status=present]:not([data-pending])").count()) === 2);
        await tablet.stop();
        assert.match(await call(teren, "--home", tablet.home, "verify"), /fits its proofs/);
    });
}
