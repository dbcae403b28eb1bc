// SPDX-License-Identifier: Apache-2.0
/* What the files of agent/app/webinar*.c share.
 *
 * Here:      finding who the people of a report are.
 * Not here:  anything for others: they include webinar.h.
 */
#ifndef AGENT_APP_WEBINAR_INTERNAL_H
#define AGENT_APP_WEBINAR_INTERNAL_H

#include "agent/app/webinar.h"

/* Fills candidates, sure and recorded of every row. */
bool webinar_match(struct store *store, struct arena *arena, struct webinar_preview *preview, struct error *err);
/* What stands for a person of this session, beside so many seconds. */
bool webinar_standing(struct store *store, struct arena *arena, const char *session, const char *person, int64_t seconds,
                      enum webinar_recorded *ret, struct error *err);

#endif
