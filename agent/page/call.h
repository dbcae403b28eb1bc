// SPDX-License-Identifier: Apache-2.0
/* One request of the tablet's page on its way: what the routes share.
 *
 * Here:      the table of routes, a call with its body and its answer, typed getters.
 * Not here:  libmicrohttpd (serve.c), what a request must be to get here (protocol/gate.h, guard.c), the domain (agent/app).
 * Rule       A handler reads its words, calls one function of agent/app (the same that the command calls) and writes what came of it.
 *            GET changes nothing. Names, contacts and search words never stand in a URL: they travel in bodies.
 */
#ifndef AGENT_PAGE_CALL_H
#define AGENT_PAGE_CALL_H

#include "agent/store/store.h"
#include "protocol/catalogue.h"
#include "protocol/json.h"
#include "protocol/json_text.h"

/* What the page needs of the program around it. */
struct page_world {
    struct store *store;
    struct clock_port clock;
    struct chance_port chance;
    const char *home;                    /* the home folder */
    const char *agent;                   /* "teren 0.1.0" */
    void (*changed)(void *self);         /* something was recorded: deliver soon */
    void (*sync_now)(void *self);        /* a person asked for it */
    bool (*is_syncing)(void *self);
    void *self;
};

struct page_call {
    const struct page_world *world;
    struct arena *arena;                 /* lives as long as the call */
    const struct catalogue *words;       /* the language the page asked for */
    const char *author;                  /* who holds the tablet: a person's row id, "" nobody */
    const char *query;                   /* what follows '?', "" none */
    struct span body;                    /* as it came */
    json_t *json;                        /* the body, where the route takes JSON: always an object; borrowed */
    struct json_text out;                /* the answer: the handler writes one object */
};

enum page_route_flags {
    PAGE_UNLOCKED = 1,  /* refused while the tablet is locked (423): nearly every route */
    PAGE_WRITES = 2,    /* may record something: sync soon */
};
/* A name and a few words for each member of a request or an answer: the OpenAPI document is made from these. "people[].name" names a member
 * of the objects in a list, "session.title" one of an object. type: text integer boolean list object; '?' at its end: may be missing
 * or null. */
struct page_member { const char *name, *type, *help; };   /* a table of them ends with {NULL} */

struct page_route {
    const char *method, *path;
    unsigned flags;
    uint32_t body_bytes_max;
    const char *media_type;              /* of the body; NULL: none */
    bool (*run)(struct page_call *call, struct error *err);
    const char *summary;
    const struct page_member *query, *request, *answer;   /* NULL: none */
};
/* A table per file of handlers; all of them together are the API. Each ends with {NULL}. A handler that fails may have written a whole
 * object of its own, with the error in it (page_put_error), where the caller needs more than the error: it is sent with the error's
 * status. */
extern const struct page_route page_routes_state[];       /* route_state.c: state, today, settings, holder, lock, sync */
extern const struct page_route page_routes_attendance[];  /* route_attendance.c: today, roster, mark, walk-in, undo */
extern const struct page_route page_routes_sign[];        /* route_sign.c */
extern const struct page_route page_routes_holder[];      /* route_holder.c: who holds the tablet, lock, PIN */
extern const struct page_route page_routes_conflicts[];   /* route_conflicts.c: and finding people */
extern const struct page_route page_routes_similar[];     /* route_similar.c: who is like somebody */
extern const struct page_route page_routes_plan[];        /* route_plan.c: schema, rows, plan, import, list, bundle */
extern const struct page_route page_routes_webinar[];     /* route_webinar.c */

enum { PAGE_JSON_BYTES_MAX = 64 * 1024 };

extern const struct page_route *const page_route_tables[];  /* all of them, ended by NULL */

/* A value of the query, percent-decoded, in the arena; NULL: not there. */
const char *page_query(struct page_call *call, const char *name);
/* Members of the JSON body; NULL or `fallback` when not there. A member of another type is ERROR_INVALID with its name. */
bool page_text(struct page_call *call, const char *name, const char **ret, struct error *err);
bool page_text_needed(struct page_call *call, const char *name, const char **ret, struct error *err);
bool page_integer(struct page_call *call, const char *name, int64_t min, int64_t max, int64_t fallback, int64_t *ret, struct error *err);
bool page_bool(struct page_call *call, const char *name, bool fallback, bool *ret, struct error *err);
/* The error in the caller's language, as a member "error" {kind, says, do}. */
void page_put_error(struct page_call *call, const char *key, const struct error *err);
/* How this device stands, as GET /api/state tells it: the one object of an answer. */
bool page_put_state(struct page_call *call, struct error *err);
/* Its members, for the tables of routes that answer with it. */
extern const struct page_member page_state_members[];

#endif
