/* Two ends of a link with all their memory, for the tests of the chain. */
#ifndef DD_TEST_LINK_PAIR_H
#define DD_TEST_LINK_PAIR_H

#include "plain_aead.h"

#define WORK_MAX 200000u
#define SEQUENCE_MAX 4096u

typedef struct {
    dd_chain chain;
    dd_sa sa;
    uint8_t work[WORK_MAX];
    uint8_t sequence[SEQUENCE_MAX];
} link_end;

static inline void start_end(link_end *end, const dd_format *format, uint8_t is_sender)
{
    if (end->sequence[0] == 0) {
        dd_random_sequence(DD_RANDOM_TM131071, end->sequence, sizeof end->sequence);
    }
    memset(&end->chain, 0, sizeof end->chain);
    end->chain.format = *format;
    end->chain.work = end->work;
    end->chain.work_size = sizeof end->work;
    end->chain.sequence = end->sequence;
    end->chain.sequence_size = sizeof end->sequence;
    if (format->security_head != 0) {
        plain_association(&end->sa, format, is_sender);
        end->chain.sas = &end->sa;
        end->chain.sa_count = 1;
        end->chain.aead = &plain_aead;
    }
    CHECK_SAME(dd_chain_start(&end->chain, is_sender), DD_OK);
}

/* AOS, 223 octets in RS(255,223), everything of the frame in use. */
static inline dd_format full_format(void)
{
    return (dd_format){
        .profile = {.channel_mask = 0x7,
                    .frame_octets = 223,
                    .spacecraft = 0x6D,
                    .flags = DD_OCF | DD_FECF | DD_COUNT_CYCLE,
                    .marker_octets = 4,
                    .marker = {0x1A, 0xCF, 0xFC, 0x1D}},
        .rs = {.parity_octets = 32, .interleave = 1},
        .insert_octets = 3,
        .frame_kind = DD_FRAME_AOS,
        .content = DD_CONTENT_OCTETS,
        .header_check = 1,
        .code = DD_CODE_RS,
        .security_head = PLAIN_HEAD,
        .security_tail = PLAIN_TAIL,
    };
}

#endif
