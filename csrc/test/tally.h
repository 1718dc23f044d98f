/* Reject counters for the tests of bad input: each verdict or outcome counted by itself. */
#ifndef DD_TEST_TALLY_H
#define DD_TEST_TALLY_H

#include "check.h"

typedef struct {
    uint32_t counts[256];
    uint32_t total;
} tally;

static inline void count_one(tally *all, uint8_t reason)
{
    all->counts[reason]++;
    all->total++;
}

/* That since `before` one frame was judged, for this reason, is what a named case asserts. */
#define CHECK_ONLY(name, all, before, reason)                                                      \
    do {                                                                                           \
        if ((all).total != (before).total + 1 ||                                                   \
            (all).counts[reason] != (before).counts[reason] + 1) {                                 \
            fprintf(stderr, "%s: counter %d must be the only one to rise, got:", name, reason);    \
            for (int i_ = 0; i_ < 256; i_++) {                                                     \
                if ((all).counts[i_] != (before).counts[i_]) {                                     \
                    fprintf(stderr, " %d", i_);                                                    \
                }                                                                                  \
            }                                                                                      \
            fprintf(stderr, "\n");                                                                 \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#endif
