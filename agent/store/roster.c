// SPDX-License-Identifier: Apache-2.0
/* Who is enrolled, who was marked: what the page of one session shows, in a few queries.
 *
 * Here:      counts of a session, its roster; the author of a value.
 * Not here:  sorting, names of devices (agent/app), the figures of a report (protocol/attendance.h).
 *
 * Ids of marks begin with their session's id and those of enrolments with their activity's, so what belongs to one stands side by side:
 * reading it costs what there is of it (2,000 people: a few milliseconds), however long the ledger has grown. Columns are read instead
 * of rows wherever what stands is enough.
 */
#include "agent/store/store_internal.h"

#include <stdio.h>
#include <string.h>

/* An id that begins with these parts, and a ':' behind them: "id >= x AND id < y". ';' is the byte after ':'. */
#define BEGINS_WITH(id, prefix) id " >= " prefix " || ':' AND " id " < " prefix " || ';'"
#define IS_ENROLLED             "e.removed = 0 AND coalesce(p.removed, 0) = 0"

static const char enrolled_sql[] = "SELECT count(DISTINCT e.person) FROM enrolment e LEFT JOIN person p ON p.id = e.person "
                                   "WHERE " BEGINS_WITH("e.id", ":activity") " AND " IS_ENROLLED;
static const char marked_sql[] = "SELECT a.status, count(*) FROM attendance a "
                                 "WHERE " BEGINS_WITH("a.id", ":session") " AND a.removed = 0 AND a.status IS NOT NULL GROUP BY a.status";
static const char walk_ins_sql[] = "SELECT count(*) FROM attendance a WHERE " BEGINS_WITH(
    "a.id", ":session") " AND a.removed = 0 AND a.status IS NOT NULL "
                        "AND NOT EXISTS (SELECT 1 FROM enrolment e LEFT JOIN person p ON p.id = e.person "
                        "WHERE " BEGINS_WITH("e.id", ":activity || ':' || a.person") " AND " IS_ENROLLED ")";

#define PERSON_COLUMNS       "p.ref, p.full_name, p.organisation, p.position, p.sex, m.name, m.name_cyrillic"
#define PERSON_JOINS(person) "LEFT JOIN person p ON p.id = " person " LEFT JOIN municipality m ON m.id = p.municipality "
/* In the order of ids: of one person's roles the first, but participant before the others. */
static const char roster_enrolled_sql[] = "SELECT e.person, e.role, " PERSON_COLUMNS ", a.id, a.state FROM enrolment e " PERSON_JOINS(
    "e.person") "LEFT JOIN attendance a ON a.id = :session || ':' || e.person AND a.removed = 0 AND a.status IS NOT NULL "
                "WHERE " BEGINS_WITH("e.id", ":enrolments") " AND " IS_ENROLLED " AND (e.role = 'participant' OR NOT EXISTS "
                                                            "(SELECT 1 FROM enrolment o WHERE o.id = substr(e.id, 1, length(e.id) - "
                                                            "length(e.role)) || 'participant' AND o.removed = 0)) "
                                                            "ORDER BY e.id";
static const char roster_others_sql[] = "SELECT a.person, '', " PERSON_COLUMNS ", a.id, a.state FROM attendance a " PERSON_JOINS(
    "a.person") "WHERE a.id >= :first AND a.id < :last AND a.removed = 0 AND a.status IS NOT NULL "
                "AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE " BEGINS_WITH(
                    "e.id", ":activity || ':' || a.person") " AND e.removed = 0 "
                                                            "AND coalesce(p.removed, 0) = 0) ORDER BY a.id";

/* Prepared once for all sessions of a page. */
static sqlite3_stmt *prepared(struct store *store, enum statement_id id, const char *sql, struct error *err)
{
    if (store->prepared[id] == NULL && !statement_prepare(store, sql, true, &store->prepared[id], err))
        return NULL;
    return store->broken ? NULL : store->prepared[id];
}

static bool count_one(struct store *store, sqlite3_stmt *stmt, const char *session, const char *activity, uint64_t *ret, struct error *err)
{
    enum step step;

    if (stmt == NULL)
        return false;
    if (sqlite3_bind_parameter_index(stmt, ":session") > 0)
        statement_bind_text(stmt, ":session", session);
    statement_bind_text(stmt, ":activity", activity);
    step = statement_step(store, stmt, "count who is enrolled", err);
    if (step == STEP_ROW)
        *ret = statement_number(stmt, 0);
    statement_reset(stmt);
    return step == STEP_ROW;
}

static bool count_marks(struct store *store, const char *session, struct store_session_counts *ret, struct error *err)
{
    sqlite3_stmt *stmt = prepared(store, STATEMENT_SESSION_MARKED, marked_sql, err);
    enum step step = STEP_FAILED;

    if (stmt == NULL)
        return false;
    statement_bind_text(stmt, ":session", session);
    while ((step = statement_step(store, stmt, "count the marks", err)) == STEP_ROW) {
        const char *status = (const char *)sqlite3_column_text(stmt, 0);
        const struct {
            const char *word;
            uint64_t *count;
        } words[] = {{"present", &ret->present}, {"late", &ret->late}, {"absent", &ret->absent}, {"excused", &ret->excused}};

        for (size_t i = 0; status != NULL && i < sizeof words / sizeof words[0]; i++) {
            if (strcmp(words[i].word, status) == 0)
                *words[i].count = statement_number(stmt, 1);
        }
    }
    statement_reset(stmt);
    return step == STEP_DONE;
}

bool store_session_counts(struct store *store, const char *session, const char *activity, bool with_walk_ins,
                          struct store_session_counts *ret, struct error *err)
{
    *ret = (struct store_session_counts){0};
    if (activity != NULL &&
        !count_one(store, prepared(store, STATEMENT_SESSION_ENROLLED, enrolled_sql, err), session, activity, &ret->enrolled, err))
        return false;
    return count_marks(store, session, ret, err) &&
           (!with_walk_ins ||
            count_one(store, prepared(store, STATEMENT_SESSION_WALK_INS, walk_ins_sql, err), session, activity, &ret->walk_ins, err));
}

/* --- the roster ---------------------------------------------------------------------------------------------------------------- */

struct roster_reading {
    struct store *store;
    struct arena arena; /* of one entry */
    bool (*each)(void *context, const struct store_roster_entry *entry);
    void *context;
    bool more;
    char last[ROW_ID_SIZE]; /* told already: the other roles of the same person add nothing */
};

static const char *column_text(struct arena *arena, sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);

    return text == NULL ? "" : arena_text(arena, text);
}

static bool tell_entry(struct roster_reading *reading, sqlite3_stmt *stmt, struct error *err)
{
    struct arena *arena = &reading->arena;
    struct store_roster_entry entry = {.person = column_text(arena, stmt, 0), .role = column_text(arena, stmt, 1)};
    const char **const texts[] = {&entry.ref, &entry.name,         &entry.organisation,         &entry.position,
                                  &entry.sex, &entry.municipality, &entry.municipality_cyrillic};
    const int mark_column = 2 + (int)(sizeof texts / sizeof texts[0]);
    const char *mark_id = column_text(arena, stmt, mark_column);
    struct row *mark = arena_take(arena, sizeof *mark);
    bool complete = entry.person != NULL && entry.role != NULL && mark_id != NULL && mark != NULL;

    if (entry.person != NULL && strcmp(entry.person, reading->last) == 0)
        return true;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = column_text(arena, stmt, 2 + (int)i);
        complete = complete && *texts[i] != NULL;
    }
    if (!complete)
        return store_no_memory(err);
    if (mark_id[0] != '\0') {
        if (!row_read(arena, statement_span(stmt, mark_column + 1), "attendance", mark_id, mark, err))
            return false;
        entry.mark = mark;
    }
    snprintf(reading->last, sizeof reading->last, "%s", entry.person);
    reading->more = reading->each(reading->context, &entry);
    return true;
}

static bool tell_all(struct roster_reading *reading, sqlite3_stmt *stmt, struct error *err)
{
    enum step step = STEP_DONE;

    reading->last[0] = '\0';
    while (reading->more && (step = statement_step(reading->store, stmt, "read the roster", err)) == STEP_ROW) {
        if (!tell_entry(reading, stmt, err)) {
            step = STEP_FAILED;
            break;
        }
        arena_clear(&reading->arena);
    }
    statement_reset(stmt);
    arena_clear(&reading->arena);
    return step != STEP_FAILED;
}

bool store_roster(struct store *store, const char *session, const char *activity, const char *person,
                  bool (*each)(void *context, const struct store_roster_entry *entry), void *context, struct error *err)
{
    struct roster_reading reading = {.store = store, .each = each, .context = context, .more = true};
    sqlite3_stmt *enrolled = prepared(store, STATEMENT_ROSTER_ENROLLED, roster_enrolled_sql, err);
    sqlite3_stmt *others = prepared(store, STATEMENT_ROSTER_OTHERS, roster_others_sql, err);
    struct arena arena = {0};
    const char *colon = person == NULL ? "" : ":", *one = person == NULL ? "" : person;
    /* Of one person: the mark is the row of that very id. */
    const char *enrolments = arena_format(&arena, "%s%s%s", activity, colon, one);
    const char *first = arena_format(&arena, "%s:%s", session, one);
    const char *last = person == NULL ? arena_format(&arena, "%s;", session) : arena_format(&arena, "%s:%s\001", session, one);
    bool done = enrolled != NULL && others != NULL && (enrolments != NULL && first != NULL && last != NULL ? true : store_no_memory(err));

    if (done) {
        statement_bind_text(enrolled, ":session", session);
        statement_bind_text(enrolled, ":enrolments", enrolments);
        done = tell_all(&reading, enrolled, err);
    }
    if (done && reading.more) {
        statement_bind_text(others, ":activity", activity);
        statement_bind_text(others, ":first", first);
        statement_bind_text(others, ":last", last);
        done = tell_all(&reading, others, err);
    }
    arena_clear(&arena);
    return done;
}

/* --- who is more than a participant ------------------------------------------------------------------------------------------- */

bool store_roles(struct store *store, bool (*each)(void *context, const struct store_role *role), void *context, struct error *err)
{
    sqlite3_stmt *stmt = prepared(store, STATEMENT_ROLES,
                                  "SELECT DISTINCT e.person, e.role, p.ref, p.full_name FROM enrolment e JOIN person p ON p.id = e.person "
                                  "WHERE e.role <> 'participant' AND " IS_ENROLLED,
                                  err);
    struct arena arena = {0};
    enum step step = STEP_FAILED;
    bool more = true;

    if (stmt == NULL)
        return false;
    while (more && (step = statement_step(store, stmt, "read who has a role", err)) == STEP_ROW) {
        const struct store_role role = {column_text(&arena, stmt, 0), column_text(&arena, stmt, 1), column_text(&arena, stmt, 2),
                                        column_text(&arena, stmt, 3)};

        if (role.person == NULL || role.role == NULL || role.ref == NULL || role.name == NULL) {
            store_no_memory(err);
            step = STEP_FAILED;
            break;
        }
        more = each(context, &role);
        arena_clear(&arena);
    }
    statement_reset(stmt);
    arena_clear(&arena);
    return step != STEP_FAILED;
}

/* --- who said it ------------------------------------------------------------------------------------------------------------------ */

static bool log_numbers(struct store *store, uint64_t log, uint64_t *ret_first, uint64_t *ret_last, struct error *err)
{
    sqlite3_stmt *stmt = prepared(store, STATEMENT_LOG_NUMBERS,
                                  "SELECT base, (SELECT min(base) FROM log n WHERE n.place > l.place) FROM log l WHERE log = :log", err);
    enum step step;

    *ret_first = 1;
    *ret_last = 0;
    if (stmt == NULL)
        return false;
    statement_bind_number(stmt, ":log", log);
    step = statement_step(store, stmt, "read a log", err);
    if (step == STEP_ROW) {
        *ret_first = statement_number(stmt, 0) + 1;
        *ret_last = sqlite3_column_type(stmt, 1) == SQLITE_NULL ? store->now.last : statement_number(stmt, 1);
    }
    statement_reset(stmt);
    if (*ret_first <= store->now.kept)
        *ret_first = store->now.kept + 1;
    return step != STEP_FAILED;
}

/* One log's stamps grow with its numbers: the change is found by halving. */
bool store_author_of(struct store *store, const char *entity, const char *id, struct stamp stamp, char ret[AUTHOR_BYTES_MAX + 1],
                     struct error *err)
{
    uint64_t first, last;
    bool found = true;

    ret[0] = '\0';
    if (!log_numbers(store, stamp.log, &first, &last, err))
        return false;
    while (first <= last && found) {
        const uint64_t middle = first + (last - first) / 2;
        struct arena arena = {0};
        struct kept_change kept;
        bool done = change_at(store, &arena, middle, &kept, &found, err);

        if (done && found && kept.change.time == stamp.time) {
            if (strcmp(kept.change.entity, entity) == 0 && strcmp(kept.change.row, id) == 0)
                snprintf(ret, AUTHOR_BYTES_MAX + 1, "%s", kept.change.author);
            found = false; /* and done */
        } else if (done && found && kept.change.time < stamp.time) {
            first = middle + 1;
        } else {
            last = middle - 1;
        }
        arena_clear(&arena);
        if (!done)
            return false;
    }
    return true;
}
