/* Counts what a call of the link core allocates: loaded before the C library by link_memory.py, which
 * starts an interpreter of its own for it. For the GNU C library, whose inner names these are. */
#include <stddef.h>
#include <stdint.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local size_t count;

void *malloc(size_t size)
{
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t items, size_t size)
{
    count++;
    return __libc_calloc(items, size);
}

void *realloc(void *memory, size_t size)
{
    count++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count++;
    return __libc_memalign(alignment, size);
}

/* Allocations of this thread so far. */
size_t allocation_count(void)
{
    return count;
}

typedef int64_t tx_function(void *, void *, size_t, const void *, size_t, void *, size_t, void *);
typedef int64_t rx_function(void *, void *, size_t, void *, size_t, void *);

/* Allocations of one batch, or SIZE_MAX when it did not do all frames. */
size_t allocations_of_tx(tx_function *tx, void *chain, void *rows, size_t frame_count,
                         const void *zones, size_t zones_size, void *out, size_t out_size,
                         void *total)
{
    const size_t before = count;
    const int64_t done = tx(chain, rows, frame_count, zones, zones_size, out, out_size, total);
    return done == (int64_t)frame_count ? count - before : SIZE_MAX;
}

size_t allocations_of_rx(rx_function *rx, void *chain, void *cadus, size_t size, void *rows,
                         size_t capacity, void *total)
{
    const size_t before = count;
    const int64_t done = rx(chain, cadus, size, rows, capacity, total);
    return done == (int64_t)capacity ? count - before : SIZE_MAX;
}
