// SPDX-License-Identifier: Apache-2.0
/* The sessions of a day, with counts.
 *
 * Not here:  SQL (agent/store/roster.c).
 */
#include "agent/app/day.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/names.h"

struct session_list {
    struct store *store;
    struct arena *arena;
    struct day_sessions *out;
    size_t room, most; /* most: 0 all */
    struct error *err;
    bool failed;
};

/* The field's text in the arena, "" for none. */
static const char *text_of(struct arena *arena, const struct row *row, const char *field)
{
    const char *text = row == NULL ? NULL : row_text(row, field);

    return text == NULL ? "" : arena_text(arena, text);
}

/* What stands beside the session's own fields. *ret_gone: its activity was removed. */
static bool fill_activity(struct store *store, struct arena *arena, struct day_session *session, bool *ret_gone, struct error *err)
{
    struct arena scratch = {0};
    const struct row *activity = NULL;
    const struct row *place = NULL;
    bool done = session->activity.id[0] == '\0' || store_row(store, &scratch, "activity", session->activity.id, &activity, err);
    const char *municipality = activity == NULL ? NULL : row_text(activity, "municipality");

    session->activity.code = text_of(arena, activity, "code");
    session->activity.title = text_of(arena, activity, "title");
    session->activity.kind = text_of(arena, activity, "kind");
    *ret_gone = activity != NULL && row_is_removed(activity);
    done = done && (municipality == NULL || store_row(store, &scratch, "municipality", municipality, &place, err));
    session->municipality = place == NULL && municipality != NULL ? arena_text(arena, municipality) : text_of(arena, place, "name");
    session->municipality_cyrillic = text_of(arena, place, "name_cyrillic");
    arena_clear(&scratch);
    return done;
}

static void fill_session(struct arena *arena, const struct row *row, struct day_session *session)
{
    session->id = arena_text(arena, row->id);
    session->code = text_of(arena, row, "code");
    session->title = text_of(arena, row, "title");
    session->date = text_of(arena, row, "date");
    session->starts_at = text_of(arena, row, "starts_at");
    session->mode = text_of(arena, row, "mode");
    session->minutes = row_integer(row, "minutes", -1);
    session->activity.id = text_of(arena, row, "activity");
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the sessions");
}

static bool is_complete(const struct day_session *session)
{
    const char *const texts[] = {session->id,
                                 session->code,
                                 session->title,
                                 session->date,
                                 session->starts_at,
                                 session->mode,
                                 session->activity.id,
                                 session->activity.code,
                                 session->activity.title,
                                 session->activity.kind,
                                 session->municipality,
                                 session->municipality_cyrillic};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] == NULL)
            return false;
    return true;
}

static bool take_session(void *context, const struct row *row)
{
    struct session_list *list = context;
    struct day_sessions *out = list->out;
    struct day_session session = {0};
    bool gone = false;

    fill_session(list->arena, row, &session);
    list->failed = session.activity.id == NULL || !fill_activity(list->store, list->arena, &session, &gone, list->err);
    if (list->failed || gone)
        return !list->failed;
    if (out->count == list->room) {
        list->room = list->room == 0 ? 32 : 2 * list->room;
        out->items = arena_grow(list->arena, out->items, out->count, list->room, sizeof *out->items);
    }
    list->failed = out->items == NULL || !is_complete(&session);
    if (!list->failed)
        out->items[out->count++] = session;
    return !list->failed && (list->most == 0 || out->count < list->most);
}

/* Sessions of one activity have the same people: those are counted once. */
static bool count_session(struct store *store, const struct day_sessions *sessions, size_t at, struct error *err)
{
    struct day_session *session = &sessions->items[at];
    const struct day_session *sister = NULL;

    for (size_t i = at; i > 0 && sister == NULL; i--)
        if (strcmp(sessions->items[i - 1].activity.id, session->activity.id) == 0)
            sister = &sessions->items[i - 1];
    if (!store_session_counts(store, session->id, sister == NULL ? session->activity.id : NULL, false, &session->counts, err))
        return false;
    if (sister != NULL)
        session->counts.enrolled = sister->counts.enrolled;
    return true;
}

/* Appends the sessions that the query finds, then counts those that were appended. */
static bool list_sessions(struct store *store, struct arena *arena, const struct store_query *query, size_t most, struct day_sessions *out,
                          struct error *err)
{
    size_t before = out->count;
    struct session_list list = {.store = store, .arena = arena, .out = out, .room = out->count, .most = most, .err = err};

    if (most > 0 && out->count >= most)
        return true;
    if (!store_each(store, query, take_session, &list, err))
        return false;
    if (list.failed)
        return no_memory(err);
    for (size_t i = before; i < out->count; i++)
        if (!count_session(store, out, i, err))
            return false;
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct day_session *one = a, *other = b;
    int order = strcmp(one->date, other->date);

    order = order != 0 ? order : strcmp(one->starts_at, other->starts_at);
    return order != 0 ? order : strcmp(one->id, other->id);
}

static int latest_first(const void *a, const void *b)
{
    return by_time(b, a);
}

static void sort(struct day_sessions *sessions, int (*compare)(const void *, const void *))
{
    if (sessions->count > 1)
        qsort(sessions->items, sessions->count, sizeof *sessions->items, compare);
}

bool day_read(struct store *store, struct arena *arena, const char *date, struct day *ret, struct error *err)
{
    struct store_query activities = {.entity = "activity"};
    const struct store_filter on_day = {.field = "date", .equals = value_text(date)};
    const struct store_filter undated = {.field = "date", .equals = value_none()};
    const struct store_query today = {.entity = "session", .filters = &on_day, .filter_count = 1};
    struct store_query coming = {.entity = "session", .order_by = "date"};
    const struct store_query some_day = {.entity = "session", .filters = &undated, .filter_count = 1};
    struct store_query past = {.entity = "session", .order_by = "date", .descending = true};
    char after[sizeof "YYYY-MM-DD" + 1];

    *ret = (struct day){0};
    if (!date_is_valid(date))
        return error_set(err, ERROR_INVALID, "Give a date such as 2026-08-14.", "\"%.20s\" is no day", date);
    memcpy(after, date, strlen(date));
    memcpy(after + strlen(date), "~", 2); /* behind every text that begins with the day itself */
    coming.range.field = past.range.field = "date";
    coming.range.least = value_text(after);
    past.range.below = value_text(date);
    if (!store_count(store, &activities, &ret->activities, err) || !list_sessions(store, arena, &today, DAY_TODAY_MAX, &ret->today, err) ||
        !list_sessions(store, arena, &coming, DAY_OTHERS_MAX, &ret->coming, err) ||
        !list_sessions(store, arena, &past, DAY_OTHERS_MAX, &ret->past, err))
        return false;
    sort(&ret->today, by_time);
    sort(&ret->coming, by_time);
    sort(&ret->past, latest_first);
    return list_sessions(store, arena, &some_day, DAY_OTHERS_MAX, &ret->coming, err);
}

bool day_of_activity(struct store *store, struct arena *arena, const char *activity, struct day_sessions *ret, struct error *err)
{
    const struct store_filter of_it = {.field = "activity", .equals = value_text(activity)};
    const struct store_query query = {.entity = "session", .filters = &of_it, .filter_count = 1};

    *ret = (struct day_sessions){0};
    if (!list_sessions(store, arena, &query, 0, ret, err))
        return false;
    sort(ret, by_time);
    return true;
}

bool day_session(struct store *store, struct arena *arena, const char *typed, struct day_session *ret, struct error *err)
{
    char id[ROW_ID_SIZE];
    const struct row *row = NULL;
    bool gone;

    *ret = (struct day_session){0};
    if (!names_find_row(store, "session", typed, id, err) || !store_row(store, arena, "session", id, &row, err))
        return false;
    if (row == NULL)
        return error_set(err, ERROR_NOT_FOUND, "Go back to the sessions of the day.", "this session is not on this device");
    fill_session(arena, row, ret);
    if (ret->activity.id == NULL || !fill_activity(store, arena, ret, &gone, err) || !is_complete(ret))
        return no_memory(err);
    return store_session_counts(store, ret->id, ret->activity.id, true, &ret->counts, err);
}

uint64_t day_unmarked(const struct store_session_counts *counts)
{
    uint64_t marked = counts->present + counts->late + counts->absent + counts->excused - counts->walk_ins;

    return marked > counts->enrolled ? 0 : counts->enrolled - marked;
}
