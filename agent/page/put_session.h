// SPDX-License-Identifier: Apache-2.0
/* One session as several routes tell of it: today, roster, activity, webinar.
 *
 * Not here:  reading it (agent/app/day.h).
 */
#ifndef AGENT_PAGE_PUT_SESSION_H
#define AGENT_PAGE_PUT_SESSION_H

#include "agent/app/day.h"
#include "agent/page/call.h"

/* key NULL: inside a list. The municipality in the script of the call's language. */
void page_put_session(struct page_call *call, const char *key, const struct day_session *session);

#endif
