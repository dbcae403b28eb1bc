// SPDX-License-Identifier: Apache-2.0
/* Months, weekdays and shapes of dates in the languages that browsers know badly or not at all.
 *
 * Here:      Bosnian, Albanian and Macedonian: Chromium is built without them and would answer in English or in "M03".
 * Not here:  the languages that every browser knows (words.js asks Intl).
 * Source     Unicode CLDR 44: months in dates, weekdays, date formats.
 */
const BS = {
    months: "januar februar mart april maj juni juli august septembar oktobar novembar decembar".split(" "),
    days: "nedjelja ponedjeljak utorak srijeda četvrtak petak subota".split(" "),
};
const SQ = {
    months: "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor".split(" "),
    days: "e diel,e hënë,e martë,e mërkurë,e enjte,e premte,e shtunë".split(","),
};
const MK = {
    months: "јануари февруари март април мај јуни јули август септември октомври ноември декември".split(" "),
    days: "недела понеделник вторник среда четврток петок сабота".split(" "),
};

/* style: see DATES in words.js; {day, month, year, weekday} are numbers, month and weekday from 0. */
const SHAPES = {
    bs: {
        short: ({day, month, year}) => `${day}. ${month + 1}. ${year}.`,
        medium: ({day, month, year}) => `${day}. ${BS.months[month]} ${year}.`,
        long: ({day, month, year, weekday}) => `${BS.days[weekday]}, ${day}. ${BS.months[month]} ${year}.`,
        day: ({day, month, weekday}) => `${BS.days[weekday]}, ${day}. ${BS.months[month]}`,
    },
    sq: {
        short: ({day, month, year}) => `${day}.${month + 1}.${year}`,
        medium: ({day, month, year}) => `${day} ${SQ.months[month]} ${year}`,
        long: ({day, month, year, weekday}) => `${SQ.days[weekday]}, ${day} ${SQ.months[month]} ${year}`,
        day: ({day, month, weekday}) => `${SQ.days[weekday]}, ${day} ${SQ.months[month]}`,
    },
    mk: {
        short: ({day, month, year}) => `${day}.${month + 1}.${year}`,
        medium: ({day, month, year}) => `${day} ${MK.months[month]} ${year}`,
        long: ({day, month, year, weekday}) => `${MK.days[weekday]}, ${day} ${MK.months[month]} ${year}`,
        day: ({day, month, weekday}) => `${MK.days[weekday]}, ${day} ${MK.months[month]}`,
    },
};

/* The date in that language; null: the browser is to be asked. */
export function ownDate(language, style, parts) {
    return SHAPES[language]?.[style]?.(parts) ?? null;
}
