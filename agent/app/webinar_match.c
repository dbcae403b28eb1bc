// SPDX-License-Identifier: Apache-2.0
/* Who the people of a webinar's report are.
 *
 * Here:      those enrolled first, then everybody here; what is sure; what stands for them.
 * Not here:  how alike two people are (protocol/match.h), everybody who is here (similar.h).
 * Rule       Sure is the e-mail address of one person enrolled, whatever name the report has ("iPhone"), unless that is another's name; or
 *            the whole name of one person enrolled, in any script and order, with no address against it. Among people who are not enrolled
 *            an address needs a name that is like theirs, and a name alone is never sure. Where two rows of the report would be one
 *            person, the one with the address is, and the others are for a person to decide.
 */
#include <string.h>

#include "agent/app/similar.h"
#include "agent/app/webinar_internal.h"

/* NAMELESS: least score of somebody found by an address alone, below any name that is worth showing. */
enum { FOUND_MAX = 8, NAMELESS = 20 };
static const unsigned WHOLE_NAME = MATCH_SAME_NAME | MATCH_OTHER_SCRIPT | MATCH_NO_DIACRITICS | MATCH_OTHER_ORDER;

/* People enrolled in the activity, in the index by their places here. */
struct enrolled {
    struct store *store;
    struct arena *arena;
    struct webinar_candidate *people;
    size_t count, room;
    struct match_index *index;
    bool failed;
    struct error *err;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory to look for people");
}

static const char *text_of(struct arena *arena, const struct row *row, const char *field)
{
    const char *text = row_text(row, field);

    return text == NULL ? "" : arena_text(arena, text);
}

static bool add_person(struct enrolled *all, const struct row *row)
{
    struct match_person person = {.organisation = "", .phone = "", .municipality = ""};
    struct webinar_candidate *added;

    if (all->count == all->room) {
        all->room = all->room == 0 ? 64 : all->room * 2;
        all->people = arena_grow(all->arena, all->people, all->count, all->room, sizeof *all->people);
        if (all->people == NULL)
            return false;
    }
    added = &all->people[all->count];
    *added = (struct webinar_candidate){.id = arena_text(all->arena, row->id),
                                        .ref = text_of(all->arena, row, "ref"),
                                        .name = text_of(all->arena, row, "full_name"),
                                        .organisation = text_of(all->arena, row, "organisation"),
                                        .enrolled = true};
    person.email = text_of(all->arena, row, "email");
    person.id = added->id;
    person.name = added->name;
    if (added->id == NULL || added->ref == NULL || added->name == NULL || added->organisation == NULL || person.email == NULL)
        return false;
    all->count++;
    return match_index_add(all->index, &person);
}

static bool take_enrolled(void *context, const struct store_roster_entry *entry)
{
    struct enrolled *all = context;
    struct arena scratch = {0};
    const struct row *row = NULL;

    if (*entry->role == '\0')
        return true; /* marked without being enrolled */
    all->failed = !store_row(all->store, &scratch, "person", entry->person, &row, all->err) ||
                  (row != NULL && !row_is_removed(row) && !add_person(all, row));
    arena_clear(&scratch);
    return !all->failed;
}

/* Is one of those found surely the one? Gives which; count: none. */
static size_t sure_one(const struct webinar_candidate *found, size_t count, bool are_enrolled)
{
    size_t by_email = 0, by_name = 0, email_at = count, name_at = count;

    for (size_t i = 0; i < count; i++) {
        if ((found[i].reasons & MATCH_SAME_EMAIL) != 0 && (are_enrolled || found[i].score >= MATCH_LIKELY)) {
            by_email++;
            email_at = i;
        }
        if (are_enrolled && (found[i].reasons & WHOLE_NAME) != 0 && (found[i].reasons & MATCH_NEAR_NAME) == 0) {
            by_name++;
            name_at = i;
        }
    }
    if (by_email > 0)
        return by_email == 1 && (by_name == 0 || (found[email_at].reasons & WHOLE_NAME) != 0) ? email_at : count;
    return by_name == 1 && (found[name_at].reasons & MATCH_OTHER_EMAIL) == 0 ? name_at : count;
}

/* Puts one that was found among the row's candidates at this place or behind it, unless they are there. */
static void add_candidate(struct webinar_row *row, const struct webinar_candidate *found, size_t from)
{
    size_t at = from;

    for (size_t i = 0; i < row->candidate_count; i++) {
        if (strcmp(row->candidates[i].id, found->id) == 0)
            return;
    }
    while (at < row->candidate_count && row->candidates[at].score >= found->score)
        at++;
    if (at == WEBINAR_CANDIDATES_MAX)
        return;
    row->candidate_count += row->candidate_count < WEBINAR_CANDIDATES_MAX;
    memmove(&row->candidates[at + 1], &row->candidates[at], (row->candidate_count - at - 1) * sizeof row->candidates[0]);
    row->candidates[at] = *found;
}

/* The sure one stands first whatever the others' scores are. */
static void take_found(struct webinar_row *row, const struct webinar_candidate *found, size_t count, bool are_enrolled)
{
    const size_t sure = sure_one(found, count, are_enrolled);

    if (sure < count) {
        row->sure = true;
        row->candidates[0] = found[sure];
        row->candidate_count = 1;
    }
    for (size_t i = 0; i < count; i++) {
        if (found[i].score >= SIMILAR_SHOWN || (found[i].reasons & MATCH_SAME_EMAIL) != 0)
            add_candidate(row, &found[i], row->sure);
    }
}

static struct match_person asked_for(const struct webinar_person *person, bool by_other_name)
{
    return (struct match_person){.id = "",
                                 .name = by_other_name ? person->other : person->clean,
                                 .email = person->email,
                                 .organisation = "",
                                 .phone = "",
                                 .municipality = ""};
}

/* Under the name the person goes by, then under the one before a renaming. */
static bool look_among_enrolled(const struct enrolled *all, struct webinar_row *row)
{
    for (int other = 0; other < 2 && !row->sure && (other == 0 || *row->person->other != '\0'); other++) {
        const struct match_person person = asked_for(row->person, other == 1);
        struct webinar_candidate candidates[FOUND_MAX];
        struct match found[FOUND_MAX];
        const size_t count = match_find(all->index, &person, NAMELESS, found, FOUND_MAX);

        for (size_t i = 0; i < count; i++) {
            candidates[i] = all->people[found[i].index];
            candidates[i].score = found[i].score;
            candidates[i].reasons = found[i].reasons;
        }
        take_found(row, candidates, count, /* are_enrolled= */ true);
    }
    return row->sure;
}

static bool look_among_all(struct store *store, struct arena *arena, const struct similar *similar, struct webinar_row *row,
                           struct error *err)
{
    for (int other = 0; other < 2 && !row->sure && (other == 0 || *row->person->other != '\0'); other++) {
        const struct match_person person = asked_for(row->person, other == 1);
        struct similar_person found[SIMILAR_FOUND_MAX];
        struct webinar_candidate candidates[SIMILAR_FOUND_MAX];
        size_t count = 0;

        if (!similar_find(store, similar, arena, &person, NULL, NAMELESS, found, &count, err))
            return false;
        for (size_t i = 0; i < count; i++)
            candidates[i] = (struct webinar_candidate){found[i].id,    found[i].ref,     found[i].name, found[i].organisation,
                                                       found[i].score, found[i].reasons, false};
        take_found(row, candidates, count, /* are_enrolled= */ false);
    }
    return true;
}

static bool look_for_all(struct store *store, struct arena *arena, struct webinar_preview *preview, struct error *err)
{
    struct enrolled enrolled = {.store = store, .arena = arena, .index = match_index_create(), .err = err};
    struct similar *similar = NULL;
    bool done = enrolled.index != NULL || no_memory(err);

    done = done && ((store_roster(store, preview->session.id, preview->session.activity.id, NULL, take_enrolled, &enrolled, err) &&
                     !enrolled.failed) ||
                    no_memory(err));
    for (size_t i = 0; done && i < preview->row_count; i++) {
        if (!look_among_enrolled(&enrolled, &preview->rows[i]))
            done =
                (similar != NULL || similar_refresh(store, &similar, err)) && look_among_all(store, arena, similar, &preview->rows[i], err);
    }
    match_index_destroy(enrolled.index);
    similar_destroy(similar);
    return done;
}

/* A person whom two rows would be: the one row with the same address stays sure, else none of them. */
static void doubt_doubles(struct webinar_preview *preview)
{
    for (size_t i = 0; i < preview->row_count; i++) {
        const bool is_by_email = (preview->rows[i].candidates[0].reasons & MATCH_SAME_EMAIL) != 0;

        for (size_t k = 0; preview->rows[i].sure && !is_by_email && k < preview->row_count; k++) {
            if (k != i && preview->rows[k].candidate_count > 0 && preview->rows[k].sure &&
                strcmp(preview->rows[k].candidates[0].id, preview->rows[i].candidates[0].id) == 0) {
                preview->rows[i].sure = false;
                preview->rows[k].sure = (preview->rows[k].candidates[0].reasons & MATCH_SAME_EMAIL) != 0;
            }
        }
    }
}

bool webinar_standing(struct store *store, struct arena *arena, const char *session, const char *person, int64_t seconds,
                      enum webinar_recorded *ret, struct error *err)
{
    const char *id = arena_format(arena, "%s:%s", session, person);
    const struct row *row = NULL;
    const char *status, *mode;

    *ret = WEBINAR_NOT_RECORDED;
    if (id == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for a mark");
    if (!store_row(store, arena, "attendance", id, &row, err))
        return false;
    status = row == NULL || row_is_removed(row) ? NULL : row_text(row, "status");
    mode = row == NULL ? NULL : row_text(row, "mode");
    if (status == NULL)
        return true;
    *ret = strcmp(status, "present") == 0 && mode != NULL && strcmp(mode, "online") == 0 && row_conflict_count(row) == 0 &&
                   row_integer(row, "minutes", -1) == seconds / 60 && row_integer(row, "seconds", -1) == seconds % 60
               ? WEBINAR_RECORDED_SAME
               : WEBINAR_RECORDED_OTHER;
    return true;
}

bool webinar_match(struct store *store, struct arena *arena, struct webinar_preview *preview, struct error *err)
{
    if (!look_for_all(store, arena, preview, err))
        return false;
    doubt_doubles(preview);
    for (size_t i = 0; i < preview->row_count; i++) {
        struct webinar_row *row = &preview->rows[i];

        if (row->sure && !webinar_standing(store, arena, preview->session.id, row->candidates[0].id, row->seconds, &row->recorded, err))
            return false;
    }
    return true;
}
