// SPDX-License-Identifier: Apache-2.0
/* A moment or a duration as a meeting program writes it into a cell.
 *
 * Here:      numbers and words of a cell; the words that stand for halves of the day, months and units.
 * Not here:  which cells are moments.
 * Rule       A cell with a word that is not in these tables is no moment: a name with digits must not become a date.
 */
#include "protocol/webinar_moment.h"

#include <stdio.h>
#include <string.h>

#include "protocol/stamp.h"

enum { PARTS_MAX = 10, WORD_BYTES_MAX = 24, CELL_BYTES_MAX = 64, DIGITS_MAX = 9 };

/* A number or a word, and what stood between it and the part before. */
struct part {
    char before; /* '/', '.', '-', ':', ',' or ' '; 0: nothing */
    bool is_word;
    int value, digits;
    char word[WORD_BYTES_MAX]; /* ASCII in lower case, dots left out */
    bool is_shouted;
};
struct word {
    const char *text;
    int value;
};

enum { MORNING = 0, EVENING = 1 };
static const struct word halves[] = {
    {"am", MORNING},       {"pm", EVENING},       {"a", MORNING},         {"p", EVENING},          {"pre", MORNING},
    {"po", EVENING},       {"prepodne", MORNING}, {"popodne", EVENING},   {"prijepodne", MORNING}, {"poslijepodne", EVENING},
    {"пре", MORNING},      {"по", EVENING},       {"преподне", MORNING},  {"поподне", EVENING},    {"претпладне", MORNING},
    {"попладне", EVENING}, {"претпл", MORNING},   {"попл", EVENING},      {"pd", MORNING},         {"md", EVENING},
    {"paradite", MORNING}, {"pasdite", EVENING},  {"paradites", MORNING}, {"pasdites", EVENING},
};
static const struct word noise[] = {
    {"at", 0}, {"t", 0},   {"z", 0},   {"utc", 0}, {"gmt", 0}, {"m", 0}, {"podne", 0}, {"подне", 0},
    {"e", 0},  {"u", 0},   {"у", 0},   {"um", 0},  {"uhr", 0}, {"à", 0}, {"в", 0},     {"во", 0},
    {"г", 0},  {"год", 0}, {"god", 0}, {"në", 0},  {"ora", 0}, {"h", 0}, {"de", 0},
};
static const struct word months[] = {
    {"jan", 1},  {"feb", 2},  {"mar", 3}, {"apr", 4}, {"may", 5},  {"jun", 6},  {"jul", 7},  {"aug", 8},  {"sep", 9},  {"oct", 10},
    {"nov", 11}, {"dec", 12}, {"maj", 5}, {"avg", 8}, {"okt", 10}, {"dek", 12}, {"jun", 6},  {"јан", 1},  {"феб", 2},  {"мар", 3},
    {"апр", 4},  {"мај", 5},  {"јун", 6}, {"јул", 7}, {"авг", 8},  {"сеп", 9},  {"окт", 10}, {"нов", 11}, {"дец", 12}, {"дек", 12},
    {"shk", 2},  {"pri", 4},  {"qer", 6}, {"kor", 7}, {"gus", 8},  {"sht", 9},  {"tet", 10}, {"nën", 11}, {"dhj", 12},
};
enum { MS_SECOND = 1000, MS_MINUTE = 60 * MS_SECOND, MS_HOUR = 60 * MS_MINUTE };
static const struct word units[] = {
    {"h", MS_HOUR},         {"hr", MS_HOUR},       {"hrs", MS_HOUR},       {"hour", MS_HOUR},  {"hours", MS_HOUR},  {"godz", MS_HOUR},
    {"std", MS_HOUR},       {"sat", MS_HOUR},      {"sata", MS_HOUR},      {"sati", MS_HOUR},  {"čas", MS_HOUR},    {"č", MS_HOUR},
    {"ч", MS_HOUR},         {"сат", MS_HOUR},      {"сата", MS_HOUR},      {"сати", MS_HOUR},  {"час", MS_HOUR},    {"часа", MS_HOUR},
    {"orë", MS_HOUR},       {"ore", MS_HOUR},      {"m", MS_MINUTE},       {"min", MS_MINUTE}, {"mins", MS_MINUTE}, {"minute", MS_MINUTE},
    {"minutes", MS_MINUTE}, {"м", MS_MINUTE},      {"мин", MS_MINUTE},     {"s", MS_SECOND},   {"sec", MS_SECOND},  {"secs", MS_SECOND},
    {"sek", MS_SECOND},     {"second", MS_SECOND}, {"seconds", MS_SECOND}, {"с", MS_SECOND},   {"сек", MS_SECOND},
};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct word *word_find(const struct word *table, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].text, text) == 0)
            return &table[i];
    }
    return NULL;
}

/* A month by the first three letters of its name; 0: none. */
static int month_of(const char *word)
{
    for (size_t i = 0; i < COUNT(months); i++) {
        if (strncmp(word, months[i].text, strlen(months[i].text)) == 0)
            return months[i].value;
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool take_word(const char **at, struct part *part)
{
    size_t size = 0;

    part->is_word = part->is_shouted = true;
    for (; is_letter(**at) || (**at == '.' && size > 0); (*at)++) {
        if (**at == '.')
            continue;
        if (size + 1 == sizeof part->word)
            return false;
        part->is_shouted = part->is_shouted && **at >= 'A' && **at <= 'Z';
        part->word[size++] = **at >= 'A' && **at <= 'Z' ? (char)(**at + 'a' - 'A') : **at;
    }
    part->word[size] = '\0';
    return true;
}

static bool take_number(const char **at, struct part *part)
{
    for (; is_digit(**at); (*at)++) {
        if (++part->digits > DIGITS_MAX)
            return false;
        part->value = part->value * 10 + (**at - '0');
    }
    return true;
}

/* How many parts the cell has; 0: none, or too many, or a character that stands in no moment and no duration. */
static size_t take_parts(const char *text, struct part parts[PARTS_MAX])
{
    size_t count = 0;

    if (strlen(text) > CELL_BYTES_MAX)
        return 0;
    for (const char *at = text; *at != '\0';) {
        struct part *part = &parts[count];

        if (count == PARTS_MAX)
            return 0;
        *part = (struct part){0};
        for (; *at != '\0' && strchr(" ,/.-:+", *at) != NULL; at++) {
            if (part->before == '\0' || part->before == ' ')
                part->before = *at;
        }
        if (*at == '\0')
            break;
        if (!is_digit(*at) && !is_letter(*at))
            return 0;
        if (!(is_digit(*at) ? take_number(&at, part) : take_word(&at, part)))
            return 0;
        count++;
    }
    return count;
}

/* Takes the words out; what is left are numbers. ret_half -1: none was said. ret_month 0: none, else it stood before number *ret_place. */
static bool take_words(struct part *parts, size_t *count, struct webinar_moment *moment, int *ret_half, int *ret_month, size_t *ret_place)
{
    size_t kept = 0;

    *ret_half = -1;
    *ret_month = 0;
    for (size_t i = 0; i < *count; i++) {
        const struct word *half = parts[i].is_word ? word_find(halves, COUNT(halves), parts[i].word) : NULL;

        if (!parts[i].is_word) {
            parts[kept++] = parts[i];
        } else if (half != NULL) {
            *ret_half = half->value;
            moment->is_shouted = parts[i].is_shouted;
        } else if (word_find(noise, COUNT(noise), parts[i].word) == NULL) {
            if (*ret_month != 0 || (*ret_month = month_of(parts[i].word)) == 0)
                return false;
            *ret_place = kept;
        }
    }
    *count = kept;
    return kept >= 2;
}

static int full_year(const struct part *part)
{
    return part->digits == 2 ? 2000 + part->value : part->value;
}

/* Takes the date from the front of the numbers; gives how many it was. */
static size_t take_date(const struct part *parts, size_t count, int month, size_t month_place, struct webinar_moment *moment)
{
    const char between = count > 1 ? parts[1].before : '\0';

    if (month != 0 && count >= 2 && month_place <= 1) { /* Aug 12, 2026; 12 Aug 2026 */
        moment->is_sure = true;
        moment->first = (uint8_t)month;
        moment->second = (uint8_t)(parts[0].value > 31 ? 0 : parts[0].value);
        moment->year = (int16_t)full_year(&parts[1]);
        return parts[1].digits == 4 ? 2 : 0;
    }
    if (month != 0 || count < 3 || strchr("/.-", between) == NULL || between == '\0' || parts[2].before != between)
        return 0;
    const struct part *const numbers = parts[0].digits == 4 ? parts + 1 : parts;
    const struct part *const year = parts[0].digits == 4 ? parts : parts + 2;

    if (numbers[0].digits > 2 || numbers[1].digits > 2 || (year->digits != 4 && year->digits != 2))
        return 0;
    moment->year = (int16_t)full_year(year);
    moment->is_sure = year == parts || between == '.'; /* who writes dots writes the day first */
    moment->first = (uint8_t)numbers[year != parts && between == '.'].value;
    moment->second = (uint8_t)numbers[!(year != parts && between == '.')].value;
    return 3;
}

/* Hours, minutes, maybe seconds and parts of one; a zone's offset behind them is let be. */
static bool take_time(const struct part *parts, size_t count, int half, struct webinar_moment *moment)
{
    const bool has_seconds = count > 2 && parts[2].before == parts[1].before;
    int hour, seconds = has_seconds ? parts[2].value : 0, thousandths = 0;

    if (count < 2 || (parts[1].before != ':' && parts[1].before != '.') || parts[0].digits > 2 || parts[1].digits != 2)
        return false;
    hour = parts[0].value;
    if (half != -1 && (hour < 1 || hour > 12))
        return hour <= 23 && hour > 12 && take_time(parts, count, -1, moment); /* 13:05 PM was seen; it is clear enough */
    if (half != -1)
        hour = hour % 12 + (half == EVENING ? 12 : 0);
    if (has_seconds && count > 3 && parts[3].before == '.' && parts[1].before == ':') {
        int divisor = 1, digits = parts[3].digits;

        for (thousandths = parts[3].value; digits > 3; digits--)
            divisor *= 10;
        thousandths = digits == 3 ? thousandths / divisor : thousandths * (digits == 2 ? 10 : 100);
    }
    if (hour > 23 || parts[1].value > 59 || seconds > 59)
        return false;
    moment->ms_of_day = hour * MS_HOUR + parts[1].value * MS_MINUTE + seconds * MS_SECOND + thousandths;
    return true;
}

bool webinar_moment_parse(const char *text, struct webinar_moment *ret)
{
    struct part parts[PARTS_MAX];
    struct webinar_moment moment = {0};
    size_t count = take_parts(text, parts), month_place = 0, date;
    int half, month;

    if (count < 2 || !take_words(parts, &count, &moment, &half, &month, &month_place))
        return false;
    date = take_date(parts, count, month, month_place, &moment);
    if (date == 0 && month != 0)
        return false;
    moment.has_date = date > 0;
    if (moment.has_date && (moment.first < 1 || moment.first > 31 || moment.second < 1 || moment.second > 31))
        return false;
    if (!take_time(parts + date, count - date, half, &moment))
        return false;
    *ret = moment;
    return true;
}

bool webinar_duration_parse(const char *text, int64_t *ret_ms)
{
    struct part parts[PARTS_MAX];
    const size_t count = take_parts(text, parts);
    int64_t ms = 0;

    if (count == 0 || parts[0].is_word || parts[0].before != '\0')
        return false;
    if (count == 1) {
        *ret_ms = (int64_t)parts[0].value * MS_MINUTE;
        return parts[0].digits <= 6;
    }
    if (!parts[1].is_word) { /* 1:02:03 */
        if (count != 3 || parts[1].before != ':' || parts[2].is_word || parts[2].before != ':')
            return false;
        *ret_ms = (int64_t)parts[0].value * MS_HOUR + (int64_t)parts[1].value * MS_MINUTE + (int64_t)parts[2].value * MS_SECOND;
        return true;
    }
    for (size_t i = 0; i < count; i += 2) {
        const struct word *unit = i + 1 < count && parts[i + 1].is_word ? word_find(units, COUNT(units), parts[i + 1].word) : NULL;

        if (parts[i].is_word || unit == NULL)
            return false;
        ms += (int64_t)parts[i].value * unit->value;
    }
    *ret_ms = ms;
    return true;
}

bool webinar_moment_ms(const struct webinar_moment *moment, enum webinar_order order, const char *day, int64_t *ret_ms)
{
    const bool swapped = !moment->is_sure && order == WEBINAR_DAY_FIRST;
    char midnight[MOMENT_TEXT_SIZE];

    if (moment->has_date)
        snprintf(midnight, sizeof midnight, "%04d-%02d-%02dT00:00:00Z", moment->year, swapped ? moment->second : moment->first,
                 swapped ? moment->first : moment->second);
    else if (day != NULL && date_is_valid(day))
        snprintf(midnight, sizeof midnight, "%.10sT00:00:00Z", day);
    else
        return false;
    if (!moment_parse(midnight, ret_ms))
        return false;
    *ret_ms += moment->ms_of_day;
    return true;
}

void webinar_dates_note(struct webinar_dates *dates, const struct webinar_moment *moment)
{
    if (!moment->has_date)
        return;
    if (!dates->has_any)
        dates->any = *moment;
    dates->has_any = true;
    if (moment->is_sure)
        return;
    dates->day_first = dates->day_first || moment->first > 12;
    dates->month_first = dates->month_first || moment->second > 12;
    dates->is_open = dates->is_open || moment->first != moment->second;
    dates->is_shouted = dates->is_shouted || moment->is_shouted;
}
