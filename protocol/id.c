// SPDX-License-Identifier: Apache-2.0
/* Names of logs and rows: their one text form.
 *
 * Here:      writing and reading ids.
 * Not here:  making a log's id, looking rows up.
 */
#include "protocol/id.h"

#include <string.h>

#include "protocol/bytes.h"

enum { LOG_DIGITS = LOG_TEXT_SIZE - 1, SEQ_DIGITS_MAX = 20 };

void log_text(uint64_t log, char ret[LOG_TEXT_SIZE])
{
    for (int i = LOG_DIGITS - 1; i >= 0; i--) {
        ret[i] = base32_digit((unsigned)(log & 31));
        log >>= 5;
    }
    ret[LOG_DIGITS] = '\0';
}

/* Exactly the digits that log_text writes, or their lower case. I, L and O are not read as digits here: an id is copied by
 * machines, and two spellings of one log would be two rows. */
static bool log_read(const char *text, bool lower_too, uint64_t *ret_log)
{
    uint64_t log = 0;

    for (int i = 0; i < LOG_DIGITS; i++) {
        int value = base32_value(text[i]);
        char upper = text[i] >= 'a' && lower_too ? (char)(text[i] - 'a' + 'A') : text[i];

        if (value < 0 || (i == 0 && value > 15) || base32_digit((unsigned)value) != upper)
            return false;
        log = log << 5 | (unsigned)value;
    }
    *ret_log = log;
    return log != 0;
}

bool log_from_text(const char *text, uint64_t *ret_log)
{
    uint64_t log;

    if (text == NULL || strlen(text) != LOG_DIGITS || !log_read(text, true, &log))
        return false;
    *ret_log = log;
    return true;
}

void row_id_of_change(uint64_t log, uint64_t seq, char ret[ROW_ID_SIZE])
{
    char digits[SEQ_DIGITS_MAX];
    size_t count = 0, at = LOG_DIGITS;

    log_text(log, ret);
    ret[at++] = '-';
    do {
        digits[count++] = (char)('0' + seq % 10);
        seq /= 10;
    } while (seq > 0);
    while (count > 0)
        ret[at++] = digits[--count];
    ret[at] = '\0';
}

bool row_id_parse(const char *id, uint64_t *ret_log, uint64_t *ret_seq)
{
    uint64_t log, seq = 0;
    const char *digit;

    if (id == NULL || !log_read(id, false, &log) || id[LOG_DIGITS] != '-')
        return false;
    digit = id + LOG_DIGITS + 1;
    if (*digit < '1' || *digit > '9')
        return false; /* no empty, no leading zero, none of seq 0 */
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        unsigned value = (unsigned)(*digit - '0');

        if (seq > (UINT64_MAX - value) / 10)
            return false;
        seq = seq * 10 + value;
    }
    if (*digit != '\0')
        return false;
    *ret_log = log;
    *ret_seq = seq;
    return true;
}

static bool is_id_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-' ||
           byte == '.';
}

bool row_id_of_key(const char *const *parts, size_t count, char ret[ROW_ID_SIZE])
{
    size_t size = 0;

    if (count == 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *part = parts[i];

        if (part == NULL || *part == '\0')
            return false;
        if (i > 0 && size < ROW_ID_BYTES_MAX)
            ret[size++] = ':';
        for (; *part != '\0'; part++) {
            if (!is_id_byte(*part) || size >= ROW_ID_BYTES_MAX)
                return false;
            ret[size++] = *part;
        }
    }
    ret[size] = '\0';
    return true;
}

bool row_id_is_valid(const char *id)
{
    size_t size = 0;
    bool part_is_empty = true;

    if (id == NULL)
        return false;
    for (; id[size] != '\0'; size++) {
        if (size >= ROW_ID_BYTES_MAX)
            return false;
        if (id[size] == ':' ? part_is_empty : !is_id_byte(id[size]))
            return false;
        part_is_empty = id[size] == ':';
    }
    return !part_is_empty;
}

size_t row_id_parts(const char *id, char scratch[ROW_ID_SIZE], const char **ret_parts, size_t room)
{
    size_t count = 0;
    char *part = scratch;

    if (!row_id_is_valid(id))
        return 0;
    memcpy(scratch, id, strlen(id) + 1);
    while (part != NULL) {
        char *colon = strchr(part, ':');

        if (count >= room)
            return 0;
        ret_parts[count++] = part;
        if (colon != NULL)
            *colon++ = '\0';
        part = colon;
    }
    return count;
}
