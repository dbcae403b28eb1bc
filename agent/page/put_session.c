// SPDX-License-Identifier: Apache-2.0
/* One session as JSON.
 *
 * Not here:  reading it.
 */
#include "agent/page/put_session.h"

#include "protocol/labels.h"

void page_put_session(struct page_call *call, const char *key, const struct day_session *session)
{
    struct json_text *out = &call->out;

    json_open(out, key, '{');
    json_put_text(out, "id", session->id);
    json_put_text(out, "code", session->code);
    json_put_text(out, "title", session->title);
    json_put_text(out, "date", session->date);
    json_put_text(out, "starts_at", session->starts_at);
    json_put_value(out, "minutes", session->minutes < 0 ? value_none() : value_integer(session->minutes));
    json_put_text(out, "mode", session->mode);
    json_open(out, "activity", '{');
    json_put_text(out, "id", session->activity.id);
    json_put_text(out, "code", session->activity.code);
    json_put_text(out, "title", session->activity.title);
    json_put_text(out, "kind", session->activity.kind);
    json_put_text(out, "kind_label", label_of_kind(call->arena, call->words, session->activity.kind));
    json_shut(out, '}');
    json_put_text(out, "municipality", label_in_script(call->words, session->municipality, session->municipality_cyrillic));
    json_put_integer(out, "enrolled", (int64_t)session->counts.enrolled);
    json_put_integer(out, "attended", (int64_t)(session->counts.present + session->counts.late));
    json_put_integer(out, "marked",
                     (int64_t)(session->counts.present + session->counts.late + session->counts.absent + session->counts.excused));
    json_shut(out, '}');
}
