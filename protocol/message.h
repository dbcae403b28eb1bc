// SPDX-License-Identifier: Apache-2.0
/* What travels: one request, one reply; and the enrolment that comes before them.
 *
 * Here:      pack and open, signatures included.
 * Not here:  what to say when (device_session.c, server_session.c); HTTP.
 *
 * Shape   request  "TSQ" | version u8 | kind u8 | log u64 | epoch u64 | last head 32 |
 *                  introduction size u8 | introduction | head | parts | Ed25519 signature 64 by the log's key over all before
 *         reply    "TSA" | version u8 | kind u8 | marks u8 | [last head 32] | [digest 16] | [epoch u64] | head | parts |
 *                  signature 64 by the server's key over SHA-256(the request's bytes) followed by all of the reply before.
 *                  marks says which of the three in brackets are there (1, 2, 4); a last head or an epoch that is not is the request's.
 *         upgrade  "TSA" | version u8 | 4 | oldest u8 | newest u8 | signature 64 as above: frozen, readable by every version. So are
 *                  the first 13 bytes of a request.
 *         head     raw size varint | size varint | raw deflate (dictionary HEAD) of a JSON object with short keys, see README.
 *                  What is 0, "" or empty is left out.
 *         parts    count varint, then per part: size varint, bytes. A request's parts are segments, in order.
 *                  A reply's parts are: receipt, page, buckets (BUCKETS times low u64, high u64); empty ones at the end are left out.
 * Media type application/vnd.teren.sync. A reply bound to its request cannot be a stale one.
 * Errors  ERROR_CORRUPT, ERROR_LIMIT, ERROR_NEWER, ERROR_MEMORY. A reply that does not begin with the magic is ERROR_OFFLINE:
 *         a portal answered.
 */
#ifndef PROTOCOL_MESSAGE_H
#define PROTOCOL_MESSAGE_H

#include "protocol/digest.h"
#include "protocol/page.h"
#include "protocol/receipt.h"
#include "protocol/scope.h"

#define MESSAGE_MEDIA_TYPE "application/vnd.teren.sync"

enum {
    AGENT_BYTES_MAX = 64,
    REASON_BYTES_MAX = 240,
    ROOM_BYTES_DEFAULT = 256 * 1024,   /* of page, deflated, when the device does not say */
};

/* Where a device stands in the feed. Rows, cursor and digest move in one transaction. */
struct cursor {
    uint64_t epoch;            /* the server's; 0 before the first pull */
    uint64_t position;         /* every row of the scope up to here is held */
    uint64_t scope;            /* version of the grants that `position` is about */
    uint64_t fill;             /* while the grants change: rows that came in or went out are dealt with up to here */
};

enum message_kind { MESSAGE_SYNC = 1, MESSAGE_BUNDLE = 2 };   /* a bundle skips the counter: it travels slowly */

struct request {
    enum message_kind kind;
    uint64_t log;
    uint64_t counter;          /* grows with every request of this log; a step back is a fork */
    struct cursor cursor;
    uint64_t last_seq;         /* what the device believes the server holds of its log, and the head there */
    uint8_t last_head[HASH_SIZE];
    uint64_t safe_seq;         /* what the device knows to be in a verified backup: a receipt comes when the server knows better */
    uint64_t waiting;          /* changes after the segments below: there is more */
    int64_t now_ms;            /* the device's wall clock, for the fleet's clock error; gates nothing */
    uint32_t room;             /* bytes of page (deflated) the device would like at most; 0: ROOM_BYTES_DEFAULT */
    const char *agent;         /* "teren 0.1.0" or "" when the server knows it (sent on the first request of a process) */
    /* Repair: 0 none; 1: tell me your digest per bucket; 2: send me all rows of the buckets below (as many of the first as fit). */
    unsigned repair;
    const uint8_t *repair_buckets; size_t repair_bucket_count;   /* ascending */
    struct span introduction;  /* INTRODUCTION_SIZE bytes while the server has not yet answered this log (it was started by a fork); else
                                  empty. A fixed field, so that it can be read before the key that signs the request is known. */
    const struct span *segments; size_t segment_count;
    struct span bytes;         /* whole, as opened or packed */
};

/* A fresh log after a fork, made known by the log that the device was enrolled with: the same device goes on under a new name.
 * Shape  "TSI" | old log u64 | fresh log u64 | fresh public key 32 | Ed25519 signature 64 by the OLD log's key over all before.
 * Rule   the server takes it when `old` is known, not revoked, and the request's log is `fresh` and unknown; the fresh log then belongs
 *        to the old one's device (name, grants, revocation). For a known log it is ignored (an answer was lost). One log may introduce
 *        many: both halves of a cloned tablet. */
enum { INTRODUCTION_SIZE = 3 + 8 + 8 + SIGN_PUBLIC_SIZE + SIGN_SIZE };
struct introduction { uint64_t old, fresh; uint8_t fresh_public[SIGN_PUBLIC_SIZE]; };
bool introduction_sign(struct bytes *out, const struct introduction *introduction, const uint8_t old_secret[SIGN_SECRET_SIZE],
                       struct error *err);
/* old_public NULL: read only, to look the old log's key up. */
bool introduction_open(struct span in, const uint8_t *old_public, struct introduction *ret, struct error *err);
/* The introduction that an unverified request brings, within `in`; an empty span when none. */
bool request_peek_introduction(struct span in, struct span *ret, struct error *err);

enum reply_kind {
    REPLY_OK = 0,
    REPLY_FORK = 1,            /* your log's past is not mine: start a new one. last_seq: up to where they are surely the same */
    REPLY_REFUSED = 2,         /* revoked */
    REPLY_RETRY = 3,           /* not now; wait at least retry_ms */
    REPLY_UPGRADE = 4,         /* versions do not meet: `oldest`..`newest` is what I speak */
    REPLY_CORRUPT = 5,         /* a segment did not verify: look at your disk; nothing was taken from it on */
    REPLY_BEHIND = 6,          /* I hold less of your log than you believe (restored): push again after last_seq */
};

struct reply {
    enum reply_kind kind;
    int64_t now_ms;            /* the server's clock */
    struct cursor cursor;      /* where the device stands after this page */
    uint64_t last_seq;         /* what the server holds of this log, and the head there (FORK: the common point) */
    uint8_t last_head[HASH_SIZE];
    uint64_t last_time;        /* effective stamp time of last_seq: the device's clock falls back to it after a clamp; 0 when not said */
    bool clamped;              /* it is said: this push had stamps ahead of time (FORK: there is a common point) */
    bool more;                 /* the feed has more now */
    bool has_digest;           /* false while `more` */
    struct digest digest;      /* of all the device is to hold at `cursor` */
    uint64_t rows;             /* how many rows that are, each counted once */
    uint32_t retry_ms;
    uint32_t spread_ms;        /* after a link event, wait a random time up to this (herd) */
    const char *reason;        /* for people, no personal data; "" mostly */
    const struct grant *grants; size_t grant_count;   /* when the device's scope version is old, for its status page; else none */
    const struct digest *buckets;                     /* BUCKETS of them when asked for, else NULL */
    uint32_t bucket_count;     /* answer to repair 2: the page is all there is in so many of the first buckets asked for */
    uint8_t oldest, newest;    /* UPGRADE: versions the server speaks */
    struct span receipt, page; /* parts; empty when none */
    struct span bytes;
};

bool request_pack(struct bytes *out, const struct request *request, const uint8_t secret[SIGN_SECRET_SIZE], struct error *err);
/* The log it claims to be from, before anything is verified: to look the key up. ERROR_NEWER (kind and log given out all the same)
 * when the version is not ours: answer with UPGRADE. */
bool request_peek(struct span in, uint64_t *ret_log, enum message_kind *ret_kind, struct error *err);
bool request_open(struct arena *arena, struct span in, const uint8_t public_key[SIGN_PUBLIC_SIZE], struct request *ret,
                  struct error *err);

bool reply_pack(struct bytes *out, const struct reply *reply, struct span request, const uint8_t secret[SIGN_SECRET_SIZE],
                struct error *err);
bool reply_open(struct arena *arena, struct span in, struct span request, const uint8_t server_public[SIGN_PUBLIC_SIZE],
                struct reply *ret, struct error *err);

/* Enrolment: a one-time code turns a fresh log into a device's log. POST /v1/enrol.
 * Code   20 characters of Crockford base32 in groups of four: 14 of secret (70 bits), 6 of the server's key fingerprint (30 bits:
 *        first bits of SHA-256 of its public key), so that whoever types the code also checks whom they talk to.
 * Shape  request "TSE" | version u8 | log u64 | public key 32 | code secret text (14 characters, upper case) | agent text | kind text |
 *                signature 64 by that key
 *        reply   "TSF" | version u8 | kind u8 | server public key 32 | device name text | digest key 16 | epoch u64 | now ms u64 |
 *                reason text | signature 64 over SHA-256(request) followed by the reply before.
 *        upgrade "TSF" | version u8 | 4 | server public key 32 | oldest u8 | newest u8 | signature 64 likewise: frozen.
 *        The same code with the same log may be asked again: the answer may have been lost. */
enum { CODE_SECRET_CHARS = 14, CODE_PRINT_CHARS = 6, CODE_TEXT_SIZE = 25 };
struct enrol_request { uint64_t log; uint8_t public_key[SIGN_PUBLIC_SIZE]; const char *secret, *agent, *device_kind; };
struct enrol_reply {
    enum reply_kind kind;      /* OK, REFUSED, RETRY, UPGRADE */
    uint8_t server_public[SIGN_PUBLIC_SIZE];
    const char *device;        /* name */
    uint8_t digest_key[DIGEST_KEY_SIZE];
    uint64_t epoch;
    int64_t now_ms;
    const char *reason;
    uint8_t oldest, newest;    /* UPGRADE */
};
void code_write(const uint8_t secret[9], const uint8_t server_public[SIGN_PUBLIC_SIZE], char ret[CODE_TEXT_SIZE]);  /* 70 bits of secret */
/* Splits what a person typed; false with ERROR_INVALID when it is not 20 such characters. */
bool code_read(const char *typed, char ret_secret[CODE_SECRET_CHARS + 1], char ret_print[CODE_PRINT_CHARS + 1], struct error *err);
bool code_matches_server(const char print[CODE_PRINT_CHARS + 1], const uint8_t server_public[SIGN_PUBLIC_SIZE]);
bool enrol_request_pack(struct bytes *out, const struct enrol_request *request, const uint8_t secret[SIGN_SECRET_SIZE],
                        struct error *err);
/* The signature is checked by the key inside. */
bool enrol_request_open(struct arena *arena, struct span in, struct enrol_request *ret, struct error *err);
bool enrol_reply_pack(struct bytes *out, const struct enrol_reply *reply, struct span request, const uint8_t secret[SIGN_SECRET_SIZE],
                      struct error *err);
/* Checks the fingerprint, then the signature by that key. */
bool enrol_reply_open(struct arena *arena, struct span in, struct span request, const char print[CODE_PRINT_CHARS + 1],
                      struct enrol_reply *ret, struct error *err);

/* A bundle: a request (or its reply) in a file, sealed to the reader. "TSB" | version u8 | sealed box (as libsodium's crypto_box_seal,
 * X25519 from the Ed25519 key). The box's own key pair is drawn from a hash of message and reader, not from chance: the message ends
 * with a signature that only its author can make, so nobody can guess it. The same message gives the same file. */
bool bundle_is_one(struct span in);   /* it says so itself; nothing is verified */
bool bundle_seal(struct bytes *out, struct span message, const uint8_t reader_public[SIGN_PUBLIC_SIZE], struct error *err);
bool bundle_open(struct bytes *out, struct span in, const uint8_t reader_secret[SIGN_SECRET_SIZE], struct error *err);

#endif
