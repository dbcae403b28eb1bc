// SPDX-License-Identifier: Apache-2.0
/* Names as meeting programs show them: what they add to a name, and names that are programs themselves.
 *
 * Here:      "(Guest)" and its kin taken off, a name before renaming taken apart, the table of bots.
 * Not here:  who somebody is.
 */
#include "protocol/webinar_table.h"

#include <string.h>

#include "protocol/text.h"

/* Parts of folded names that only note takers and recorders bear. Folding writes đ as dj; none of these has one. */
static const char *const bots[] = {
    "fireflies",  "read.ai", "read ai",     "otter.ai",     "otterpilot",   "otter pilot",       "tl;dv",
    "tldv",       "fathom",  "notetaker",   "note taker",   "note-taker",   "meeting notes",     "meetgeek",
    "sembly",     "avoma",   "supernormal", "circleback",   "fellow.app",   "airgram",           "notta",
    "krisp.ai",   "gong.io", "chorus.ai",   "ai companion", "ai assistant", "meeting assistant", "meeting recorder",
    "granola.ai", "bluedot", "jamie ai",    "tactiq",       "grain.co",     "zapisnicar bot",    "live transcript",
};
/* What stands in brackets behind a name and is none. */
static const char *const additions[] = {
    "guest",       "external",   "unverified",  "gost",      "spoljni",   "vanjski",    "eksterni",
    "neprovjeren", "neproveren", "nepotvrdjen", "i ftuar",   "mysafir",   "i jashtem",  "i paverifikuar",
    "gast",        "extern",     "invite",      "invitado",  "convidado", "ospite",     "host",
    "co-host",     "me",         "host, me",    "organizer", "presenter", "nadvoresen", "neverifikuvan",
};

bool webinar_is_bot(struct arena *arena, const char *name)
{
    const char *folded = text_fold(arena, name);

    for (size_t i = 0; folded != NULL && i < sizeof bots / sizeof bots[0]; i++) {
        if (strstr(folded, bots[i]) != NULL)
            return true;
    }
    return false;
}

static bool is_addition(struct arena *arena, const char *text, size_t size)
{
    const char *copy = arena_text_n(arena, text, size), *folded = copy == NULL ? NULL : text_fold(arena, copy);

    for (size_t i = 0; folded != NULL && i < sizeof additions / sizeof additions[0]; i++) {
        if (strcmp(folded, additions[i]) == 0)
            return true;
    }
    return false;
}

/* Where the last bracket opens, when it closes at the end and something stands before it; NULL: none. */
static char *last_bracket(char *name)
{
    const size_t size = strlen(name);
    char *open = size > 2 && name[size - 1] == ')' ? strrchr(name, '(') : NULL;

    return open != NULL && open > name ? open : NULL;
}

static void cut(char *name, char *at)
{
    while (at > name && at[-1] == ' ')
        at--;
    *at = '\0';
}

const char *webinar_clean_name(struct arena *arena, const char *name, bool has_other, const char **ret_other)
{
    char *clean = arena_text(arena, name), *open;

    *ret_other = "";
    while (clean != NULL && (open = last_bracket(clean)) != NULL) {
        const bool is_known = is_addition(arena, open + 1, strlen(open + 1) - 1);

        if (!is_known && has_other && **ret_other == '\0') {
            *ret_other = arena_text_n(arena, open + 1, strlen(open + 1) - 1);
            if (*ret_other == NULL)
                return NULL;
        } else if (!is_known) {
            break; /* part of the name, as far as anybody knows */
        }
        cut(clean, open);
    }
    return clean;
}
