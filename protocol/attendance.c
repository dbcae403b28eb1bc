// SPDX-License-Identifier: Apache-2.0
/* Counting people: the rows that are handed in, and the tallies over them.
 *
 * Here:      names to numbers, one person from many rows (union-find), the tally of a set of activities.
 * Not here:  reading rows, showing numbers.
 *
 * Names become indexes once; enrolments and sessions hang on their activity and marks on their session, as lists by index, so that a
 * tally reads only what belongs to it. Two rows of one person in one session count once, with the longer of their minutes.
 */
#include "protocol/attendance.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/entities.h"
#include "protocol/names.h"

#define NONE NAMES_NONE
enum { ROOM_FIRST = 64, SECONDS_OF_A_MINUTE = 60, MINUTES_MAX = INT32_MAX / SECONDS_OF_A_MINUTE, PERCENT_MAX = 1000 };
#define ROLE_PARTICIPANT "participant"

bool status_attends(const char *status)
{
    return status != NULL && word_is_among(status, "present late");
}

enum age_group age_group_of(int64_t birth_year, int64_t year)
{
    if (birth_year <= 0 || birth_year > year)
        return AGE_UNKNOWN;
    const int64_t age = year - birth_year;
    return age < 25 ? AGE_UNDER_25 : age <= 54 ? AGE_25_TO_54 : AGE_OVER_54;
}

enum sex_group sex_group_of(const char *sex)
{
    static const struct {
        const char *word;
        enum sex_group group;
    } groups[] = {{"F", SEX_FEMALE}, {"M", SEX_MALE}, {"other", SEX_OTHER}};
    for (size_t i = 0; sex != NULL && i < sizeof groups / sizeof *groups; i++) {
        if (strcmp(groups[i].word, sex) == 0)
            return groups[i].group;
    }
    return SEX_UNKNOWN;
}

/* --- tables ------------------------------------------------------------------------------------------------------------- */

struct activity {
    int64_t percent, planned, year, seconds;
    uint32_t enrolments, sessions; /* first of each list */
    uint64_t tallied;              /* the tally that last took it: no activity twice in one set */
};
struct session {
    int64_t seconds;
    uint32_t marks, next;
};
/* What a group of rows says of one person: the word of the smallest id that says anything, whatever order they came in. */
struct person {
    uint32_t parent;                          /* itself: the root, which is the smallest id of its group */
    uint32_t sex_said, birth_said, home_said; /* who said it, NONE: nobody */
    enum sex_group sex;
    int64_t birth_year;
    const char *municipality;
};
struct enrolment {
    uint32_t person, next;
    const char *role;
};
struct mark {
    uint32_t person, next;
    int64_t seconds;
};
/* What a tally notes about a root while it counts; a number of the turn tells what is old. */
struct note {
    uint64_t set_turn, activity_turn, session_turn;
    int64_t seconds, session_seconds, all_seconds, year;
    uint64_t sessions, all_sessions;
    bool enrolled, has_role;
    bool set_enrolled, set_reached, set_completed, set_stranger;
};

struct table {
    void *items;
    uint32_t count, room;
    size_t size;
};
struct count {
    struct arena arena;
    struct table activities, sessions, people, enrolments, marks, notes, set_people, activity_people;
    struct names activity_names, session_names, person_names;
    uint64_t turn;
    bool failed;
};

struct count *count_create(void)
{
    struct count *count = calloc(1, sizeof *count);
    if (count == NULL)
        return NULL;
    count->activities.size = sizeof(struct activity);
    count->sessions.size = sizeof(struct session);
    count->people.size = sizeof(struct person);
    count->enrolments.size = sizeof(struct enrolment);
    count->marks.size = sizeof(struct mark);
    count->notes.size = sizeof(struct note);
    count->set_people.size = count->activity_people.size = sizeof(uint32_t);
    return count;
}

void count_destroy(struct count *count)
{
    if (count == NULL)
        return;
    struct table *const tables[] = {&count->activities, &count->sessions, &count->people,     &count->enrolments,
                                    &count->marks,      &count->notes,    &count->set_people, &count->activity_people};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        free(tables[i]->items);
    names_clear(&count->activity_names);
    names_clear(&count->session_names);
    names_clear(&count->person_names);
    arena_clear(&count->arena);
    free(count);
}

bool count_failed(const struct count *count)
{
    return count->failed;
}

static void *item(const struct table *table, uint32_t index)
{
    return (char *)table->items + (size_t)index * table->size;
}

/* A zeroed item at the end; NULL without memory, and the count has failed. */
static void *table_add(struct count *count, struct table *table)
{
    if (table->count == table->room) {
        const uint32_t room = table->room == 0 ? ROOM_FIRST : table->room * 2;
        void *items = room > table->room && room < NONE ? realloc(table->items, (size_t)room * table->size) : NULL;
        if (items == NULL) {
            count->failed = true;
            return NULL;
        }
        table->items = items;
        table->room = room;
    }
    return memset(item(table, table->count++), 0, table->size);
}

/* A new item that bears a new name: both have the same index. NULL without memory. */
static void *add_named(struct count *count, struct names *names, struct table *table, const char *id)
{
    void *added = table_add(count, table);
    if (added != NULL && names_add(names, &count->arena, id) == NONE) {
        table->count--;
        count->failed = true;
        return NULL;
    }
    return added;
}

static int64_t bounded(int64_t number, int64_t max)
{
    return number < 0 ? 0 : number > max ? max : number;
}

/* --- handing in --------------------------------------------------------------------------------------------------------- */

bool count_activity(struct count *count, const char *id, int64_t min_minutes_pct, int64_t planned, int64_t year)
{
    if (names_find(&count->activity_names, id) != NONE)
        return true;
    struct activity *activity = add_named(count, &count->activity_names, &count->activities, id);
    if (activity == NULL)
        return false;
    activity->percent = bounded(min_minutes_pct, PERCENT_MAX);
    activity->planned = bounded(planned, INT64_MAX);
    activity->year = year;
    activity->enrolments = activity->sessions = NONE;
    return true;
}

bool count_session(struct count *count, const char *id, const char *activity, int64_t minutes)
{
    const uint32_t owner = names_find(&count->activity_names, activity);
    if (owner == NONE || names_find(&count->session_names, id) != NONE)
        return true;
    struct session *session = add_named(count, &count->session_names, &count->sessions, id);
    if (session == NULL)
        return false;
    struct activity *of = item(&count->activities, owner);
    session->seconds = bounded(minutes, MINUTES_MAX) * SECONDS_OF_A_MINUTE;
    session->marks = NONE;
    session->next = of->sessions;
    of->sessions = count->sessions.count - 1;
    of->seconds += session->seconds;
    return true;
}

static uint32_t person_of(struct count *count, const char *id)
{
    uint32_t index = names_find(&count->person_names, id);
    if (index != NONE)
        return index;
    if (table_add(count, &count->notes) == NULL || table_add(count, &count->set_people) == NULL ||
        table_add(count, &count->activity_people) == NULL)
        return NONE;
    struct person *person = add_named(count, &count->person_names, &count->people, id);
    if (person == NULL)
        return NONE;
    index = count->people.count - 1;
    person->parent = index;
    person->sex_said = person->birth_said = person->home_said = NONE;
    return index;
}

bool count_person(struct count *count, const char *id, const char *sex, int64_t birth_year, const char *municipality)
{
    const uint32_t index = person_of(count, id);
    if (index == NONE)
        return false;
    struct person *person = item(&count->people, index);
    person->sex = sex_group_of(sex);
    person->sex_said = person->sex == SEX_UNKNOWN ? NONE : index;
    person->birth_year = birth_year > 0 ? birth_year : 0;
    person->birth_said = birth_year > 0 ? index : NONE;
    person->municipality = arena_text(&count->arena, municipality);
    person->home_said = municipality == NULL || municipality[0] == '\0' ? NONE : index;
    count->failed = count->failed || (municipality != NULL && person->municipality == NULL);
    return !count->failed;
}

/* The root of a person's group; halves the way for those who come after. */
static uint32_t root_of(const struct count *count, uint32_t index)
{
    struct person *people = count->people.items;
    while (people[index].parent != index) {
        people[index].parent = people[people[index].parent].parent;
        index = people[index].parent;
    }
    return index;
}

/* True when what `b` said is to be believed rather than what `a` said: somebody rather than nobody, then the smaller id. */
static bool says_more(const struct count *count, uint32_t a, uint32_t b)
{
    const char *const *ids = count->person_names.texts;
    return b != NONE && (a == NONE || strcmp(ids[b], ids[a]) < 0);
}

bool count_link(struct count *count, const char *person, const char *also)
{
    const uint32_t one = person_of(count, person), other = person_of(count, also);
    if (one == NONE || other == NONE)
        return false;
    struct person *people = count->people.items;
    uint32_t root = root_of(count, one), child = root_of(count, other);
    if (root == child)
        return true;
    if (says_more(count, root, child)) {
        const uint32_t swapped = root;
        root = child;
        child = swapped;
    }
    struct person *to = &people[root], *from = &people[child];
    from->parent = root;
    if (says_more(count, to->sex_said, from->sex_said)) {
        to->sex = from->sex;
        to->sex_said = from->sex_said;
    }
    if (says_more(count, to->birth_said, from->birth_said)) {
        to->birth_year = from->birth_year;
        to->birth_said = from->birth_said;
    }
    if (says_more(count, to->home_said, from->home_said)) {
        to->municipality = from->municipality;
        to->home_said = from->home_said;
    }
    return true;
}

bool count_enrolment(struct count *count, const char *activity, const char *person, const char *role)
{
    const uint32_t owner = names_find(&count->activity_names, activity);
    if (owner == NONE)
        return true;
    const uint32_t who = person_of(count, person);
    const char *copy = arena_text(&count->arena, role == NULL || role[0] == '\0' ? ROLE_PARTICIPANT : role);
    struct enrolment *enrolment = who == NONE || copy == NULL ? NULL : table_add(count, &count->enrolments);
    if (enrolment == NULL) {
        count->failed = true;
        return false;
    }
    struct activity *of = item(&count->activities, owner);
    *enrolment = (struct enrolment){.person = who, .next = of->enrolments, .role = copy};
    of->enrolments = count->enrolments.count - 1;
    return true;
}

bool count_mark(struct count *count, const char *session, const char *person, const char *status, int64_t minutes)
{
    return count_mark_exactly(count, session, person, status, minutes, 0);
}

bool count_mark_exactly(struct count *count, const char *session, const char *person, const char *status, int64_t minutes, int64_t seconds)
{
    const uint32_t owner = names_find(&count->session_names, session);
    if (owner == NONE || !status_attends(status))
        return true;
    const uint32_t who = person_of(count, person);
    struct mark *mark = who == NONE ? NULL : table_add(count, &count->marks);
    if (mark == NULL)
        return false;
    struct session *of = item(&count->sessions, owner);
    *mark = (struct mark){.person = who, .next = of->marks, .seconds = of->seconds};
    if (minutes >= 0)
        mark->seconds = bounded(minutes, MINUTES_MAX) * SECONDS_OF_A_MINUTE + bounded(seconds, SECONDS_OF_A_MINUTE - 1);
    of->marks = count->marks.count - 1;
    return true;
}

/* --- tallying ----------------------------------------------------------------------------------------------------------- */

/* One tally on its way. The notes lie behind pointers of the count: two tallies over one count do not run at once. */
struct tallying {
    const struct count *count;
    const char *role;         /* NULL: all */
    const char *municipality; /* NULL: all */
    uint64_t *turn, set_turn;
    uint32_t *set_people, set_count, *people, people_count;
    struct tally *tally;
};

static struct note *note_of(const struct tallying *tallying, uint32_t root)
{
    return item(&tallying->count->notes, root);
}

static struct note *touch(struct tallying *tallying, uint32_t person, uint64_t activity_turn)
{
    const uint32_t root = root_of(tallying->count, person);
    struct note *note = note_of(tallying, root);
    if (note->activity_turn != activity_turn) {
        note->activity_turn = activity_turn;
        note->seconds = 0;
        note->sessions = 0;
        note->enrolled = note->has_role = false;
        tallying->people[tallying->people_count++] = root;
    }
    return note;
}

static void note_marks(struct tallying *tallying, const struct session *session, uint64_t activity_turn)
{
    const uint64_t session_turn = ++*tallying->turn;
    for (uint32_t i = session->marks; i != NONE;) {
        const struct mark *mark = item(&tallying->count->marks, i);
        struct note *note = touch(tallying, mark->person, activity_turn);
        if (note->session_turn != session_turn) {
            note->session_turn = session_turn;
            note->session_seconds = 0;
            note->sessions++;
        }
        if (mark->seconds > note->session_seconds) {
            note->seconds += mark->seconds - note->session_seconds;
            note->session_seconds = mark->seconds;
        }
        i = mark->next;
    }
}

/* From one activity into the set: what this person did here. */
static void note_person(struct tallying *tallying, const struct activity *activity, uint32_t root)
{
    const struct person *person = item(&tallying->count->people, root);
    struct note *note = note_of(tallying, root);
    const bool as_stranger = !note->enrolled && (tallying->role == NULL || strcmp(tallying->role, ROLE_PARTICIPANT) == 0);

    if (!note->has_role && !as_stranger)
        return;
    if (tallying->municipality != NULL && (person->home_said == NONE || strcmp(person->municipality, tallying->municipality) != 0))
        return;
    if (note->set_turn != tallying->set_turn) {
        note->set_turn = tallying->set_turn;
        note->all_seconds = 0;
        note->all_sessions = 0;
        note->set_enrolled = note->set_reached = note->set_completed = note->set_stranger = false;
        tallying->set_people[tallying->set_count++] = root;
    }
    note->set_enrolled = note->set_enrolled || note->has_role;
    if (note->sessions == 0)
        return;
    note->year = note->set_reached && note->year < activity->year ? note->year : activity->year;
    note->set_reached = true;
    note->set_stranger = note->set_stranger || !note->enrolled;
    note->all_seconds += note->seconds;
    note->all_sessions += note->sessions;
    if (activity->seconds > 0 && note->seconds * 100 >= activity->percent * activity->seconds)
        note->set_completed = true;
}

static void note_activity(struct tallying *tallying, struct activity *activity)
{
    const uint64_t activity_turn = ++*tallying->turn;
    if (activity->tallied == tallying->set_turn)
        return;
    activity->tallied = tallying->set_turn;
    tallying->tally->planned += (uint64_t)activity->planned;
    tallying->people_count = 0;
    for (uint32_t i = activity->enrolments; i != NONE;) {
        const struct enrolment *enrolment = item(&tallying->count->enrolments, i);
        struct note *note = touch(tallying, enrolment->person, activity_turn);
        note->enrolled = true;
        note->has_role = note->has_role || tallying->role == NULL || strcmp(tallying->role, enrolment->role) == 0;
        i = enrolment->next;
    }
    for (uint32_t i = activity->sessions; i != NONE;) {
        const struct session *session = item(&tallying->count->sessions, i);
        note_marks(tallying, session, activity_turn);
        i = session->next;
    }
    for (uint32_t i = 0; i < tallying->people_count; i++)
        note_person(tallying, activity, tallying->people[i]);
}

static void tally_person(const struct tallying *tallying, uint32_t root)
{
    const struct person *person = item(&tallying->count->people, root);
    const struct note *note = note_of(tallying, root);
    struct tally *tally = tallying->tally;
    const enum age_group age = age_group_of(person->birth_year, note->year);

    tally->enrolled += note->set_enrolled;
    if (!note->set_reached)
        return;
    tally->reached++;
    tally->reached_by[person->sex][age]++;
    tally->not_enrolled += note->set_stranger;
    tally->participations += note->all_sessions;
    tally->person_minutes += (uint64_t)note->all_seconds; /* seconds until the end */
    tally->completed += note->set_completed;
    tally->dropped_out += !note->set_completed;
    tally->completed_by[person->sex][age] += note->set_completed;
}

bool count_tally_home(struct count *count, const char *const *activities, size_t n, const char *role, const char *municipality,
                      struct tally *ret)
{
    struct tally tally = {0};
    struct tallying tallying = {
        .count = count,
        .role = role,
        .municipality = municipality,
        .turn = &count->turn,
        .set_turn = ++count->turn,
        .set_people = count->set_people.items,
        .people = count->activity_people.items,
        .tally = &tally,
    };
    for (size_t i = 0; i < n; i++) {
        const uint32_t index = names_find(&count->activity_names, activities[i]);
        if (index == NONE)
            return false;
        note_activity(&tallying, item(&count->activities, index));
    }
    for (uint32_t i = 0; i < tallying.set_count; i++)
        tally_person(&tallying, tallying.set_people[i]);
    tally.person_minutes /= SECONDS_OF_A_MINUTE;
    *ret = tally;
    return true;
}

bool count_tally_set(struct count *count, const char *const *activities, size_t n, const char *role, struct tally *ret)
{
    return count_tally_home(count, activities, n, role, /* municipality= */ NULL, ret);
}

bool count_tally_activity(struct count *count, const char *activity, const char *role, struct tally *ret)
{
    return count_tally_home(count, &activity, 1, role, /* municipality= */ NULL, ret);
}
