// SPDX-License-Identifier: Apache-2.0
/* Counters as Prometheus reads them.
 *
 * Here:      one table: name, type, what it tells, where it stands.
 * Not here:  counting.
 * Source     Prometheus, "Exposition formats", text format 0.0.4.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "server-stub/http/routes.h"

struct metric {
    const char *name, *type, *help;
    size_t offset; /* of the uint64_t in struct server_counters */
};

static const struct metric metrics[] = {
    {"teren_exchanges_total", "counter", "Sync requests that were answered.", offsetof(struct server_counters, exchanges)},
    {"teren_exchanges_refused_total", "counter", "Sync requests of devices that are revoked or not known.",
     offsetof(struct server_counters, refused)},
    {"teren_exchanges_retried_total", "counter", "Sync requests that were asked to come again.", offsetof(struct server_counters, retried)},
    {"teren_exchanges_bad_total", "counter", "Requests that were none.", offsetof(struct server_counters, bad)},
    {"teren_enrolments_total", "counter", "Devices that enrolled.", offsetof(struct server_counters, enrolments)},
    {"teren_changes_total", "counter", "Changes taken into custody.", offsetof(struct server_counters, changes)},
    {"teren_segments_total", "counter", "Segments taken into custody.", offsetof(struct server_counters, segments)},
    {"teren_request_bytes_total", "counter", "Bytes of sync requests' bodies.", offsetof(struct server_counters, request_bytes)},
    {"teren_reply_bytes_total", "counter", "Bytes of sync replies' bodies.", offsetof(struct server_counters, reply_bytes)},
    {"teren_rows", "gauge", "Rows in the state.", offsetof(struct server_counters, rows)},
    {"teren_quarantined_changes", "gauge", "Changes kept but not applied.", offsetof(struct server_counters, quarantined)},
    {"teren_conflicts", "gauge", "Conflicts that nobody has settled.", offsetof(struct server_counters, conflicts)},
    {"teren_devices", "gauge", "Devices that are enrolled and not revoked.", offsetof(struct server_counters, devices)},
    {"teren_feed_position", "gauge", "The feed's latest position.", offsetof(struct server_counters, position)},
    {"teren_ledger_bytes", "gauge", "Size of the ledger on disk.", offsetof(struct server_counters, ledger_bytes)},
};

static void metric_head(struct bytes *out, const char *name, const char *type, const char *help)
{
    char line[256];
    int size = snprintf(line, sizeof line, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
    bytes_append(out, line, (size_t)size);
}

static void metric_value(struct bytes *out, const char *name, const char *labels, uint64_t value)
{
    char line[256];
    int size = snprintf(line, sizeof line, "%s%s %llu\n", name, labels, (unsigned long long)value);
    bytes_append(out, line, (size_t)size);
}

bool http_metrics(struct bytes *out, struct server *server, const struct http_counters *http)
{
    struct server_counters counters = {0};
    server_counters(server, &counters);
    metric_head(out, "teren_build_info", "gauge", "The program's version.");
    metric_value(out, "teren_build_info", "{version=\"" TEREN_VERSION "\"}", 1);
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        uint64_t value;
        memcpy(&value, (const char *)&counters + metrics[i].offset, sizeof value);
        metric_head(out, metrics[i].name, metrics[i].type, metrics[i].help);
        metric_value(out, metrics[i].name, "", value);
    }
    metric_head(out, "teren_http_connections", "gauge", "Open connections.");
    metric_value(out, "teren_http_connections", "", http->connections);
    metric_head(out, "teren_http_requests_active", "gauge", "Requests being received or answered.");
    metric_value(out, "teren_http_requests_active", "", http->active);
    metric_head(out, "teren_http_answers_total", "counter", "Answers by class of status.");
    for (unsigned class = 2; class < 6; class ++) {
        char labels[32];
        snprintf(labels, sizeof labels, "{class=\"%uxx\"}", class);
        metric_value(out, "teren_http_answers_total", labels, http->answers[class]);
    }
    return !out->failed;
}
