// SPDX-License-Identifier: Apache-2.0
/* Scope: which rows a device may hold. Decided by the server's records, never by the request.
 *
 * Here:      places (programme x municipality), grants, which places a row is in, whose places move along with a row.
 * Not here:  storing memberships, feeding them.
 *
 * A row is in every place it is used in:
 *   shared rows (programme, municipality, organisation, field_definition)   everywhere: {"", ""}
 *   device                 its municipality; everywhere when it has none (the coordinator's office)
 *   activity               its programme x municipality;   session, enrolment, attendance: their activity's
 *   person                 the home municipality, and every place of an activity it is enrolled in or marked at
 *   person_link            the places of both people
 *   whatever the above does not place (an activity without programme and municipality, a session, enrolment or mark whose activity
 *   is not here yet, a person without a home municipality, an unknown entity): *where it was made*: the municipality of the devices
 *   whose logs its id names. So whoever records keeps what was recorded, and nobody else learns of it. Accept, then route.
 *   When the id names no device that is here: nowhere; only those who are granted everything hold it.
 * A place with programme "" belongs to all programmes; municipality "" likewise. A place that another place of the same row
 * covers (whoever is granted the one is granted the other) is left out: (P,M) beside ("",M), (P,"") or ("","").
 */
#ifndef PROTOCOL_SCOPE_H
#define PROTOCOL_SCOPE_H

#include "protocol/row.h"

struct place { const char *programme, *municipality; };   /* ids, "" = of all */
struct grant { const char *programme, *municipality; };   /* ids, "*" = any */

bool grant_covers(struct grant grant, struct place place);
bool grants_cover(const struct grant *grants, size_t count, struct place place);
bool grant_is_everything(struct grant grant);
/* "lnob/RS-BUJ", "*" + "/" + "RS-BUJ", "*" (everything), "RS-BUJ" (any programme there), "lnob/" + "*" (everywhere). */
bool grant_parse(struct arena *arena, const char *text, struct grant *ret, struct error *err);
const char *grant_text(struct arena *arena, struct grant grant);   /* grant_parse reads it back; NULL: no memory */

int place_compare(struct place a, struct place b);    /* programme, then municipality: the order of scope_places */
bool place_covers(struct place wide, struct place narrow);   /* whoever is granted `narrow` is granted `wide` too; also true when equal */
/* True when each of `more` is covered by one of `places`: adding a use there moves nothing. */
bool places_cover(const struct place *places, size_t count, const struct place *more, size_t more_count);

/* What scope must ask about other rows; the ledger answers. Rows are as they now stand, removed ones too; NULL when not here.
 * Asked for: activity, session, person, device (id = log_text of a log named in the row's id). */
struct scope_lookup {
    const struct row *(*row)(void *self, const char *entity, const char *id);
    /* Calls `each` with ("activity", id) of every activity the person is enrolled in, and ("session", id) of every session it is marked
     * at (rows not removed; the same id more than once is fine). Stops and returns false when `each` does. */
    bool (*uses_of_person)(void *self, const char *person, bool (*each)(void *context, const char *entity, const char *id), void *context);
    void *self;
};
/* The places of a row, sorted by place_compare, none covered by another. In the arena. False: no memory or a failed lookup.
 * Key fields (session and person of an attendance) are read from the row's id, whether or not the row also carries them. */
bool scope_places(struct arena *arena, const struct row *row, const struct scope_lookup *lookup, const struct place **ret,
                  size_t *ret_count, struct error *err);

/* Whose places hang on a row, so that a move can be followed with one walk over one small table:
 *
 *     place(row):  now = scope_places(row)
 *                  if now is what is stored, the row is not new, and no field that scope_field_matters moved: done
 *                  store now; for each d of scope_dependents(row.entity):
 *                      SCOPE_REFERS_TO_IT  place() every row of d.entity whose d.field is this row's id
 *                      SCOPE_IT_REFERS_TO  place() the row of d.entity whose id is scope_reference(row, d.field), if it is here
 *
 * It ends: activity > session > attendance > person > person_link is the longest way, and no way leads back.
 * Worth knowing (the hot path of a training day): when a use of a person *comes* (a new enrolment or attendance, or one that is no longer
 * removed) and the person's stored places already cover the use's (places_cover), the person need not be placed again. When a use goes
 * or moves it must. */
enum scope_direction { SCOPE_REFERS_TO_IT, SCOPE_IT_REFERS_TO };
struct scope_dependent { enum scope_direction direction; const char *entity, *field; };
const struct scope_dependent *scope_dependents(const char *entity);   /* ends with entity NULL; never NULL itself */
/* The id that a row's field refers to: a key part of its id, else the field's text. False when there is none. */
bool scope_reference(const struct row *row, const char *field, char ret[ROW_ID_SIZE]);
/* True when a change of this field may move its row or its dependents to other places. */
bool scope_field_matters(const char *entity, const char *field);

#endif
