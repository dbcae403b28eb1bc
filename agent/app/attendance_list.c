// SPDX-License-Identifier: Apache-2.0
/* The attendance list, put together from rows.
 *
 * Not here:  its JSON (attendance_list_json.c), who counts (protocol/attendance.c).
 */
#include "agent/app/attendance_list.h"

#include <stdlib.h>
#include <string.h>

#include "agent/app/report.h"
#include "protocol/names.h"
#include "protocol/signature.h"
#include "protocol/text.h"

/* One who may stand on the list. Beside `person`, which the days copy. */
struct known {
    struct list_person person;
    const char *folded;
    int64_t birth_year;
    const char *municipality; /* id */
    int64_t seconds;          /* of the day that is being read */
    bool is_left_out, is_enrolled, is_marked;
};
struct enrolment {
    uint32_t person;
    const char *role;
};
struct mark {
    uint32_t person;
    size_t session; /* of the day */
    const char *status;
    int64_t seconds; /* -1: not told */
    const char *signature;
};
struct link {
    const char *person, *also;
};
struct reading {
    struct store *store;
    struct arena *arena;
    const char *activity;
    struct error *err;
    bool failed;          /* err says why, or there was no memory */
    struct names numbers; /* person id -> place in known */
    struct known *known;
    size_t known_room;
    struct list_session *sessions;
    size_t session_count, session_room;
    struct enrolment *enrolments;
    size_t enrolment_count, enrolment_room;
    struct mark *marks; /* of the day that is being read */
    size_t mark_count, mark_room;
    size_t session; /* the one whose marks are being read */
    struct link *links;
    size_t link_count, link_room;
    const char *activity_mode;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the list");
}

static const char *copy_or_blank(struct arena *arena, const char *text)
{
    return text == NULL ? "" : arena_text(arena, text);
}

/* Room for one more; NULL: no memory. */
static void *room_for(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    size_t more = *room == 0 ? 32 : *room * 2;

    if (count < *room)
        return items;
    items = arena_grow(arena, items, count, more, size);
    *room = items == NULL ? 0 : more;
    return items;
}

/* --- rows ---------------------------------------------------------------------------------------------------------------- */

static bool person_fill(struct reading *reading, const char *id, struct known *ret)
{
    const struct row *row = NULL;
    const struct row *municipality = NULL;
    struct arena scratch = {0};
    struct arena *arena = reading->arena;
    bool done = store_row(reading->store, &scratch, "person", id, &row, reading->err);

    *ret = (struct known){.is_left_out = row != NULL && row_is_removed(row)};
    if (done && row != NULL && row_text(row, "municipality") != NULL)
        done = store_row(reading->store, &scratch, "municipality", row_text(row, "municipality"), &municipality, reading->err);
    if (done && row == NULL) {
        /* Marked, but the row has not come to this device: she stands there by what is known of her. */
        ret->person = (struct list_person){"", "", "", "", "", "", "", "", "", "participant", NULL, 0, {0, 0, NULL}};
        ret->person.name = ret->person.id = arena_text(arena, id);
        ret->municipality = "";
    } else if (done) {
        const char *contact = row_text(row, "phone") != NULL ? row_text(row, "phone") : row_text(row, "email");

        ret->birth_year = row_integer(row, "birth_year", 0);
        ret->municipality = copy_or_blank(arena, row_text(row, "municipality"));
        ret->person = (struct list_person){
            .id = arena_text(arena, id),
            .ref = copy_or_blank(arena, row_text(row, "ref")),
            .name = copy_or_blank(arena, row_text(row, "full_name")),
            .organisation = copy_or_blank(arena, row_text(row, "organisation")),
            .position = copy_or_blank(arena, row_text(row, "position")),
            .contact = copy_or_blank(arena, contact),
            .sex = copy_or_blank(arena, row_text(row, "sex")),
            .municipality = copy_or_blank(arena, municipality == NULL ? NULL : row_text(municipality, "name")),
            .municipality_cyrillic = copy_or_blank(arena, municipality == NULL ? NULL : row_text(municipality, "name_cyrillic")),
            .role = "participant",
        };
    }
    ret->folded = done && ret->person.name != NULL ? text_fold(arena, ret->person.name) : NULL;
    arena_clear(&scratch);
    return done && ret->folded != NULL && ret->person.id != NULL && ret->person.contact != NULL && ret->person.position != NULL;
}

/* The number of a person, read when met first; NAMES_NONE: it failed. */
static uint32_t number_of(struct reading *reading, const char *id)
{
    uint32_t number = names_find(&reading->numbers, id);

    if (number != NAMES_NONE)
        return number;
    number = names_add(&reading->numbers, reading->arena, id);
    if (number != NAMES_NONE)
        reading->known = room_for(reading->arena, reading->known, number, &reading->known_room, sizeof *reading->known);
    if (number == NAMES_NONE || reading->known == NULL || !person_fill(reading, id, &reading->known[number])) {
        reading->failed = true;
        return NAMES_NONE;
    }
    return number;
}

static bool take_session(void *context, const struct row *row)
{
    struct reading *reading = context;
    struct arena *arena = reading->arena;
    const char *mode = row_text(row, "mode") != NULL ? row_text(row, "mode") : reading->activity_mode;
    struct list_session *one;

    reading->sessions = room_for(arena, reading->sessions, reading->session_count, &reading->session_room, sizeof *one);
    if (reading->sessions == NULL)
        return !(reading->failed = true);
    one = &reading->sessions[reading->session_count++];
    *one = (struct list_session){
        .id = arena_text(arena, row->id),
        .code = copy_or_blank(arena, row_text(row, "code")),
        .title = copy_or_blank(arena, row_text(row, "title")),
        .date = copy_or_blank(arena, row_text(row, "date")),
        .starts_at = copy_or_blank(arena, row_text(row, "starts_at")),
        .minutes = row_integer(row, "minutes", 0),
        .online = strcmp(mode, "online") == 0,
    };
    reading->failed |= one->id == NULL || one->code == NULL || one->title == NULL || one->date == NULL || one->starts_at == NULL;
    return !reading->failed;
}

static bool take_enrolment(void *context, const struct row *row)
{
    struct reading *reading = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[3];
    struct enrolment *one;
    struct known *known;
    uint32_t number;

    if (row_id_parts(row->id, scratch, parts, 3) != 3)
        return true;
    number = number_of(reading, parts[1]);
    reading->enrolments = room_for(reading->arena, reading->enrolments, reading->enrolment_count, &reading->enrolment_room, sizeof *one);
    if (number == NAMES_NONE || reading->enrolments == NULL)
        return !(reading->failed = true);
    one = &reading->enrolments[reading->enrolment_count++];
    *one = (struct enrolment){number, arena_text(reading->arena, parts[2])};
    reading->failed |= one->role == NULL;
    known = &reading->known[number];
    /* Of several roles the participant's counts; else the first by word. */
    if (!reading->failed && (!known->is_enrolled || strcmp(one->role, "participant") == 0))
        known->person.role = one->role;
    known->is_enrolled = true;
    return !reading->failed;
}

static bool take_link(void *context, const struct row *row)
{
    struct reading *reading = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[2];
    struct link *one;

    if (row_text(row, "verdict") == NULL || strcmp(row_text(row, "verdict"), "same") != 0 || row_id_parts(row->id, scratch, parts, 2) != 2)
        return true;
    reading->links = room_for(reading->arena, reading->links, reading->link_count, &reading->link_room, sizeof *one);
    if (reading->links == NULL)
        return !(reading->failed = true);
    one = &reading->links[reading->link_count++];
    *one = (struct link){arena_text(reading->arena, parts[0]), arena_text(reading->arena, parts[1])};
    reading->failed |= one->person == NULL || one->also == NULL;
    return !reading->failed;
}

static bool take_mark(void *context, const struct row *row)
{
    struct reading *reading = context;
    char scratch[ROW_ID_SIZE];
    const char *parts[2];
    const int64_t minutes = row_integer(row, "minutes", -1);
    struct mark *one;
    uint32_t number;

    if (row_id_parts(row->id, scratch, parts, 2) != 2 || row_text(row, "status") == NULL)
        return true;
    number = number_of(reading, parts[1]);
    reading->marks = room_for(reading->arena, reading->marks, reading->mark_count, &reading->mark_room, sizeof *one);
    if (number == NAMES_NONE || reading->marks == NULL)
        return !(reading->failed = true);
    one = &reading->marks[reading->mark_count++];
    *one = (struct mark){
        .person = number,
        .session = reading->session,
        .status = arena_text(reading->arena, row_text(row, "status")),
        .seconds = minutes < 0 ? -1 : minutes * 60 + row_integer(row, "seconds", 0),
        .signature = arena_text(reading->arena, row_text(row, "signature")),
    };
    reading->failed |= one->status == NULL;
    return !reading->failed;
}

static bool read_each(struct reading *reading, const char *entity, const char *field, const char *id,
                      bool (*take)(void *context, const struct row *row))
{
    struct store_filter filter = {.field = field, .equals = value_text(id)};
    struct store_query query = {.entity = entity, .filters = &filter, .filter_count = field == NULL ? 0 : 1};

    return (store_each(reading->store, &query, take, reading, reading->err) && !reading->failed) || no_memory(reading->err);
}

/* --- the days ------------------------------------------------------------------------------------------------------------ */

static int compare_sessions(const void *a, const void *b)
{
    const struct list_session *left = a;
    const struct list_session *right = b;
    int order = (left->date[0] == '\0') - (right->date[0] == '\0');

    if (order == 0)
        order = strcmp(left->date, right->date);
    if (order == 0)
        order = strcmp(left->starts_at, right->starts_at);
    return order != 0 ? order : strcmp(left->code, right->code);
}

static int compare_known(const void *a, const void *b)
{
    const struct known *left = *(const struct known *const *)a;
    const struct known *right = *(const struct known *const *)b;
    int order = strcmp(left->folded, right->folded);

    return order != 0 ? order : strcmp(left->person.id, right->person.id);
}

static struct list_signature signature_of(struct arena *arena, const char *text)
{
    struct list_signature ret = {0, 0, NULL};
    struct signature signature;
    struct error ignored = {0}; /* one that cannot be read is none: the mark stands all the same */

    if (text != NULL && signature_read(arena, text, &signature, &ignored))
        ret = (struct list_signature){signature.width, signature.height, signature_path(arena, &signature)};
    return ret;
}

/* One row per person, in the order of names; *places: from a person's number to her row. */
static bool day_people(struct reading *reading, struct list_day *day, size_t *places)
{
    struct arena *arena = reading->arena;
    struct arena scratch = {0};
    struct known **order = arena_take_many(&scratch, reading->numbers.count + 1, sizeof *order);
    bool done = order != NULL;
    size_t count = 0;

    for (uint32_t i = 0; done && i < reading->numbers.count; i++)
        if (!reading->known[i].is_left_out && (reading->known[i].is_enrolled || reading->known[i].is_marked))
            order[count++] = &reading->known[i];
    if (done && count > 1)
        qsort(order, count, sizeof *order, compare_known);
    day->people = done ? arena_take_many(arena, count + 1, sizeof *day->people) : NULL;
    done = day->people != NULL;
    for (size_t i = 0; done && i < count; i++) {
        day->people[i] = order[i]->person;
        day->people[i].statuses = arena_take_many(arena, day->session_count, sizeof *day->people[i].statuses);
        done = day->people[i].statuses != NULL;
        for (size_t s = 0; done && s < day->session_count; s++)
            day->people[i].statuses[s] = "";
        places[order[i] - reading->known] = i;
    }
    day->person_count = count;
    arena_clear(&scratch);
    return done;
}

static void day_marks(const struct reading *reading, struct list_day *day, const size_t *places)
{
    for (size_t i = 0; i < reading->mark_count; i++) {
        const struct mark *mark = &reading->marks[i];
        struct known *known = &reading->known[mark->person];
        struct list_person *person;

        if (known->is_left_out)
            continue;
        person = &day->people[places[mark->person]];
        person->statuses[mark->session] = mark->status;
        if (!status_attends(mark->status))
            continue; /* who signed and was found to be absent after all has not signed for having been there */
        known->seconds += mark->seconds >= 0 ? mark->seconds : day->sessions[mark->session].minutes * 60;
        person->minutes = known->seconds / 60;
        if (person->signature.path == NULL)
            person->signature = signature_of(reading->arena, mark->signature);
    }
}

/* All of the day handed to the counter, in the order that it asks for. */
static bool day_totals(const struct reading *reading, struct list_day *day)
{
    struct count *count = count_create();
    struct tally tally;
    bool done = count != NULL && count_activity(count, reading->activity, 0, 0, 0);

    for (size_t s = 0; done && s < day->session_count; s++)
        done = count_session(count, day->sessions[s].id, reading->activity, day->sessions[s].minutes);
    for (uint32_t i = 0; done && i < reading->numbers.count; i++)
        done = reading->known[i].is_left_out || count_person(count, reading->numbers.texts[i], reading->known[i].person.sex,
                                                             reading->known[i].birth_year, reading->known[i].municipality);
    for (size_t i = 0; done && i < reading->link_count; i++)
        done = count_link(count, reading->links[i].person, reading->links[i].also);
    for (size_t i = 0; done && i < reading->enrolment_count; i++)
        done =
            count_enrolment(count, reading->activity, reading->numbers.texts[reading->enrolments[i].person], reading->enrolments[i].role);
    for (size_t i = 0; done && i < reading->mark_count; i++)
        done = reading->known[reading->marks[i].person].is_left_out ||
               count_mark(count, day->sessions[reading->marks[i].session].id, reading->numbers.texts[reading->marks[i].person],
                          reading->marks[i].status, -1); /* how many came; how long is no matter here */
    done = done && !count_failed(count) && count_tally_activity(count, reading->activity, "participant", &tally);
    for (int sex = 0; done && sex < SEX_GROUPS; sex++)
        day->totals[sex] = tally_reached_of_sex(&tally, (enum sex_group)sex);
    day->total = done ? tally.reached : 0;
    count_destroy(count);
    return done;
}

static bool day_fill(struct reading *reading, struct list_day *day)
{
    struct arena scratch = {0};
    size_t *places;
    bool done = true;

    reading->mark_count = 0;
    for (size_t s = 0; done && s < day->session_count; s++) {
        reading->session = s;
        done = read_each(reading, "attendance", "session", day->sessions[s].id, take_mark);
    }
    for (uint32_t i = 0; i < reading->numbers.count; i++) {
        reading->known[i].is_marked = false;
        reading->known[i].seconds = 0;
    }
    for (size_t i = 0; i < reading->mark_count; i++)
        reading->known[reading->marks[i].person].is_marked = true;
    places = done ? arena_take_many(&scratch, reading->numbers.count + 1, sizeof *places) : NULL;
    done = places != NULL && day_people(reading, day, places);
    if (done)
        day_marks(reading, day, places);
    arena_clear(&scratch);
    return (done && day_totals(reading, day)) || no_memory(reading->err);
}

/* Sessions of one date are one day. Those without a date come last, as a day of their own. */
static bool days_part(struct reading *reading, const char *day, struct attendance_list *ret)
{
    size_t room = reading->session_count + 1;

    ret->days = arena_take_many(reading->arena, room, sizeof *ret->days);
    if (ret->days == NULL)
        return no_memory(reading->err);
    if (reading->session_count > 1)
        qsort(reading->sessions, reading->session_count, sizeof *reading->sessions, compare_sessions);
    for (size_t i = 0; i < reading->session_count; i++) {
        const struct list_session *session = &reading->sessions[i];
        struct list_day *last = ret->day_count == 0 ? NULL : &ret->days[ret->day_count - 1];

        if (day != NULL && strcmp(day, session->date) != 0)
            continue;
        if (last == NULL || strcmp(last->date, session->date) != 0) {
            last = &ret->days[ret->day_count++];
            *last = (struct list_day){.date = session->date, .sessions = session, .online = true};
        }
        last->session_count++;
        last->online = last->online && session->online;
    }
    return day == NULL || ret->day_count > 0 ||
           error_set(reading->err, ERROR_NOT_FOUND, "Choose another day.", "the activity has no session on %.10s", day);
}

/* --- the head ------------------------------------------------------------------------------------------------------------ */

static bool head_fill(struct reading *reading, const struct row *activity, struct attendance_list *ret)
{
    struct arena *arena = reading->arena;
    const struct row *programme = NULL;
    const struct row *municipality = NULL;

    if ((row_text(activity, "programme") != NULL &&
         !store_row(reading->store, arena, "programme", row_text(activity, "programme"), &programme, reading->err)) ||
        (row_text(activity, "municipality") != NULL &&
         !store_row(reading->store, arena, "municipality", row_text(activity, "municipality"), &municipality, reading->err)))
        return false;
    *ret = (struct attendance_list){
        .programme = copy_or_blank(arena, programme == NULL ? NULL : row_text(programme, "name")),
        .donor = copy_or_blank(arena, programme == NULL ? NULL : row_text(programme, "donor")),
        .contract_no = copy_or_blank(arena, programme == NULL ? NULL : row_text(programme, "contract_no")),
        .code = copy_or_blank(arena, row_text(activity, "code")),
        .title = copy_or_blank(arena, row_text(activity, "title")),
        .kind = copy_or_blank(arena, row_text(activity, "kind")),
        .starts_on = copy_or_blank(arena, row_text(activity, "starts_on")),
        .ends_on = copy_or_blank(arena, row_text(activity, "ends_on")),
        .municipality = copy_or_blank(arena, municipality == NULL ? NULL : row_text(municipality, "name")),
        .municipality_cyrillic = copy_or_blank(arena, municipality == NULL ? NULL : row_text(municipality, "name_cyrillic")),
    };
    if (ret->programme != NULL && ret->programme[0] == '\0')
        ret->programme = copy_or_blank(arena, row_text(activity, "programme")); /* nobody described it yet: its code */
    reading->activity_mode = copy_or_blank(arena, row_text(activity, "mode"));
    return (ret->programme != NULL && ret->title != NULL && ret->municipality_cyrillic != NULL && reading->activity_mode != NULL) ||
           no_memory(reading->err);
}

/* Names of those enrolled in a role, in the order of the list. */
static bool head_names(const struct reading *reading, const char *role, const char ***ret, size_t *ret_count)
{
    *ret = arena_take_many(reading->arena, reading->enrolment_count + 1, sizeof **ret);
    for (size_t i = 0; *ret != NULL && i < reading->enrolment_count; i++) {
        const struct known *known = &reading->known[reading->enrolments[i].person];

        if (!known->is_left_out && strcmp(reading->enrolments[i].role, role) == 0)
            (*ret)[(*ret_count)++] = known->person.name;
    }
    return *ret != NULL || no_memory(reading->err);
}

bool attendance_list_read(struct store *store, struct arena *arena, const char *activity, const char *day, struct attendance_list *ret,
                          struct error *err)
{
    struct reading reading = {.store = store, .arena = arena, .activity = activity, .err = err};
    const struct row *row = NULL;
    bool done;

    if (!store_row(store, arena, "activity", activity, &row, err))
        return false;
    if (row == NULL || row_is_removed(row))
        return error_set(err, ERROR_NOT_FOUND, "Choose another activity.", "this activity is not here");
    done = head_fill(&reading, row, ret) && read_each(&reading, "session", "activity", activity, take_session) &&
           days_part(&reading, day, ret) && read_each(&reading, "enrolment", "activity", activity, take_enrolment) &&
           read_each(&reading, "person_link", NULL, "", take_link) &&
           head_names(&reading, "organiser", &ret->organisers, &ret->organiser_count) &&
           head_names(&reading, "trainer", &ret->trainers, &ret->trainer_count);
    ret->online = done && ret->day_count > 0;
    for (size_t i = 0; done && i < ret->day_count; i++) {
        done = day_fill(&reading, &ret->days[i]);
        ret->online = ret->online && ret->days[i].online;
    }
    names_clear(&reading.numbers);
    return done;
}
