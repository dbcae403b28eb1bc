// SPDX-License-Identifier: Apache-2.0
/* Every bound of the protocol: a name, a unit, and why it is that number.
 *
 * Here:      numbers that both sides must agree on, and bounds on what a stranger may send.
 * Not here:  time-outs and sizes that only one program cares about (they stand beside their use).
 * Promise:   each bound has a test at n and at n+1.
 */
#ifndef PROTOCOL_LIMITS_H
#define PROTOCOL_LIMITS_H

enum {
    PROTOCOL_VERSION = 1,

    /* Text. 4 KiB holds the longest note and a signature drawn as strokes. */
    TEXT_BYTES_MAX = 4096,
    NAME_BYTES_MAX = 48,         /* entity and field names */
    ROW_ID_BYTES_MAX = 160,      /* three ids of 40 bytes joined by ':' fit */
    CODE_BYTES_MAX = 64,         /* human codes such as TT-RS-BUJ-1 */
    AUTHOR_BYTES_MAX = 64,

    /* A change and a row. */
    CHANGE_FIELDS_MAX = 64,
    CHANGE_BASES_MAX = 64,       /* live values of one field that one change replaces */
    CHANGE_BYTES_MAX = 48 * 1024, /* canonical bytes: any one change fits into a segment, however badly it deflates */
    ROW_FIELDS_MAX = 256,        /* fields of one row, unknown ones included */
    ROW_VALUES_MAX = 64,         /* live (conflicting) values of one field */

    /* A segment. 64 KiB takes 13 s at 40 kbit/s. */
    SEGMENT_BODY_BYTES_MAX = 64 * 1024,      /* deflated */
    SEGMENT_RAW_BYTES_MAX = 1024 * 1024,     /* inflated */
    SEGMENT_CHANGES_MAX = 8192,
    SEGMENT_CANONICAL_BYTES_MAX = 8 * 1024 * 1024, /* canonical bytes of its changes: what columns may unfold to, and what is hashed */
    INFLATE_RATIO_MAX = 100,     /* honest segments reach 27:1, bombs 1028:1 */

    /* JSON. jansson 2.14 overflows a 512 KiB stack at its own depth limit of 2048. */
    JSON_DEPTH_MAX = 16,

    /* A message (one request or one reply). */
    MESSAGE_BYTES_MAX = 4 * 1024 * 1024,
    MESSAGE_HEAD_RAW_BYTES_MAX = 256 * 1024, /* the JSON head of a message, inflated */
    MESSAGE_SEGMENTS_MAX = 64,
    EXCHANGE_OPENED_BYTES_MAX = 6 * 1024 * 1024, /* once a server has opened so much of a request's segments, the rest comes again */
    PAGE_BODY_BYTES_MAX = 1024 * 1024,       /* a page of rows, deflated */
    PAGE_RAW_BYTES_MAX = 8 * 1024 * 1024,    /* a page of rows, inflated */
    PAGE_ROWS_MAX = 4096,
    VERDICTS_MAX = 1024,         /* quarantined changes named in one receipt */
    GRANTS_MAX = 256,            /* grants of one device */
    BUCKETS = 256,               /* parts of a digest when two sides look for the difference */

    /* Stamps: how far ahead of the server's clock a stamp may be before it is clamped. */
    STAMP_AHEAD_MS_MAX = 60 * 1000,

    /* Device's session. */
    SESSION_ROUNDS_MAX = 10000,          /* exchanges in one sync: 180 days offline fit, even 4 KiB at a time */
    SESSION_REPAIRS_MAX = 3,             /* repairs without agreement before it stops and says so */
    DROP_FUSE_ROWS = 50,                 /* a pull that drops more than this ... */
    DROP_FUSE_PERCENT = 20,              /* ... and more than this share is checked first */
};

#endif
