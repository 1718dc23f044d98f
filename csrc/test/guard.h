/* Memory whose end is the end of a page before one that may not be touched. Needs _DEFAULT_SOURCE.
 */
#ifndef DD_TEST_GUARD_H
#define DD_TEST_GUARD_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Returns the end of at least `size` octets. */
static inline uint8_t *guarded_end(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t body = (size + page - 1) / page * page;
    uint8_t *start =
        mmap(NULL, body + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED || mprotect(start + body, page, PROT_NONE) != 0) {
        abort();
    }
    return start + body;
}

#endif
