// SPDX-License-Identifier: Apache-2.0
/* One error through all layers: filling it, and the one table of kinds.
 *
 * Here:      the table that names, explains and numbers the kinds; making text safe for one line.
 * Not here:  printing, translating, deciding what to do about it.
 */
#include "protocol/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "protocol/catalogue.h"

struct kind_row {
    const char *name;
    const char *meaning;
    int exit_code; /* 1 is left free: "the answer is no", which is no failure */
    bool mends_itself;
};

static const struct kind_row kinds[ERROR_KINDS] = {
    [ERROR_NONE] = {"none", N_("all went well"), 0, false},
    [ERROR_USAGE] = {"usage", N_("the words of the command were off; see --help"), 2, false},
    [ERROR_INVALID] = {"invalid", N_("a value is not allowed; nothing was changed"), 3, false},
    [ERROR_NOT_FOUND] = {"not-found", "no such row, file or device", 4, false},
    [ERROR_LIMIT] = {"limit", N_("something is larger than its bound"), 5, false},
    [ERROR_CORRUPT] = {"corrupt", N_("bytes are not what they claim to be"), 6, false},
    [ERROR_STORAGE] = {"storage", N_("the disk is full, read-only or failing"), 7, false},
    [ERROR_BUSY] = {"busy", N_("another program holds the store; try again"), 8, true},
    [ERROR_NEWER] = {"newer", N_("made by a newer version: upgrade this one"), 9, false},
    [ERROR_OFFLINE] = {"offline", N_("the server could not be reached; what is recorded is kept"), 10, true},
    [ERROR_RETRY] = {"retry", N_("the server asks for patience; what is recorded is kept"), 11, true},
    [ERROR_REFUSED] = {"refused", N_("this device is revoked or not known; what is recorded is kept"), 12, false},
    [ERROR_FORK] = {"fork", N_("the past of this log differs from the server's"), 13, false},
    [ERROR_RESYNC] = {"resync", N_("device and server do not agree and repair did not help"), 14, false},
    [ERROR_MEMORY] = {"memory", N_("the system gave no memory"), 15, false},
    [ERROR_INTERRUPTED] = {"interrupted", N_("asked to stop before the end"), 16, false},
};

static const struct kind_row *kind_row(enum error_kind kind)
{
    static const struct kind_row unknown = {"unknown", N_("an unknown failure"), 125, false};

    return (unsigned)kind < ERROR_KINDS ? &kinds[kind] : &unknown;
}

/* How many bytes the UTF-8 sequence that starts at `at` has; 0 when it is none, is cut, or is a control character.
 * Only as strict as one line of output needs: text.c decides what is UTF-8. */
static size_t printable_size(const unsigned char *at)
{
    size_t size = at[0] < 0x80 ? 1 : at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;

    if (at[0] < 0x20 || at[0] == 0x7F || (at[0] == 0xC2 && at[1] < 0xA0))
        return 0; /* C0, DEL, C1 */
    if (at[0] == 0xE2 && at[1] == 0x80 && at[2] >= 0xA8 && at[2] <= 0xAE)
        return 0; /* line and paragraph separator, and marks that turn the direction of what follows */
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    }
    return size;
}

static void make_one_line(char *text, bool was_cut)
{
    unsigned char *at = (unsigned char *)text;

    while (*at != '\0') {
        size_t size = printable_size(at);

        if (size > 0) {
            at += size;
        } else if (was_cut && strlen((const char *)at) < 4 && at[0] >= 0xC2) {
            *at = '\0'; /* half a character at the cut */
        } else {
            *at++ = '?';
        }
    }
}

bool error_set(struct error *err, enum error_kind kind, const char *remedy, const char *format, ...)
{
    va_list arguments;
    int length;

    if (err == NULL || err->kind != ERROR_NONE)
        return false;
    err->kind = kind;
    va_start(arguments, format);
    length = vsnprintf(err->cause, sizeof err->cause, format, arguments);
    va_end(arguments);
    if (length < 0)
        err->cause[0] = '\0';
    make_one_line(err->cause, length >= (int)sizeof err->cause);
    length = snprintf(err->remedy, sizeof err->remedy, "%s", remedy == NULL ? "" : remedy);
    make_one_line(err->remedy, length >= (int)sizeof err->remedy);
    return false;
}

void error_clear(struct error *err)
{
    if (err != NULL)
        *err = (struct error){0};
}

const char *error_kind_name(enum error_kind kind)
{
    return kind_row(kind)->name;
}

bool error_mends_itself(enum error_kind kind)
{
    return kind_row(kind)->mends_itself;
}

int error_exit_code(enum error_kind kind)
{
    return kind_row(kind)->exit_code;
}

const char *error_kind_meaning(enum error_kind kind)
{
    return kind_row(kind)->meaning;
}
