// SPDX-License-Identifier: Apache-2.0
/* `device code|list|show|revoke|scope`.
 *
 * Here:      words into grants and back, one device as a line, as a page, as JSON.
 * Not here:  what a grant covers (protocol/scope.h), codes (server-stub/app).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server-stub/cli/cli.h"
#include "server-stub/cli/print.h"

enum { CODE_HOURS_DEFAULT = 24, CODE_HOURS_MAX = 24 * 31 };
static const int64_t ms_of_hour = 3600 * 1000;

static bool parse_grants(struct cli *cli, const char *const *texts, size_t count, struct grant **ret, struct error *err)
{
    struct grant *grants = arena_take_many(&cli->arena, count + 1, sizeof *grants);
    if (grants == NULL)
        return error_set(err, ERROR_MEMORY, "Close other programs.", "no memory was left for the grants");
    for (size_t i = 0; i < count; i++)
        if (!grant_parse(&cli->arena, texts[i], &grants[i], err))
            return false;
    *ret = grants;
    return true;
}

static void print_grants_json(struct cli *cli, const struct grant *grants, size_t count)
{
    fputs("[", stdout);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? "," : "", stdout);
        print_json_text(grant_text(&cli->arena, grants[i]));
    }
    fputs("]", stdout);
}

static void print_grants(struct cli *cli, const struct grant *grants, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = grant_text(&cli->arena, grants[i]);
        printf("%s%s", i > 0 ? " " : "", text != NULL ? text : "?");
    }
}

/* Municipalities that a code names and no list has: most often a typing error, and then a tablet that holds nothing. */
struct naming {
    const char *names[GRANTS_MAX + 1];
    bool known[GRANTS_MAX + 1];
    size_t count;
    uint64_t rows; /* of municipalities, in the lists */
};

static void naming_add(struct naming *naming, const char *name)
{
    if (name == NULL || name[0] == '\0' || strcmp(name, "*") == 0 || naming->count > GRANTS_MAX)
        return;
    for (size_t i = 0; i < naming->count; i++)
        if (strcmp(naming->names[i], name) == 0)
            return;
    naming->names[naming->count++] = name;
}

static bool naming_meets(void *context, const struct row *row)
{
    struct naming *naming = context;

    naming->rows++;
    for (size_t i = 0; i < naming->count; i++)
        naming->known[i] = naming->known[i] || strcmp(naming->names[i], row->id) == 0;
    return true;
}

/* With no list at all there is nothing to compare with: the first tablets may come before the lists. */
static bool look_at_names(struct cli *cli, const char *municipality, const struct grant *grants, size_t count, struct naming *naming,
                          struct error *err)
{
    size_t kept = 0;

    naming_add(naming, municipality);
    for (size_t i = 0; i < count; i++)
        naming_add(naming, grants[i].municipality);
    if (!server_each_row(cli->server, "municipality", naming_meets, naming, err))
        return false;
    for (size_t i = 0; i < naming->count && naming->rows > 0; i++)
        if (!naming->known[i])
            naming->names[kept++] = naming->names[i];
    naming->count = kept;
    return true;
}

static void print_unknown(const struct cli *cli, const struct naming *naming)
{
    if (cli->json)
        fputs(",\"unknown_municipalities\":[", stdout);
    for (size_t i = 0; i < naming->count; i++) {
        if (cli->json) {
            fputs(i > 0 ? "," : "", stdout);
            print_json_text(naming->names[i]);
        } else {
            fprintf(stderr, "note: no list has a municipality %s; when it was mistyped, make another code for this device\n",
                    naming->names[i]);
        }
    }
    fputs(cli->json ? "]" : "", stdout);
}

static void print_code(struct cli *cli, const char *name, const char *code, int64_t hours, const struct grant *grants, size_t count,
                       const struct naming *unknown)
{
    if (cli->json) {
        printf("{\"code\":\"%s\",\"device\":", code);
        print_json_text(name);
        printf(",\"valid_hours\":%" PRId64 ",\"scope\":", hours);
        print_grants_json(cli, grants, count);
        print_unknown(cli, unknown);
        fputs("}\n", stdout);
        return;
    }
    printf("%s\n\nenrols %s once, within %" PRId64 " h; it may hold: ", code, name, hours);
    print_grants(cli, grants, count);
    puts("\non the device: teren enrol URL CODE");
    print_unknown(cli, unknown);
}

bool command_device_code(struct cli *cli, struct error *err)
{
    const char *name = cli->options.words[0];
    const char *municipality = options_value(&cli->options, "municipality");
    const char *texts[GRANTS_MAX + 1];
    char code[CODE_TEXT_SIZE];
    struct naming unknown = {.count = 0};
    struct grant *grants = NULL;
    size_t count = 0;
    long long hours;
    const char *text;

    while ((text = options_value_at(&cli->options, "scope", count)) != NULL) {
        if (count == GRANTS_MAX)
            return error_set(err, ERROR_LIMIT, "Use wider grants.", "more than %d grants were given", GRANTS_MAX);
        texts[count++] = text;
    }
    if (count == 0 && municipality == NULL)
        return error_set(err, ERROR_USAGE, "Give --municipality CODE, or --scope GRANT, or both.",
                         "neither --municipality nor --scope was given for %s", name);
    if (count == 0)
        texts[count++] = municipality;
    if (!options_integer(&cli->options, "valid-hours", 1, CODE_HOURS_MAX, CODE_HOURS_DEFAULT, &hours, err) ||
        !parse_grants(cli, texts, count, &grants, err) || !look_at_names(cli, municipality, grants, count, &unknown, err) ||
        !server_device_code(cli->server, name, municipality != NULL ? municipality : "", grants, count, hours * ms_of_hour, code, err))
        return false;
    print_code(cli, name, code, hours, grants, count, &unknown);
    return true;
}

static const char *state_of(const struct server_device *device)
{
    return device->revoked ? "revoked" : device->enrolled ? "enrolled" : "code not used yet";
}

static void print_device_json(struct cli *cli, const struct server_device *device)
{
    char log[LOG_TEXT_SIZE] = "", contact[PRINT_TIME_SIZE];
    if (device->log != 0)
        log_text(device->log, log);
    fputs("{\"name\":", stdout);
    print_json_text(device->name);
    fputs(",\"municipality\":", stdout);
    print_json_text(device->municipality);
    printf(",\"state\":\"%s\",\"log\":\"%s\",\"logs\":%" PRIu64 ",\"received\":%" PRIu64 ",\"waiting\":%" PRIu64 ",\"quarantined\":%" PRIu64
           ",\"scope_version\":%" PRIu64 ",\"clock_error_ms\":%" PRId64 ",\"last_contact\":",
           state_of(device), log, device->logs, device->received_seq, device->waiting, device->quarantined, device->scope_version,
           device->clock_error_ms);
    print_json_text(device->last_contact_ms != 0 ? print_time(device->last_contact_ms, contact) : NULL);
    fputs(",\"agent\":", stdout);
    print_json_text(device->agent);
    fputs(",\"scope\":", stdout);
    print_grants_json(cli, device->grants, device->grant_count);
    fputs("}", stdout);
}

struct listing {
    struct cli *cli;
    uint64_t count;
};

static bool list_one(void *context, const struct server_device *device)
{
    struct listing *listing = context;
    char contact[PRINT_TIME_SIZE];
    if (listing->cli->json) {
        fputs(listing->count++ > 0 ? ",\n" : "[", stdout);
        print_device_json(listing->cli, device);
        return true;
    }
    if (listing->count++ == 0)
        printf("%-24s %-18s %10s %8s %11s %-20s %s\n", "device", "state", "received", "waiting", "quarantined", "last contact", "may hold");
    printf("%-24s %-18s %10" PRIu64 " %8" PRIu64 " %11" PRIu64 " %-20s ", device->name, state_of(device), device->received_seq,
           device->waiting, device->quarantined, print_time(device->last_contact_ms, contact));
    print_grants(listing->cli, device->grants, device->grant_count);
    fputs("\n", stdout);
    return true;
}

bool command_device_list(struct cli *cli, struct error *err)
{
    struct listing listing = {.cli = cli};
    if (!server_device_each(cli->server, NULL, list_one, &listing, err))
        return false;
    if (cli->json)
        puts(listing.count > 0 ? "]" : "[]");
    else if (listing.count == 0)
        puts("no devices yet; make a code with: teren-server device code NAME --municipality CODE");
    return true;
}

static bool show_one(void *context, const struct server_device *device)
{
    struct listing *listing = context;
    char log[LOG_TEXT_SIZE] = "none yet", contact[PRINT_TIME_SIZE];
    listing->count++;
    if (listing->cli->json) {
        print_device_json(listing->cli, device);
        fputs("\n", stdout);
        return true;
    }
    if (device->log != 0)
        log_text(device->log, log);
    printf("device        %s\nstate         %s\nmunicipality  %s\nmay hold      ", device->name, state_of(device), device->municipality);
    print_grants(listing->cli, device->grants, device->grant_count);
    printf("\nlog           %s (%" PRIu64 " in all)\nreceived      %" PRIu64 " changes\nwaiting       %" PRIu64
           " changes, as it last said\nquarantined   %" PRIu64 "\nlast contact  %s\nclock         %+" PRId64
           " ms against ours\nprogram       %s\n",
           log, device->logs, device->received_seq, device->waiting, device->quarantined, print_time(device->last_contact_ms, contact),
           device->clock_error_ms, device->agent != NULL ? device->agent : "");
    return true;
}

static bool device_is_unknown(const char *name, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "See `teren-server device list`.", "there is no device %s", name);
}

bool command_device_show(struct cli *cli, struct error *err)
{
    struct listing listing = {.cli = cli};
    if (!server_device_each(cli->server, cli->options.words[0], show_one, &listing, err))
        return false;
    return listing.count > 0 || device_is_unknown(cli->options.words[0], err);
}

static void print_done(const struct cli *cli, const char *done)
{
    if (cli->json) {
        fputs("{\"device\":", stdout);
        print_json_text(cli->options.words[0]);
        printf(",\"done\":\"%s\"}\n", done);
    } else {
        printf("%s: %s\n", cli->options.words[0], done);
    }
}

bool command_device_revoke(struct cli *cli, struct error *err)
{
    bool undo = options_has(&cli->options, "undo");
    if (!server_device_revoke(cli->server, cli->options.words[0], !undo, err))
        return false;
    print_done(cli, undo ? "let in again" : "revoked");
    return true;
}

bool command_device_scope(struct cli *cli, struct error *err)
{
    struct grant *grants = NULL;
    size_t count = cli->options.word_count - 1;
    if (!parse_grants(cli, cli->options.words + 1, count, &grants, err) ||
        !server_device_scope(cli->server, cli->options.words[0], grants, count, err))
        return false;
    print_done(cli, "scope set");
    return true;
}
