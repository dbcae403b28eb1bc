// SPDX-License-Identifier: Apache-2.0
/* The preset dictionaries: words that both sides know before the first byte, so that a short text deflates well.
 *
 * Here:      the texts, version DICTIONARY_VERSION. They are part of the format: a byte changed here is a new version.
 * Not here:  deflating with them (deflate.c).
 * Rule       what is used most stands last: nearer is cheaper.
 */
#include "protocol/deflate.h"

static const char segment_words[] =
    "{\"of\":\"field_definition\",\"row\":{\"parts\":[{\"of\":\"person_link\",\"row\":\"cols\":{\"also\":\"verdict\":\"same|di"
    "fferent\"{\"of\":\"conflict\""
    "{\"of\":\"device\",\"cols\":{\"holder\":\"kind\":\"tablet|laptop\",\"log\":{\"part\":0},\"municipality\":\"name\":\"table"
    "t-"
    "{\"of\":\"programme\",\"row\":\"cols\":{\"code\":{\"part\":0},\"contract_no\":\"donor\":\"GIZ|EU|Sida|UN|UNICEF|UNDP|"
    "UNOPS|SDC\",\"name\":"
    "{\"of\":\"municipality\",\"row\":{\"list\":\"|RS-|BA-|XK-|MK-|AL-|ME-|HR-|\"},\"cols\":{\"code\":{\"part\":0},\"count"
    "ry\":\"RS\",\"name\":{\"list\":\"|\"},\"name_cyrillic\":{\"list\":\"|\"},\"tablets\":{\"int\":"
    "{\"of\":\"organisation\",\"cols\":{\"address\":{\"list\":\"|\"},\"code\":\"kind\":\"school\",\"municipality\":\"name\":{\"l"
    "ist\":\"|School in |Municipality of |Opština |Općina |Opštinska uprava|Centar za socijalni rad|Udružen"
    "je |NVO |OCD|Dom zdravlja |Predškolska ustanova |Ekonomska škola „|Tehnička škola „|Srednja škola „|"
    "SŠ „|Gimnazija „|Основна школа „|Гимназија „|ОШ „|Osnovna škola „|OŠ „Sveti Sava“|OŠ „Vuk Karadžić“|"
    "OŠ „Branko Radičević“|"
    " prevencija osipanja učenika inkluzivno obrazovanje socijalna zaštita lokalna samouprava osetljive g"
    "rupe ranjivih grupa podrška porodici rodna ravnopravnost smanjenje rizika od katastrofa Workshop on "
    "Training for teachers Learning cluster: Webinar: Radionica za Obuka nastavnika za Obuka za "
    "|Milica |Jelena |Marija |Ana |Ivana |Dragana |Snežana |Vesna |Gordana |Ljiljana |Jasmina |Slavica |B"
    "iljana |Nataša |Tatjana |Olivera |Sanja |Tamara |Aleksandra |Katarina |Danijela |Jovana |Mirjana |Zo"
    "rica |Svetlana |Suzana |Violeta |Radmila |Nada |Branka |Maja |Nevena |Tijana |Teodora |Dragan |Milan"
    " |Zoran |Aleksandar |Nikola |Marko |Stefan |Miloš |Dejan |Goran |Vladimir |Ivan |Jovan |Petar |Neman"
    "ja |Slobodan |Miroslav |Nebojša |Saša |Bojan |Dušan |Igor |Vladan |Predrag |Branislav |Radomir |Ljub"
    "iša |Srđan |Đorđe |Živko |Momčilo |Boban |Filip |Luka |Amina |Emina |Amra |Lejla |Selma |Aida |Azra "
    "|Fatima |Mirela |Sabina |Adnan |Haris |Edin |Emir |Mirza |Senad |Nermin |Damir |Elvir |Amir |Mirsad "
    "|Besim |Arben |Agim |Blerim |Faton |Valon |Ilir |Driton |Fatmir |Arta |Vjosa |Teuta |Drita |Shpresa "
    "|Elira |Blerta |Fatime |Besa |Arjeta |Elena |Biljana |Goce |Kire |Stojan "
    " Hoxha| Krasniqi| Gashi| Berisha| Morina| Shala| Bajrami| Ahmeti| Rexhepi| Osmani| Begić| Mehmedović"
    "| Halilović| Hasanović| Ibrahimović| Hodžić| Delić| Husić| Mujić| Salihović| Petrovski| Stojanovski|"
    " Nikolovski| Trajkovski| Ristevski| Todorovski| Dimitrov| Stoilov| Tomić| Pešić| Babić| Kovač| Lazić"
    "| Božić| Rakić| Matić| Perić| Ivanović| Savić| Stanković| Živković| Mladenović| Milenković| Veličkov"
    "ić| Todorović| Stojković| Cvetković| Mitrović| Ristić| Simić| Kostić| Marković| Popović| Stojanović|"
    " Kovačević| Đurić| Vasić| Ilić| Lukić| Milošević| Đukić| Pavlović| Đorđević| Janković| Nikolić| Jova"
    "nović| Petrović|"
    "|Милица |Јелена |Марија |Ана |Ивана |Драгана |Снежана |Весна |Гордана |Славица |Биљана |Наташа |Татј"
    "ана |Јована |Драган |Милан |Зоран |Никола |Марко |Милош |Дејан |Горан |Владимир |Јован |Петар |Ђорђе"
    " |Живко "
    " Ристић| Симић| Костић| Марковић| Станковић| Живковић| Поповић| Ђорђевић| Стојановић| Илић| Павловић"
    "| Ђукић| Николић| Тодоровић| Јовановић| Петровић|"
    "овски|евски|јевић|ковић|евић|овић|јевић |ковић |ovska|ovski|evski|jević|ković|ević|ović|"
    "\",\"bases\":{\"status\":{\"n\":1,\"ms\":{\"w\":,\"tick\":0,\"log\":1}}}]}],\"author\":\"\",\"logs\":[\""
    "{\"of\":\"enrolment\",\"row\":{\"parts\":[\"{\"seq\":{\"w\":2}},{\"from\":\"|participant|trainer|speaker|organiser|o"
    "bserver|interpreter\",\"pick\":{\"m\":0,\"n\":1,\"at\":[]}]},\"cols\":{\"activity\":{\"part\":0},\"person\":{\"part\":1"
    "},\"role\":{\"part\":2}}}"
    "\"removed\":1\"note\":\"signature\":"
    "\"at\":{\"moment\":{\"s\":16,\"d\":{\"w\":1}},\"end\":\"+02:00\"},\"end\":\"+01:00\"},\"minutes\":{\"int\":{\"n\":1,\"of\":,\"p"
    "ick\":{\"only\":{\"w\":1},\"n\":1,\"then\":"
    "{\"of\":\"activity\",\"cols\":{\"code\":\"TT-RS-\",\"ends_on\":\"2022-\",\"kind\":\"meeting|exchange|webinar|learning"
    "_cluster|participatory_training|official_training|teacher_training\",\"min_minutes_pct\":80,\"mode\":\"in_"
    "person\",\"municipality\":\"RS-\",\"planned_participants\":30,\"programme\":\"lnob\",\"starts_on\":\"202\",\"title\":"
    "\"Obuka nastavnika za "
    "{\"of\":\"session\",\"cols\":{\"activity\":\"\",\"code\":{\"text\":\"TT-RS-\",\"num\":{\"d\":1}},\"date\":\"2021-1\",\"minute"
    "s\":90,\"mode\":\"online|hybrid|in_person\",\"starts_at\":{\"list\":\"|09:00|11:00|13:00|14:00\"},\"title\":{\"tex"
    "t\":\"Dan \",\"num\":{\"d\":1}}}},{\"list\":\"|Session |Day |Modul \",\"num\":{\"d\":1}}}},"
    "{\"of\":\"person\",\"cols\":{\"birth_year\":{\"int\":{\"w\":1,\"b\":19,\"x\":2}},\"email\":{\"like\":\"full_name\",\"as\":{\""
    "from\":\"|@hotmail.com|@yahoo.com|@outlook.com|.edu.rs|.gov.rs|.org|.com|.ba|.mk|.al|$1.$3@|$1$2@|$1.$"
    "2.$3@gmail.com|$1.$2@gmail.com|\",\"pick\":{\"skip\":{\"m\":0,\"n\":1,\"at\":{\"w\":1},\"is\":1},\"then\":{\"w\":1}}},\""
    "full_name\":{\"list\":\"|"
    "\"},\"municipality\":\"RS-\",\"organisation\":{\"from\":\"|School in |Opština |Opštinska uprava|Gimnazija „|OŠ"
    " „|\",\"pick\":{\"w\":1}},\"phone\":{\"text\":\"+3876\",\"num\":+3834+3897+3556{\"text\":\"+3816\",\"num\":{\"w\":6}},\"po"
    "sition\":{\"from\":\"|direktor|direktorka|koordinator|koordinatorka|nastavnica|nastavnik|načelnik odelje"
    "nja|official|pedagog|predavač|profesor|psiholog|saradnik|savetnik|službenik|teacher|učitelj|učitelji"
    "ca|vaspitač|vijećnik|\",\"pick\":{\"w\":1}},\"ref\":{\"text\":\"P00\",\"num\":{\"s\":1,\"d\":1}},\"sex\":{\"from\":\"|F|M\""
    ",\"pick\":{\"w\":1}}}},"
    "{\"n\":,\"log\":1,\"many\":2,\"kind\":{\"w\":1},\"ms\":{\"s\":163,\"d\":{\"w\":3,\"b\":3,\"x\":5}}},\"kinds\":["
    "{\"ms\":{\"s\":17,\"d\":{\"w\":3,\"b\":3000,\"x\":5}},\"kinds\":[{\"of\":\"attendance\",\"row\":{\"parts\":[\"{\"seq\":{\"w\":1"
    ",\"b\":2},\"log\":1},{\"seq\":{\"w\":1,\"b\":3},\"log\":1}]},\"cols\":{\"person\":{\"part\":1},\"session\":{\"part\":0},\"m"
    "ode\":\"online\",\"cols\":{\"minutes\":null,\"status\":{\"from\":\"|present|absent|excused|late\",\"pick\":{\"m\":0,\""
    "n\":1,\"at\":{\"w\":1},\"is\":{\"w\":1}}}}}],\"logs\":[\"\"],\"digits\":\"";
static const char head_words[] =
    "{\"e\":\"this device is revoked\",\"g\":[[\"*\",\"*\"],[\"*\",\"RS-\"],[\"lnob\",\"RS-\"]],\"x\":2,\"b\":[0,1,2,3],\"a\":\"teren "
    "0.1.0\"}"
    "{\"q\":1,\"p\":1,\"s\":1,\"f\":1,\"n\":17,\"m\":1,\"o\":1,\"y\":1000,\"v\":30000,\"b\":1,\"t\":1}"
    "{\"c\":1,\"q\":1,\"z\":1,\"p\":1,\"s\":1,\"f\":1,\"n\":17,\"w\":1,\"r\":262144,\"a\":\"teren ";

struct span deflate_dictionary_text(enum deflate_dictionary dictionary)
{
    switch (dictionary) {
    case DICTIONARY_SEGMENT:
    case DICTIONARY_PAGE:
        return (struct span){(const uint8_t *)segment_words, sizeof segment_words - 1};
    case DICTIONARY_HEAD:
        return (struct span){(const uint8_t *)head_words, sizeof head_words - 1};
    case DICTIONARY_NONE:
        break;
    }
    return (struct span){0};
}
