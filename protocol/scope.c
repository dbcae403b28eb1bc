// SPDX-License-Identifier: Apache-2.0
/* Scope: the places of a row, asked from the rows that it hangs on.
 *
 * Here:      grants and their text, covering, the rule of each entity, whose places move along.
 * Not here:  any store: what other rows say comes through scope_lookup.
 */
#include "protocol/scope.h"

#include <stdlib.h>
#include <string.h>

#define ANY "*"

/* --- grants and places -------------------------------------------------------------------------------------------------- */

static bool word_covers(const char *granted, const char *placed)
{
    return strcmp(granted, ANY) == 0 || placed[0] == '\0' || strcmp(granted, placed) == 0;
}

bool grant_covers(struct grant grant, struct place place)
{
    return word_covers(grant.programme, place.programme) && word_covers(grant.municipality, place.municipality);
}

bool grants_cover(const struct grant *grants, size_t count, struct place place)
{
    for (size_t i = 0; i < count; i++) {
        if (grant_covers(grants[i], place))
            return true;
    }
    return false;
}

bool grant_is_everything(struct grant grant)
{
    return strcmp(grant.programme, ANY) == 0 && strcmp(grant.municipality, ANY) == 0;
}

static bool grant_word_is_valid(const char *word)
{
    return strcmp(word, ANY) == 0 || (strlen(word) <= CODE_BYTES_MAX && strchr(word, ':') == NULL && row_id_is_valid(word));
}

bool grant_parse(struct arena *arena, const char *text, struct grant *ret, struct error *err)
{
    const char *slash = strchr(text, '/');
    struct grant grant = {.programme = ANY, .municipality = text};

    if (slash != NULL) {
        grant.programme = arena_text_n(arena, text, (size_t)(slash - text));
        grant.municipality = slash + 1;
    }
    if (grant.programme != NULL)
        grant.municipality = arena_text(arena, grant.municipality);
    if (grant.programme == NULL || grant.municipality == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "there was no memory for a grant");
    if (!grant_word_is_valid(grant.programme) || !grant_word_is_valid(grant.municipality))
        return error_set(err, ERROR_INVALID, "Write PROGRAMME/MUNICIPALITY, with * for any, such as lnob/RS-BUJ, RS-BUJ or *.",
                         "the grant \"%.140s\" was not understood", text);
    *ret = grant;
    return true;
}

const char *grant_text(struct arena *arena, struct grant grant)
{
    if (grant_is_everything(grant))
        return arena_text(arena, ANY);
    return arena_format(arena, "%s/%s", grant.programme, grant.municipality);
}

int place_compare(struct place a, struct place b)
{
    const int order = strcmp(a.programme, b.programme);
    return order != 0 ? order : strcmp(a.municipality, b.municipality);
}

bool place_covers(struct place wide, struct place narrow)
{
    return (wide.programme[0] == '\0' || strcmp(wide.programme, narrow.programme) == 0) &&
           (wide.municipality[0] == '\0' || strcmp(wide.municipality, narrow.municipality) == 0);
}

bool places_cover(const struct place *places, size_t count, const struct place *more, size_t more_count)
{
    for (size_t i = 0; i < more_count; i++) {
        bool covered = false;
        for (size_t k = 0; k < count && !covered; k++)
            covered = place_covers(places[k], more[i]);
        if (!covered)
            return false;
    }
    return true;
}

/* --- the places of a row ------------------------------------------------------------------------------------------------ */

/* Places as they are found: the caller's arena, no place covered by another, in no order yet. */
struct gathering {
    struct arena *arena;
    const struct scope_lookup *lookup;
    struct place *places;
    size_t count, room;
    bool failed;
};

static const struct row *look_up(const struct gathering *gathering, const char *entity, const char *id)
{
    return gathering->lookup->row(gathering->lookup->self, entity, id);
}

static void gather(struct gathering *gathering, const char *programme, const char *municipality)
{
    const struct place place = {programme == NULL ? "" : programme, municipality == NULL ? "" : municipality};
    size_t kept = 0;

    if (gathering->failed || places_cover(gathering->places, gathering->count, &place, 1))
        return;
    for (size_t i = 0; i < gathering->count; i++) {
        if (!place_covers(place, gathering->places[i]))
            gathering->places[kept++] = gathering->places[i];
    }
    gathering->count = kept;
    if (kept == gathering->room) {
        gathering->room = kept == 0 ? 4 : 2 * kept;
        gathering->places = arena_grow(gathering->arena, gathering->places, kept, gathering->room, sizeof place);
    }
    struct place copy = {NULL, NULL};
    if (gathering->places != NULL) {
        copy.programme = arena_text(gathering->arena, place.programme);
        copy.municipality = arena_text(gathering->arena, place.municipality);
    }
    if (copy.programme == NULL || copy.municipality == NULL) {
        gathering->failed = true;
        return;
    }
    gathering->places[gathering->count++] = copy;
}

bool scope_reference(const struct row *row, const char *field, char ret[ROW_ID_SIZE])
{
    enum { PARTS_MAX = 8 };
    const struct entity *entity = entity_find(row->entity);
    char scratch[ROW_ID_SIZE];
    const char *parts[PARTS_MAX];
    const char *found = NULL;
    size_t part = 0;

    for (size_t i = 0; entity != NULL && entity->naming == NAMED_BY_KEY && i < entity->field_count; i++) {
        if ((entity->fields[i].flags & FIELD_KEY) == 0)
            continue;
        if (strcmp(entity->fields[i].name, field) == 0) {
            if (part < row_id_parts(row->id, scratch, parts, PARTS_MAX))
                found = parts[part];
            break;
        }
        part++;
    }
    if (found == NULL)
        found = row_text(row, field);
    if (found == NULL || found[0] == '\0' || strlen(found) > ROW_ID_BYTES_MAX)
        return false;
    memcpy(ret, found, strlen(found) + 1);
    return true;
}

/* What the row says, NULL when nothing: an empty text must not mean "all" by accident. */
static const char *told(const struct row *row, const char *field)
{
    const char *text = row_text(row, field);
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* The municipality of the devices whose logs the id names: who records keeps what was recorded. */
static void gather_makers(struct gathering *gathering, const char *id)
{
    enum { PARTS_MAX = 8 };
    char scratch[ROW_ID_SIZE], name[LOG_TEXT_SIZE];
    const char *parts[PARTS_MAX];
    const size_t count = row_id_parts(id, scratch, parts, PARTS_MAX);

    for (size_t i = 0; i < count; i++) {
        uint64_t log = 0, seq = 0;
        if (!row_id_parse(parts[i], &log, &seq))
            continue;
        log_text(log, name);
        const struct row *device = look_up(gathering, "device", name);
        const char *municipality = device == NULL ? NULL : told(device, "municipality");
        if (municipality != NULL)
            gather(gathering, "", municipality);
    }
}

/* Returns false when the activity says neither programme nor municipality: then it has no place of its own. */
static bool gather_activity_row(struct gathering *gathering, const struct row *activity)
{
    const char *programme = told(activity, "programme");
    const char *municipality = told(activity, "municipality");
    if (programme == NULL && municipality == NULL)
        return false;
    gather(gathering, programme, municipality);
    return true;
}

static void place_activity(struct gathering *gathering, const struct row *row)
{
    if (!gather_activity_row(gathering, row))
        gather_makers(gathering, row->id);
}

/* An activity that lies where it was made takes along whatever hangs on it. */
static bool gather_activity(struct gathering *gathering, const char *id)
{
    const struct row *activity = look_up(gathering, "activity", id);
    if (activity == NULL)
        return false;
    place_activity(gathering, activity);
    return true;
}

static bool gather_session(struct gathering *gathering, const char *id)
{
    char activity[ROW_ID_SIZE];
    const struct row *session = look_up(gathering, "session", id);
    return session != NULL && scope_reference(session, "activity", activity) && gather_activity(gathering, activity);
}

static void place_everywhere(struct gathering *gathering, const struct row *row)
{
    (void)row;
    gather(gathering, "", "");
}

static void place_device(struct gathering *gathering, const struct row *row)
{
    gather(gathering, "", told(row, "municipality"));
}

static void place_by_activity(struct gathering *gathering, const struct row *row)
{
    char activity[ROW_ID_SIZE];
    if (!scope_reference(row, "activity", activity) || !gather_activity(gathering, activity))
        gather_makers(gathering, row->id);
}

static void place_by_session(struct gathering *gathering, const struct row *row)
{
    char session[ROW_ID_SIZE];
    if (!scope_reference(row, "session", session) || !gather_session(gathering, session))
        gather_makers(gathering, row->id);
}

static bool gather_use(void *context, const char *entity, const char *id)
{
    struct gathering *gathering = context;
    if (strcmp(entity, "activity") == 0)
        gather_activity(gathering, id);
    else if (strcmp(entity, "session") == 0)
        gather_session(gathering, id);
    return !gathering->failed;
}

static void place_person(struct gathering *gathering, const struct row *row)
{
    const char *municipality = told(row, "municipality");
    if (municipality != NULL)
        gather(gathering, "", municipality);
    else
        gather_makers(gathering, row->id);
    if (!gathering->lookup->uses_of_person(gathering->lookup->self, row->id, gather_use, gathering))
        gathering->failed = true;
}

static void place_link(struct gathering *gathering, const struct row *row)
{
    static const char *const ends[] = {"person", "also"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char id[ROW_ID_SIZE];
        const struct row *person = scope_reference(row, ends[i], id) ? look_up(gathering, "person", id) : NULL;
        if (person != NULL)
            place_person(gathering, person);
    }
    if (gathering->count == 0)
        gather_makers(gathering, row->id);
}

static void place_where_made(struct gathering *gathering, const struct row *row)
{
    gather_makers(gathering, row->id);
}

struct rule {
    const char *entity;
    void (*place)(struct gathering *gathering, const struct row *row);
    const char *fields; /* those that matter */
    struct scope_dependent dependents[3];
};

static const struct rule rules[] = {
    {"device", place_device, "municipality", {{0}}},
    {"activity",
     place_activity,
     "programme municipality",
     {{SCOPE_REFERS_TO_IT, "session", "activity"}, {SCOPE_REFERS_TO_IT, "enrolment", "activity"}, {0}}},
    {"session", place_by_activity, "activity", {{SCOPE_REFERS_TO_IT, "attendance", "session"}, {0}}},
    {"enrolment", place_by_activity, "removed", {{SCOPE_IT_REFERS_TO, "person", "person"}, {0}}},
    {"attendance", place_by_session, "removed", {{SCOPE_IT_REFERS_TO, "person", "person"}, {0}}},
    {"person",
     place_person,
     "municipality",
     {{SCOPE_REFERS_TO_IT, "person_link", "person"}, {SCOPE_REFERS_TO_IT, "person_link", "also"}, {0}}},
    {"person_link", place_link, "", {{0}}},
};

static const struct rule *rule_of(const char *name)
{
    static const struct rule shared = {NULL, place_everywhere, "", {{0}}};
    static const struct rule other = {NULL, place_where_made, "", {{0}}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].entity, name) == 0)
            return &rules[i];
    }
    const struct entity *entity = entity_find(name);
    return entity != NULL && (entity->flags & ENTITY_SHARED) != 0 ? &shared : &other;
}

static int compare_places(const void *a, const void *b)
{
    return place_compare(*(const struct place *)a, *(const struct place *)b);
}

bool scope_places(struct arena *arena, const struct row *row, const struct scope_lookup *lookup, const struct place **ret,
                  size_t *ret_count, struct error *err)
{
    struct gathering gathering = {.arena = arena, .lookup = lookup};
    rule_of(row->entity)->place(&gathering, row);
    if (gathering.failed)
        return error_set(err, ERROR_MEMORY, "Close other programs, then try again.", "the places of row %.160s of %.48s were not found out",
                         row->id, row->entity);
    if (gathering.count > 1)
        qsort(gathering.places, gathering.count, sizeof *gathering.places, compare_places);
    *ret = gathering.places;
    *ret_count = gathering.count;
    return true;
}

const struct scope_dependent *scope_dependents(const char *entity)
{
    return rule_of(entity)->dependents;
}

bool scope_field_matters(const char *entity, const char *field)
{
    return word_is_among(field, rule_of(entity)->fields);
}
