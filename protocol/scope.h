// SPDX-License-Identifier: Apache-2.0
/* Scope: which rows a device may hold. Decided by the server's records, never by the request.
 *
 * Here:      places (programme x municipality), grants, which places a row is in.
 * Not here:  storing memberships, feeding them.
 *
 * A row is in every place it is used in:
 *   shared rows (programme, municipality, organisation, field_definition)   everywhere
 *   device                 its municipality
 *   activity               its programme x municipality;   session, enrolment, attendance: their activity's
 *   person                 the home municipality, and every place of an activity it is enrolled in or marked at
 *   person_link            the places of both people
 *   unknown entity         nowhere: only those who are granted everything hold it
 * A place with programme "" belongs to all programmes; municipality "" likewise. A place that another place of the same row
 * covers (whoever is granted the one is granted the other) is left out.
 * A row whose activity is not here yet is nowhere until it comes: accept, then route.
 */
#ifndef PROTOCOL_SCOPE_H
#define PROTOCOL_SCOPE_H

#include "protocol/row.h"

struct place { const char *programme, *municipality; };   /* ids, "" = of all */
struct grant { const char *programme, *municipality; };   /* ids, "*" = any */

bool grant_covers(struct grant grant, struct place place);
bool grants_cover(const struct grant *grants, size_t count, struct place place);
bool grant_is_everything(struct grant grant);
/* "lnob/RS-BUJ", "*" + "/" + "RS-BUJ", "*" (everything), "RS-BUJ" (any programme there). */
bool grant_parse(struct arena *arena, const char *text, struct grant *ret, struct error *err);
const char *grant_text(struct arena *arena, struct grant grant);

/* What scope must ask about other rows; the ledger answers. Rows are as they now stand, removed ones too; NULL when not here. */
struct scope_lookup {
    const struct row *(*row)(void *self, const char *entity, const char *id);
    /* Calls `each` with the id of every activity the person is enrolled in, and of every session it is marked at (rows not removed). */
    bool (*uses_of_person)(void *self, const char *person, bool (*each)(void *context, const char *entity, const char *id), void *context);
    void *self;
};
/* The places of a row, sorted (programme, municipality), none covered by another. In the arena. False: no memory or a failed lookup. */
bool scope_places(struct arena *arena, const struct row *row, const struct scope_lookup *lookup, const struct place **ret,
                  size_t *ret_count, struct error *err);

/* Which rows' places hang on this row, so that a move can be followed: entity and the field that refers here. Ends with {NULL}. */
struct scope_dependent { const char *entity, *field; };
const struct scope_dependent *scope_dependents(const char *entity);
/* True when a change of this field may move its row or its dependents to other places. */
bool scope_field_matters(const char *entity, const char *field);

#endif
