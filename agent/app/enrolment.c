// SPDX-License-Identifier: Apache-2.0
/* Enrolling by being there.
 *
 * Not here:  the steps that it is a part of (walk_in.c, webinar_record.c).
 */
#include "agent/app/enrolment.h"

static bool found_one(void *context, const struct row *row)
{
    (void)row;
    *(bool *)context = true;
    return false;
}

/* In any role: a trainer who is marked stays a trainer. */
static bool is_enrolled(struct store *store, const char *activity, const char *person, bool *ret, struct error *err)
{
    const struct store_filter filters[] = {{.field = "activity", .equals = value_text(activity)},
                                           {.field = "person", .equals = value_text(person)}};
    const struct store_query query = {.entity = "enrolment", .filters = filters, .filter_count = 2, .limit = 1};

    *ret = false;
    return person[0] == '@' || store_each(store, &query, found_one, ret, err);
}

bool enrolment_draft(struct store *store, struct arena *arena, const char *activity, const char *person, struct draft *ret,
                     struct error *err)
{
    struct draft_field *back; /* of an enrolment that was removed, or is new: all that it has to say */
    const char *id;
    bool enrolled;

    *ret = (struct draft){.entity = NULL};
    if (!is_enrolled(store, activity, person, &enrolled, err))
        return false;
    if (enrolled)
        return true;
    id = arena_format(arena, "%s:%s:participant", activity, person);
    back = arena_take(arena, sizeof *back);
    if (id == NULL || back == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory for the walk-in");
    *back = (struct draft_field){FIELD_REMOVED, value_integer(0)};
    *ret = (struct draft){.entity = "enrolment", .row = id, .fields = back, .field_count = 1};
    return true;
}
