// SPDX-License-Identifier: Apache-2.0
/* What the files of route_plan share: handlers, and the members of what they take and give.
 *
 * Not here:  anything for others: the routes are found through call.h.
 */
#ifndef AGENT_PAGE_ROUTE_PLAN_H
#define AGENT_PAGE_ROUTE_PLAN_H

#include "agent/page/call.h"

/* An import's text as the person pasted it, and the request around it: JSON may spell every byte of it as two. */
enum {
    IMPORT_TEXT_BYTES_MAX = 1024 * 1024, /* some 10,000 lines: while they are read, no tap is answered */
    IMPORT_REQUEST_BYTES_MAX = 2 * IMPORT_TEXT_BYTES_MAX + 4096,
};

/* The activity that the query names, by id or code. */
bool route_activity_of(struct page_call *call, const char *name, char ret[ROW_ID_SIZE], struct error *err);

bool route_list(struct page_call *call, struct error *err);
extern const struct page_member list_query[], list_answer[];

bool route_schema(struct page_call *call, struct error *err);
bool route_row(struct page_call *call, struct error *err);
bool route_rows(struct page_call *call, struct error *err);
bool route_row_add(struct page_call *call, struct error *err);
bool route_row_change(struct page_call *call, struct error *err);
bool route_row_remove(struct page_call *call, struct error *err);
extern const struct page_member schema_answer[], row_query[], row_answer[], rows_query[], rows_answer[];
extern const struct page_member row_add_request[], row_add_answer[], row_change_request[], row_remove_request[], row_changes_answer[];

bool route_import(struct page_call *call, struct error *err);
extern const struct page_member import_request[], import_answer[];

bool route_bundle_make(struct page_call *call, struct error *err);
bool route_bundle_take(struct page_call *call, struct error *err);
extern const struct page_member bundle_make_answer[], bundle_take_request[], bundle_take_answer[];

#endif
