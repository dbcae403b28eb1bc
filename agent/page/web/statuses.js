// SPDX-License-Identifier: Apache-2.0
/* The four statuses of a mark, and the roles that are not "participant", in words.
 *
 * Not here:  their colours and stamps (roster.css).
 */
import {t, tc, tn} from "./words.js";

export const STATUSES = ["present", "late", "absent", "excused"];

export function statusLabel(status) {
    switch (status) {
        case "present":
            return tc("status", "Present");
        case "late":
            return tc("status", "Late");
        case "absent":
            return tc("status", "Absent");
        case "excused":
            return tc("status", "Excused");
        default:
            return tc("status", "Unmarked");
    }
}

export function roleLabel(role) {
    switch (role) {
        case "trainer":
            return t("Trainer");
        case "speaker":
            return t("Speaker");
        case "organiser":
            return t("Organiser");
        case "observer":
            return t("Observer");
        case "interpreter":
            return t("Interpreter");
        default:
            return "";
    }
}

export function attends(status) {
    return status === "present" || status === "late";
}

/* The value of a field of a mark as people read it. */
export function markValue(field, value) {
    if (field === "status") return statusLabel(value);
    if (field === "minutes" && /^\d+$/.test(String(value))) return tn("{n} minute", "{n} minutes", Number(value));
    return String(value ?? "") || t("empty");
}
